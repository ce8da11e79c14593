"""From an upload to a package, as the records tell it."""

import pytest
from sqlalchemy import select

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Finding, FindingCode, Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.packages import Package
from pipeline.domain.statements import StatementAction, StatementState, is_allowed
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Event, Job, Recording
from pipeline.services.recordings import is_ready_for_approval, record_completion, record_intake, record_package
from pipeline.services.statements import approve_recording, check_version, reopen
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import STAFF, hand_in, small_package, statement_of

ACCEPTED = IntakeReport((Finding(FindingCode.QUIET, {"lufs": -30}),), 21.5)
REFUSED = IntakeReport((Finding(FindingCode.TOO_LONG, {"seconds": 99}),), 99.0)
BLOTCHED = IntakeReport((Finding(FindingCode.DAMAGED, {"stream": "video", "share": 0.4}),), 20.0)


@pytest.fixture
def statement_id(database, load):
    load(MW=1)
    with database.read() as db:
        return statement_of(db, "MW").id


def _jobs(db, kind):
    return db.scalars(select(Job.state).where(Job.kind == kind).order_by(Job.id)).all()


def test_a_received_recording_is_the_current_attempt_and_will_be_checked(database, statement_id):
    with database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        statement = statement_of(db, "MW")
        assert (recording.attempt, statement.current_recording_id) == (1, recording.id)
        assert statement.state is StatementState.RECEIVED
        assert _jobs(db, JobKind.INTAKE) == [JobState.QUEUED]


def test_a_newer_attempt_stops_the_work_on_the_one_before(database, statement_id):
    with database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
    with database.begin() as db:
        assert hand_in(db, statement_of(db, "MW")).attempt == 2
        assert _jobs(db, JobKind.INTAKE) == [JobState.CANCELLED, JobState.QUEUED]


def test_accepted_leads_to_review_and_encoding(database, statement_id, now):
    with database.begin() as db:
        record_intake(db, hand_in(db, statement_of(db, "MW")), ACCEPTED, now=now)
    with database.read() as db:
        recording = db.scalars(select(Recording)).one()
        assert statement_of(db, "MW").state is StatementState.IN_REVIEW
        assert _jobs(db, JobKind.ENCODE) == [JobState.QUEUED]
        assert (recording.verdict, recording.duration_seconds) == (Verdict.ACCEPTED, 21.5)
        assert recording.findings == [{"code": "quiet", "severity": "warn", "values": {"lufs": -30}}]
        assert not is_ready_for_approval(recording)


def test_refused_sends_the_statement_back_without_a_reason_and_encodes_nothing(database, statement_id, now):
    with database.begin() as db:
        record_intake(db, hand_in(db, statement_of(db, "MW")), REFUSED, now=now)
    with database.read() as db:
        statement = statement_of(db, "MW")
        assert (statement.state, statement.sent_back_reason) == (StatementState.SENT_BACK, "")
        assert _jobs(db, JobKind.ENCODE) == []


def test_a_verdict_on_an_outdated_attempt_changes_nothing_but_its_facts(database, statement_id, now):
    with database.begin() as db:
        first = hand_in(db, statement_of(db, "MW"))
        hand_in(db, statement_of(db, "MW"))
        record_intake(db, first, ACCEPTED, now=now)
    with database.read() as db:
        assert db.get_one(Recording, first.id).verdict is Verdict.ACCEPTED
        assert statement_of(db, "MW").state is StatementState.RECEIVED
        assert _jobs(db, JobKind.ENCODE) == []


def test_a_verdict_after_the_speaker_withdrew_brings_nothing_back(database, statement_id, now):
    with database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        statement_of(db, "MW").state = StatementState.WITHDRAWN
        record_intake(db, recording, ACCEPTED, now=now)
    with database.read() as db:
        assert statement_of(db, "MW").state is StatementState.WITHDRAWN
        assert _jobs(db, JobKind.ENCODE) == []


def test_with_its_package_a_recording_can_be_approved(database, statement_id, now):
    prefix = package_prefix("0" * 32)
    with database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        record_intake(db, recording, ACCEPTED, now=now)
        record_package(db, recording, small_package(), prefix, now=now)
    with database.read() as db:
        recording = db.scalars(select(Recording)).one()
        assert is_ready_for_approval(recording)
        assert Package.from_json(recording.package) == small_package()
        assert recording.package_prefix == prefix


@pytest.fixture
def in_review(database, statement_id, now):
    """A recording that was accepted so far and is being encoded."""
    with database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        record_intake(db, recording, ACCEPTED, now=now)
        return recording.id


def _complete(database, recording_id, report, now):
    with database.begin() as db:
        record_completion(db, db.get_one(Recording, recording_id), report, now=now)


def test_the_pictures_may_refuse_what_was_accepted_so_far(database, in_review, now):
    _complete(database, in_review, BLOTCHED, now)
    with database.read() as db:
        recording, statement = db.get_one(Recording, in_review), statement_of(db, "MW")
        assert (recording.verdict, recording.duration_seconds) == (Verdict.REFUSED, 20.0)
        assert not is_ready_for_approval(recording)
        assert (statement.state, statement.sent_back_reason) == (StatementState.SENT_BACK, "")
        event = db.scalars(select(Event).order_by(Event.id.desc())).first()
        assert (event.name, event.actor_kind, event.facts) == (
            "recording.refused",
            "system",
            {"findings": ["damaged"]},
        )


def test_what_the_pictures_add_is_kept_with_an_accepted_recording(database, in_review, now):
    _complete(database, in_review, IntakeReport((Finding(FindingCode.BLACK, {"seconds": 4}),), 21.4), now)
    with database.read() as db:
        recording = db.get_one(Recording, in_review)
        assert [found["code"] for found in recording.findings] == ["black"]
        assert statement_of(db, "MW").state is StatementState.IN_REVIEW
        assert not is_ready_for_approval(recording)


@pytest.mark.parametrize("state", [s for s in StatementState if not is_allowed(s, StatementAction.REFUSE)])
def test_the_pictures_do_not_undo_what_people_decided_meanwhile(database, in_review, now, state):
    with database.begin() as db:
        statement_of(db, "MW").state = state
    _complete(database, in_review, BLOTCHED, now)
    with database.read() as db:
        assert statement_of(db, "MW").state is state
        assert db.get_one(Recording, in_review).verdict is Verdict.REFUSED


def test_the_pictures_of_an_earlier_attempt_refuse_nothing(database, in_review, now):
    with database.begin() as db:
        record_intake(db, hand_in(db, statement_of(db, "MW")), ACCEPTED, now=now)
    _complete(database, in_review, BLOTCHED, now)
    with database.read() as db:
        assert statement_of(db, "MW").state is StatementState.IN_REVIEW


def test_who_looked_at_the_recording_before_the_pictures_refused_it_is_told(database, in_review, now):
    with database.read() as db:
        seen = statement_of(db, "MW").version
    _complete(database, in_review, BLOTCHED, now)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        with pytest.raises(ChangeNotAllowed):
            check_version(statement, seen)
        with pytest.raises(ChangeNotAllowed):
            approve_recording(db, statement, in_review, actor=STAFF, now=now)
        with pytest.raises(ChangeNotAllowed):
            reopen(db, statement, actor=STAFF, now=now)


def test_a_published_statement_takes_no_new_recording(database, statement_id):
    with database.begin() as db:
        statement_of(db, "MW").state = StatementState.PUBLISHED
    with pytest.raises(ChangeNotAllowed), database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
