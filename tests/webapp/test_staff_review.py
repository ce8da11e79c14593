"""The review of one statement: what is shown, what can be decided, and two people deciding at once."""

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.papers import PaperKind
from pipeline.domain.standings import Standing
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, Event, Job, Paper, Statement
from pipeline.services.papers import CleanPaper, add_paper, record_clean
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.statements import approve_recording
from pipeline.services.tracks import add_track
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL
from tests.fixtures.panels import STAFF, give_consent, hand_in, load_plan, session_plan, statement_of
from tests.fixtures.standings import QUIET, TOO_LONG, accept, bring_to, publish
from webapp.portal import portal as portal_parts

pytestmark = pytest.mark.slow

REVIEW = "/staff/statements/1/"
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@pytest.fixture
def panel(sqlite_database) -> None:
    load_plan(sqlite_database, session_plan(MW=2))


@pytest.fixture
def to_review(sqlite_database, panel) -> int:
    """A statement to review; the id of its recording."""
    with sqlite_database.begin() as db:
        return accept(db, statement_of(db, "MW"), QUIET).id


def _statement(database) -> Statement:
    with database.read() as db:
        statement = statement_of(db, "MW")
        db.expunge_all()
        return statement


@pytest.mark.parametrize("standing", Standing)
def test_the_review_can_be_shown_at_every_standing(anna, panel, sqlite_database, standing):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), standing)
    page = anna.get(REVIEW)
    assert page.status_code == 200
    assert "Organisation 1" in page.text
    assert anna.get(f"{REVIEW}live.json").json["statements"][0]["standing"] == standing.value


def test_findings_attempts_and_history_are_told_in_words(anna, panel, sqlite_database):
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        bring_to(db, statement, Standing.REFUSED)
        db.refresh(statement)
        accept(db, statement, QUIET)
    page = anna.get(REVIEW).text
    for words in (
        "Recording 2",
        "Very quiet (-41.3 LUFS)",
        "Too long by 31.2 s: 7:31 min.",
        "Recording refused by the check",
        "Recording prepared for watching",
    ):
        assert words in page


def test_approving_is_bound_to_the_recording_that_was_watched(anna, to_review, sqlite_database):
    answer = anna.press(REVIEW, "/approve")
    assert answer.location == REVIEW
    statement = _statement(sqlite_database)
    assert statement.state is StatementState.APPROVED
    assert statement.approved_recording_id == to_review
    page = anna.get(REVIEW).text
    assert "Approved" in page
    assert EMAIL in page


def test_a_newer_recording_cannot_be_approved_unseen(anna, to_review, sqlite_database):
    form = anna.open(REVIEW).form("/approve")
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        newer = accept(db, statement)
        version = statement.version
    answer = anna.send(form, version=version)
    assert answer.status_code == 409
    assert "This changed while you looked." in answer.text
    statement = _statement(sqlite_database)
    assert statement.current_recording_id == newer.id
    assert statement.state is StatementState.IN_REVIEW


def test_an_unprepared_recording_cannot_be_approved(anna, panel, sqlite_database):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.PREPARING)
    page = anna.open(REVIEW)
    with pytest.raises(Exception, match="no form"):
        page.form("/approve")
    form = page.form("/send-back")
    form.action = form.action.replace("send-back", "approve")
    assert anna.send(form, recording_id=1, seen="x").status_code == 409


def test_sending_back_tells_the_speaker_why(anna, to_review, sqlite_database):
    answer = anna.press(REVIEW, "/send-back", reason="  Please speak up.  ")
    assert answer.status_code == 303
    statement = _statement(sqlite_database)
    assert statement.state is StatementState.SENT_BACK
    assert statement.sent_back_reason == "Please speak up."


@pytest.mark.parametrize(("reason", "words"), [("", "the speaker reads these words"), ("x" * 2001, "under 2000 signs")])
def test_sending_back_without_a_good_reason_is_refused_and_keeps_the_words(
    anna, to_review, sqlite_database, reason, words
):
    answer = anna.press(REVIEW, "/send-back", reason=reason)
    assert answer.status_code == 422
    assert words in answer.text
    assert reason in answer.text
    assert _statement(sqlite_database).state is StatementState.IN_REVIEW


