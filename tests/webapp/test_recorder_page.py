"""The recorder's page: the one page that may use a camera, what it is told of the statement, and when it is closed."""

import json
import re
from collections.abc import Callable
from contextlib import closing

import httpx
import pytest

from pipeline.domain.statements import StatementState
from pipeline.records.tables import PreSession, Statement, StatementContent
from tests.fixtures.clock import NOW
from tests.fixtures.portal import BODY, TUS, InvitedSpeaker, PortalProcess, begin, patch


def config_of(client: httpx.Client) -> dict[str, object]:
    page = client.get("/speaker/record").text
    found = re.search(r'data-part="recorder-config">(.*?)</script>', page, re.DOTALL)
    assert found is not None, page
    return dict(json.loads(found[1]))


def unfinished_of(client: httpx.Client) -> tuple[object, object]:
    told = config_of(client)["unfinished"]
    assert isinstance(told, dict)
    return told["is_take"], told["offset_bytes"]


def test_only_this_page_may_use_camera_and_microphone(visitor: httpx.Client) -> None:
    allowed = visitor.get("/speaker/record").headers["Permissions-Policy"]
    assert "camera=(self), microphone=(self)" in allowed
    for address in ("/speaker/", "/sign-in", "/speaker/goodbye"):
        assert "camera=(), microphone=()" in visitor.get(address).headers["Permissions-Policy"]


def test_it_stays_within_the_session_s_limit(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        pre_session = db.get_one(PreSession, statement.speaker.country.pre_session_id)
        pre_session.min_seconds, pre_session.max_seconds, pre_session.tolerance_seconds = 300, 420, 0
    page = visitor.get("/speaker/record").text
    assert "5 to 7 minutes" in page
    assert "up to 84 MB" in page
    assert (config_of(visitor)["shortest_seconds"], config_of(visitor)["longest_seconds"]) == (300, 419)


def test_takes_of_two_statements_have_names_that_say_nothing(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker]
) -> None:
    with closing(invite(portal_process).visit()) as one, closing(invite(portal_process).visit()) as other:
        first, again, second = (config_of(client)["scope"] for client in (one, one, other))
    assert first == again != second
    assert re.fullmatch("[0-9a-f]{24}", str(first))


def test_the_newest_text_is_there_to_be_read_aloud(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        for revision, text in enumerate(("An older text.", "We thank the Chair. <b>"), start=1):
            row = StatementContent(statement_id=invited.statement_id, revision=revision, text=text, created_at=NOW)
            db.add(row)
    page = visitor.get("/speaker/record").text
    assert "We thank the Chair. &lt;b&gt;</textarea>" in page
    assert "An older text." not in page


def test_what_is_under_way_is_told_apart(visitor: httpx.Client) -> None:
    patch(visitor, begin(visitor, 5000), 0, b"x" * 1200)
    assert unfinished_of(visitor) == (False, 1200)
    taken = visitor.post("/uploads/", headers={**TUS, "Upload-Defer-Length": "1"})
    visitor.patch(taken.headers["Location"], content=b"y" * 700, headers={**BODY, "Upload-Offset": "0"})
    assert unfinished_of(visitor) == (True, 700)
    assert "You began to record in the browser." in visitor.get("/speaker/").text


@pytest.mark.parametrize("state", [StatementState.WITHDRAWN, StatementState.PUBLISHED])
def test_where_nothing_can_be_handed_in_nothing_is_recorded(
    invited: InvitedSpeaker, visitor: httpx.Client, state: StatementState
) -> None:
    with invited.portal.database.begin() as db:
        db.get_one(Statement, invited.statement_id).state = state
    answer = visitor.get("/speaker/record")
    assert answer.status_code == 303
    assert "No recording can be handed in at the moment." in visitor.get(answer.headers["Location"]).text
    assert "Open the recorder" not in visitor.get("/speaker/").text


def test_leaving_empties_the_browser(visitor: httpx.Client) -> None:
    page = visitor.get("/speaker/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = visitor.post("/speaker/leave", data={"csrf_token": token[1]})
    assert answer.headers["Clear-Site-Data"] == '"storage"'
