"""Staff: the second step of signing in. Who stands here gave the right password and owes a code or a passkey."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pipeline.domain.accounts import SignInWay
from pipeline.records.tables import StaffAccount
from pipeline.services.accounts_factors import factors_of, record_wrong_factor, takes_no_more_tries
from pipeline.services.accounts_passkeys import ask_for_known, list_passkeys, take_passkey
from pipeline.services.accounts_recovery import count_recovery_codes, take_recovery_code
from pipeline.services.accounts_totp import take_totp
from webapp.access import half_signed_in_only, home_address
from webapp.account_forms import CodeForm, PasskeyForm, RecoveryForm
from webapp.database import current_db
from webapp.members import HalfSignedIn, half_signed_in, keep_question, sign_in_staff, take_question
from webapp.passkey_site import passkey_site
from webapp.portal import totp_box

blueprint = Blueprint("second_step", __name__, url_prefix="/sign-in/second")


@blueprint.get("/")
@half_signed_in_only
def show() -> ResponseReturnValue:
    """What can be shown: a code, a passkey, a recovery code."""
    return _page(_account())


@blueprint.post("/code")
@half_signed_in_only
def take_code() -> ResponseReturnValue:
    """Six digits of the app."""
    form, account = CodeForm(), _account()
    if form.validate_on_submit() and _is_taken_now(account):
        if take_totp(current_db(), account, form.code.data, box=totp_box(), now=datetime.now(UTC)):
            return _enter(account, SignInWay.TOTP)
        form.code.errors = [_("This code is not right, or was used before. Wait for the next one.")]
        _note_wrong(account)
    return _page(account, code_form=form), 422


@blueprint.post("/passkey")
@half_signed_in_only
def take_key() -> ResponseReturnValue:
    """What a device answered."""
    form, account, question, site = PasskeyForm(), _account(), take_question(), passkey_site()
    now = datetime.now(UTC)
    if form.validate_on_submit() and question is not None and site is not None and _is_taken_now(account):
        if take_passkey(current_db(), account, form.answer.data, question=question, site=site, now=now):
            return _enter(account, SignInWay.PASSKEY)
        _note_wrong(account)
    return _page(account, is_passkey_wrong=True), 422


@blueprint.post("/recovery")
@half_signed_in_only
def take_recovery() -> ResponseReturnValue:
    """One of the codes that were kept for a lost device."""
    form, account = RecoveryForm(), _account()
    if form.validate_on_submit() and _is_taken_now(account):
        if take_recovery_code(current_db(), account, form.recovery_code.data, now=datetime.now(UTC)):
            return _enter(account, SignInWay.RECOVERY_CODE)
        form.recovery_code.errors = [_("This code is not right, or was used before.")]
        _note_wrong(account)
    return _page(account, recovery_form=form), 422


def _half() -> HalfSignedIn:
    return half_signed_in() or abort(401)


def _account() -> StaffAccount:
    return current_db().get(StaffAccount, _half().account_id) or abort(401)


def _is_taken_now(account: StaffAccount) -> bool:
    if takes_no_more_tries(current_db(), account.id, now=datetime.now(UTC)):
        abort(429)
    return True


def _note_wrong(account: StaffAccount) -> None:
    record_wrong_factor(current_db(), account.id, now=datetime.now(UTC))


def _enter(account: StaffAccount, way: SignInWay) -> ResponseReturnValue:
    wanted = _half().next
    sign_in_staff(current_db(), account, way)
    if way is SignInWay.RECOVERY_CODE:
        _say_how_many(count_recovery_codes(current_db(), account.id))
        return redirect(url_for("staff.set_up_factor"), 303)
    return redirect(wanted or home_address(), 303)


def _say_how_many(left: int) -> None:
    words = ngettext("%(num)d recovery code is left.", "%(num)d recovery codes are left.", left)
    flash(_("If your app or key is lost, remove it here and set up another.") + " " + words, "warn")


def _page(account: StaffAccount, **parts: Any) -> str:
    site, options = passkey_site(), ""
    passkeys = list_passkeys(current_db(), account.id)
    if passkeys and site is not None:
        options, challenge = ask_for_known(passkeys, site=site)
        keep_question(challenge)
    shown = {"code_form": CodeForm(formdata=None), "recovery_form": RecoveryForm(formdata=None)}
    return render_template(
        "staff/second_step.html",
        factors=factors_of(current_db(), account),
        options=options,
        passkey_form=PasskeyForm(formdata=None),
        **{**shown, **parts},
    )
