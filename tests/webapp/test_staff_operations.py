"""The operator's pages: parts, work, jobs; trying again and cancelling; nothing about people."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from pipeline.domain.jobs import JobKind, JobState, Queue
from pipeline.domain.standings import Standing
from pipeline.records.tables import Event, Job, StaffAccount
from pipeline.services.running_parts import PartIdentity, beat_part
from tests.fixtures.panels import load_plan, session_plan, statement_of
from tests.fixtures.standings import bring_to

pytestmark = pytest.mark.slow

OPERATIONS = "/staff/operations/"
FOUR = (Standing.PREPARING, Standing.PREPARE_FAILED, Standing.CHECKING, Standing.PUBLISHED)


@pytest.fixture
def panel(sqlite_database) -> None:
    """Malawi with a job running, one failed, one waiting; and published."""
    load_plan(sqlite_database, session_plan(MW=4))
    with sqlite_database.begin() as db:
        for position, standing in enumerate(FOUR, start=1):
            bring_to(db, statement_of(db, "MW", position), standing)


@pytest.fixture
def otto(anna, account_id, sqlite_database):
    """The same person, who runs the service too."""
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).is_operator = True
    return anna


def _job(database, state: JobState, kind: JobKind = JobKind.ENCODE) -> int:
    with database.read() as db:
        return db.scalars(select(Job.id).where(Job.state == state, Job.kind == kind).order_by(Job.id)).first()


def test_staff_who_do_not_run_the_service_are_kept_out_and_see_no_way_in(anna, panel):
    assert anna.get(OPERATIONS).status_code == 403
    assert anna.get(f"{OPERATIONS}jobs/1/").status_code == 403
    assert OPERATIONS not in anna.get("/staff/").text


def test_jobs_are_listed_with_where_they_belong_and_without_names(otto, panel):
    assert OPERATIONS in otto.get("/staff/").text
    page = otto.get(OPERATIONS).text
    for words in ("36 · MW · place 1 · recording 1", "36 · MW · release 1", "running: 41 %", "failed", "Try again"):
        assert words in page
    assert "Organisation" not in page
    assert "Speaker 1" not in page


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("state=failed", ["MW · place 2"], ["MW · place 1", "MW · place 3", "MW · release 1"]),
        ("kind=release", ["MW · release 1"], ["MW · place 1", "MW · place 2"]),
        ("state=queued&kind=intake", ["MW · place 3"], ["MW · release 1"]),
        ("state=nonsense", ["MW · place 2", "MW · release 1"], []),
    ],
)
def test_jobs_are_filtered(otto, panel, asked, there, gone):
    page = otto.get(f"{OPERATIONS}?{asked}").text
    assert [words for words in there if words not in page] == []
    assert [words for words in gone if words in page] == []


def test_parts_are_shown_with_what_they_take(otto, panel, sqlite_database):
    assert "says that it lives" in otto.get(OPERATIONS).text
    with sqlite_database.begin() as db:
        worker = PartIdentity("w", "worker", "encoder-7", 1, "1", (Queue.ENCODE,), 3)
        beat_part(db, worker, now=_now())
        beat_part(db, PartIdentity("s", "scheduler", "front-1", 1, "1"), now=_now())
    page = otto.get(OPERATIONS).text
    for words in ("encoder-7", "0 of 3 at work", "front-1", "Scheduler", "alive"):
        assert words in page


def test_a_job_is_cancelled_and_tried_again_once(otto, panel, sqlite_database):
    job_id = _job(sqlite_database, JobState.RUNNING)
    address = f"{OPERATIONS}jobs/{job_id}/"
    cancel = otto.open(address).form("/cancel")
    assert otto.send(cancel).location == address
    again = otto.open(address)
    assert "Work cancelled" in otto.get(address).text
    otto.send(cancel)
    assert "This changed while you looked" in otto.get(address).text
    otto.send(again.form("/retry"))
    with sqlite_database.read() as db:
        assert db.get_one(Job, job_id).state is JobState.QUEUED
        names = list(db.scalars(select(Event.name).where(Event.subject_kind == "job", Event.subject_id == job_id)))
    assert names == ["job.cancelled", "job.retried"]


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_form_without_its_token_changes_nothing(otto, panel, sqlite_database, action):
    state = JobState.RUNNING if action == "cancel" else JobState.FAILED
    job_id = _job(sqlite_database, state)
    assert otto.client.post(f"{OPERATIONS}jobs/{job_id}/{action}").status_code == 400
    with sqlite_database.read() as db:
        assert db.get_one(Job, job_id).state is state


def test_a_failure_is_told_on_every_staff_page_until_it_is_tried_again(anna, otto, panel, sqlite_database):
    for address in ("/staff/", "/staff/36/", "/staff/account/"):
        assert "1 piece of work failed" in anna.get(address).text
    page = anna.get("/staff/").text
    assert "Malawi, place 2" in page
    assert "You can act." in page
    job_id = _job(sqlite_database, JobState.FAILED)
    otto.press(f"{OPERATIONS}jobs/{job_id}/", "/retry")
    assert "piece of work failed" not in anna.get("/staff/").text


@pytest.mark.parametrize(("code", "words"), [("disk_full", "The person who runs this service can act."), ("", "You")])
def test_a_failure_says_who_can_act(anna, panel, sqlite_database, code, words):
    with sqlite_database.begin() as db:
        event = db.scalars(select(Event).where(Event.name == "job.failed")).one()
        event.facts = {**event.facts, "code": code}
    assert words in anna.get("/staff/").text


def test_a_job_that_is_not_there_is_not_found(otto):
    assert otto.get(f"{OPERATIONS}jobs/99/").status_code == 404


def _now() -> datetime:
    return datetime.now(UTC)
