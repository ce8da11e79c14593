"""Choosing what is shown without a script, the small copy that nobody else sees, earlier recordings, the preview."""

from collections.abc import Callable
from contextlib import closing
from datetime import date

import httpx
import pytest

from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.statements import StatementState
from pipeline.domain.tokens import new_name
from pipeline.domain.trims import Trim
from pipeline.records.database import Database
from pipeline.records.tables import Recording, Statement
from pipeline.services.previews import preview_mark, preview_of
from pipeline.services.proxies import proxy_inputs
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.tracks import add_track
from pipeline.storage.keys import package_prefix, under
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import STAFF, load_plan, session_plan, statement_of
from tests.fixtures.portal import InvitedSpeaker, csrf_token
from tests.fixtures.standings import accept
from tests.fixtures.trimming import hand_in_too_long

COPY = b"a small film"


@pytest.fixture
def too_long(invited: InvitedSpeaker) -> int:
    """The speaker's recording, too long, with a copy; its id."""
    portal = invited.portal
    with portal.database.begin() as db:
        recording = hand_in_too_long(db, db.get_one(Statement, invited.statement_id))
        prefix = package_prefix(new_name())
        portal.store.put_bytes(under(prefix, "proxy.mp4"), COPY, content_type="video/mp4")
        keep_result(db, proxy_inputs(recording.sha256), KeptResult({}, prefix), now=NOW)
        return recording.id


def choose(client: httpx.Client, recording_id: int, start: str, end: str) -> httpx.Response:
    """Send the form as a browser without scripts would: `1:05.5` is one minute and 5.5 seconds."""
    fields = {"csrf_token": csrf_token(client.get("/speaker/trim/").text), "recording": str(recording_id)}
    for name, moment in (("start", start), ("end", end)):
        fields[f"{name}_minutes"], _, fields[f"{name}_seconds"] = moment.partition(":")
    return client.post("/speaker/trim/", data=fields)


def recording_of(invited: InvitedSpeaker, recording_id: int) -> Recording:
    with invited.portal.database.read() as db:
        return db.get_one(Recording, recording_id)


def test_too_long_is_cut_with_plain_fields(invited: InvitedSpeaker, visitor: httpx.Client, too_long: int) -> None:
    assert "Shorten my recording" in visitor.get("/speaker/").text
    page = visitor.get("/speaker/trim/").text
    assert "Your recording is 6:12 min long" in page
    assert 'name="end_minutes" min="0" max="999" step="1" inputmode="numeric" value="5"' in page  # what is suggested
    assert choose(visitor, too_long, "0:12.5", "5:00").status_code == 303
    assert recording_of(invited, too_long).trim == Trim(12.5, 300.0)
    page = visitor.get("/speaker/").text
    assert "it passed the first check" in page
    assert "Only the part that you chose is shown: 4:48 min" in page
    whole = {"csrf_token": csrf_token(page), "recording": str(too_long)}
    assert visitor.post("/speaker/trim/whole", data=whole).status_code == 303
    assert "Shorten my recording" in visitor.get("/speaker/").text


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        (("0:0", "6:12"), "6:12 min would be left. At most 5:00 min are allowed"),
        (("3:00", "3:30"), "At least 2:00 min are needed"),
        (("5:00", "1:00"), "The end must come after the start"),
        (("0:0", "9:00"), "Please choose a start and an end within it"),
        (("0:ten", "5:00"), "Please write the times as numbers"),
        (("0:nan", "5:00"), "Please write the times as numbers"),
        (("0:0", "1e999:0"), "Please write the times as numbers"),
    ],
)
def test_what_cannot_be_shown_is_told_and_changes_nothing(
    invited: InvitedSpeaker, visitor: httpx.Client, too_long: int, moments: tuple[str, str], words: str
) -> None:
    answer = choose(visitor, too_long, *moments)
    assert (answer.status_code, recording_of(invited, too_long).trim) == (422, None)
    assert words in answer.text


def test_the_copy_is_for_its_speaker_alone(
    invited: InvitedSpeaker, visitor: httpx.Client, too_long: int, invite: Callable[..., InvitedSpeaker]
) -> None:
    address = f"/speaker/recordings/{too_long}/copy/proxy.mp4"
    part = visitor.get(address, headers={"Range": "bytes=2-6"})
    assert (part.status_code, part.content, part.headers["Cache-Control"]) == (206, COPY[2:7], "no-store")
    assert visitor.get(f"/speaker/recordings/{too_long}/copy/../../x").status_code == 404
    assert visitor.get(f"/speaker/recordings/{too_long}/media/master.m3u8").status_code == 404  # there is no package
    with closing(invite(invited.portal).visit()) as other:
        assert other.get(address).status_code == 404
        assert other.get("/speaker/trim/").status_code == 302
    assert httpx.get(f"{invited.portal.url}{address}").status_code == 403