def test_the_second_of_two_people_is_told_and_loses_nothing(anna, to_review, sqlite_database, now):
    form = anna.open(REVIEW).form("/send-back")
    with sqlite_database.begin() as db:
        approve_recording(db, statement_of(db, "MW"), to_review, actor=STAFF, now=now)
    answer = anna.send(form, reason="A reason that took long to write.")
    assert answer.status_code == 409
    assert "This changed while you looked." in answer.text
    assert "A reason that took long to write." in answer.text
    assert _statement(sqlite_database).state is StatementState.APPROVED
    again = anna.send(anna.open(REVIEW).form("/send-back"), reason="Still.")
    assert again.status_code == 303


def test_words_survive_even_where_the_form_is_gone(anna, to_review, sqlite_database, now):
    form = anna.open(REVIEW).form("/send-back")
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
    answer = anna.send(form, reason="A reason that took long to write.")
    assert answer.status_code == 409
    assert "What you had written" in answer.text
    assert "A reason that took long to write." in answer.text


@pytest.mark.parametrize("standing", [Standing.APPROVED, Standing.SENT_BACK, Standing.TAKEN_DOWN])
def test_a_decision_is_taken_back(anna, panel, sqlite_database, standing):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), standing)
    assert anna.press(REVIEW, "/reopen").status_code == 303
    statement = _statement(sqlite_database)
    assert statement.state is StatementState.IN_REVIEW
    assert statement.approved_recording_id is None


def test_a_refused_recording_is_not_reopened(anna, panel, sqlite_database):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.REFUSED)
    form = anna.open(REVIEW).form("/link")
    form.action = form.action.replace("/link", "/reopen")
    assert anna.send(form, version=_statement(sqlite_database).version).status_code == 409


def test_a_published_statement_is_taken_down(anna, panel, sqlite_database, producer):
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        bring_to(db, statement, Standing.APPROVED)
        publish(db, statement.speaker.country)
    assert anna.press(REVIEW, "/take-down").status_code == 303
    assert _statement(sqlite_database).state is StatementState.TAKEN_DOWN
    with sqlite_database.read() as db:
        newest = db.query(Job).filter(Job.kind == JobKind.RELEASE).order_by(Job.id.desc()).first()
        assert newest.state is JobState.QUEUED
        assert newest.id in [job_id for job_id, _queue in producer.sent]


def test_a_speaker_who_withdrew_is_invited_again(anna, panel, sqlite_database):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.WITHDRAWN)
    assert anna.press(REVIEW, "/invite-again").status_code == 303
    assert _statement(sqlite_database).state is StatementState.INVITED


@pytest.mark.parametrize("standing", [Standing.CHECK_FAILED, Standing.PREPARE_FAILED])
def test_failed_work_is_tried_again(anna, panel, sqlite_database, producer, standing):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), standing)
    page = anna.get(REVIEW).text
    assert "The disk is full." in page
    assert anna.press(REVIEW, "/retry").status_code == 303
    assert len(producer.sent) == 1
    with sqlite_database.read() as db:
        assert db.query(Event).filter(Event.name == "job.retried").count() == 1
    assert "Work tried again" in anna.get(REVIEW).text


def test_work_that_did_not_fail_is_not_tried_again(anna, to_review, sqlite_database):
    form = anna.open(REVIEW).form("/approve")
    form.action = form.action.replace("approve", "retry")
    assert anna.send(form).status_code == 409


@pytest.mark.parametrize("action", ["approve", "send-back", "reopen", "take-down", "retry", "link", "subtitles"])
def test_decisions_about_what_is_not_there_are_not_found(anna, to_review, action):
    form = anna.open(REVIEW).form("/approve")
    form.action = f"http://localhost/staff/statements/99/{action}"
    assert anna.send(form, reason="x").status_code == 404


@pytest.mark.parametrize("fields", [{"version": ""}, {"version": "x"}, {"recording_id": ""}])
def test_a_mangled_decision_is_refused(anna, to_review, sqlite_database, fields):
    assert anna.press(REVIEW, "/approve", **fields).status_code == 400
    assert _statement(sqlite_database).state is StatementState.IN_REVIEW


