"""Staff: setting up and removing one's second factors: an app that makes codes, passkeys, recovery codes."""

from datetime import UTC, datetime
from typing import Any

import segno
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from pipeline.domain.accounts import SignInWay
from pipeline.records.tables import StaffAccount, StaffPasskey
from pipeline.services.accounts import is_own_password
from pipeline.services.accounts_factors import factors_of
from pipeline.services.accounts_passkeys import add_passkey, ask_for_new, list_passkeys, remove_passkey
from pipeline.services.accounts_recovery import count_recovery_codes, make_recovery_codes
from pipeline.services.accounts_sessions import strengthen_session
from pipeline.services.accounts_totp import new_totp_secret, remove_totp, set_totp, totp_address
from webapp.access import before_factor, current_staff, home_address, signed_in
from webapp.account_forms import NewAppForm, NewPasskeyForm, OwnPasswordForm
from webapp.database import current_db
from webapp.members import check_tries, is_fresh, keep_question, owes_second_factor, take_question
from webapp.passkey_site import passkey_site
from webapp.portal import portal, totp_box
from webapp.security import limiter
from webapp.views.staff import blueprint
from webapp.views.staff_account import own_account

_ISSUER = "UPR Pre-sessions"


@blueprint.get("/account/second-factor/")
@signed_in
@before_factor
def set_up_factor() -> ResponseReturnValue:
    """What there is, and what can be added."""
    return _page()


@blueprint.post("/account/second-factor/app")
@signed_in
@before_factor
@limiter.limit("20 per 5 minutes")
def add_app() -> ResponseReturnValue:
    """Take an app once its first code is right; another app before it counts no more."""
    form, account = NewAppForm(), own_account()
    if not (form.validate_on_submit() and _is_confirmed(form, account)):
        return _page(app_form=form), 422
    secret = _opened(form.sealed.data, account)
    now, actor = datetime.now(UTC), current_staff().actor
    is_set = secret and set_totp(
        current_db(), account, secret=secret, code=form.code.data, box=totp_box(), actor=actor, now=now
    )
    if not is_set:
        form.code.errors = [_("This code is not right. Look at the clock of your telephone, and type the next one.")]
        return _page(app_form=form), 422
    return _after_adding(account, SignInWay.TOTP)


@blueprint.post("/account/second-factor/passkey")
@signed_in
@before_factor
@limiter.limit("20 per 5 minutes")
def add_key() -> ResponseReturnValue:
    """Take a passkey that a device has just made."""
    form, account, question, site = NewPasskeyForm(), own_account(), take_question(), passkey_site()
    if not (form.validate_on_submit() and _is_confirmed(form, account)) or question is None or site is None:
        return _page(passkey_form=form), 422
    now = datetime.now(UTC)
    added = add_passkey(
        current_db(), account, form.answer.data, question=question, site=site, name=form.name.data or "", now=now
    )
    if added is None:
        return _page(passkey_form=form, is_passkey_wrong=True), 422
    return _after_adding(account, SignInWay.PASSKEY)


@blueprint.post("/account/second-factor/app/remove")
@signed_in
@limiter.limit("20 per 5 minutes")
def remove_app() -> ResponseReturnValue:
    """Take no more codes of the app."""
    return _remove(None)


@blueprint.post("/account/second-factor/passkey/<int:passkey_id>/remove")
@signed_in
@limiter.limit("20 per 5 minutes")
def remove_key(passkey_id: int) -> ResponseReturnValue:
    """Forget one passkey; to anybody else it is not there."""
    passkey = current_db().get(StaffPasskey, passkey_id)
    if passkey is None or passkey.account_id != current_staff().account_id:
        abort(404)
    return _remove(passkey)


