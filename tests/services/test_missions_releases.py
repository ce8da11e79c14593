"""What missions go on watching when the public no longer may."""

import pytest
from sqlalchemy import select

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job, Release
from pipeline.services.claims import claim_job, finish_job
from pipeline.services.publication import record_published
from pipeline.services.release_schedule import expire_country
from pipeline.services.releases import publish_country
from pipeline.services.withdrawals import change_consent
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    approve_new_recording,
    country_of,
    load_plan,
    session_plan,
    statement_of,
)


@pytest.fixture
def panel(sqlite_database, now):
    """Two speakers of Malawi, the first for missions only, and what both audiences may see is out."""
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        for position in (1, 2):
            approve_new_recording(db, statement_of(db, "MW", position))
    _answer(sqlite_database, 1, Audience.MISSIONS, now)
    _publish(sqlite_database, now)
    return sqlite_database


def _answer(database, position, audience, now):
    with database.begin() as db:
        statement = statement_of(db, "MW", position)
        change_consent(db, statement=statement, answers={ConsentItem.RECORDING: audience}, actor=STAFF, now=now)


def _publish(database, now):
    with database.begin() as db:
        for position in (1, 2):
            approve_again(db, statement_of(db, "MW", position))
        publish_country(db, country_of(db, "MW"), actor=STAFF, now=now)
    _carry_out(database, now)


def _carry_out(database, now):
    """What the jobs do with the records, at their ends."""
    waiting = select(Job.id).where(Job.kind == JobKind.RELEASE, Job.state == JobState.QUEUED).order_by(Job.id)
    with database.read() as db:
        ids = list(db.scalars(waiting))
    for job_id in ids:
        with database.begin() as db:
            claim = claim_job(db, job_id, now=now, lease_seconds=30)
            record_published(db, db.get_one(Release, claim.subject_id), "r/x/programme/master.m3u8", now=now)
            finish_job(db, claim, now=now)


def _out(database):
    """Numbers of places that the public and missions see."""
    with database.read() as db:
        country = country_of(db, "MW")
        live = [country.live_id(audience) for audience in (Audience.PUBLIC, Audience.MISSIONS)]
        return [len(db.get_one(Release, one).items) if one else 0 for one in live]


def test_a_release_that_was_emptied_is_none_to_go_on_watching(panel, now):
    assert _out(panel) == [1, 2]
    with panel.begin() as db:
        expire_country(db, country_of(db, "MW"), actor=STAFF, now=now)
    _carry_out(panel, now)
    assert _out(panel) == [0, 0]
    _answer(panel, 1, Audience.PUBLIC, now)
    _publish(panel, now)
    assert _out(panel) == [2, 0], "missions see what is public"
    _answer(panel, 2, Audience.MISSIONS, now)
    _carry_out(panel, now)
    assert _out(panel) == [1, 2]
