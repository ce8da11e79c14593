"""Who may ask what: every endpoint carries a rule, and one without a rule is refused.

    @blueprint.get("/staff/")
    @staff
    def sessions(): ...

Rules of people of the organiser, from least to most: `signed_in` (whatever the role), `interpreter`, `reader`, `staff`,
`administrator`. An interpreter reaches statements that are assigned to them and is told of no other. A script
comes in by `token`, with a scope. Whatever is not allowed here is refused.

Flask's own session is touched here alone. A speaker's visit is bound to the link it came by: revoking or
expiry of the link ends the visit, and a visit reaches the statement of its link and no other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar, cast

import structlog
from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from pipeline.domain.roles import Role
from pipeline.domain.tokens import same_hash
from pipeline.records.tables import Recording, SpeakerLink, StaffAccount
from pipeline.services.account_reach import is_assigned
from pipeline.services.api_tokens import find_token_account
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
_SCOPE = "access_scope"
_VISIT = "speaker_link"
_SIGNED_IN_AT = "signed_in_at"
_SHARED = "shared_browser"


class Rule(StrEnum):
    """Who an endpoint is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    INTERPRETER = "interpreter"
    READER = "reader"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    MONITOR = "monitor"
    SPEAKER = "speaker"
    UPLOADER = "uploader"
    TOKEN = "token"  # noqa: S105 - a rule, not a secret


ROLES_OF: Mapping[Rule, frozenset[Role]] = {
    Rule.SIGNED_IN: frozenset(Role),
    Rule.INTERPRETER: frozenset(Role),
    Rule.READER: frozenset({Role.VIEWER, Role.STAFF, Role.ADMINISTRATOR}),
    Rule.STAFF: frozenset({Role.STAFF, Role.ADMINISTRATOR}),
    Rule.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
    Rule.OPERATOR: frozenset(Role),
}
"""Roles that pass a rule for people of the organiser; the rules of interpreters and operators then ask for more."""

_SAFE_METHODS = frozenset({"GET", "HEAD"})


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
    role: Role = Role.STAFF
    name: str = ""

    @property
    def actor(self) -> Actor:
        """Who did it, for the record."""
        return Actor("staff", self.account_id)

    @property
    def called(self) -> str:
        """What colleagues see of this person."""
        return self.name or self.email

    def passes(self, rule: Rule) -> bool:
        """Whether this person's role is one that the rule is for; for what a page offers, never instead of a rule."""
        return self.role in ROLES_OF[rule]

    def get_id(self) -> str:
        """What the session cookie keeps; it stops to fit when the password changes."""
        return f"{self.account_id}:{self.session_key}"


def public(view: _View) -> _View:
    """Rule: anybody may ask this."""
    return _ruled(view, Rule.PUBLIC)


def signed_in(view: _View) -> _View:
    """Rule: anybody with an account may ask this; the view itself keeps to what is theirs."""
    return _ruled(view, Rule.SIGNED_IN)


def interpreter(view: _View) -> _View:
    """Rule: who reads everything may look, staff may change, and an interpreter may both where it is assigned.

    The address names the statement, by `statement_id` or by the `recording_id` of one of its recordings. To an
    interpreter whatever is not assigned is not there (404).
    """
    return _ruled(view, Rule.INTERPRETER)


def reader(view: _View) -> _View:
    """Rule: viewers, staff and administrators may ask this; it changes nothing."""
    return _ruled(view, Rule.READER)


def staff(view: _View) -> _View:
    """Rule: only staff and administrators may ask this."""
    return _ruled(view, Rule.STAFF)


def administrator(view: _View) -> _View:
    """Rule: only administrators may ask this."""
    return _ruled(view, Rule.ADMINISTRATOR)


def operator(view: _View) -> _View:
    """Rule: only signed-in people who run this service may ask this."""
    return _ruled(view, Rule.OPERATOR)


def token(scope: str) -> Callable[[_View], _View]:
    """Rule: only a script with a token of this scope may ask this; see `current_staff` for whose it is."""

    def ruled(view: _View) -> _View:
        setattr(view, _SCOPE, scope)
        return _ruled(view, Rule.TOKEN)

    return ruled


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


def scope_of(view: object) -> str | None:
    """The scope that a script's token needs for a view, None where it is not for scripts."""
    return cast("str | None", getattr(view, _SCOPE, None))


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
    """The person of the organiser who asks, or in whose name a script does; only where the rule lets none else in."""
    if "token_member" in g:
        return cast(StaffMember, g.token_member)
    return cast(StaffMember, current_user._get_current_object())


def is_staff_signed_in() -> bool:
    """Whether this request comes from signed-in staff, wherever it goes."""
    return bool(current_user.is_authenticated)


def home_address() -> str:
    """Where a signed-in person begins: an interpreter's own work, or the sessions."""
    return url_for("staff.sessions" if current_staff().passes(Rule.READER) else "staff.account")


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
    if rule is not None and rule in ROLES_OF:
        return _check_member(rule)
    if rule is Rule.TOKEN:
        g.token_member = _find_token_member(scope_of(current_app.view_functions[request.endpoint])) or abort(401)
        return None
    if rule is Rule.MONITOR:
        return None if is_monitor(request, portal().settings.web.metrics_token.get_secret_value()) else abort(403)
    if rule in {Rule.SPEAKER, Rule.UPLOADER}:
        g.speaker_visit = _find_visit(may_be_expired=rule is Rule.UPLOADER) or abort(403)
        return None
    log.error("access.rule_missing", endpoint=request.endpoint)
    abort(403)


def _check_member(rule: Rule) -> ResponseReturnValue | None:
    if not is_staff_signed_in():
        return _ask_to_sign_in()
    member = current_staff()
    if not member.passes(rule) or (rule is Rule.OPERATOR and not member.is_operator):
        abort(403)
    if rule is Rule.INTERPRETER:
        _check_assigned(member)
    return None


def _check_assigned(member: StaffMember) -> None:
    if member.role is Role.INTERPRETER:
        statement_id = _statement_asked_for()
        if statement_id is None or not is_assigned(current_db(), member.account_id, statement_id=statement_id):
            abort(404)
    elif request.method not in _SAFE_METHODS and not member.passes(Rule.STAFF):
        abort(403)


def _statement_asked_for() -> int | None:
    """The statement that the address names; an address that names two things of two statements names none."""
    asked = request.view_args or {}
    named = {asked["statement_id"]} if "statement_id" in asked else set()
    if "recording_id" in asked:
        recording = current_db().get(Recording, asked["recording_id"])
        named.add(recording.statement_id if recording is not None else None)
    return named.pop() if len(named) == 1 else None


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
    return StaffMember(
        account.id, account.email, account.session_key, account.is_operator, role=account.role, name=account.name
    )


def _find_token_member(scope: str | None) -> StaffMember | None:
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    if scope is None or kind.lower() != "bearer":
        return None
    account = find_token_account(current_db(), told.strip(), scope=scope, now=datetime.now(UTC))
    return _staff_member(account) if account is not None else None


def _find_visit(*, may_be_expired: bool) -> SpeakerVisit | None:
    link_id = session.get(_VISIT)
    link = current_db().get(SpeakerLink, link_id) if isinstance(link_id, int) else None
    if link is None or link.revoked_at is not None:
        return None
    if link.expires_at <= datetime.now(UTC) and not may_be_expired:
        return None
    return SpeakerVisit(link.id, link.statement_id)