def test_an_earlier_recording_counts_again(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        first = accept(db, statement, Finding(FindingCode.QUIET, {"loudness_lufs": -41.0}))
        hand_in_too_long(db, statement)
        first_id = first.id
    page = visitor.get("/speaker/").text
    assert "Your voice is very quiet: -41 LUFS" in page  # what was found in it stays to be read
    assert "Use recording 1" in page
    assert "Use recording 2" not in page
    fields = {"csrf_token": csrf_token(page), "recording": str(first_id)}
    assert visitor.post("/speaker/attempts/use", data=fields).status_code == 303
    with invited.portal.database.read() as db:
        statement = db.get_one(Statement, invited.statement_id)
        assert (statement.current_recording_id, statement.state) == (first_id, StatementState.IN_REVIEW)


def test_after_the_last_day_a_sentence_takes_the_forms_place(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    page = visitor.get("/speaker/").text
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        statement.speaker.country.hand_in_until = date(2020, 10, 5)
    closed = visitor.get("/speaker/").text
    assert "The last day to hand in a recording was 5 October 2020" in closed
    assert not visitor.get("/speaker/status.json").json()["can_receive"]
    refused = visitor.post("/uploads/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "4"})
    assert (refused.status_code, "Reload the page to see why" in refused.text) == (403, True)
    sent = visitor.post(
        "/speaker/recording", data={"csrf_token": csrf_token(page)}, files={"recording": ("a.mp4", b"abcd")}
    )
    assert (sent.status_code, "write to the organiser" in sent.text) == (409, True)
    assert invited.recordings() == []


def test_a_preview_is_answered(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    with invited.portal.database.begin() as db:
        accept(db, db.get_one(Statement, invited.statement_id))
    page = visitor.get("/speaker/preview/").text
    mark = page.partition('name="shown" value="')[2].partition('"')[0]
    fields = {"csrf_token": csrf_token(page), "shown": mark, "answer": "wrong", "words": " "}
    empty = visitor.post("/speaker/preview/", data=fields)
    assert (empty.status_code, "Please write what is wrong" in empty.text) == (422, True)
    assert visitor.post("/speaker/preview/", data={**fields, "words": "My <name>"}).status_code == 303
    thanks, later = visitor.get("/speaker/").text, visitor.get("/speaker/").text
    told = [("The organiser reads what you wrote" in it, "You told us what is wrong" in it) for it in (thanks, later)]
    assert told == [(True, False), (False, True)]
    assert visitor.post("/speaker/preview/", data={**fields, "shown": "0" * 16, "words": "x"}).status_code == 409
    assert visitor.post("/speaker/preview/", data={**fields, "answer": "right"}).status_code == 303
    with invited.portal.database.read() as db:
        said = preview_of(db.get_one(Statement, invited.statement_id).current_recording).said
        assert (said.answer, said.words) == ("right", "")


def test_staff_read_what_the_speaker_says_and_give_more_time(anna: Browser, sqlite_database: Database) -> None:
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        statement.speaker.country.hand_in_until = date(2020, 10, 5)
        recording.preview_answer, recording.preview_words = "wrong", "My <name> is wrong."
        recording.preview_mark = preview_mark(recording)
    page = anna.get("/staff/statements/1/").text
    assert "My &lt;name&gt; is wrong." in page
    assert "have changed since the speaker answered" not in page
    with sqlite_database.begin() as db:
        again = db.get_one(Recording, recording.id)
        add_track(db, again, language="en", data=b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n", actor=STAFF, now=NOW)
    page = anna.get("/staff/statements/1/").text
    assert "have changed since the speaker answered" in page
    assert "My &lt;name&gt; is wrong." in page
    assert "The last day was 5 Oct 2020" in page
    assert anna.press("/staff/statements/1/", "give-time", until="2099-01-02").status_code == 303
    assert "Recordings are taken until 2 Jan 2099" in anna.get("/staff/statements/1/").text
    assert anna.press("/staff/statements/1/", "give-time", until="soon").status_code == 422