@blueprint.post("/account/second-factor/codes")
@signed_in
@limiter.limit("20 per 5 minutes")
def renew_codes() -> ResponseReturnValue:
    """New recovery codes, shown this once; older ones are good no more."""
    form, account = OwnPasswordForm(), own_account()
    if not factors_of(current_db(), account).is_any:
        abort(409)
    if not (form.validate_on_submit() and _is_confirmed(form, account)):
        return _page(confirm_form=form), 422
    return _show_codes(account)


def _remove(passkey: StaffPasskey | None) -> ResponseReturnValue:
    form, account, db = OwnPasswordForm(), own_account(), current_db()
    if not (form.validate_on_submit() and _is_confirmed(form, account)):
        return _page(confirm_form=form), 422
    now, actor = datetime.now(UTC), current_staff().actor
    if passkey is None:
        remove_totp(db, account, actor=actor, now=now)
    else:
        remove_passkey(db, passkey, actor=actor, now=now)
    if portal().settings.demands_second_factor and not factors_of(db, account).is_any:
        flash(_("That was your last one. Set up another before you go on."), "warn")
        strengthen_session(db, current_staff().session_id, SignInWay.PASSWORD)
    else:
        flash(_("Removed."), "good")
    return redirect(url_for("staff.set_up_factor"), 303)


def _after_adding(account: StaffAccount, way: SignInWay) -> ResponseReturnValue:
    """Whoever was held back until now may go on; recovery codes come with the first factor."""
    if current_staff().way in {SignInWay.PASSWORD, SignInWay.OPENID}:
        strengthen_session(current_db(), current_staff().session_id, way)
    if count_recovery_codes(current_db(), account.id) == 0:
        return _show_codes(account)
    flash(_("Added. From now on you are asked for it when you sign in."), "good")
    return redirect(url_for("staff.set_up_factor"), 303)


def _show_codes(account: StaffAccount) -> str:
    codes = make_recovery_codes(current_db(), account, actor=current_staff().actor, now=datetime.now(UTC))
    return render_template("staff/recovery_codes.html", codes=codes, home=home_address())


def _is_confirmed(form: FlaskForm, account: StaffAccount) -> bool:
    """Whether it is surely the owner who asks: who signed in just now, or types the password once more."""
    if is_fresh(current_staff()):
        return True
    check_tries(account.email)
    if is_own_password(current_db(), account, form.own_password.data or "", now=datetime.now(UTC)):
        return True
    words = (
        _("This is not your password.") if account.password_hash else _("Sign out, sign in again, and then do this.")
    )
    form.own_password.errors = [words]
    return False


def _sealed(secret: str, account: StaffAccount) -> str:
    return totp_box().seal(f"{account.id}:{secret}")


def _opened(sealed: str, account: StaffAccount) -> str:
    """The secret of a form; empty where it was made for somebody else, or changed."""
    owner, _colon, secret = (totp_box().open(sealed) or "").partition(":")
    return secret if owner == str(account.id) else ""


def _page(**parts: Any) -> str:
    account = own_account()
    passkeys, site, options = list_passkeys(current_db(), account.id), passkey_site(), ""
    if site is not None:
        options, challenge = ask_for_new(passkeys, account, site=site)
        keep_question(challenge)
    secret = _opened(parts["app_form"].sealed.data or "", account) if "app_form" in parts else ""
    secret = secret or new_totp_secret()
    shown: dict[str, Any] = {
        "app_form": NewAppForm(formdata=None, sealed=_sealed(secret, account)),
        "passkey_form": NewPasskeyForm(formdata=None),
        "confirm_form": OwnPasswordForm(formdata=None),
    }
    return render_template(
        "staff/factors.html",
        factors=factors_of(current_db(), account),
        passkeys=passkeys,
        options=options,
        secret=secret,
        picture=segno.make(totp_address(secret, email=account.email, issuer=_ISSUER), error="m").svg_data_uri(scale=5),
        asks_password=not is_fresh(current_staff()),
        is_owed=owes_second_factor(current_staff()),
        **{**shown, **parts},
    )
