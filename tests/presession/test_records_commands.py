"""`presession retention`, `hold`, `erase` and `keys` over an installation: what they say and do; looking is looking."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from pipeline.domain.jobs import JobState
from pipeline.records.tables import Job, Recording, Statement
from pipeline.storage.sealing import new_master_key
from presession.cli import main


@pytest.fixture
def run(sqlite_installation, tmp_path):
    """Run a command on an installation with one recording."""
    clip = tmp_path / "clip"
    clip.write_bytes(b"a recording")
    sqlite_installation.hand_in(clip)
    settings = sqlite_installation.settings
    environment = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_DATABASE_URL": settings.database_url}

    def run(*arguments, **more):
        return CliRunner().invoke(main, arguments, env={**environment, **more})

    return run


def test_a_dry_run_reports_and_the_real_one_removes_what_is_due(run, sqlite_installation):
    long_ago = timedelta(days=400)
    with sqlite_installation.database.begin() as db:
        for row in (*db.query(Recording), *db.query(Statement)):
            name = "received_at" if isinstance(row, Recording) else "state_since"
            setattr(row, name, getattr(row, name) - 20 * long_ago)
        db.query(Job).update({Job.state: JobState.DONE})  # what is being worked on is left alone
        db.query(Statement).first().speaker.country.pre_session.ends_on -= 20 * long_ago
    lines = {line["class"]: line for line in json.loads(run("retention", "--dry-run", "--json").output)}
    assert (lines["originals"]["count"], lines["originals"]["is_due"]) == (1, True)
    assert sqlite_installation.recording(1).original_key
    assert "session" in run("retention", "--dry-run").output
    run("hold", "begin", "36/MW", "--reason", "asked for")
    assert "Nothing is kept beyond its time" in run("retention").output
    assert json.loads(run("hold", "list", "--json").output)[0]["reason"] == "asked for"
    assert run("hold", "end", "1").exit_code == 0


def test_a_hold_names_something_that_is_there(run):
    for what in ("99", "36/FR", "statement:99", "statement:x"):
        assert run("hold", "begin", what, "--reason", "x").exit_code == 2
    assert run("hold", "begin", "36", "--reason", " ").exit_code == 2
    assert run("hold", "end", "9").exit_code == 2


def test_erasing_asks_first_and_then_does_it_once(run, sqlite_installation):
    assert run("erase", "1").exit_code == 1
    assert run("erase", "1", "--yes").exit_code == 0
    with sqlite_installation.database.read() as db:
        assert db.get(Statement, 1).speaker.name == ""
    assert list(sqlite_installation.store.list_keys("originals/")) == []
    assert "Nobody is at place 1" in run("link", "issue", "36", "MW", "1").output
    assert run("erase", "1", "--yes").exit_code == 2


def test_originals_are_sealed_and_their_keys_renewed(run):
    assert run("keys", "seal").exit_code == 2
    old, new = new_master_key(), new_master_key()
    status = json.loads(run("keys", "status", "--json", PRESESSION_ORIGINALS__MASTER_KEYS=old).output)
    assert (status["plain"], status["current"]) == (1, 0)
    assert "1 originals were sealed" in run("keys", "seal", PRESESSION_ORIGINALS__MASTER_KEYS=old).output
    assert "NOT here" in run("keys", "status", PRESESSION_ORIGINALS__MASTER_KEYS=new).output
    both = f"{new}\n{old}"
    assert "1 keys were sealed anew" in run("keys", "renew", PRESESSION_ORIGINALS__MASTER_KEYS=both).output
    status = json.loads(run("keys", "status", "--json", PRESESSION_ORIGINALS__MASTER_KEYS=new).output)
    assert (status["current"], status["unknown"]) == (1, 0)
    assert run("keys", "new").output.startswith("AGE-SECRET-KEY-1")
