"""Workers and schedulers as rows: alive while they beat, gone when they end or have long been silent."""

import threading
from datetime import timedelta

import pytest

from pipeline.domain.jobs import JobKind, Queue
from pipeline.services.claims import claim_job
from pipeline.services.jobs import queue_job
from pipeline.services.running_parts import (
    PartIdentity,
    beat_part,
    part_beats,
    remove_part,
    remove_silent_part,
    running_parts,
)

WORKER = PartIdentity("a" * 32, "worker", "encoder-1.example.org", 41, "0.1.0", (Queue.ENCODE,), 2)
SCHEDULER = PartIdentity("b" * 32, "scheduler", "main.example.org", 42, "0.1.0")


@pytest.fixture
def beat(database):
    def beat(part, now, **values):
        with database.begin() as db:
            beat_part(db, part, now=now, **values)

    return beat


def _parts(database, now):
    with database.read() as db:
        return list(running_parts(db, now=now))


def test_a_part_is_seen_with_what_it_works_on_until_it_falls_silent(database, now, beat):
    beat(SCHEDULER, now)
    beat(WORKER, now)
    with database.begin() as db:
        job = queue_job(db, JobKind.ENCODE, 1, now=now)
        claim_job(db, job.id, now=now, lease_seconds=30, worker_name=WORKER.name)
    later = now + timedelta(seconds=60)
    beat(SCHEDULER, later, is_stopping=True)
    scheduler, worker = _parts(database, later)
    assert (scheduler.kind, scheduler.is_alive, scheduler.is_stopping, scheduler.started_at) == (
        "scheduler",
        True,
        True,
        now,
    )
    assert (worker.queues, worker.slots, worker.jobs, worker.is_alive) == ((Queue.ENCODE,), 2, 1, False)


def test_a_part_that_ends_is_gone_and_one_that_was_removed_too_soon_comes_back(database, now, beat):
    beat(WORKER, now)
    with database.begin() as db:
        remove_part(db, WORKER.name)
    assert _parts(database, now) == []
    beat(WORKER, now)
    assert [part.name for part in _parts(database, now)] == [WORKER.name]


def test_a_silent_part_is_removed_unless_it_beats_at_that_moment(database, now, beat):
    beat(WORKER, now)
    with database.read() as db:
        seen = part_beats(db)
    beat(WORKER, now)
    for beats in (seen[WORKER.name], seen[WORKER.name] + 1):
        assert len(_parts(database, now)) == 1
        with database.begin() as db:
            remove_silent_part(db, WORKER.name, beats)
    assert _parts(database, now) == []


def test_processes_that_beat_at_once_for_one_part_make_one_row(database, now, beat):
    barrier = threading.Barrier(4)

    def first_beat():
        barrier.wait()
        beat(WORKER, now)

    threads = [threading.Thread(target=first_beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as db:
        assert part_beats(db) == {WORKER.name: 3}
