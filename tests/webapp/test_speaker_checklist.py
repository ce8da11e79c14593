"""The checklist at the top of the speaker's page: what is still missing, and where it is done."""

import re

import httpx

from pipeline.domain.standings import Standing
from pipeline.records.tables import Recording, Statement
from pipeline.services.previews import preview_mark
from tests.fixtures.portal import InvitedSpeaker, csrf_token
from tests.fixtures.standings import accept, bring_to

_LINE = re.compile(r'<li class="step-(\w+)">\s*(?:<a href="#([\w-]+)">|<span>)')


def lines(client: httpx.Client) -> list[str]:
    """How far each line is, in order; every line that is no “later” leads to a place in the page."""
    page = client.get("/speaker/").text
    found = _LINE.findall(page)
    assert [anchor for _state, anchor in found if anchor and f'id="{anchor}"' not in page] == []
    return [state for state, _anchor in found]


def test_lines_are_ticked_off_one_by_one(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    form = {"csrf_token": csrf_token(visitor.get("/speaker/").text)}
    assert lines(visitor) == ["todo", "todo", "todo", "todo", "later"]
    items = dict.fromkeys(("recording", "text", "papers", "name"), "public")
    visitor.post("/speaker/consent", data={**form, **items})
    assert lines(visitor) == ["todo", "done", "todo", "todo", "later"]
    visitor.post("/speaker/contents", data={**form, "text": "My text.", "recommendation-1": "One."})
    assert lines(visitor) == ["todo", "done", "done", "todo", "later"]
    visitor.post("/speaker/contents", data={**form, "recommendation-1": "One.", "recommendation-2": "Two."})
    assert lines(visitor) == ["todo", "done", "todo", "done", "later"]
    with invited.portal.database.begin() as db:
        recording_id = accept(db, db.get_one(Statement, invited.statement_id)).id
    assert lines(visitor) == ["done", "done", "todo", "done", "todo"]
    with invited.portal.database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        recording.preview_answer, recording.preview_mark = "right", preview_mark(recording)
    assert lines(visitor) == ["done", "done", "todo", "done", "done"]
    assert "1 thing is still missing" in visitor.get("/speaker/").text


def test_a_recording_that_is_asked_for_again_is_missing(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        bring_to(db, db.get_one(Statement, invited.statement_id), Standing.REFUSED)
    assert lines(visitor)[0] == "todo"


def test_nothing_is_asked_of_somebody_who_withdrew(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        bring_to(db, db.get_one(Statement, invited.statement_id), Standing.WITHDRAWN)
    assert lines(visitor) == []
