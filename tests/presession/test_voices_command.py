"""`presession voices add` and `list` over an installation."""

import json

from click.testing import CliRunner

from pipeline.domain.jobs import JobKind, JobState
from presession.cli import main
from tests.fixtures.panels import statement_of
from tests.fixtures.standings import accept


def _run(installation, *arguments):
    settings = installation.settings
    environment = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, ["voices", *arguments], env=environment)


def test_a_voice_is_handed_in_and_listed(sqlite_installation, tmp_path):
    installation, file = sqlite_installation, tmp_path / "Eleonora.mp3"
    file.write_bytes(b"ID3 and somebody who speaks")
    with installation.database.begin() as db:
        accept(db, statement_of(db, "MW"))
    asked = ("add", "36", "MW", "1", "fr", str(file))
    assert _run(installation, *asked).exit_code == 2, "nobody said that the interpreter agrees"
    said = _run(installation, *asked, "--agreed", "--under", "none", "--json")
    assert said.exit_code == 0, said.output
    voice_id = json.loads(said.output)["voice_id"]
    assert installation.job(JobKind.VOICE, voice_id).state is JobState.QUEUED
    (found,) = json.loads(_run(installation, "list", "36", "--json").output)["voices"]
    assert (found["language"], found["state"], found["under"]) == ("fr", "waiting", "none")
    assert "Eleonora" not in _run(installation, "list", "36").output
    assert _run(installation, "add", "36", "MW", "1", "en", str(file), "--agreed").exit_code == 2
    assert len(list(installation.store.list_keys("originals/"))) == 1
