"""A speaker changes what is hidden: nobody is shown what was made before, and what was approved is approved no more."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.protection import Hidden, Protection
from pipeline.domain.statements import StatementState
from pipeline.media.report import IntakeReport
from pipeline.records.database import Database
from pipeline.records.tables import Event, Job, Recording, Release, Statement, StepResult
from pipeline.services.claims import claim_job
from pipeline.services.events import Actor
from pipeline.services.leftovers import find_wanted_packages
from pipeline.services.protection import choose_protection, hidden_of, note_hidden, protection_of
from pipeline.services.recordings import record_intake, record_package
from pipeline.services.releases import publish_country
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.statements import approve_recording
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, approve_new_recording, hand_in, small_package, statement_of

SPEAKER = Actor("speaker", 1)
FACES = Protection(blurs_faces=True)
PREFIX = "packages/aaaa"

Load = Callable[..., int]


def _choose(db: Session, statement: Statement, protection: Protection = FACES) -> bool:
    return choose_protection(db, statement=statement, protection=protection, actor=SPEAKER, now=NOW)


def _encodes(db: Session, state: JobState) -> list[int]:
    wanted = select(Job.subject_id).where(Job.kind == JobKind.ENCODE, Job.state == state)
    return list(db.scalars(wanted.order_by(Job.id)))


def _in_review(db: Session, statement: Statement) -> Recording:
    recording = hand_in(db, statement)
    record_intake(db, recording, IntakeReport((), 4.0), now=NOW)
    record_package(db, recording, small_package(), PREFIX, now=NOW)
    keep_result(db, StepInputs("encode", 1, {"sha256": recording.sha256}), KeptResult({}, PREFIX), now=NOW)
    return recording


def test_a_choice_before_the_first_recording_is_only_kept(database: Database, load: Load) -> None:
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        assert _choose(db, statement)
        assert not _choose(db, statement)
        assert protection_of(statement) == FACES
        assert statement.state is StatementState.INVITED
        assert db.scalars(select(Job)).all() == []
        events = db.scalars(select(Event).where(Event.name == "statement.protection_changed")).all()
        assert [event.facts for event in events] == [FACES.to_json()]


def test_a_recording_in_review_is_prepared_anew_and_its_package_goes(database: Database, load: Load) -> None:
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = _in_review(db, statement)
        note_hidden(recording, Hidden(4.0, 1.0))
        assert PREFIX in find_wanted_packages(db)
        (asked,) = _encodes(db, JobState.QUEUED)
        _choose(db, statement)
        assert (recording.package, recording.package_prefix) == (None, None)
        assert hidden_of(recording) is None
        assert find_wanted_packages(db) == frozenset()
        assert _encodes(db, JobState.CANCELLED) == [asked] == _encodes(db, JobState.QUEUED)


def test_a_running_encode_of_the_old_choice_comes_to_nothing(database: Database, load: Load) -> None:
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        _in_review(db, statement)
        job_id = db.scalars(select(Job.id).where(Job.kind == JobKind.ENCODE)).one()
        assert claim_job(db, job_id, now=NOW, lease_seconds=60) is not None
        _choose(db, statement)
        assert db.get_one(Job, job_id).state is JobState.CANCELLED
        assert len(_encodes(db, JobState.QUEUED)) == 1


def test_packages_of_earlier_attempts_go_as_well(database: Database, load: Load) -> None:
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        earlier, later = _in_review(db, statement), hand_in(db, statement)
        _choose(db, statement)
        assert earlier.package_prefix is None
        # The check of the later one is under way and asks for its encode itself.
        assert _encodes(db, JobState.QUEUED) == []
        assert later.verdict is None


def test_a_package_that_another_statement_has_too_is_kept_for_it(database: Database, load: Load) -> None:
    load(MW=2)
    with database.begin() as db:
        statement, other = statement_of(db, "MW", 1), statement_of(db, "MW", 2)
        _in_review(db, statement)
        theirs = _in_review(db, other)
        _choose(db, statement)
        assert theirs.package_prefix == PREFIX
        assert db.scalars(select(StepResult.prefix)).all() == [PREFIX]


def test_an_approval_is_taken_back(database: Database, load: Load) -> None:
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = approve_new_recording(db, statement)
        _choose(db, statement)
        assert (statement.state, statement.approved_recording_id) == (StatementState.IN_REVIEW, None)
        with pytest.raises(ChangeNotAllowed):
            approve_recording(db, statement, recording.id, actor=STAFF, now=NOW)
        assert db.scalars(select(Release)).all() == []


def test_what_is_out_comes_down(database: Database, load: Load) -> None:
    load(MW=2)
    with database.begin() as db:
        statement, other = statement_of(db, "MW", 1), statement_of(db, "MW", 2)
        for each in (statement, other):
            approve_new_recording(db, each)
        release = publish_country(db, statement.speaker.country, actor=STAFF, now=NOW)
        release.published_at = NOW
        statement.state = other.state = StatementState.PUBLISHED
        _choose(db, statement, replace(FACES, alters_voice=True))
        assert (statement.state, other.state) == (StatementState.IN_REVIEW, StatementState.PUBLISHED)
        newest = db.scalars(select(Release).order_by(Release.number.desc())).first()
        assert newest is not None
        assert [item.statement_id for item in newest.items] == [other.id]
        assert len(_encodes(db, JobState.QUEUED)) == 2


def test_nothing_is_made_of_what_was_withdrawn(database: Database, load: Load) -> None:
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        _in_review(db, statement)
        statement.state = StatementState.WITHDRAWN
        _choose(db, statement)
        assert _encodes(db, JobState.QUEUED) == []
