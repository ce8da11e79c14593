"""Publishing, going live, withdrawing and handing in at the same time: no deadlock, and nothing out that may not be."""

import random
import threading
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.statements import StatementState
from pipeline.domain.tokens import new_name
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Country, Job, Recording, Release, Statement
from pipeline.services.claims import LeaseLost, check_claim, claim_job, finish_job
from pipeline.services.panel_contents import may_stay
from pipeline.services.publication import check_still_allowed, record_published
from pipeline.services.recordings import lock_statement, receive_recording, record_intake
from pipeline.services.releases import lock_country, publish_country
from pipeline.services.withdrawals import change_consent, withdraw_statement
from pipeline.storage.keys import original_key
from tests.fixtures.panels import STAFF, approve_new_recording, country_of, statement_of

SPEAKERS = 6
ROUNDS = 12


def _publish(database, now, _position):
    with database.begin() as db:
        publish_country(db, country_of(db, "MW"), actor=STAFF, now=now)


def _go_live(database, now, _position):
    """What the end of a release's job does, with the same order of locks."""
    claim = _claim(database, JobKind.RELEASE, now)
    if claim is None:
        return
    with database.begin() as db:
        release = db.get_one(Release, claim.subject_id)
        lock_country(db, release.country_id)
        check_claim(db, claim)
        check_still_allowed(db, release)
        record_published(db, release, "r/x/programme/master.m3u8", now=now)
        db.flush()
        finish_job(db, claim, now=now)


def _withdraw(database, now, position):
    with database.begin() as db:
        withdraw_statement(db, statement=statement_of(db, "MW", position), actor=STAFF, now=now)


def _hide_name(database, now, position):
    with database.begin() as db:
        statement = statement_of(db, "MW", position)
        change_consent(db, statement=statement, answers={ConsentItem.NAME: Audience.NOBODY}, actor=STAFF, now=now)


def _hand_in_again(database, now, position):
    """What the end of an upload does."""
    with database.begin() as db:
        receive_recording(
            db,
            statement=lock_statement(db, statement_of(db, "MW", position).id),
            original_key=original_key(new_name()),
            size_bytes=1,
            sha256=sha256(new_name().encode()).hexdigest(),
            now=now,
        )


def _finish_intake(database, now, _position):
    """What the end of an intake job does."""
    claim = _claim(database, JobKind.INTAKE, now)
    if claim is None:
        return
    with database.begin() as db:
        record_intake(db, db.get_one(Recording, claim.subject_id), IntakeReport((), 4.0), now=now)
        db.flush()
        finish_job(db, claim, now=now)


def _claim(database, kind, now):
    with database.begin() as db:
        waiting = select(Job.id).where(Job.kind == kind, Job.state == JobState.QUEUED).order_by(Job.id.desc())
        job_id = db.scalars(waiting).first()
        return claim_job(db, job_id, now=now, lease_seconds=30) if job_id else None


def _act_when_free(act, database, now, position):
    """SQLite's one lock goes to nobody in turn: on a busy machine somebody waits for too long, and comes again."""
    while True:
        try:
            return act(database, now, position)
        except OperationalError as error:
            if "database is locked" not in str(error):
                raise


@pytest.mark.slow
def test_nothing_deadlocks_and_only_what_is_allowed_is_out(database, load, now):
    load(MW=SPEAKERS)
    with database.begin() as db:
        for position in range(1, SPEAKERS + 1):
            approve_new_recording(db, statement_of(db, "MW", position))
    faults = []
    barrier = threading.Barrier(6)

    def act_again_and_again(act, seed):
        choose = random.Random(seed)  # noqa: S311 - the same choices in every run
        barrier.wait()
        for _ in range(ROUNDS):
            try:
                _act_when_free(act, database, now, choose.randint(1, SPEAKERS - 1))
            except (ChangeNotAllowed, LeaseLost):
                continue
            except Exception as error:  # noqa: BLE001 - shown below
                faults.append((act.__name__, repr(error)[:300]))

    acts = [_publish, _go_live, _withdraw, _hide_name, _hand_in_again, _finish_intake]
    threads = [threading.Thread(target=act_again_and_again, args=(act, seed)) for seed, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    _go_live(database, now, 0)  # the release that was asked for last
    with database.read() as db:
        live = db.get(Release, db.scalars(select(Country.live_release_id)).one() or 0)
        for item in live.items if live else ():
            statement = db.get_one(Statement, item.statement_id)
            assert statement.state is StatementState.PUBLISHED
            assert may_stay(statement, item, live.audience)
