"""`presession explain`: one recording's steps for who runs the service, in words and as JSON, without names."""

import json
import shutil

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.standings import Standing
from pipeline.records.database import Database
from pipeline.records.tables import Job
from presession.cli import main
from tests.fixtures.panels import load_plan, session_plan, statement_of
from tests.fixtures.standings import bring_to


@pytest.fixture
def database(sqlite_template, tmp_path, monkeypatch):
    """An installation whose one recording is approved; nothing answers where its broker should be."""
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data" / "presession.sqlite3")
    monkeypatch.setenv("PRESESSION_BROKER_URL", "redis://127.0.0.1:1/0")
    database = Database(f"sqlite:///{tmp_path}/data/presession.sqlite3")
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.APPROVED)
        for job in db.scalars(select(Job)):
            job.state = JobState.DONE
    yield database
    database.close()


@pytest.fixture
def explain(database, tmp_path):
    """Run `presession explain …` on it."""

    def run(*arguments: str):
        return CliRunner().invoke(main, ["explain", *arguments, "--data", str(tmp_path / "data")])

    return run


def test_every_step_has_a_line_and_says_who_has_to_move(explain):
    result = explain("1")
    assert result.exit_code == 0, result.output
    words = " ".join(result.output.split())
    assert words.startswith("Recording 1, attempt 1 of statement 1, the one that counts: MW in session 36, place 1")
    assert "original missing Its file is gone from the store: nothing can be made of it until" in words
    assert "release missing Somebody of the staff publishes the country. → staff" in words
    assert "everybody nothing Somebody of the staff publishes the country. → staff" in words
    assert "missions nothing Missions watch what is public" in words
    assert "Speaker 1" not in words
    assert "Organisation 1" not in words


def test_a_statement_leads_to_its_recording_and_json_tells_the_same(explain):
    told = json.loads(explain("--statement", "1", "--json").output)
    assert (told["recording_id"], told["statement"], told["queued"]) == (1, "approved", [])
    assert [one["audience"] for one in told["audiences"]] == ["public", "missions"]
    steps = {step["step"]: step for step in told["steps"]}
    assert list(steps) == ["original", "intake", "encode", "align", "tracks", "card", "release"]
    assert steps["release"]["needs"] == ["encode", "tracks", "card"]
    assert set(steps["encode"]["inputs"]) == {"version", "sha256", "ladder", "intake"}


@pytest.mark.parametrize("arguments", [(), ("1", "--statement", "1"), ("77",), ("--statement", "77")])
def test_what_cannot_be_found_is_said(explain, arguments):
    result = explain(*arguments)
    assert result.exit_code == 2
    assert "recording" in result.output


def test_looking_makes_no_installation(tmp_path):
    result = CliRunner().invoke(main, ["explain", "1", "--data", str(tmp_path / "data")])
    assert (result.exit_code, (tmp_path / "data").exists()) == (2, False)


def test_what_is_asked_for_is_kept_although_the_broker_is_away(explain, database, tmp_path):
    store = tmp_path / "data" / "store"
    with database.begin() as db:
        recording = statement_of(db, "MW").current_recording
        (store / recording.original_key).parent.mkdir(parents=True, exist_ok=True)
        (store / recording.original_key).write_bytes(b"a recording")
    assert "Queued: encode." in explain("1", "--rebuild").output
    assert "Nothing is queued" in explain("1", "--rebuild").output
    with database.read() as db:
        states = db.scalars(select(Job.state).where(Job.kind == JobKind.ENCODE).order_by(Job.id)).all()
    assert states == [JobState.DONE, JobState.QUEUED]
