"""What a speaker at risk chooses on the page, is told of it, and what staff are shown from then on."""

import httpx
import pytest

from pipeline.domain.protection import Hidden, Protection
from pipeline.domain.statements import StatementState
from pipeline.media.report import IntakeReport
from pipeline.records.database import Database
from pipeline.records.tables import Statement
from pipeline.services.events import Actor
from pipeline.services.protection import choose_protection, note_hidden, protection_of
from pipeline.services.recordings import record_intake, record_package
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import hand_in, load_plan, session_plan, small_package, statement_of
from tests.fixtures.portal import InvitedSpeaker, csrf_token
from tests.fixtures.standings import accept

PREFIX = "packages/" + "1" * 32 + "/"


def _prepare(invited: InvitedSpeaker, hidden: Hidden | None = None) -> None:
    with invited.portal.database.begin() as db:
        recording = hand_in(db, db.get_one(Statement, invited.statement_id))
        record_intake(db, recording, IntakeReport((), 4.0), now=NOW)
        note_hidden(recording, hidden)
        record_package(db, recording, small_package(), PREFIX, now=NOW)


def _choose(visitor: httpx.Client, **fields: str) -> httpx.Response:
    return visitor.post("/speaker/protection", data={"csrf_token": csrf_token(visitor.get("/speaker/").text), **fields})


def _kept(invited: InvitedSpeaker) -> Protection:
    with invited.portal.database.read() as db:
        return protection_of(db.get_one(Statement, invited.statement_id))


@pytest.mark.parametrize(
    ("fields", "protection"),
    [
        ({"picture": "faces"}, Protection(blurs_faces=True)),
        ({"picture": "whole", "voice": "yes"}, Protection(blurs_picture=True, alters_voice=True)),
        ({"picture": "as_it_is", "voice": "yes"}, Protection(alters_voice=True)),
        ({"picture": "as_it_is"}, Protection()),
    ],
)
def test_what_is_chosen_is_kept_and_shown(
    invited: InvitedSpeaker, visitor: httpx.Client, fields: dict[str, str], protection: Protection
) -> None:
    answer = _choose(visitor, **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/speaker/#protection")
    assert _kept(invited) == protection
    assert 'id="protection" open' in visitor.get("/speaker/").text, "what came of it is told there"
    page = visitor.get("/speaker/").text
    assert f'value="{fields["picture"]}" checked' in page
    assert ('name="voice" value="yes" checked' in page) is protection.alters_voice
    assert ('id="protection" open' in page) is protection.is_any


def test_what_was_not_offered_is_refused(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    assert _choose(visitor, picture="mask").status_code == 422
    assert _kept(invited) == Protection()


def test_who_was_seen_is_told_so_and_then_that_nobody_sees(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    _prepare(invited)
    assert "may already have seen" in visitor.get("/speaker/").text
    _choose(visitor, picture="faces")
    page = visitor.get("/speaker/").text
    assert page.count("Nobody else sees or hears it until this is done.") == 2  # in its part, and where it stands
    assert "is being protected now" in visitor.get("/speaker/status.json").json()["panel"]
    assert "is being prepared again" in page
    with invited.portal.database.read() as db:
        assert db.get_one(Statement, invited.statement_id).state is StatementState.IN_REVIEW


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (Hidden(300.0, 0.0), "all the time"),
        (Hidden(300.0, 12.4), "For 12.4"),
        (Hidden(300.0, 200.0), "It is better to blur the whole picture"),
    ],
)
def test_how_often_a_face_was_found_is_told(
    invited: InvitedSpeaker, visitor: httpx.Client, hidden: Hidden, words: str
) -> None:
    with invited.portal.database.begin() as db:
        db.get_one(Statement, invited.statement_id).blurs_faces = True
    _prepare(invited, hidden)
    assert words in visitor.get("/speaker/").text


def test_staff_are_shown_nothing_until_it_is_protected(anna: Browser, sqlite_database: Database) -> None:
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        review = f"/staff/statements/{statement.id}/"
        media = f"/staff/recordings/{accept(db, statement).id}/media/master.m3u8"
    assert "<video" in anna.get(review).text
    assert anna.get(media).status_code == 200
    with sqlite_database.begin() as db:
        chosen = Protection(blurs_picture=True)
        choose_protection(db, statement=statement_of(db, "MW"), protection=chosen, actor=Actor("speaker", 1), now=NOW)
    page = anna.get(review).text
    assert "<video" not in page
    assert "The whole picture is blurred." in page
    assert anna.get(media).status_code == 404
