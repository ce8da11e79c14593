"""Every endpoint, method, kind of visitor and object: who is let in, against the table of `access_table`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.routing import Rule as Route

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.papers import PaperKind, PaperState
from pipeline.domain.roles import Role
from pipeline.domain.tokens import hash_token, new_name
from pipeline.records.database import Database
from pipeline.records.tables import ApiToken, Assignment, Paper, StaffAccount, StaffPasskey, StaffSession
from pipeline.services.api_tokens import TOKEN_PURPOSE
from pipeline.services.links import issue_link
from tests.fixtures.clock import NOW
from tests.fixtures.desk import PASSWORD, Browser
from tests.fixtures.panels import STAFF, hand_in, load_plan, session_plan, statement_of
from tests.webapp.access_table import ENDPOINTS, EVERYBODY, OWN_ONLY, SCRIPTS, may_enter
from webapp.access import rule_of, scope_of
from webapp.rules import Rule
from webapp.security import limiter

pytestmark = pytest.mark.slow

NONE = 99_999
VALUES = {
    "slug": "36",
    "code": "MW",
    "country": "mw",
    "path": "master.m3u8",
    "filename": "css/base.css",
    "token": "x" * 43,
    "name": "0" * 32,
    "item": "text",
    "action": "hold",
    "deed": "resolve",
    "kind": "csv",
    "form": "vtt",
    "ending": "vtt",
    "size": "large",
}
"""What stands in an address where it is no number."""

ROLES = {role.value: role for role in Role}


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser, or a script with a token."""

    browser: Browser
    token: str = ""

    def ask(self, method: str, address: str) -> int:
        """The status that the address is answered with."""
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.browser.client.open(address, method=method, headers=headers).status_code


