"""Staff: links by which a password is set, for who was invited or forgot it. Who asks for one learns nothing."""

import hashlib
import time
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.accounts import KeyPurpose
from pipeline.records.tables import StaffKey
from pipeline.services.accounts_keys import find_key, mail_forgotten, use_key
from pipeline.services.jobs import jobs_to_send
from webapp.access import public
from webapp.account_forms import ChosenPasswordForm, ForgottenForm, WelcomeForm
from webapp.database import commit_request, current_db
from webapp.i18n import reader_language
from webapp.security import limiter
from webapp.views.new_links import ANSWER_SECONDS

blueprint = Blueprint("staff_keys", __name__)

_ADDED_BY_MAIL_PROGRAMS = " .,;:!?<>()[]\"'«»"


def _address_asked() -> str:
    return hashlib.sha256(request.form.get("email", "").strip().lower().encode()).hexdigest()


@blueprint.get("/forgotten")
@public
def forgotten() -> ResponseReturnValue:
    """The form."""
    return render_template("staff/forgotten.html", form=ForgottenForm())


@blueprint.post("/forgotten")
@public
@limiter.limit("20 per 10 minutes; 60 per day")
@limiter.limit("5 per hour", key_func=_address_asked)
def ask_for_key() -> ResponseReturnValue:
    """Have a link mailed where there is an account; answer and time are the same where there is none."""
    began = time.monotonic()
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("staff/forgotten.html", form=form), 422
    db = current_db()
    mail_forgotten(db, form.email.data, language=reader_language(), now=datetime.now(UTC))
    db.flush()
    jobs_to_send(db)  # Taken, not sent: a slow broker would tell by time what the answer does not.
    commit_request()
    time.sleep(max(0.0, began + ANSWER_SECONDS - time.monotonic()))
    return redirect(url_for("staff_keys.asked"), 303)


@blueprint.get("/forgotten/asked")
@public
def asked() -> ResponseReturnValue:
    """What happens next."""
    return render_template("staff/forgotten_asked.html")


@blueprint.get("/account/<token>")
@public
def open_key(token: str) -> ResponseReturnValue:
    """The form; looking changes nothing, because programs that check mails look too."""
    key = find_key(current_db(), token.strip(_ADDED_BY_MAIL_PROGRAMS), now=datetime.now(UTC))
    return _page(key, _form(key), token) if key is not None else _closed()


@blueprint.post("/account/<token>")
@public
@limiter.limit("20 per 10 minutes")
def choose_password(token: str) -> ResponseReturnValue:
    """Set the password; then the person signs in with it."""
    key = find_key(current_db(), token.strip(_ADDED_BY_MAIL_PROGRAMS), now=datetime.now(UTC))
    if key is None:
        return _closed()
    form = _form(key)
    if not form.validate_on_submit():
        return _page(key, form, token), 422
    name = form.name.data or "" if isinstance(form, WelcomeForm) else None
    use_key(current_db(), key, password=form.password.data, name=name, now=datetime.now(UTC))
    flash(_("Your password is set. Sign in with it."), "good")
    return redirect(url_for("sign_in.show"), 303)


def _form(key: StaffKey) -> ChosenPasswordForm:
    if key.purpose is KeyPurpose.INVITATION:
        return WelcomeForm(name=key.account.name)
    return ChosenPasswordForm()


def _page(key: StaffKey, form: ChosenPasswordForm, token: str) -> str:
    is_invited = key.purpose is KeyPurpose.INVITATION
    return render_template(
        "staff/choose_password.html", form=form, email=key.account.email, is_invited=is_invited, token=token
    )


def _closed() -> ResponseReturnValue:
    return render_template("staff/key_closed.html"), 404
