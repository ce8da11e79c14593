"""People of the organiser in their browsers: signed in, half signed in (a second factor is still to come), signed out.

Cookies hold numbers and keys of sessions; what they are worth is in the records.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from flask import Flask, abort, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pipeline.domain.accounts import SECOND_STEP_TIME, SignInWay
from pipeline.domain.roles import Role
from pipeline.domain.tokens import hash_token, same_hash
from pipeline.records.tables import ApiToken, StaffAccount, StaffSession
from pipeline.services.accounts_passkeys import Question
from pipeline.services.accounts_sessions import begin_session, end_session, find_session, note_seen
from pipeline.services.accounts_tries import takes_no_more_passwords
from pipeline.services.events import Actor
from webapp.browsers import name_browser
from webapp.database import current_db
from webapp.openid import Asked
from webapp.portal import portal
from webapp.rules import ROLES_OF, Rule

SAFE_METHODS = frozenset({"GET", "HEAD"})

_HALF = "half_signed_in"
_QUESTION = "passkey_question"
_OPENID = "openid_asked"
_FRESH = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=10)
_ONE_FACTOR = frozenset({SignInWay.PASSWORD, SignInWay.OPENID})


@dataclass(frozen=True)
class StaffMember(UserMixin):  # type: ignore[misc]
    """A signed-in person of the organiser; plain values, so that it outlives the request's database session.

    `session_id` is 0 for a script that comes in this person's name, by the token `token_id`.
    """

    account_id: int
    email: str
    name: str
    role: Role
    is_operator: bool
    session_id: int = 0
    session_key: str = ""
    way: SignInWay = SignInWay.PASSWORD
    signed_in_at: datetime | None = None
    seen_at: datetime | None = None
    token_id: int | None = None

    @property
    def actor(self) -> Actor:
        """Who did it, for the record."""
        return Actor("staff", self.account_id, self.token_id)

    @property
    def called(self) -> str:
        """What colleagues see of this person."""
        return self.name or self.email

    def passes(self, rule: Rule) -> bool:
        """Whether this person's role is one that a rule is for; for what a page offers, never instead of a rule."""
        return self.role in ROLES_OF[rule]

    def get_id(self) -> str:
        """What the session cookie keeps; it stops to fit when the session ends or the password changes."""
        return f"{self.session_id}:{self.session_key}"


@dataclass(frozen=True)
class HalfSignedIn:
    """Somebody who gave the right password, or came from an OpenID provider, and still owes a second factor."""

    account_id: int
    next: str