@pytest.fixture
def doors(portal: Flask, visitors: Mapping[str, Visitor], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The portal with its rules and no views behind them: whoever is let in gets 299. Nothing is changed by asking."""
    for endpoint, view in list(portal.view_functions.items()):

        def door(**_values: object) -> tuple[str, int]:
            return "in", 299

        door.__dict__.update({name: value for name, value in view.__dict__.items() if name != "__wrapped__"})
        monkeypatch.setitem(portal.view_functions, endpoint, door)
    return portal


@pytest.fixture
def visitors(
    portal: Flask, sqlite_database: Database, password_hash: str, monkeypatch: pytest.MonkeyPatch
) -> Mapping[str, Visitor]:
    """One of each kind. What has the number 1 is the interpreter's, the speaker's and the viewer's; 2 is another's."""
    monkeypatch.setattr(limiter, "enabled", False)
    load_plan(sqlite_database, session_plan(MW=2))
    scopes = sorted({scope for view in portal.view_functions.values() if (scope := scope_of(view)) is not None})
    found = {"nobody": Visitor(Browser(portal)), "speaker": Visitor(_speaker(portal, sqlite_database))}
    for name, role in {**ROLES, "operator": Role.STAFF, "half": Role.STAFF}.items():
        account_id = _add_account(sqlite_database, name, role, password_hash)
        found[name] = Visitor(_signed_in(portal, name))
        if f"{name}_token" in SCRIPTS:
            found[f"{name}_token"] = Visitor(Browser(portal), _add_token(sqlite_database, account_id, scopes))
    with sqlite_database.begin() as db:
        _fill(db)
    assert set(found) == EVERYBODY
    portal.config["WTF_CSRF_ENABLED"] = False
    return found


def _fill(db) -> None:
    """Things of two owners: those with number 1 and those with number 2."""
    for position in (1, 2):
        statement = statement_of(db, "MW", position)
        assert (statement.id, hand_in(db, statement, data=new_name().encode()).id) == (position, position)
        db.add(
            Paper(
                statement_id=position,
                name=new_name(),
                title="A paper",
                kind=PaperKind.PDF,
                state=PaperState.RECEIVED,
                original_key=f"papers/{position}",
                size_bytes=1,
                received_at=NOW,
            )
        )
    ids = {account.email.partition("@")[0]: account.id for account in db.query(StaffAccount)}
    db.add(Assignment(account_id=ids["interpreter"], statement_id=1, kind=AssignmentKind.INTERPRET, created_at=NOW))
    ended = Assignment(account_id=ids["interpreter"], statement_id=2, kind=AssignmentKind.INTERPRET, created_at=NOW)
    ended.ended_at = NOW
    db.add(ended)


def _add_account(database: Database, name: str, role: Role, password_hash: str) -> int:
    with database.begin() as db:
        account = StaffAccount(
            email=f"{name}@example.org",
            role=role,
            password_hash=password_hash,
            session_key=new_name(),
            is_operator=name == "operator",
            created_at=NOW,
        )
        db.add(account)
        db.flush()
        if name == "half":
            db.add(StaffPasskey(account_id=account.id, credential_id="AAAA", public_key="AAAA", created_at=NOW))
        return account.id


def _signed_in(portal: Flask, name: str) -> Browser:
    browser = Browser(portal)
    assert browser.sign_in(f"{name}@example.org", PASSWORD).status_code == 303
    return browser


def _speaker(portal: Flask, database: Database) -> Browser:
    with database.begin() as db:
        until = NOW + timedelta(days=3650)
        token = issue_link(db, statement=statement_of(db, "MW"), expires_at=until, actor=STAFF, now=NOW)
    browser = Browser(portal)
    assert browser.press(f"/s/{token}", f"/s/{token}").status_code == 303
    return browser


def _add_token(database: Database, account_id: int, scopes: list[str]) -> str:
    token = new_name()
    with database.begin() as db:
        db.add(
            ApiToken(
                account_id=account_id,
                name="of tests",
                token_hash=hash_token(token, TOKEN_PURPOSE),
                scopes=scopes,
                created_at=NOW,
                expires_at=datetime.now(UTC) + timedelta(days=1),
            )
        )
    return token


def _addresses(app: Flask, route: Route, method: str) -> Iterator[tuple[str, bool]]:
    """An endpoint's address for what is one's own, for what is another's, and for nothing; the flag says `own`."""
    adapter = app.url_map.bind("localhost")
    for number in (1, 2, NONE):
        values = {name: VALUES.get(name, number) for name in route.arguments}
        yield adapter.build(route.endpoint, values, method=method), number == 1
        if all(name in VALUES for name in route.arguments):
            return


def _requests(app: Flask) -> Iterator[tuple[Route, str, str, bool]]:
    for route in app.url_map.iter_rules():
        for method in sorted((route.methods or set()) - {"OPTIONS"}):
            for address, is_own in _addresses(app, route, method):
                yield route, method, address, is_own


def test_every_endpoint_has_its_line_and_carries_the_rule_of_that_line(portal):
    carried = {endpoint: rule_of(view) for endpoint, view in portal.view_functions.items()}
    assert carried == dict(ENDPOINTS)


@pytest.mark.slow
def test_nobody_gets_in_who_may_not_and_everybody_who_may(doors, visitors):
    wrong, asked = [], 0
    for route, method, address, is_own in _requests(doors):
        rule = ENDPOINTS[route.endpoint]
        for name, visitor in visitors.items():
            wanted = may_enter(rule, name, is_safe=method in {"GET", "HEAD"}, is_own=is_own)
            status = visitor.ask(method, address)
            asked += 1
            if (status == 299) != wanted or (not wanted and status not in {401, 403, 404}):
                wrong.append((name, method, address, status))
    assert wrong == []
    assert asked > 5000


def test_what_is_not_assigned_is_not_there_for_an_interpreter(doors, visitors):
    asked = [
        (method, address)
        for route, method, address, is_own in _requests(doors)
        if ENDPOINTS[route.endpoint] is Rule.INTERPRETER and not is_own
    ]
    assert len(asked) >= 4
    assert {visitors["interpreter"].ask(method, address) for method, address in asked} == {404}


@pytest.mark.parametrize("endpoint", sorted(OWN_ONLY))
def test_what_belongs_to_another_is_not_there(portal, visitors, sqlite_database, endpoint):
    with sqlite_database.begin() as db:
        theirs = db.query(StaffAccount).filter(StaffAccount.email == "half@example.org").one().id
        begun = StaffSession(account_id=theirs, key_hash="0" * 64, way="password", created_at=NOW, seen_at=NOW)
        db.add(begun)
        db.flush()
        numbers = {"session_id": begun.id, "passkey_id": 1, "paper_id": 2}
    adapter = portal.url_map.bind("localhost")
    route = next(route for route in portal.url_map.iter_rules() if route.endpoint == endpoint)
    method = "POST" if "POST" in (route.methods or set()) else "GET"
    for values in ({name: numbers[name] for name in route.arguments}, dict.fromkeys(route.arguments, NONE)):
        address = adapter.build(endpoint, values, method=method)
        for name, visitor in visitors.items():
            assert visitor.ask(method, address) in {401, 403, 404}, (name, address)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"revoked_at": NOW}, 401),
        ({"expires_at": NOW - timedelta(days=3650)}, 401),
        ({"token_hash": "0" * 64}, 401),
        ({"scopes": []}, 403),
        ({}, 401),
    ],
    ids=["revoked", "expired", "unknown", "without the scope", "of a closed account"],
)
def test_a_token_that_is_not_good_opens_nothing(doors, sqlite_database, visitors, change, status):
    with sqlite_database.begin() as db:
        kept = (
            db.query(ApiToken)
            .filter(ApiToken.token_hash == hash_token(visitors["administrator_token"].token, TOKEN_PURPOSE))
            .one()
        )
        for name, value in change.items():
            setattr(kept, name, value)
        if not change:
            db.get_one(StaffAccount, kept.account_id).is_active = False
    asked = [
        (method, address)
        for route, method, address, _own in _requests(doors)
        if ENDPOINTS[route.endpoint] in {Rule.TOKEN, Rule.ADMINISTRATOR_TOKEN}
    ]
    assert len(asked) > 20
    assert {visitors["administrator_token"].ask(method, address) for method, address in asked} == {status}
