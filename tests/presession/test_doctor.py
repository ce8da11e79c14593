"""`presession doctor`: what is fine, what is wrong, and what mends it."""

import json
import os
import shutil
import time

import pytest
from click.testing import CliRunner

from config.settings import load_settings
from presession.checkup.checkout import check_checkout
from presession.checkup.checks import Level
from presession.checkup.installation import check_installation
from presession.cli import main
from tests.fixtures.worker_processes import eventually


def by_name(checks):
    return {check.name: check for check in checks}


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """Checks of a data folder under settings given as variables."""

    def look(**variables: str):
        for name, value in variables.items():
            monkeypatch.setenv(f"PRESESSION_{name}", value)
        return by_name(check_installation(load_settings(data_dir=tmp_path / "data", makes_secret=False)))

    return look


def test_a_fresh_data_folder_is_fine_and_is_not_made(installation, tmp_path):
    checks = installation()
    assert not [check for check in checks.values() if check.level is Level.PROBLEM]
    assert not (tmp_path / "data").exists()


def test_a_loaded_installation_shows_its_records_and_misses_accounts(installation, tmp_path):
    CliRunner().invoke(main, ["session", "load", "36", "--data", str(tmp_path / "data")])
    checks = installation()
    assert checks["database"].level is checks["data folder"].level is Level.OK
    (tmp_path / "data").chmod(0o755)
    assert installation()["data folder"].mend == f"chmod o= {tmp_path / 'data'}"
    assert checks["staff accounts"].mend == "presession account add --role administrator you@example.org"
    add = ["account", "add", "--generate", "--data", str(tmp_path / "data")]
    CliRunner().invoke(main, [*add, "anna@example.org"])
    assert installation()["staff accounts"].level is Level.OK
    bare = installation(ACCOUNTS__SECOND_FACTOR="offered")["staff accounts"]
    assert bare.found == "1, 1 without a second factor"


def test_a_database_that_is_away_is_a_problem_without_its_password(installation):
    check = installation(DATABASE_URL="postgresql+psycopg://me:hidden@127.0.0.1:1/nothing")["database"]
    assert check.level is Level.PROBLEM
    assert "hidden" not in f"{check.found} {check.mend}"


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["redis", "nonsense"])
def test_a_broker_that_is_away_is_a_problem(installation, scheme):
    check = installation(BROKER_URL=f"{scheme}://127.0.0.1:1/0")["broker"]
    assert (check.level, "PRESESSION_BROKER_URL" in check.mend) == (Level.PROBLEM, True)


def test_a_broker_of_ones_own_is_asked(installation, sqlite_processes):
    sqlite_processes.start_broker_with_port()
    address = sqlite_processes.installation.settings.broker_url
    eventually(lambda: installation(BROKER_URL=address)["broker"].level is Level.OK, because="the broker was not found")


def test_a_store_is_tried(installation, tmp_path):
    (tmp_path / "objects").mkdir()
    assert installation(STORE__FOLDER=str(tmp_path / "objects"))["store"].level is Level.OK
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]


def test_what_the_set_up_builds_is_looked_for(tmp_path):
    assert {check.level for check in check_checkout(tmp_path)} == {Level.PROBLEM}
    built, assets = tmp_path / "webapp/static/built", tmp_path / "pipeline/site/assets"
    catalogue = tmp_path / "webapp/translations/fr/LC_MESSAGES/messages.po"
    for path in (built / "upload.js", assets / "player.js", catalogue, catalogue.with_suffix(".mo")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert {check.level for check in check_checkout(tmp_path)} == {Level.OK}
    os.utime(catalogue, (time.time() + 10, time.time() + 10))
    assert by_name(check_checkout(tmp_path))["translations"].mend == "make setup"
    shutil.rmtree(built)
    assert by_name(check_checkout(tmp_path))["portal's bundles"].level is Level.PROBLEM


def test_the_command_prints_every_check_and_its_exit_status_says_whether_something_must_be_mended(tmp_path):
    arguments = ["doctor", "--json", "--data", str(tmp_path)]
    bad = CliRunner().invoke(main, arguments, env={"PRESESSION_MEDIA__FFMPEG": "no-such-ffmpeg"})
    assert bad.exit_code == 1
    rows = {row["name"]: row for row in json.loads(bad.output)}
    assert rows["ffmpeg"]["level"] == "problem"
    assert {"espeak-ng", "disk", "database", "store", "broker", "portal"} <= set(rows)
    shown = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path)])
    assert (shown.exit_code == 0) == ("Nothing must be mended" in shown.output)


def test_an_openid_provider_must_answer_by_its_own_name(installation, openid_provider):
    assert "OpenID" not in installation()
    wanted = {"OPENID__ISSUER": openid_provider.issuer, "OPENID__CLIENT_ID": "presession"}
    assert installation(**wanted)["OpenID"].level is Level.OK
    assert installation(**{**wanted, "OPENID__ISSUER": f"{openid_provider.issuer}/"})["OpenID"].level is Level.PROBLEM


def test_what_drafts_subtitles_is_looked_at_where_it_is_set_up(installation, translation_server, tmp_path):
    assert {"translation", "recognition"}.isdisjoint(installation())
    models = tmp_path / "models" / "fr-en"
    models.mkdir(parents=True)
    lacking = installation(
        TRANSLATION__ENGINE="ctranslate2", TRANSLATION__MODELS=str(models.parent), RECOGNITION__MODEL=str(models)
    )
    assert "source.spm" in lacking["translation"].found
    assert "tokenizer.json" in lacking["recognition"].found
    server = installation(TRANSLATION__ENGINE="libretranslate", TRANSLATION__URL=translation_server.url)
    assert server["translation"].level is Level.OK
    away = installation(TRANSLATION__URL="http://127.0.0.1:1", TRANSLATION__GLOSSARY_FILE=str(tmp_path / "none.toml"))
    assert away["translation"].level is Level.PROBLEM
    assert "none.toml" in away["glossary"].found