def init_members(app: Flask) -> None:
    """Let a cookie say who asks."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load_member)
    # Not `init_app`: its hook for a remember-me cookie, which we have not, reads the session on every answer, so that
    # caches would keep one copy of a published file for each visitor.
    app.login_manager = manager  # type: ignore[attr-defined]


def current_staff() -> StaffMember:
    """The person of the organiser who asks, or in whose name a script does; only where the rule lets none else in."""
    if "token_member" in g:
        return cast(StaffMember, g.token_member)
    return cast(StaffMember, current_user._get_current_object())


def is_staff_signed_in() -> bool:
    """Whether this request comes from somebody signed in, wherever it goes."""
    return bool(current_user.is_authenticated)


def sign_in_staff(db: Session, account: StaffAccount, way: SignInWay) -> None:
    """Begin a fresh session for this account; nothing of an older one is kept."""
    begun, key = begin_session(
        db, account, way=way, browser=name_browser(request.user_agent.string), now=datetime.now(UTC)
    )
    session.clear()
    login_user(_member(account, begun, key))


def sign_out_staff() -> None:
    """End the session, in the records and in the browser."""
    ended = current_db().get(StaffSession, current_staff().session_id)
    if ended is not None:
        end_session(current_db(), ended, actor=current_staff().actor, now=datetime.now(UTC), is_own_wish=True)
    logout_user()
    session.clear()


def check_tries(email: str) -> None:
    """Answer 429 where so many passwords of this address were wrong lately that none is looked at."""
    if takes_no_more_passwords(current_db(), email, now=datetime.now(UTC)):
        abort(429)


def is_fresh(member: StaffMember) -> bool:
    """Whether somebody signed in so lately that grave changes ask for no password once more."""
    return member.signed_in_at is not None and datetime.now(UTC) - member.signed_in_at < _FRESH


def owes_second_factor(member: StaffMember) -> bool:
    """Whether this installation demands a second factor and this person signed in without one."""
    settings = portal().settings
    if not settings.demands_second_factor or member.session_id == 0:
        return False
    if member.way is SignInWay.OPENID:
        return not settings.openid.has_second_factor
    return member.way in _ONE_FACTOR


def sign_in_half(account: StaffAccount, *, next_address: str) -> None:
    """Remember for a while that somebody owes no more than a second factor; nothing of an older session is kept."""
    session.clear()
    session[_HALF] = {
        "account": account.id,
        "key": _key_of(account),
        "at": datetime.now(UTC).timestamp(),
        "next": next_address,
    }


def half_signed_in() -> HalfSignedIn | None:
    """Who owes a second factor in this browser; None when that took too long, or the password changed meanwhile."""
    kept = session.get(_HALF)
    if not isinstance(kept, dict):
        return None
    if datetime.now(UTC) - datetime.fromtimestamp(kept["at"], UTC) > SECOND_STEP_TIME:
        return None
    account = current_db().get(StaffAccount, kept["account"])
    if account is None or not account.is_active or not same_hash(kept["key"], _key_of(account)):
        return None
    return HalfSignedIn(account.id, str(kept["next"]))


def keep_question(challenge: str) -> None:
    """Remember what this browser's device was asked to sign."""
    session[_QUESTION] = {"challenge": challenge, "at": datetime.now(UTC).timestamp()}


def take_question() -> Question | None:
    """What this browser's device was asked to sign; it is forgotten, so that it is answered once."""
    kept = session.pop(_QUESTION, None)
    return Question(kept["challenge"], datetime.fromtimestamp(kept["at"], UTC)) if kept else None


def keep_openid(asked: Asked) -> None:
    """Remember what this browser was sent to the OpenID provider with."""
    session[_OPENID] = asked


def take_openid() -> Asked | None:
    """What this browser was sent to the OpenID provider with; it is forgotten, so that it comes back once."""
    return cast("Asked | None", session.pop(_OPENID, None))


def note_member_seen(member: StaffMember) -> None:
    """Note now and then that a session is in use; that it could not be noted fails no request."""
    now = datetime.now(UTC)
    if member.seen_at is None or now - member.seen_at < _SEEN_EVERY:
        return
    if request.method not in SAFE_METHODS:
        note_seen(current_db(), member.session_id, now=now)
        return
    with suppress(DBAPIError), portal().database.begin() as db:
        note_seen(db, member.session_id, now=now)


def member_of(account: StaffAccount, token: ApiToken) -> StaffMember:
    """A person in whose name a script comes."""
    return StaffMember(account.id, account.email, account.name, account.role, account.is_operator, token_id=token.id)


def _load_member(kept: str) -> StaffMember | None:
    session_id, _, key = kept.partition(":")
    if not session_id.isdigit():
        return None
    found = find_session(current_db(), int(session_id), key, now=datetime.now(UTC))
    return _member(found.account, found, key) if found is not None else None


def _member(account: StaffAccount, found: StaffSession, key: str) -> StaffMember:
    return StaffMember(
        account.id,
        account.email,
        account.name,
        account.role,
        account.is_operator,
        session_id=found.id,
        session_key=key,
        way=found.way,
        signed_in_at=found.created_at,
        seen_at=found.seen_at,
    )


def _key_of(account: StaffAccount) -> str:
    return hash_token(account.session_key, "half signed in")
