"""Rows from one database to another: SQLite to PostgreSQL and back, while others write."""

import pytest
from sqlalchemy import event, select, update

from pipeline.domain.errors import WrongUsage
from pipeline.domain.jobs import JobKind
from pipeline.records.copying import copy_records, refuse_rows
from pipeline.records.database import Database
from pipeline.records.tables import Base, RunningPart, Speaker, Statement
from pipeline.services.jobs import queue_job
from tests.fixtures.clock import NOW
from tests.fixtures.panels import approve_new_recording, load_plan, session_plan, statement_of


@pytest.fixture
def other_database(database, postgres_url, tmp_path, sqlite_template):
    """An empty database of the other kind."""
    if database.engine.dialect.name == "sqlite":
        url = postgres_url
    else:
        (tmp_path / "other.sqlite3").write_bytes(sqlite_template.read_bytes())
        url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    other = Database(url)
    yield other
    other.close()


def rows_of(database: Database) -> dict[str, list[tuple]]:
    with database.read() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(table.c.id))]
            for table in Base.metadata.sorted_tables
        }


def running_part() -> RunningPart:
    facts = {"name": "w", "kind": "worker", "host": "h", "process_id": 1, "version": "1", "queues": [], "slots": 1}
    return RunningPart(**facts, started_at=NOW, seen_at=NOW)


def test_every_row_arrives_in_a_database_of_the_other_kind(database, other_database):
    load_plan(database, session_plan(MW=2, PA=1))
    with database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"))
        db.add(running_part())
    copied = copy_records(database, other_database)
    before = rows_of(database)
    assert before.pop("running_part")
    after = rows_of(other_database)
    assert after.pop("running_part") == []
    assert after == before
    assert copied == sum(map(len, before.values()))


def test_pointers_arrive_and_new_rows_get_numbers_of_their_own(database, other_database):
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        recording_id = approve_new_recording(db, statement_of(db, "MW")).id
        last = queue_job(db, JobKind.ENCODE, recording_id, now=NOW).id
    copy_records(database, other_database)
    with other_database.begin() as db:
        statement = db.scalars(select(Statement)).one()
        assert statement.current_recording_id == statement.approved_recording_id == recording_id
        assert queue_job(db, JobKind.RELEASE, 1, now=NOW).id > last


def test_a_copy_shows_one_moment_whatever_is_written_meanwhile(database, other_database):
    load_plan(database, session_plan(MW=1))
    before = rows_of(database)

    @event.listens_for(other_database.engine, "before_cursor_execute")
    def write_meanwhile(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO pre_session"):
            with database.begin() as db:
                db.execute(update(Speaker).values(name="changed meanwhile"))

    copy_records(database, other_database)
    assert rows_of(other_database) == before
    assert rows_of(database) != before


def test_what_holds_anything_is_never_filled(sqlite_database, postgres_url):
    load_plan(sqlite_database, session_plan(MW=1))
    filled = Database(postgres_url)
    refuse_rows(filled)
    copy_records(sqlite_database, filled)
    with pytest.raises(WrongUsage, match="already holds rows"):
        copy_records(sqlite_database, filled)
    filled.close()
