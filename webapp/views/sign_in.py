"""Staff sign in and out. One sentence for every reason of refusal; tries are throttled per address and account."""

import hashlib
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.accounts import SignInWay
from pipeline.services.accounts import check_password
from pipeline.services.accounts_factors import factors_of
from webapp.access import before_factor, home_address, is_staff_signed_in, public, signed_in
from webapp.addresses import local_path
from webapp.database import current_db
from webapp.forms import SignInForm
from webapp.members import check_tries, sign_in_half, sign_in_staff, sign_out_staff
from webapp.portal import portal
from webapp.security import limiter

blueprint = Blueprint("sign_in", __name__)


def _account_tried() -> str:
    address = request.form.get("email", "").strip().lower()
    return hashlib.sha256(address.encode()).hexdigest()


@blueprint.get("/")
@public
def welcome() -> ResponseReturnValue:
    """Staff go to their work; everybody else is told that a link is needed."""
    if is_staff_signed_in():
        return redirect(home_address())
    return render_template("welcome.html")


@blueprint.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """The form."""
    return _page(SignInForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in")
@public
@limiter.limit("20 per minute; 100 per hour")
@limiter.limit("10 per 5 minutes", key_func=_account_tried)
def submit() -> ResponseReturnValue:
    """Begin a session when address and password fit, or ask for the second factor where there is one."""
    form, db, account = SignInForm(), current_db(), None
    if form.validate_on_submit():
        check_tries(form.email.data)
        account = check_password(db, email=form.email.data, password=form.password.data, now=datetime.now(UTC))
    if account is None:
        return _page(form, is_refused=True), 422
    wanted = local_path(form.next.data or "", otherwise="")
    if factors_of(db, account).is_any:
        sign_in_half(account, next_address=wanted)
        return redirect(url_for("second_step.show"), 303)
    sign_in_staff(db, account, SignInWay.PASSWORD)
    return redirect(wanted or home_address(), 303)


@blueprint.post("/sign-out")
@signed_in
@before_factor
def leave() -> ResponseReturnValue:
    """End the session."""
    sign_out_staff()
    flash(_("You are signed out."), "good")
    return redirect(url_for("sign_in.show"), 303)


def _page(form: SignInForm, *, is_refused: bool = False) -> str:
    return render_template(
        "sign_in.html", form=form, is_refused=is_refused, openid=portal().settings.openid, next=form.next.data
    )
