"""A speaker chooses what is shown of a recording: the verdict, the approval, the subtitles and the work that follow."""

import pytest
from sqlalchemy import select

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Finding, FindingCode, Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.limits import Limit
from pipeline.domain.statements import StatementState
from pipeline.domain.trims import Trim, TrimProblem
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Event, Job, Recording, Statement
from pipeline.services.recordings import record_completion
from pipeline.services.statements import approve_recording, send_back
from pipeline.services.tracks import add_track, current_tracks, shown_webvtt
from pipeline.services.trims import TrimRefused, can_be_trimmed, suggest_trim, trim_recording
from pipeline.services.undoing import find_undoable
from tests.fixtures.panels import STAFF, hand_in, statement_of
from tests.fixtures.reports import SECONDS, final_report, first_report
from tests.fixtures.standings import accept
from tests.fixtures.trimming import LONGEST_SECONDS, hand_in_too_long, too_long_report

LIMIT = Limit(120, LONGEST_SECONDS, 2)
CHOSEN = Trim(11.0, 300.0)


@pytest.fixture(autouse=True)
def panel(load):
    load(MW=1)


def trim(db, chosen: Trim | None, now, statement: Statement | None = None) -> Statement:
    statement = statement or statement_of(db, "MW")
    recording_id = statement.current_recording_id or 0
    trim_recording(db, statement, recording_id, chosen, limit=LIMIT, actor=STAFF, now=now)
    return statement


def open_jobs(db) -> set[JobKind]:
    return set(db.scalars(select(Job.kind).where(Job.state == JobState.QUEUED)))


def codes(recording: Recording) -> list[str]:
    return [finding["code"] for finding in recording.findings]


def test_too_long_is_refused_and_accepted_with_a_trim(database, now):
    with database.begin() as db:
        recording = hand_in_too_long(db, statement_of(db, "MW"))
        assert (recording.verdict, codes(recording)) == (Verdict.REFUSED, ["too_long"])
        assert statement_of(db, "MW").state is StatementState.SENT_BACK
        assert open_jobs(db) >= {JobKind.PROXY}
        statement = trim(db, CHOSEN, now)
        assert (recording.verdict, codes(recording)) == (Verdict.ACCEPTED, [])
        assert (statement.state, recording.duration_seconds) == (StatementState.IN_REVIEW, 289.0)
        assert JobKind.ENCODE in open_jobs(db)
        assert recording.report["duration_seconds"] == SECONDS  # what was measured stays as it was
        event = db.scalars(select(Event).order_by(Event.id.desc())).first()
        facts = {"start_seconds": 11.0, "end_seconds": 300.0, "before": []}
        assert (event.name, event.facts) == ("recording.trimmed", facts)


def test_the_whole_is_judged_again_when_a_trim_is_taken_back(database, now):
    with database.begin() as db:
        recording = hand_in_too_long(db, statement_of(db, "MW"))
        trim(db, CHOSEN, now)
        statement = trim(db, None, now)
        assert recording.trim is None
        assert (codes(recording), statement.state) == (["too_long"], StatementState.SENT_BACK)
        assert recording.findings[0]["values"]["silence_at_start_seconds"] == 12.0
        assert JobKind.ENCODE not in open_jobs(db)


def test_what_was_sent_back_and_is_refused_since_does_not_come_back_to_review_by_undoing(database, now):
    with database.begin() as db:
        hand_in_too_long(db, statement_of(db, "MW"))
        statement = trim(db, CHOSEN, now)
        send_back(db, statement, reason="Speak up, please.", actor=STAFF, now=now)
        assert find_undoable(db, statement) is not None
        trim(db, None, now)
        assert statement.state is StatementState.SENT_BACK
        assert find_undoable(db, statement) is None


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        (Trim(0.0, 310.0), TrimProblem.TOO_LONG),
        (Trim(0.0, SECONDS), TrimProblem.TOO_LONG),
        (Trim(0.0, 60.0), TrimProblem.TOO_SHORT),
        (Trim(200.0, 100.0), TrimProblem.BACKWARDS),
        (Trim(300.0, SECONDS + 60), TrimProblem.OUTSIDE),
        (Trim(-1.0, 200.0), TrimProblem.OUTSIDE),
    ],
)
def test_what_cannot_be_shown_changes_nothing(database, now, chosen, problem):
    with database.begin() as db:
        recording = hand_in_too_long(db, statement_of(db, "MW"))
        with pytest.raises(TrimRefused) as refused:
            trim(db, chosen, now)
        assert refused.value.problem is problem
        assert (recording.trim, recording.verdict) == (None, Verdict.REFUSED)


