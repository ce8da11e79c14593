"""Settings: built once, defaults that work, and every mistake named with its setting."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import SettingsError, load_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PRESESSION_")]:
        monkeypatch.delenv(name)


def test_the_defaults_need_nothing(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert settings.uses_embedded_broker
    assert settings.effective_database_url == f"sqlite:///{tmp_path}/presession.sqlite3"
    assert settings.store_folder == tmp_path / "store"


def test_the_secret_key_is_kept_and_private(tmp_path: Path) -> None:
    first, second = load_settings(data_dir=tmp_path), load_settings(data_dir=tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key.get_secret_value()) >= 43
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert first.secret_key.get_secret_value() not in repr(first)


def test_environment_wins_over_file_and_option_over_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('log_level = "DEBUG"\n[web]\nport = 1111\nhost = "127.0.0.2"\n', encoding="utf-8")
    monkeypatch.setenv("PRESESSION_SETTINGS", str(file))
    assert load_settings(data_dir=tmp_path).web.port == 1111
    monkeypatch.setenv("PRESESSION_WEB__PORT", "2222")
    settings = load_settings(data_dir=tmp_path)
    assert (settings.web.port, settings.web.host, settings.log_level) == (2222, "127.0.0.2", "DEBUG")
    assert load_settings(data_dir=tmp_path, port=3333).web.port == 3333


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PRESESSION_WEB__PORT", "eighty", "PRESESSION_WEB__PORT"),
        ("PRESESSION_STORE__KIND", "ftp", "PRESESSION_STORE__KIND"),
        ("PRESESSION_MEDIA__MEMORY_BYTES", "12", "PRESESSION_MEDIA__MEMORY_BYTES"),
        ("PRESESSION_DATABSE_URL", "x", "no setting PRESESSION_DATABSE_URL"),
        ("PRESESSION_SETTINGS", "/nowhere/settings.toml", "cannot be read"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        load_settings(data_dir=tmp_path)


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    with pytest.raises(ValidationError):
        settings.log_level = "ERROR"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"MAILS__KIND": "smtp"}, "PRESESSION_MAILS__HOST"),
        ({"MAILS__KIND": "smtp", "MAILS__HOST": "mail.example"}, "PRESESSION_WEB__PUBLIC_URL"),
    ],
)
def test_mails_are_sent_only_where_it_is_said_how_and_from_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"PRESESSION_{name}", value)
    with pytest.raises(SettingsError, match=named):
        load_settings(data_dir=tmp_path)
