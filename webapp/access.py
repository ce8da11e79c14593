"""Who may ask what: every endpoint carries a rule, and one without a rule is refused.

    @blueprint.get("/staff/")
    @staff
    def sessions(): ...

Rules of people of the organiser, from least to most: `signed_in` (whatever the role), `interpreter`, `reader`, `staff`,
`administrator`. An interpreter reaches statements that are assigned to them and is told of no other. A script
comes in by `token`, with a scope. Whatever is not allowed here is refused.

Who asks is found in `webapp.members` and `webapp.visits`; Flask's own session is touched there alone.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeVar, cast

import structlog
from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from pipeline.domain.roles import Role
from pipeline.domain.scopes import Scope
from pipeline.records.tables import ApiToken, Recording
from pipeline.services.account_reach import is_assigned
from pipeline.services.api_tokens import TokenLine, find_token, is_use_worth_noting, note_use
from webapp.database import current_db
from webapp.errors import wants_json
from webapp.members import (
    SAFE_METHODS,
    StaffMember,
    current_staff,
    half_signed_in,
    init_members,
    is_staff_signed_in,
    member_of,
    note_member_seen,
    owes_second_factor,
)
from webapp.monitors import is_monitor
from webapp.portal import portal
from webapp.rules import ROLES_OF, Rule
from webapp.visits import current_visit, find_visit

__all__ = ["ROLES_OF", "Rule", "current_staff", "current_visit", "is_staff_signed_in"]

log = structlog.get_logger(__name__)

_View = TypeVar("_View", bound=Callable[..., object])
_RULE = "access_rule"
_SCOPE = "access_scope"
_BEFORE_FACTOR = "access_before_factor"


def public(view: _View) -> _View:
    """Rule: anybody may ask this."""
    return _ruled(view, Rule.PUBLIC)


def half_signed_in_only(view: _View) -> _View:
    """Rule: only somebody may ask this who owes no more than a second factor; see `webapp.members.half_signed_in`."""
    return _ruled(view, Rule.HALF_SIGNED_IN)


def signed_in(view: _View) -> _View:
    """Rule: anybody with an account may ask this; the view itself keeps to what is theirs."""
    return _ruled(view, Rule.SIGNED_IN)


def before_factor(view: _View) -> _View:
    """Also for whoever still has to set up the second factor that is demanded of everybody; goes beside a rule."""
    setattr(view, _BEFORE_FACTOR, True)
    return view


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
    """Rule: only a script with a token of this scope may ask this; see `current_staff` for whose it is.

    Its account must be one that reads everything, and to change something one of staff or an administrator; the record
    is for administrators alone, as in the portal.
    """

    def ruled(view: _View) -> _View:
        setattr(view, _SCOPE, scope)
        return _ruled(view, Rule.ADMINISTRATOR_TOKEN if scope == Scope.AUDIT else Rule.TOKEN)

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
    init_members(app)
    app.before_request(_check_rule)


def home_address() -> str:
    """Where a signed-in person begins: an interpreter's own work, or the sessions."""
    return url_for("staff.sessions" if current_staff().passes(Rule.READER) else "staff.own_work")


def _ruled(view: _View, rule: Rule) -> _View:
    setattr(view, _RULE, rule)
    return view


def _check_rule() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    rule = rule_of(view)
    if rule is not None and rule in ROLES_OF:
        return _check_member(rule, is_before_factor=bool(getattr(view, _BEFORE_FACTOR, False)))
    if rule is Rule.HALF_SIGNED_IN and half_signed_in() is None:
        return _ask_to_sign_in()
    if rule in {Rule.TOKEN, Rule.ADMINISTRATOR_TOKEN}:
        _check_token(rule, scope_of(view))
    elif rule is Rule.MONITOR:
        _check_monitor()
    elif rule in {Rule.SPEAKER, Rule.UPLOADER}:
        g.speaker_visit = find_visit(may_be_expired=rule is Rule.UPLOADER) or abort(403)
    elif rule not in {Rule.PUBLIC, Rule.HALF_SIGNED_IN}:
        log.error("access.rule_missing", endpoint=request.endpoint)
        abort(403)
    return None


def _check_monitor() -> None:
    if not is_monitor(request, portal().settings.web.metrics_token.get_secret_value()):
        abort(403)


def _check_member(rule: Rule, *, is_before_factor: bool) -> ResponseReturnValue | None:
    if not is_staff_signed_in():
        return _ask_to_sign_in()
    member = current_staff()
    if not member.passes(rule) or (rule is Rule.OPERATOR and not member.is_operator):
        abort(403)
    if owes_second_factor(member) and not is_before_factor:
        return _ask_for_factor()
    if rule is Rule.INTERPRETER:
        _check_assigned(member)
    note_member_seen(member)
    return None


def _ask_for_factor() -> ResponseReturnValue:
    if request.method != "GET" or wants_json():
        abort(403)
    return redirect(url_for("staff.set_up_factor"))


def _check_assigned(member: StaffMember) -> None:
    if member.role is Role.INTERPRETER:
        statement_id = _statement_asked_for()
        if statement_id is None or not is_assigned(current_db(), member.account_id, statement_id=statement_id):
            abort(404)
    elif request.method not in SAFE_METHODS and not member.passes(Rule.STAFF):
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


def _check_token(rule: Rule, scope: str | None) -> None:
    """A token with every scope does no more than its account may in the portal."""
    found = _find_token() or abort(401)
    member = member_of(found.account, found.token)
    if scope not in found.token.scopes or not member.passes(_least_rule(rule)):
        abort(403)
    g.token_member = member
    _note_token_used(found.token)


def _least_rule(rule: Rule) -> Rule:
    """What the account of a token must pass."""
    if rule is Rule.ADMINISTRATOR_TOKEN:
        return Rule.ADMINISTRATOR
    return Rule.READER if request.method in SAFE_METHODS else Rule.STAFF


def _find_token() -> TokenLine | None:
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    return find_token(current_db(), told.strip(), now=datetime.now(UTC)) if kind.lower() == "bearer" else None


def _note_token_used(token: ApiToken) -> None:
    """Note now and then that a token is in use; that it could not be noted fails no request."""
    now = datetime.now(UTC)
    if not is_use_worth_noting(token, now):
        return
    if request.method not in SAFE_METHODS:
        note_use(current_db(), token.id, now=now)
        return
    with suppress(DBAPIError), portal().database.begin() as db:
        note_use(db, token.id, now=now)
