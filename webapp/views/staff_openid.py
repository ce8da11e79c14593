"""Staff: signing in by the OpenID provider of the settings, for who was invited here."""

from datetime import UTC, datetime

import structlog
from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.accounts import SignInWay
from pipeline.domain.tokens import same_hash
from pipeline.services.accounts_factors import factors_of
from pipeline.services.accounts_openid import account_of_identity
from webapp.access import home_address, public
from webapp.addresses import local_path
from webapp.mail_rules import sending_rules
from webapp.members import keep_openid, sign_in_half, sign_in_staff, take_openid
from webapp.openid import Person, ProviderRefused, ask_provider, find_person
from webapp.portal import portal
from webapp.security import limiter

blueprint = Blueprint("openid", __name__, url_prefix="/sign-in/openid")

_log = structlog.get_logger(__name__)


@blueprint.get("/")
@public
@limiter.limit("20 per minute")
def start() -> ResponseReturnValue:
    """Lead to the provider."""
    _need_provider()
    wanted = local_path(request.args.get("next", ""), otherwise="")
    try:
        address, asked = ask_provider(portal().settings.openid, back_address=_back_address(), next_address=wanted)
    except ProviderRefused as refused:
        return _refuse(refused)
    keep_openid(asked)
    return redirect(address)


@blueprint.get("/back")
@public
@limiter.limit("20 per minute")
def come_back() -> ResponseReturnValue:
    """Begin a session for whom the provider vouches for."""
    _need_provider()
    asked = take_openid()
    if asked is None or not same_hash(asked["state"], request.args.get("state", "")) or not request.args.get("code"):
        return _refuse(ProviderRefused("state"))
    try:
        person = find_person(portal().settings.openid, asked, code=request.args["code"], back_address=_back_address())
    except ProviderRefused as refused:
        return _refuse(refused)
    return _enter(person, asked["next"])


def _enter(person: Person, wanted: str) -> ResponseReturnValue:
    # A provider sends people back by GET, whose own database session only reads.
    with portal().database.begin() as db:
        account = account_of_identity(
            db,
            issuer=person.issuer,
            subject=person.subject,
            verified_email=person.verified_email,
            now=datetime.now(UTC),
        )
        if account is None:
            flash(_("You are not known here. Ask an administrator to invite the address that you use there."), "bad")
            return redirect(url_for("sign_in.show"))
        if factors_of(db, account).is_any and not portal().settings.openid.has_second_factor:
            sign_in_half(account, next_address=wanted)
            return redirect(url_for("second_step.show"))
        sign_in_staff(db, account, SignInWay.OPENID)
    return redirect(wanted or home_address())


def _refuse(refused: ProviderRefused) -> ResponseReturnValue:
    _log.warning("openid.refused", reason=str(refused))
    flash(
        _("The other service did not let you in, or did not answer. Try again, or sign in with your password."), "bad"
    )
    return redirect(url_for("sign_in.show"))


def _need_provider() -> None:
    if not portal().settings.openid.issuer:
        abort(404)


def _back_address() -> str:
    return f"{sending_rules().public_url}{url_for('openid.come_back')}"
