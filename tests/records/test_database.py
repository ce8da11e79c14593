"""Transactions: writers wait for each other, readers wait for nobody, nothing is half written."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from pipeline.domain.jobs import JobKind
from pipeline.records.tables import Job, Recording


def _job(now, subject_id=1):
    return Job(kind=JobKind.INTAKE, subject_id=subject_id, created_at=now)


def test_a_block_that_raises_leaves_nothing_behind(database, now):
    with pytest.raises(RuntimeError), database.begin() as db:
        db.add(_job(now))
        db.flush()
        raise RuntimeError
    with database.read() as db:
        assert db.scalars(select(Job)).all() == []


def test_times_come_back_aware_and_naive_ones_are_refused(database, now):
    with database.begin() as db:
        db.add(_job(now))
    with database.read() as db:
        assert db.scalars(select(Job.created_at)).one() == now
    with pytest.raises(StatementError, match="without a zone"), database.begin() as db:
        db.add(_job(datetime(2026, 1, 1)))  # noqa: DTZ001 - a naive time is the point


def test_rows_that_point_at_nothing_are_refused(database, now):
    recording = Recording(
        statement_id=404, attempt=1, received_at=now, original_key="", size_bytes=2**32, sha256="", findings=[]
    )
    with pytest.raises(IntegrityError), database.begin() as db:
        db.add(recording)


def test_a_reader_does_not_wait_for_a_writer(database, now):
    with database.begin() as writer:
        writer.add(_job(now))
        writer.flush()
        with database.read() as reader:
            assert reader.scalars(select(Job)).all() == []


def test_read_modify_write_of_many_writers_on_sqlite_loses_no_change(sqlite_database, now):
    with sqlite_database.begin() as db:
        db.add(_job(now, subject_id=0))

    def add_ten():
        for _ in range(10):
            with sqlite_database.begin() as db:
                job = db.scalars(select(Job)).one()
                job.subject_id += 1

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite_database.read() as db:
        assert db.scalars(select(Job.subject_id)).one() == 40


def test_sqlite_runs_in_wal_with_keys_checked(sqlite_database):
    with sqlite_database.read() as db:
        assert db.scalar(text("PRAGMA journal_mode")) == "wal"
        assert db.scalar(text("PRAGMA foreign_keys")) == 1
