"""Staff: one's own password. Changing it ends every session of the account but this one."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.records.tables import StaffAccount
from pipeline.services.accounts import change_password
from webapp.access import current_staff, home_address, sign_in_staff, signed_in
from webapp.database import current_db
from webapp.forms import PasswordForm
from webapp.security import limiter
from webapp.views.staff import blueprint


@blueprint.get("/account/")
@signed_in
def account() -> ResponseReturnValue:
    """The form."""
    return _page(PasswordForm())


@blueprint.post("/account/")
@signed_in
@limiter.limit("10 per 5 minutes")
def save_password() -> ResponseReturnValue:
    """Set the new password."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form), 422
    db = current_db()
    found = db.get(StaffAccount, current_staff().account_id) or abort(401)
    is_changed = change_password(
        db,
        found,
        old_password=str(form.old_password.data),
        new_password=str(form.new_password.data),
        now=datetime.now(UTC),
    )
    if not is_changed:
        form.old_password.errors = [_("This is not your password.")]
        return _page(form), 422
    sign_in_staff(found)
    flash(_("Your password is changed. Everywhere else you are signed out."), "good")
    return redirect(home_address(), 303)


def _page(form: PasswordForm) -> str:
    return render_template("staff/account.html", form=form, member=current_staff())
