"""The review's forms: what was typed survives, speakers read their own language, and nobody is shown who is at risk."""

from io import BytesIO

import pytest

from pipeline.domain.desk import AssignmentKind, CommentReader
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.roles import Role
from pipeline.domain.standings import Standing
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Assignment, Comment, Job, StaffAccount, Statement, Track
from pipeline.services.proxies import proxy_inputs
from pipeline.services.results import KeptResult, keep_result
from pipeline.storage.keys import package_prefix
from tests.fixtures.clock import NOW
from tests.fixtures.panels import load_plan, session_plan, speaker_plan, statement_of
from tests.fixtures.standings import accept, bring_to

pytestmark = pytest.mark.slow

REVIEW = "/staff/statements/1/"


@pytest.fixture
def to_review(sqlite_database) -> None:
    """A statement of a Russian speaker to review, and one of somebody else."""
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(1, language="ru"), speaker_plan(2)]))
    with sqlite_database.begin() as db:
        for position in (1, 2):
            accept(db, statement_of(db, "MW", position))


def _statement(database) -> Statement:
    with database.read() as db:
        return db.get_one(Statement, 1)


def test_a_comment_is_kept_at_its_moment_and_undone_step_by_step(anna, to_review, sqlite_database):
    answer = anna.press(REVIEW, "/comments", text="Louder.", at="0:02.5", for_speaker="y")
    assert answer.status_code == 303
    with sqlite_database.read() as db:
        comment = db.query(Comment).one()
        assert (comment.text, comment.at_seconds, comment.reader) == ("Louder.", 2.5, CommentReader.SPEAKER)
    for deed in ("hide", "resolve", "reopen", "take-back"):
        assert anna.press(REVIEW, f"/comments/1/{deed}").status_code == 303
    with sqlite_database.read() as db:
        assert db.query(Comment).count() == 0


@pytest.mark.parametrize(
    ("fields", "words"), [({"text": ""}, "Please write"), ({"text": "x", "at": "soon"}, "like 1:02")]
)
def test_a_comment_that_cannot_be_taken_says_why(anna, to_review, sqlite_database, fields, words):
    answer = anna.press(REVIEW, "/comments", **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_comment_on_what_changed_meanwhile_is_still_in_its_field(anna, to_review, sqlite_database):
    form = anna.open(REVIEW).form("/comments")
    with sqlite_database.begin() as db:
        accept(db, statement_of(db, "MW"))
    answer = anna.send(form, text="That took long to write.", at="0:01")
    assert answer.status_code == 409
    assert "That took long to write." in answer.text
    assert anna.send(anna.open(REVIEW).form("/comments"), text="Again.").status_code == 303


def test_picked_reasons_reach_the_speaker_in_their_language_above_own_words(anna, to_review, sqlite_database):
    answer = anna.press(REVIEW, "/send-back", picked="quiet", reason="Спасибо.")
    assert answer.status_code == 303
    statement = _statement(sqlite_database)
    assert statement.state is StatementState.SENT_BACK
    assert statement.sent_back_reason == (
        "Ваш голос плохо слышно. Пожалуйста, запишите ещё раз ближе к микрофону.\nСпасибо."
    )


def test_staff_choose_the_still_leave_out_an_end_and_undo_it(anna, to_review, sqlite_database):
    assert anna.press(REVIEW, "/still", still_at="0:03").status_code == 303
    wrong = anna.press(REVIEW, "/shown-part", start="0:30", end="0:05")
    assert (wrong.status_code, "has to come after" in wrong.text) == (422, True)
    assert anna.press(REVIEW, "/shown-part", start="0:02", end="0:30.5").status_code == 303
    with sqlite_database.read() as db:
        recording = statement_of(db, "MW").current_recording
        assert (recording.trim_start_seconds, recording.trim_end_seconds) == (2.0, 30.5)
        assert recording.poster_seconds == 1.0, "the same picture, as it is counted now"
    form = anna.open(REVIEW).form("/shown-part/undo")
    with sqlite_database.begin() as db:
        statement_of(db, "MW").alias = "Another"
    assert anna.send(form).status_code == 409


def test_an_earlier_recording_is_watched_but_nothing_is_decided_or_placed_by_it(anna, to_review, sqlite_database):
    with sqlite_database.begin() as db:
        accept(db, statement_of(db, "MW"))
    for attempt, is_offered in ((2, True), (1, False)):
        page = anna.get(f"{REVIEW}?attempt={attempt}").text
        assert f"Recording {attempt}</h2>" in page
        for part in ("/approve", "/still", "/shown-part", 'name="at"'):
            assert (part in page) is is_offered, part


def test_what_is_asked_of_somebody_stands_in_the_queue_and_ends(anna, account_id, to_review, sqlite_database):
    assert anna.press(REVIEW, "/assignments", account_id=account_id, what="review").status_code == 303
    assert "Asked of you" in anna.get("/staff/36/queue").text
    assert anna.get("/staff/36/queue/next?after=1").headers["Location"] == "/staff/statements/2/"
    assert "Organisation 1" in anna.get("/staff/work/").text
    assert anna.press(REVIEW, "/assignments/1/end").status_code == 303
    assert "Nothing is asked of you" in anna.get("/staff/work/").text


def test_the_quick_preview_is_made_on_request_and_gone_as_soon_as_somebody_is_at_risk(
    anna, sqlite_database, portal, store
):
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.PREPARING)
    assert anna.press(REVIEW, "/quick-preview").status_code == 303
    with sqlite_database.begin() as db:
        assert db.query(Job).filter(Job.kind == JobKind.PROXY, Job.state == JobState.QUEUED).count() == 1
        recording, prefix = statement_of(db, "MW").current_recording, package_prefix("3" * 32)
        keep_result(db, proxy_inputs(recording.sha256), KeptResult({}, prefix), now=NOW)
    store.put_bytes(f"{prefix}proxy.mp4", b"film", content_type="video/mp4")
    film = "/staff/statements/1/quick-preview/proxy.mp4"
    assert film in anna.get(REVIEW).text
    answer = anna.get(film)
    assert (answer.data, answer.headers["Cache-Control"]) == (b"film", "no-store")
    with sqlite_database.begin() as db:
        statement_of(db, "MW").blurs_faces = True
    assert anna.get(film).status_code == 404
    assert "quick-preview" not in anna.get(REVIEW).text


def test_an_interpreter_brings_only_what_was_asked_for(anna, account_id, to_review, sqlite_database):
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).role = Role.INTERPRETER
        asked = {"account_id": account_id, "kind": AssignmentKind.INTERPRET, "language": "fr", "created_at": NOW}
        db.add(Assignment(statement_id=1, **asked))
    page = anna.get("/staff/work/1/")
    assert page.status_code == 200
    assert "Speaker 1" not in page.text, "the speaker has not said that the name may be shown"
    form = anna.open("/staff/work/1/").form("/subtitles")
    vtt = b"WEBVTT\n\n00:00.100 --> 00:02.000\nBonjour\n"
    assert anna.send(form, language="es", files={"file": _file(vtt)}).status_code == 422
    assert anna.send(form, language="fr", files={"file": _file(vtt)}).status_code == 303
    assert anna.send(form, language="fr", files={"file": _file(vtt)}).status_code == 409, "another is there by now"
    with sqlite_database.read() as db:
        assert [track.language for track in db.query(Track)] == ["fr"]
    assert anna.get("/staff/work/2/").status_code == 404
    assert anna.get(REVIEW).status_code == 403
    assert anna.press("/staff/work/1/", "/subtitles/remove").status_code == 303


def _file(data: bytes):
    return BytesIO(data), "subtitles.vtt"
