"""Staff sign in and out. One sentence for every reason of refusal; tries are throttled per address and account."""

import hashlib
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.services import accounts
from webapp.access import home_address, is_staff_signed_in, public, sign_in_staff, sign_out_staff, signed_in
from webapp.addresses import local_path
from webapp.database import current_db
from webapp.forms import SignInForm
from webapp.security import limiter

blueprint = Blueprint("sign_in", __name__)


def _account_tried() -> str:
    address = request.form.get("email", "").strip().lower()
    return hashlib.sha256(address.encode()).hexdigest()


@blueprint.get("/")
@public
def welcome() -> ResponseReturnValue:
    """Staff go to their sessions; everybody else is told that a link is needed."""
    if is_staff_signed_in():
        return redirect(home_address())
    return render_template("welcome.html")


@blueprint.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """The form."""
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("sign_in.html", form=form)


@blueprint.post("/sign-in")
@public
@limiter.limit("20 per minute; 100 per hour")
@limiter.limit("10 per 5 minutes", key_func=_account_tried)
def submit() -> ResponseReturnValue:
    """Begin a session when address and password fit."""
    form = SignInForm()
    account = None
    if form.validate_on_submit():
        account = accounts.check_password(
            current_db(), email=form.email.data, password=form.password.data, now=datetime.now(UTC)
        )
    if account is None:
        return render_template("sign_in.html", form=form, is_refused=True), 422
    sign_in_staff(account)
    return redirect(local_path(form.next.data or "", otherwise=home_address()), 303)


@blueprint.post("/sign-out")
@signed_in
def leave() -> ResponseReturnValue:
    """End the session."""
    sign_out_staff()
    flash(_("You are signed out."), "good")
    return redirect(url_for("sign_in.show"), 303)
