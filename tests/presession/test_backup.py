"""`presession backup` and `presession restore`: from one kind of installation to another and back, nothing lost."""

import shutil
import sqlite3

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from pipeline.domain.jobs import JobState
from pipeline.domain.mails import MailKind, MailState
from pipeline.records.database import Database
from pipeline.records.tables import Job, Mail, Statement
from pipeline.services.mails import queue_mail
from pipeline.storage.keys import package_prefix, site_prefix, under
from presession.cli import main
from tests.fixtures.clock import NOW

pytestmark = pytest.mark.slow

PAGE = under(site_prefix("36", "MW"), "index.html")
MEDIA = under(package_prefix("a" * 32), "v180.mp4")


@pytest.fixture
def run(monkeypatch):
    """Run `presession …` under settings given as variables."""

    def run(*arguments, **variables):
        environment = {f"PRESESSION_{name}": str(value) for name, value in variables.items()}
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)

    return run


@pytest.fixture
def filled(sqlite_installation, tmp_path):
    """A folder and SQLite with a recording, its package, a published page; and where they are."""
    recording = tmp_path / "recording"
    recording.write_bytes(b"a recording")
    sqlite_installation.hand_in(recording)
    sqlite_installation.store.put_bytes(MEDIA, b"media", content_type="video/mp4")
    sqlite_installation.store.put_bytes(
        PAGE, b"page 1", content_type="text/html; charset=utf-8", cache_control="no-cache"
    )
    return sqlite_installation


@pytest.fixture
def backed_up(filled, run, tmp_path):
    """Its backup folder, and a function that brings it up to date."""

    def back_up():
        settings = filled.settings
        return run("backup", tmp_path / "backup", DATA_DIR=settings.data_dir, DATABASE_URL=settings.database_url)

    assert back_up().exit_code == 0
    return tmp_path / "backup", back_up


def objects_in(folder):
    return {path.relative_to(folder): path.read_bytes() for path in (folder / "store").rglob("*") if path.is_file()}


def rows_in(folder):
    with sqlite3.connect(folder / "records.sqlite3") as connection:
        rows = [line for line in connection.iterdump() if line.startswith("INSERT")]
    connection.close()
    return rows


@pytest.mark.slow
def test_a_laptops_backup_fills_postgresql_and_s3_and_theirs_is_the_same(
    backed_up, run, empty_postgres_url, s3_bucket, tmp_path
):
    folder, _ = backed_up
    variables = {f"STORE__{name.upper()}": value for name, value in vars(s3_bucket).items()}
    variables |= {"STORE__KIND": "s3", "DATABASE_URL": empty_postgres_url, "DATA_DIR": tmp_path / "other"}
    restored = run("restore", folder, **variables)
    assert restored.exit_code == 0, restored.output
    assert run("backup", tmp_path / "again", **variables).exit_code == 0
    assert rows_in(tmp_path / "again") == rows_in(folder)
    assert objects_in(tmp_path / "again") == objects_in(folder)
    assert len(rows_in(folder)) > len(objects_in(folder)) >= 3


def test_a_second_backup_copies_what_is_new_and_forgets_what_is_gone(filled, backed_up):
    folder, back_up = backed_up
    filled.store.put_bytes(PAGE, b"page 2", content_type="text/html")
    filled.store.delete(MEDIA)
    assert "1 copied now, 1 removed" in back_up().output
    assert (folder / "store" / PAGE).read_bytes() == b"page 2"
    assert not (folder / "store" / MEDIA).exists()


def test_a_store_that_is_not_mounted_leaves_the_backup_as_it_was(filled, backed_up):
    folder, back_up = backed_up
    before = objects_in(folder)
    shutil.move(filled.settings.store_folder, filled.settings.data_dir / "elsewhere")
    result = back_up()
    assert (result.exit_code, "Is it mounted" in result.output) == (2, True)
    assert objects_in(folder) == before


def test_what_ran_at_the_time_begins_again_and_it_is_no_attempt(filled, backed_up, run, tmp_path):
    folder, back_up = backed_up
    with filled.database.begin() as db:
        running = {"state": JobState.RUNNING, "attempt": 1, "lease_token": "b" * 32}
        db.execute(update(Job).values(running))
    back_up()
    assert run("restore", folder, DATA_DIR=tmp_path / "other").exit_code == 0
    restored = Database(f"sqlite:///{tmp_path / 'other' / 'presession.sqlite3'}")
    with restored.read() as db:
        job = db.get_one(Job, 1)
        assert (job.state, job.attempt, job.lease_token) == (JobState.QUEUED, 0, None)
    restored.close()


def test_mails_that_waited_are_held_where_they_are_restored(filled, backed_up, run, tmp_path):
    folder, back_up = backed_up
    with filled.database.begin() as db:
        statement = db.query(Statement).first()
        statement.speaker.email = "ana@example.org"
        queue_mail(db, statement, MailKind.INVITATION, now=NOW)
    back_up()
    assert run("restore", folder, DATA_DIR=tmp_path / "other").exit_code == 0
    restored = Database(f"sqlite:///{tmp_path / 'other' / 'presession.sqlite3'}")
    with restored.read() as db:
        assert [mail.state for mail in db.query(Mail)] == [MailState.HELD]
    restored.close()


def test_nothing_is_restored_over_anything(filled, backed_up, run, tmp_path):
    folder, _ = backed_up
    assert "already holds rows" in run("restore", folder, DATABASE_URL=filled.settings.database_url).output
    assert "is no backup" in run("restore", tmp_path / "data", DATA_DIR=tmp_path / "other").output


def test_a_database_that_is_away_is_said(run, tmp_path):
    result = run("backup", tmp_path / "backup", DATABASE_URL="postgresql+psycopg://me:hidden@127.0.0.1:1/nothing")
    assert (result.exit_code, "does not answer" in result.output, "hidden" in result.output) == (1, True, False)
