"""Requests made at random from the description of the interface: none breaks the server, each answer is as described.

`API_CASES` says how many; `make fuzz-api` asks for a thousand.
"""

import math
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fixtures.panels import approve_new_recording, hand_in, load_plan, session_plan, statement_of
from webapp.security import limiter

CASES = int(os.environ.get("API_CASES", "60"))
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
THERE = {
    "slug": "36",
    "code": "MW",
    "statement_id": 1,
    "recording_id": 1,
    "track_id": 1,
    "mail_id": 1,
    "language": "en",
}


@pytest.fixture
def filled(sqlite_database, monkeypatch) -> None:
    """Something to find: one statement that is approved, another that has arrived, one that nothing came of.

    Nobody is slowed down: a refusal for haste would tell nothing of a request.
    """
    monkeypatch.setattr(limiter, "enabled", False)
    load_plan(sqlite_database, session_plan(MW=3))
    with sqlite_database.begin() as db:
        statement_of(db, "MW", 1).speaker.email = "speaker@example.org"
        approve_new_recording(db, statement_of(db, "MW", 1))
        hand_in(db, statement_of(db, "MW", 2))


def _cases(operation) -> st.SearchStrategy:
    """Requests as they are described to what is there and to anything, and requests as they are not."""
    names = {parameter["name"] for parameter in operation.definition.raw.get("parameters", ())}
    there = {name: value for name, value in THERE.items() if name in names}
    found = [operation.as_strategy(path_parameters=there or None), operation.as_strategy()]
    if names or "requestBody" in operation.definition.raw:
        found.append(operation.as_strategy(GenerationMode.NEGATIVE))
    return st.one_of(found)


def _each(operation, ask, cases: int) -> None:
    """Ask for one operation so many times."""

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=_cases(operation))
    def try_one(case) -> None:
        ask(case)

    try_one()


@pytest.mark.slow
def test_no_request_breaks_the_server_and_every_answer_is_as_described(portal, filled, script) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", portal)
    operations = [found.ok() for found in schema.get_all_operations()]
    asked: list[int] = []

    def ask(case) -> None:
        version = script.ask("GET", "/statements/1").headers["ETag"]
        known = {"If-Match": version} if len(asked) % 2 else {}
        plain = {"Accept-Encoding": "identity"}  # the client of these tests reads nothing that is compressed
        answer = case.call(headers={"Authorization": f"Bearer {script.token}", **plain, **known})
        asked.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    for operation in operations:
        _each(operation, ask, math.ceil(CASES / len(operations)))
    assert len(operations) > 25
    assert len(asked) >= 0.8 * CASES
    assert {200, 404, 422} <= set(asked)
