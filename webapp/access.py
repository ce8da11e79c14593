"""Who may ask what: every endpoint carries a rule, and one without a rule is refused.

    @blueprint.get("/staff/")
    @staff
    def sessions(): ...

Flask's own session is touched here alone. A speaker's visit is bound to the link it came by: revoking or
expiry of the link ends the visit, and a visit reaches the statement of its link and no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar, cast

import structlog
from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from pipeline.domain.tokens import same_hash
from pipeline.records.tables import SpeakerLink, StaffAccount
from pipeline.services.events import Actor
from webapp.database import current_db
from webapp.errors import wants_json
from webapp.monitors import is_monitor
from webapp.portal import portal

log = structlog.get_logger(__name__)

STAFF_HOURS = 12
"""Staff sign in again after this long."""

_View = TypeVar("_View", bound=Callable[..., object])
_RULE = "access_rule"
_VISIT = "speaker_link"
_SIGNED_IN_AT = "signed_in_at"
_SHARED = "shared_browser"


class Rule(StrEnum):
    """Who an endpoint is for."""

    PUBLIC = "public"
    STAFF = "staff"
    OPERATOR = "operator"
    MONITOR = "monitor"
    SPEAKER = "speaker"
    UPLOADER = "uploader"


@dataclass(frozen=True)
class SpeakerVisit:
    """A speaker who opened a personal link: what the link reaches."""

    link_id: int
    statement_id: int

    @property
    def actor(self) -> Actor:
        """Who did it, for the record: the link, not the person."""
        return Actor("speaker", self.link_id)


@dataclass(frozen=True)
class StaffMember(UserMixin):  # type: ignore[misc]
    """A signed-in person of the organiser; plain values, so that it outlives the request's database session."""

    account_id: int
    email: str
    session_key: str
    is_operator: bool

    @property
    def actor(self) -> Actor:
        """Who did it, for the record."""
        return Actor("staff", self.account_id)

    def get_id(self) -> str:
        """What the session cookie keeps; it stops to fit when the password changes."""
        return f"{self.account_id}:{self.session_key}"


def public(view: _View) -> _View:
    """Rule: anybody may ask this."""
    return _ruled(view, Rule.PUBLIC)


def staff(view: _View) -> _View:
    """Rule: only signed-in staff may ask this."""
    return _ruled(view, Rule.STAFF)


def operator(view: _View) -> _View:
    """Rule: only signed-in staff who run this service may ask this."""
    return _ruled(view, Rule.OPERATOR)


def monitor(view: _View) -> _View:
    """Rule: only a monitoring server may ask this: on this machine, or with its token; see `webapp.monitors`."""
    return _ruled(view, Rule.MONITOR)


def speaker(view: _View) -> _View:
    """Rule: only a speaker who opened a link that is still good may ask this; see `current_visit`."""
    return _ruled(view, Rule.SPEAKER)


def uploader(view: _View) -> _View:
    """Rule: only a speaker whose link was not revoked; once begun, an upload may outlive its link's last day."""
    return _ruled(view, Rule.UPLOADER)


def rule_of(view: object) -> Rule | None:
    """The rule of a view function, None when it has none."""
    return cast("Rule | None", getattr(view, _RULE, None))


def init_access(app: Flask) -> None:
    """Check the rule of every request before anything else runs."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load_staff)
    # Not `init_app`: its hook for a remember-me cookie, which we have not, reads the session on every answer, so that
    # caches would keep one copy of a published file for each visitor.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.before_request(_check_rule)


def sign_in_staff(account: StaffAccount) -> None:
    """Begin a fresh session for this account; nothing of an older one is kept."""
    session.clear()
    login_user(_staff_member(account))
    session[_SIGNED_IN_AT] = datetime.now(UTC).timestamp()


def sign_out_staff() -> None:
    """End the session."""
    logout_user()
    session.clear()


def current_staff() -> StaffMember:
    """The staff member who asks; only where the rule is `staff`."""
    return cast(StaffMember, current_user._get_current_object())


def is_staff_signed_in() -> bool:
    """Whether this request comes from signed-in staff, wherever it goes."""
    return bool(current_user.is_authenticated)


def begin_visit(link: SpeakerLink) -> None:
    """Let this browser act for the link's statement until the link ends."""
    session[_VISIT] = link.id
    session.permanent = not is_shared_browser()


def end_visit() -> None:
    """Let this browser forget the speaker's link."""
    session.pop(_VISIT, None)
    session.pop(_SHARED, None)


def share_visit(is_shared: bool) -> None:
    """Let a visit end when the browser is closed, because others use it too; or last as long as its link."""
    session[_SHARED] = is_shared
    session.permanent = not is_shared


def is_shared_browser() -> bool:
    """Whether the speaker said that others use this browser."""
    return bool(session.get(_SHARED))


def current_visit() -> SpeakerVisit:
    """The speaker who asks; only where the rule is `speaker`."""
    return cast(SpeakerVisit, g.speaker_visit)


def visit_if_any() -> SpeakerVisit | None:
    """The speaker who asks, where the rule is `public` and anybody may."""
    return _find_visit(may_be_expired=False)


def _ruled(view: _View, rule: Rule) -> _View:
    setattr(view, _RULE, rule)
    return view


def _check_rule() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is Rule.PUBLIC:
        return None
    if rule in {Rule.STAFF, Rule.OPERATOR}:
        return _check_staff(must_be_operator=rule is Rule.OPERATOR)
    if rule is Rule.MONITOR:
        return None if is_monitor(request, portal().settings.web.metrics_token.get_secret_value()) else abort(403)
    if rule in {Rule.SPEAKER, Rule.UPLOADER}:
        g.speaker_visit = _find_visit(may_be_expired=rule is Rule.UPLOADER) or abort(403)
        return None
    log.error("access.rule_missing", endpoint=request.endpoint)
    abort(403)


def _check_staff(*, must_be_operator: bool) -> ResponseReturnValue | None:
    if not is_staff_signed_in():
        return _ask_to_sign_in()
    if must_be_operator and not current_staff().is_operator:
        abort(403)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method != "GET" or wants_json():
        abort(401)
    return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))


def _load_staff(kept: str) -> StaffMember | None:
    account_id, _, session_key = kept.partition(":")
    signed_in_at = datetime.fromtimestamp(session.get(_SIGNED_IN_AT, 0), UTC)
    if not account_id.isdigit() or datetime.now(UTC) - signed_in_at > timedelta(hours=STAFF_HOURS):
        return None
    account = current_db().get(StaffAccount, int(account_id))
    if account is None or not account.is_active or not same_hash(account.session_key, session_key):
        return None
    return _staff_member(account)


def _staff_member(account: StaffAccount) -> StaffMember:
    return StaffMember(account.id, account.email, account.session_key, account.is_operator)


def _find_visit(*, may_be_expired: bool) -> SpeakerVisit | None:
    link_id = session.get(_VISIT)
    link = current_db().get(SpeakerLink, link_id) if isinstance(link_id, int) else None
    if link is None or link.revoked_at is not None:
        return None
    if link.expires_at <= datetime.now(UTC) and not may_be_expired:
        return None
    return SpeakerVisit(link.id, link.statement_id)
