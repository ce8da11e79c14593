"""What a page offers is open to whoever it is offered to: no button or link on it leads to a refusal."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.roles import Role
from pipeline.records.tables import Assignment, StaffAccount
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import approve_new_recording, hand_in, load_plan, session_plan, statement_of
from webapp.access import rule_of
from webapp.rules import ROLES_OF, Rule

pytestmark = pytest.mark.slow

PAGES = (
    "/staff/",
    "/staff/36/",
    "/staff/36/status",
    "/staff/36/MW/",
    "/staff/36/MW/publish",
    "/staff/36/MW/releases/",
    "/staff/36/publish",
    "/staff/36/missions/",
    "/staff/36/speakers/",
    "/staff/36/queue",
    "/staff/36/status",
    "/staff/statements/1/",
    "/staff/statements/2/",
    "/staff/mails/",
    "/staff/mails/1/",
)
"""Pages that everybody opens who sees everything."""


PAGES_OF_STAFF = ("/staff/36/edit", "/staff/36/MW/speakers/new")
PAGES_OF_ADMINISTRATORS = (
    "/staff/accounts/",
    "/staff/accounts/1/",
    "/staff/record/",
    "/staff/interfaces/",
    "/staff/retention/",
    "/staff/retention/erase/1/",
)
PAGES_OF_INTERPRETERS = (
    "/staff/work/",
    "/staff/work/1/",
    "/staff/statements/1/subtitles/fr/",
    "/staff/statements/1/subtitles/fr/beginning",
    "/staff/statements/1/voices/",
    "/staff/account/",
    "/staff/account/second-factor/",
)

PAGES_OF: Mapping[Role, tuple[str, ...]] = {
    Role.INTERPRETER: PAGES_OF_INTERPRETERS,
    Role.VIEWER: PAGES + PAGES_OF_INTERPRETERS,
    Role.STAFF: PAGES + PAGES_OF_INTERPRETERS + PAGES_OF_STAFF,
    Role.ADMINISTRATOR: PAGES + PAGES_OF_INTERPRETERS + PAGES_OF_STAFF + PAGES_OF_ADMINISTRATORS,
}


@pytest.fixture
def filled(sqlite_database, account_id) -> None:
    """A session with something to decide and something decided, and a mail."""
    load_plan(sqlite_database, session_plan(MW=3))
    with sqlite_database.begin() as db:
        statement_of(db, "MW", 1).speaker.email = "speaker@example.org"
        approve_new_recording(db, statement_of(db, "MW", 1))
        hand_in(db, statement_of(db, "MW", 2))


def _offered(text: str) -> list[tuple[str, str]]:
    """Method and address of every form and link on a page."""
    forms = [
        (re.search(r'method="(\w+)"', tag)[1].upper(), re.search(r'action="([^"]*)"', tag)[1])
        for tag in re.findall(r"<form\b[^>]*>", text)
        if "action=" in tag
    ]
    return forms + [("GET", address) for address in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', text)]


def _text(browser: Browser, page: str) -> str:
    answer = browser.get(page)
    assert answer.status_code == 200, page
    return answer.text


def _rule(app: Flask, method: str, address: str) -> Rule | None:
    """The rule of what an address leads to; None where it leads out of the portal or nowhere."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
    except HTTPException:
        return None
    return rule_of(app.view_functions[endpoint])


@pytest.mark.parametrize("role", list(Role))
def test_nothing_is_offered_that_would_be_refused(portal, anna: Browser, filled, sqlite_database, role):
    with sqlite_database.begin() as db:
        account = db.query(StaffAccount).one()
        account.role = role
        wish = {"statement_id": 1, "kind": AssignmentKind.INTERPRET, "language": "fr"}
        db.add(Assignment(account_id=account.id, created_at=NOW, **wish))
    wrong, seen = [], 0
    for page in PAGES_OF[role]:
        for method, address in _offered(_text(anna, page)):
            rule = _rule(portal, method, address)
            seen += 1
            changes = rule is Rule.INTERPRETER and method == "POST" and role is not Role.INTERPRETER
            wanted = Rule.STAFF if changes else rule
            if wanted in ROLES_OF and role not in ROLES_OF[wanted]:
                wrong.append((page, method, address))
    assert wrong == []
    assert seen > 20
