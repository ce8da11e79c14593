"""Whose an upload is, who may continue it and for how long, and which statements take one."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pipeline.domain.statements import StatementState
from pipeline.records.tables import SpeakerLink, Statement, Upload
from pipeline.services.links import revoke_links
from tests.fixtures.panels import STAFF
from tests.fixtures.portal import TUS, InvitedSpeaker, PortalProcess, begin, offset_of, patch

ANSWERS = [
    ("HEAD", {}),
    ("PATCH", {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}),
    ("DELETE", {}),
]


def set_state(invited: InvitedSpeaker, state: StatementState) -> None:
    with invited.portal.database.begin() as db:
        db.get_one(Statement, invited.statement_id).state = state


@pytest.mark.parametrize(("method", "headers"), ANSWERS)
def test_without_a_visit_nothing_is_answered(
    visitor: httpx.Client, portal_process: PortalProcess, method: str, headers: dict[str, str]
) -> None:
    path = begin(visitor, 10)
    assert httpx.request(method, portal_process.url + path, headers={**TUS, **headers}).status_code == 403
    assert httpx.post(f"{portal_process.url}/uploads/", headers={**TUS, "Upload-Length": "1"}).status_code == 403
    assert offset_of(visitor, path) == 0


@pytest.mark.parametrize(("method", "headers"), ANSWERS)
def test_another_statements_upload_is_not_found(
    visitor: httpx.Client, portal_process: PortalProcess, invite, method: str, headers: dict[str, str]
) -> None:
    path = begin(visitor, 10)
    with closing(invite(portal_process).visit()) as stranger:
        assert stranger.request(method, path, headers={**TUS, **headers}).status_code == 404
    assert offset_of(visitor, path) == 0


def test_an_upload_outlives_its_links_last_day(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    path = begin(visitor, 10)
    patch(visitor, path, 0, b"01234")
    with invited.portal.database.begin() as db:
        db.query(SpeakerLink).filter_by(statement_id=invited.statement_id).update(
            {"expires_at": datetime.now(UTC) - timedelta(days=1)}
        )
    assert visitor.get("/speaker/").status_code == 403
    assert visitor.post("/uploads/", headers={**TUS, "Upload-Length": "10"}).status_code == 403, "another is not begun"
    assert offset_of(visitor, path) == 5
    assert patch(visitor, path, 5, b"56789").status_code == 204
    assert invited.original() == b"0123456789"


def test_a_revoked_link_ends_its_uploads_too(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    path = begin(visitor, 10)
    with invited.portal.database.begin() as db:
        revoke_links(db, statement=db.get_one(Statement, invited.statement_id), actor=STAFF, now=datetime.now(UTC))
    assert patch(visitor, path, 0, b"x").status_code == 403
    assert visitor.head(path, headers=TUS).status_code == 403


def test_another_browser_with_the_link_continues(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    path = begin(visitor, 10)
    patch(visitor, path, 0, b"01234")
    with closing(invited.visit()) as phone:
        unfinished = phone.get("/speaker/status.json").json()["unfinished"]
        assert (unfinished["address"], unfinished["length_bytes"], unfinished["offset_bytes"]) == (path, 10, 5)
        assert patch(phone, unfinished["address"], 5, b"56789").status_code == 204
    assert invited.original() == b"0123456789"


def test_a_new_upload_takes_the_place_of_the_unfinished_one(visitor: httpx.Client) -> None:
    first = begin(visitor, 10)
    second = begin(visitor, 20)
    assert visitor.head(first, headers=TUS).status_code == 404
    assert offset_of(visitor, second) == 0
    assert visitor.get("/speaker/status.json").json()["unfinished"]["address"] == second


@pytest.mark.parametrize("state", [StatementState.PUBLISHED, StatementState.WITHDRAWN, StatementState.TAKEN_DOWN])
def test_statements_that_take_no_recording_take_no_upload(
    invited: InvitedSpeaker, visitor: httpx.Client, state: StatementState
) -> None:
    path = begin(visitor, 4)
    set_state(invited, state)
    assert visitor.post("/uploads/", headers={**TUS, "Upload-Length": "4"}).status_code == 403
    assert patch(visitor, path, 0, b"abcd").status_code == 403
    assert invited.recordings() == []


def test_an_upload_that_waited_for_too_long_is_gone(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    path = begin(visitor, 10)
    with invited.portal.database.begin() as db:
        db.query(Upload).filter_by(name=path.rsplit("/", 1)[1]).update(
            {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}
        )
    assert visitor.head(path, headers=TUS).status_code == 410
    assert patch(visitor, path, 0, b"x").status_code == 410
