"""One commit at the end of a request, and messages to workers only after it."""

import pytest
from flask import abort

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job, StaffAccount
from pipeline.services.jobs import queue_job
from tests.fixtures.clock import NOW
from webapp.access import public
from webapp.database import current_db
from webapp.security import csrf


def _count(database, kind) -> int:
    with database.read() as db:
        return db.query(kind).count()


@pytest.fixture
def edge(portal, sqlite_database):
    """Endpoints that change something and then end in different ways."""

    def change() -> Job:
        return queue_job(current_db(), JobKind.INTAKE, 1, now=NOW)

    @public
    def good() -> str:
        change()
        return "done"

    @public
    def bad() -> str:
        change()
        raise RuntimeError("a secret")

    @public
    def refused() -> str:
        change()
        abort(422)

    @public
    def twice() -> str:
        account = StaffAccount(email="a@b", password_hash="", session_key="", is_active=True, created_at=NOW)
        current_db().add(account)
        return "looks done"

    for view in (good, bad, refused, twice):
        portal.add_url_rule(f"/{view.__name__}", view.__name__, csrf.exempt(view), methods=["GET", "POST"])
    return portal.test_client()


def test_a_request_that_succeeds_is_committed_and_then_told_to_workers(edge, sqlite_database, producer):
    assert edge.post("/good").status_code == 200
    with sqlite_database.read() as db:
        job = db.query(Job).one()
        assert job.state is JobState.QUEUED
        assert [job_id for job_id, _queue in producer.sent] == [job.id]


@pytest.mark.parametrize("address", ["/bad", "/refused"])
def test_a_request_that_fails_leaves_nothing_and_tells_nobody(edge, sqlite_database, producer, address):
    assert edge.post(address).status_code in {422, 500}
    assert _count(sqlite_database, Job) == 0
    assert producer.sent == []


def test_a_broker_that_is_away_fails_no_request(edge, sqlite_database, producer):
    producer.is_away = True
    assert edge.post("/good").status_code == 200
    assert _count(sqlite_database, Job) == 1


def test_asking_changes_nothing(edge, sqlite_database, producer):
    edge.get("/good")
    assert _count(sqlite_database, Job) == 0


def test_a_commit_that_fails_is_told_as_a_change_meanwhile(edge, sqlite_database):
    assert edge.post("/twice").status_code == 200
    assert edge.post("/twice").status_code == 409
    assert _count(sqlite_database, StaffAccount) == 1


def test_no_connection_stays_open_after_a_request(edge, sqlite_database):
    for address in ("/good", "/bad", "/refused"):
        edge.post(address)
    assert sqlite_database.engine.pool.checkedout() == 0
