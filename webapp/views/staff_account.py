"""Staff: one's own account: name, password, the browsers in which one is signed in."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.records.tables import StaffAccount, StaffSession
from pipeline.services.accounts import change_password
from pipeline.services.accounts_factors import factors_of
from pipeline.services.accounts_roles import rename_account
from pipeline.services.accounts_sessions import end_session, end_sessions, list_sessions
from webapp.access import before_factor, current_staff, home_address, signed_in
from webapp.account_forms import NameForm
from webapp.database import current_db
from webapp.forms import PasswordForm
from webapp.members import check_tries, sign_in_staff
from webapp.security import limiter
from webapp.views.staff import blueprint
from webapp.wording.staff_accounts import role_words, way_words


@blueprint.get("/account/")
@signed_in
def account() -> ResponseReturnValue:
    """Everything about one's own account."""
    return _page()


@blueprint.post("/account/")
@signed_in
@limiter.limit("10 per 5 minutes")
def save_password() -> ResponseReturnValue:
    """Set the new password; everywhere else one is signed out."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(password_form=form), 422
    db, found = current_db(), own_account()
    check_tries(found.email)
    is_changed = change_password(
        db,
        found,
        old_password=str(form.old_password.data),
        new_password=str(form.new_password.data),
        now=datetime.now(UTC),
    )
    if not is_changed:
        form.old_password.errors = [_("This is not your password.")]
        return _page(password_form=form), 422
    sign_in_staff(db, found, current_staff().way)
    flash(_("Your password is changed. Everywhere else you are signed out."), "good")
    return redirect(home_address(), 303)


@blueprint.post("/account/name")
@signed_in
def save_name() -> ResponseReturnValue:
    """Set what colleagues see."""
    form = NameForm()
    if not form.validate_on_submit():
        return _page(name_form=form), 422
    rename_account(
        current_db(), own_account(), form.name.data or "", actor=current_staff().actor, now=datetime.now(UTC)
    )
    flash(_("Your name is saved."), "good")
    return redirect(url_for("staff.account"), 303)


@blueprint.post("/account/sessions/<int:session_id>/end")
@signed_in
@before_factor
def end_own_session(session_id: int) -> ResponseReturnValue:
    """Sign out one browser; to anybody else the session is not there."""
    found = current_db().get(StaffSession, session_id)
    if found is None or found.account_id != current_staff().account_id:
        abort(404)
    end_session(current_db(), found, actor=current_staff().actor, now=datetime.now(UTC))
    flash(_("That browser is signed out."), "good")
    return redirect(url_for("staff.account"), 303)


@blueprint.post("/account/sessions/end-others")
@signed_in
@before_factor
def end_other_sessions() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    member = current_staff()
    end_sessions(current_db(), own_account(), actor=member.actor, now=datetime.now(UTC), besides=member.session_id)
    flash(_("Everywhere else you are signed out."), "good")
    return redirect(url_for("staff.account"), 303)


def own_account() -> StaffAccount:
    """The account of the person who asks."""
    return current_db().get(StaffAccount, current_staff().account_id) or abort(401)


def _page(**forms: Any) -> str:
    found = own_account()
    shown = {"name_form": NameForm(formdata=None, name=found.name), "password_form": PasswordForm(formdata=None)}
    return render_template(
        "staff/account.html",
        member=current_staff(),
        has_password=bool(found.password_hash),
        factors=factors_of(current_db(), found),
        sessions=list_sessions(current_db(), found.id, now=datetime.now(UTC)),
        role_words=role_words,
        way_words=way_words,
        **{**shown, **forms},
    )