def test_an_approval_and_a_package_are_out_of_date_with_another_trim(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        approve_recording(db, statement, recording.id, actor=STAFF, now=now)
    with database.begin() as db:
        statement = trim(db, CHOSEN, now)
        recording = statement.current_recording
        assert (statement.state, statement.approved_recording_id) == (StatementState.IN_REVIEW, None)
        assert (recording.package, recording.package_prefix) == (None, None)
        assert not recording.report["pictures_checked"]


def test_what_the_pictures_told_is_told_once_when_they_are_looked_at_again(database, now):
    black = Finding(FindingCode.BLACK, {"seconds": 5})
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"), black)
        assert codes(recording) == ["black"]
        trim(db, CHOSEN, now)
        assert codes(recording) == []
        record_completion(db, recording, final_report(black), now=now)
        assert codes(recording) == ["black"]


def test_subtitles_keep_to_what_is_said(database, now):
    srt = "1\n00:00:05,000 --> 00:00:12,000\nat its start\n\n2\n00:01:00,000 --> 00:01:02,000\nlater\n\n"
    gone = "3\n00:06:00,000 --> 00:06:02,000\nbehind its end\n"
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        add_track(db, recording, language="en", data=(srt + gone).encode(), actor=STAFF, now=now)
        trim(db, CHOSEN, now)
        track = current_tracks(recording)["en"]
        assert shown_webvtt(track) == (
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nat its start\n\n00:00:49.000 --> 00:00:51.000\nlater\n"
        )


def test_subtitles_that_a_trim_left_out_come_back_with_a_wider_one(database, now):
    whole = b"WEBVTT\n\n00:00:05.000 --> 00:00:12.000\nat its start\n\n00:05:01.000 --> 00:05:02.000\nat its end\n"
    part = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nof the part\n"
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        add_track(db, recording, language="en", data=whole, actor=STAFF, now=now)
        trim(db, CHOSEN, now)
        add_track(db, recording, language="fr", data=part, actor=STAFF, now=now)
        narrow = current_tracks(recording)
        assert "at its end" not in shown_webvtt(narrow["en"])
        assert shown_webvtt(narrow["fr"]) == part.decode()
        record_completion(db, recording, final_report(), now=now)
        trim(db, Trim(4.0, 302.5), now)
        wider = current_tracks(recording)
        assert "00:00:01.000 --> 00:00:08.000\nat its start" in shown_webvtt(wider["en"])
        assert "00:04:57.000 --> 00:04:58.000\nat its end" in shown_webvtt(wider["en"])
        assert "00:00:08.000 --> 00:00:09.000\nof the part" in shown_webvtt(wider["fr"])


def test_silence_within_what_is_left_is_still_told(database, now):
    quiet = ((0.0, 12.0), (100.0, 120.0), (361.0, SECONDS))
    with database.begin() as db:
        recording = hand_in_too_long(db, statement_of(db, "MW"), silences=quiet)
        trim(db, CHOSEN, now)
        assert recording.findings == [{"code": "long_silence", "severity": "warn", "values": {"seconds": 20.0}}]


def test_a_recording_that_is_also_broken_cannot_be_trimmed(database, now):
    broken = Finding(FindingCode.DAMAGED, {"stream": "video", "share": 0.4})
    findings = (broken, *too_long_report().findings)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        hand_in_too_long(db, statement, findings=findings)
        assert not can_be_trimmed(statement)
        assert JobKind.PROXY not in open_jobs(db)
        with pytest.raises(ChangeNotAllowed):
            trim(db, CHOSEN, now)


def test_another_recording_than_the_one_on_the_screen_is_not_trimmed(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        seen = hand_in_too_long(db, statement)
        newer = hand_in(db, statement)
        with pytest.raises(ChangeNotAllowed):
            trim_recording(db, statement, seen.id, CHOSEN, limit=LIMIT, actor=STAFF, now=now)
        assert newer.trim is None


def test_staff_who_sent_it_back_see_it_again_once_it_is_trimmed(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        accept(db, statement)
        send_back(db, statement, reason="Please leave out the end.", actor=STAFF, now=now)
        trim(db, CHOSEN, now)
        assert (statement.state, statement.sent_back_reason) == (StatementState.IN_REVIEW, "")


def test_suggestions():
    assert suggest_trim(first_report(), Limit(120, 420, 2)) == Trim(11.0, 362.0)  # without the silence
    assert suggest_trim(first_report(), LIMIT) == Trim(11.0, 311.0)  # and as long as may be
    assert suggest_trim(IntakeReport((), 100.0), LIMIT) == Trim(0.0, 100.0)
