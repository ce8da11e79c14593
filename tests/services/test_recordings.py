"""From an upload to a package, as the records tell it."""

import pytest
from sqlalchemy import select

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Finding, FindingCode, Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.packages import Package
from pipeline.domain.statements import StatementState
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Job, Recording
from pipeline.services.recordings import is_ready_for_approval, record_intake, record_package
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import hand_in, small_package, statement_of

ACCEPTED = IntakeReport((Finding(FindingCode.QUIET, {"lufs": -30}),), 21.5)
REFUSED = IntakeReport((Finding(FindingCode.TOO_LONG, {"seconds": 99}),), 99.0)


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


def test_a_published_statement_takes_no_new_recording(database, statement_id):
    with database.begin() as db:
        statement_of(db, "MW").state = StatementState.PUBLISHED
    with pytest.raises(ChangeNotAllowed), database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
