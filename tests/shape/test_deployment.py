"""What `config/deploy` ships fits the product: its settings load, its commands exist, its units are understood."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.settings import CONFIG_DIR, Settings, load_settings
from presession.cli import COMMANDS

ROOT = CONFIG_DIR.parent
DEPLOY = CONFIG_DIR / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())


def names_of(model: type[BaseModel], prefix: str = "PRESESSION_") -> set[str]:
    names = set()
    for name, field in model.model_fields.items():
        part = field.annotation
        is_part = isinstance(part, type) and issubclass(part, BaseModel)
        names |= names_of(part, f"{prefix}{name.upper()}__") if is_part else {prefix + name.upper()}
    return names


@pytest.fixture
def no_settings(monkeypatch):
    """An environment without settings of ours."""
    for name in names_of(Settings):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    named = set(re.findall(r"PRESESSION_\w+", path.read_text(encoding="utf-8")))
    assert named <= names_of(Settings) | {"PRESESSION_SETTINGS"}


def test_the_settings_of_the_containers_load_and_every_value_to_fill_in_is_in_the_example(no_settings, tmp_path):
    filled = dict.fromkeys(re.findall(r"^(\w+)=", (DEPLOY / "compose.env.example").read_text(), re.M), "filled")
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE))
    assert asked - {"TAG"} == set(filled)
    for name, value in re.findall(r"^    (PRESESSION_\w+): (.+)$", COMPOSE, re.M):
        meant = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: filled[match[1]], value)
        no_settings.setenv(name, meant.strip('"'))
    settings = load_settings(data_dir=tmp_path, makes_secret=False)
    assert settings.database_url == "postgresql+psycopg://presession:filled@database/presession"
    assert (settings.public_url, settings.web.secure_cookies, settings.web.trusted_proxies) == (
        "https://filled",
        True,
        1,
    )
    assert (settings.store.kind, settings.store.bucket) == ("s3", "presession")


def test_the_settings_of_a_worker_alone_load(no_settings, tmp_path):
    text = (DEPLOY / "compose.worker.yaml").read_text(encoding="utf-8")
    shown = {"DATABASE_URL": "postgresql+psycopg://db/presession", "BROKER_URL": "rediss://broker:6379/0"}
    for name, value in re.findall(r"^      (PRESESSION_\w+): (.+)$", text, re.M):
        no_settings.setenv(name, re.sub(r"\$\{(\w+)[^}]*\}", lambda match: shown.get(match[1], "filled"), value))
    settings = load_settings(data_dir=tmp_path, makes_secret=False)
    assert (settings.database_url, settings.broker_url) == tuple(shown.values())
    assert (settings.store.kind, settings.store.bucket) == ("s3", "filled")


def test_names_of_servers_in_the_settings_are_services_of_the_compose_file():
    services = set(re.findall(r"^  (\w+):$", COMPOSE.split("\nservices:")[1].split("\nnetworks:")[0], re.M))
    addressed = set(
        re.findall(r"(?:@|//)(\w+)(?=[:/])(?!:\$)", "\n".join(re.findall(r"^    PRESESSION_.+$", COMPOSE, re.M)))
    )
    assert {"database", "broker", "store"} <= addressed <= services | {"presession"}


@pytest.mark.parametrize("name", ["one-machine.example.toml", "many-machines.example.toml"])
def test_example_settings_load(no_settings, name, tmp_path):
    no_settings.setenv("PRESESSION_SETTINGS", str(DEPLOY / name))
    settings = load_settings(makes_secret=False)
    assert settings.data_dir == Path("/var/lib/presession")
    assert settings.uses_embedded_broker == name.startswith("one")


def test_every_command_that_is_run_exists():
    commands = set(re.findall(r"^    command: \[(\w+)\]$", COMPOSE, re.M))
    for unit in UNITS:
        commands |= set(re.findall(r"^ExecStart=\S+/presession (\w+)", unit.read_text(), re.M))
    assert {"run", "web", "worker", "scheduler", "bucket", "backup"} <= commands <= set(COMMANDS)


def test_a_part_alone_runs_under_the_rules_of_the_whole():
    whole, part = ((DEPLOY / "systemd" / name).read_text() for name in ("presession.service", "presession@.service"))
    rules = [set(text.split("KillMode")[1].splitlines()) for text in (whole, part)]
    assert rules[0] == rules[1]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_units(tmp_path):
    for unit in UNITS:
        # What is not on this machine: the program's place and its user.
        text = unit.read_text().replace("/opt/presession/.venv/bin/presession", sys.executable)
        (tmp_path / unit.name).write_text(re.sub(r"^(User|Group)=.*\n", "", text, flags=re.M))
    names = [str(tmp_path / unit.name.replace("@.", "@web.")) for unit in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []
    assert done.returncode == 0


def test_the_sources_hold_no_key_of_an_installation():
    """An installation in the checkout itself leaves its keys beside the sources; they are nobody's to share."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("these sources are not a checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    assert len(paths) > 100
    assert [path for path in paths if path.name in {"originals.key", "secret_key"}] == []
    key = re.compile(rb"AGE-SECRET-KEY-1[A-Z0-9]{50}|-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{60}")
    assert [path for path in paths if path.is_file() and key.search(path.read_bytes())] == []
