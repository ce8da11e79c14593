"""Administrators: accounts of everybody: invite, change the role, close, help who lost a password or second factor."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.accounts import KeyPurpose
from pipeline.domain.languages import INTERFACE_LANGUAGES
from pipeline.domain.roles import Role
from pipeline.records.tables import StaffAccount
from pipeline.services.accounts import find_account, list_accounts
from pipeline.services.accounts_erasing import erase_account
from pipeline.services.accounts_factors import factors_of, reset_factors
from pipeline.services.accounts_keys import invite_account, issue_key, key_address, mail_key, open_key_of
from pipeline.services.accounts_roles import (
    LastAdministrator,
    change_role,
    check_account_version,
    deactivate_account,
    lock_account,
    reactivate_account,
)
from pipeline.services.accounts_sessions import end_sessions, list_sessions
from webapp.access import administrator, current_staff
from webapp.account_forms import AccountForm, InvitationForm, RoleForm
from webapp.database import current_db, roll_back_request
from webapp.i18n import language_name_for_reader, reader_language
from webapp.mail_rules import sending_rules
from webapp.views.staff import blueprint
from webapp.wording.staff_accounts import role_meaning, role_words, way_words


@blueprint.get("/accounts/")
@administrator
def accounts() -> ResponseReturnValue:
    """Everybody, and the form for somebody new."""
    return _list(_invitation_form(is_empty=True))


@blueprint.post("/accounts/invite")
@administrator
def invite_colleague() -> ResponseReturnValue:
    """Add an account and mail its link."""
    form = _invitation_form()
    if not form.validate_on_submit():
        return _list(form), 422
    if find_account(current_db(), form.email.data) is not None:
        form.email.errors = [_("There is already an account with this address.")]
        return _list(form), 422
    now, actor = datetime.now(UTC), current_staff().actor
    invited = invite_account(
        current_db(), email=form.email.data, name=form.name.data, role=Role(form.role.data), actor=actor, now=now
    )
    mail_key(current_db(), invited, KeyPurpose.INVITATION, language=form.language.data, actor=actor, now=now)
    flash(_("Invited. A mail with a link is on its way."), "good")
    return redirect(url_for("staff.one_account", account_id=invited.id), 303)


@blueprint.get("/accounts/<int:account_id>/")
@administrator
def one_account(account_id: int) -> ResponseReturnValue:
    """One account and what can be done with it."""
    account = current_db().get(StaffAccount, account_id)
    return _one(account) if account is not None and account.erased_at is None else abort(404)


@blueprint.post("/accounts/<int:account_id>/role")
@administrator
def change_account_role(account_id: int) -> ResponseReturnValue:
    """Another role, from that person's next page on."""
    form = _role_form()
    if not form.validate_on_submit():
        abort(400)
    account = _seen(account_id, form)
    now, actor = datetime.now(UTC), current_staff().actor
    return _tried(account, lambda: change_role(current_db(), account, Role(form.role.data), actor=actor, now=now))


@blueprint.post("/accounts/<int:account_id>/<action>")
@administrator
def change_account(account_id: int, action: str) -> ResponseReturnValue:
    """Close, open or erase an account, end its sessions, take its second factors away, mail or show a new link."""
    form = AccountForm()
    is_known = action in _ACTIONS or action == _SHOW_LINK
    if not is_known or not form.validate_on_submit():
        abort(400 if is_known else 404)
    account = _seen(account_id, form)
    if action == _SHOW_LINK:
        return _show_link(account)
    return _tried(account, lambda: _ACTIONS[action](account))


def _close(account: StaffAccount) -> None:
    deactivate_account(current_db(), account, actor=current_staff().actor, now=datetime.now(UTC))


def _open(account: StaffAccount) -> None:
    reactivate_account(current_db(), account, actor=current_staff().actor, now=datetime.now(UTC))


def _erase(account: StaffAccount) -> None:
    if account.is_active:
        abort(409)
    erase_account(current_db(), account, actor=current_staff().actor, now=datetime.now(UTC))


def _end(account: StaffAccount) -> None:
    end_sessions(current_db(), account, actor=current_staff().actor, now=datetime.now(UTC))


def _reset(account: StaffAccount) -> None:
    reset_factors(current_db(), account, actor=current_staff().actor, now=datetime.now(UTC))


def _mail(account: StaffAccount) -> None:
    actor, now = current_staff().actor, datetime.now(UTC)
    mail_key(current_db(), account, _purpose(account), language=reader_language(), actor=actor, now=now)


_SHOW_LINK = "show-link"
_ACTIONS: Mapping[str, Callable[[StaffAccount], None]] = {
    "close": _close,
    "open": _open,
    "erase": _erase,
    "end-sessions": _end,
    "reset-second-factor": _reset,
    "mail-link": _mail,
}


def _show_link(account: StaffAccount) -> ResponseReturnValue:
    """An invitation to copy; never a link to the account of somebody who has a password."""
    if account.password_hash or not account.is_active:
        abort(409)
    token = issue_key(current_db(), account, KeyPurpose.INVITATION, actor=current_staff().actor, now=datetime.now(UTC))
    link = key_address(sending_rules().public_url, token)
    return render_template("staff/account_link.html", account=account, link=link)


def _purpose(account: StaffAccount) -> KeyPurpose:
    return KeyPurpose.RESET if account.password_hash else KeyPurpose.INVITATION


def _seen(account_id: int, form: AccountForm) -> StaffAccount:
    """The account, held, if it is still the one that was looked at; else 409."""
    account = lock_account(current_db(), account_id)
    if account is None or account.erased_at is not None:
        abort(404)
    check_account_version(account, int(form.version.data))
    return account


def _tried(account: StaffAccount, change: Callable[[], None]) -> ResponseReturnValue:
    account_id = account.id
    try:
        change()
    except LastAdministrator:
        roll_back_request()
        flash(_("This is the last administrator. Make somebody else one before you change this."), "bad")
    else:
        flash(_("Done."), "good")
        if account.erased_at is not None:
            return redirect(url_for("staff.accounts"), 303)
    return redirect(url_for("staff.one_account", account_id=account_id), 303)


def _invitation_form(*, is_empty: bool = False) -> InvitationForm:
    form = InvitationForm(formdata=None) if is_empty else InvitationForm()
    form.role.choices = [(role.value, role_words(role)) for role in Role]
    form.language.choices = [(code, language_name_for_reader(code)) for code in INTERFACE_LANGUAGES]
    if is_empty:
        form.language.data = reader_language()
    return form


def _role_form(account: StaffAccount | None = None) -> RoleForm:
    form = RoleForm() if account is None else RoleForm(formdata=None, version=account.version, role=account.role.value)
    form.role.choices = [(role.value, role_words(role)) for role in Role]
    return form


def _list(form: InvitationForm) -> str:
    return render_template(
        "staff/accounts.html",
        accounts=list_accounts(current_db()),
        form=form,
        roles=list(Role),
        role_words=role_words,
        role_meaning=role_meaning,
    )


def _one(account: StaffAccount) -> str:
    now = datetime.now(UTC)
    return render_template(
        "staff/one_account.html",
        account=account,
        factors=factors_of(current_db(), account),
        sessions=list_sessions(current_db(), account.id, now=now),
        key=open_key_of(current_db(), account, now=now),
        role_form=_role_form(account),
        button_form=AccountForm(formdata=None, version=account.version),
        role_words=role_words,
        way_words=way_words,
        is_oneself=account.id == current_staff().account_id,
    )