def test_the_review_shows_consent_and_what_it_means(anna, to_review, sqlite_database):
    assert "not answered yet" in anna.get(REVIEW).text
    with sqlite_database.begin() as db:
        give_consent(db, statement_of(db, "MW"))
    assert "may be shown to everybody" in anna.get(REVIEW).text


def test_a_refusal_is_told_with_its_measured_values_in_each_language(visit, account_id, panel, sqlite_database):
    with sqlite_database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.REFUSED)
    assert TOO_LONG.values["by_seconds"] == 31.2
    for language, words in (("fr", "31,2 s"), ("es", "31,2 s")):
        browser = visit(language=language)
        browser.sign_in()
        assert words in browser.get(REVIEW).text


def test_what_is_written_beside_is_read_and_papers_are_fetched_clean(anna, to_review, sqlite_database, portal):
    with sqlite_database.begin() as db:
        told = {"statement": statement_of(db, "MW"), "actor": STAFF, "now": NOW}
        save_content(db, wanted=Written("Clean <water>.", ("Repair them.",)), **told)
        paper = add_paper(db, name="4" * 32, kind=PaperKind.PDF, title="Report", size_bytes=9, **told)
        key = paper.original_key
    page = anna.get(REVIEW).text
    assert all(words in page for words in ("Clean &lt;water&gt;.", "Repair them."))
    assert "Report" not in page, "a paper that is not clean is nobody's business"
    assert anna.get("/staff/papers/1").status_code == 404
    with portal.app_context():
        store = portal_parts().store
    store.put_bytes(key.replace("original", "clean.pdf"), b"%PDF-1.7\n", content_type="application/pdf")
    with sqlite_database.begin() as db:
        record_clean(db, db.get_one(Paper, 1), CleanPaper(9, says_name=False), now=NOW)
    assert "/staff/papers/1" in anna.get(REVIEW).text
    answer = anna.get("/staff/papers/1")
    assert (answer.data, answer.headers["Content-Disposition"]) == (b"%PDF-1.7\n", "attachment; filename=paper-1.pdf")


def test_the_last_decision_is_undone_with_one_button(anna, to_review, sqlite_database):
    anna.press(REVIEW, "/approve")
    assert _statement(sqlite_database).state is StatementState.APPROVED
    page = anna.open(REVIEW)
    assert anna.send(page.form("/undo")).status_code == 303
    assert _statement(sqlite_database).state is StatementState.IN_REVIEW
    assert anna.send(page.form("/undo")).status_code == 409, "it is undone already"
    with pytest.raises(Exception, match="no form"):
        anna.open(REVIEW).form("/undo")


def test_approving_is_for_what_was_on_the_screen(anna, to_review, sqlite_database):
    form = anna.open(REVIEW).form("/approve")
    with sqlite_database.begin() as db:
        add_track(db, statement_of(db, "MW").current_recording, language="fr", data=WEBVTT, actor=STAFF, now=NOW)
    answer = anna.send(form)
    assert (answer.status_code, _statement(sqlite_database).state) == (409, StatementState.IN_REVIEW)
    assert "This changed while you looked." in answer.text


def test_what_changed_since_the_approval_is_named_and_asked_again(anna, to_review, sqlite_database):
    anna.press(REVIEW, "/approve")
    with sqlite_database.begin() as db:
        add_track(db, statement_of(db, "MW").current_recording, language="fr", data=WEBVTT, actor=STAFF, now=NOW)
    page = anna.get(REVIEW).text
    assert "Approve again" in page
    assert "Subtitles: French" in page
    anna.press(REVIEW, "/approve")
    assert "Approve again" not in anna.get(REVIEW).text


def test_a_day_that_was_typed_too_late_is_still_there(anna, panel, sqlite_database):
    with sqlite_database.begin() as db:
        db.query(Country).one().hand_in_until = NOW.date()
    form = anna.open(REVIEW).form("/give-time")
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
    answer = anna.send(form, until="2026-12-24")
    assert answer.status_code == 409
    assert 'value="2026-12-24"' in answer.text
