"""The command line: fast help, examples everywhere, and errors as sentences with exit codes."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from config.settings import SettingsError
from pipeline.domain.errors import FinalError, InputRefused, WrongUsage
from presession.cli import COMMANDS, PresessionGroup, main


@pytest.fixture
def failing():
    """Runs a command that raises what it is given, through the group that every command runs in."""

    def run(error: Exception, *options: str):
        group = PresessionGroup(params=[click.Option(["--debug"], is_flag=True)], callback=lambda debug: None)

        @click.command()
        def fail():
            raise error

        group.get_command = lambda ctx, name: fail
        return CliRunner().invoke(group, [*options, "fail"])

    return run


def test_help_lists_every_command_and_imports_none():
    code = "import sys; from presession.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"  {name}" in done.stdout for name in COMMANDS)
    heavy = {"flask", "celery", "sqlalchemy", "boto3", "moviepy", "numpy"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command):
    shown = CliRunner().invoke(main, [command, "--help"])
    assert shown.exit_code == 0
    assert f"presession {command}" in shown.output.partition("Example")[2]


def test_the_version_is_the_packages():
    assert CliRunner().invoke(main, ["--version"]).output.startswith("presession 0.")


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (FinalError("The disk is away."), 1),
        (WrongUsage("Write it like this."), 2),
        (SettingsError("Setting X is wrong."), 2),
        (InputRefused("It is too long."), 3),
        (click.UsageError("No such option."), 2),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(failing, error, exit_code):
    result = failing(error)
    assert result.exit_code == exit_code
    assert f"Error: {error}" in result.output
    assert "Traceback" not in result.output


def test_an_unexpected_error_names_the_log_and_shows_no_trace(failing, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    result = failing(KeyError("secret detail"))
    log = tmp_path / "presession" / "crash.log"
    assert result.exit_code == 1
    assert "secret detail" not in result.output
    assert str(log) in result.output.replace("\n", "")
    assert "secret detail" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_where_no_log_can_be_written_the_sentence_says_how_to_see_more(failing, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert "presession --debug" in failing(KeyError("x")).output


def test_debug_shows_the_trace(failing, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert "Traceback" in failing(FinalError("The disk is away."), "--debug").output


def test_a_wrong_setting_is_wrong_usage(monkeypatch):
    monkeypatch.setenv("PRESESSION_WEB__PORT", "many")
    result = CliRunner().invoke(main, ["session", "list"])
    assert result.exit_code == 2
    assert "PRESESSION_WEB__PORT" in result.output


@pytest.mark.parametrize(
    ("url", "exit_code", "said"),
    [
        ("postgresql+psycopg://anna:s3cret@127.0.0.1:1/x", 1, "correct PRESESSION_DATABASE_URL"),
        ("postgresql://anna:s3cret@127.0.0.1/x", 2, "expected postgresql+psycopg://"),
    ],
)
def test_a_database_that_is_away_or_none_is_named_without_its_password(monkeypatch, url, exit_code, said):
    monkeypatch.setenv("PRESESSION_DATABASE_URL", url)
    result = CliRunner().invoke(main, ["status", "36"])
    assert (result.exit_code, said in result.output) == (exit_code, True)
    assert "s3cret" not in result.output


def test_a_file_that_is_no_database_and_a_place_that_cannot_be_written_are_named(tmp_path, monkeypatch):
    (tmp_path / "presession.sqlite3").write_text("a letter")
    result = CliRunner().invoke(main, ["status", "36", "--data", str(tmp_path)])
    assert "cannot be used (file is not a database)" in result.output
    (tmp_path / "presession.sqlite3").unlink()
    CliRunner().invoke(main, ["session", "load", "26", "--data", str(tmp_path)])
    with closing(sqlite3.connect(tmp_path / "presession.sqlite3")) as ours:
        ours.execute("ALTER TABLE pre_session RENAME TO lost")
        ours.commit()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert "inside presession" in CliRunner().invoke(main, ["status", "26", "--data", str(tmp_path)]).output
    closed = CliRunner().invoke(main, ["session", "load", "26", "--data", f"{__file__}/x"])
    assert "Not a directory" in closed.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("account", "list"),
        ("account", "link", "a@example.org"),
        ("audit",),
        ("backup", "BACKUP"),
        ("explain", "1"),
        ("import", ".", "--session", "36", "--by", "a@example.org"),
        ("link", "issue", "36", "MW", "1"),
        ("webhook", "add", "https://example.org/x", "--event", "session.*"),
    ],
)
def test_a_mistyped_data_folder_is_said_and_not_made(tmp_path, arguments):
    folder = tmp_path / "mistyped"
    asked = [str(tmp_path / "backup") if word == "BACKUP" else word for word in arguments]
    result = CliRunner().invoke(main, [*asked, "--data", str(folder)])
    assert (result.exit_code, "There are no records in" in result.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_what_an_installation_keeps_is_closed_to_others_of_the_machine(tmp_path):
    folder = tmp_path / "new"
    assert CliRunner().invoke(main, ["session", "load", "26", "--data", str(folder)]).exit_code == 0
    assert folder.stat().st_mode & 0o077 == 0


def test_the_installed_command_runs():
    program = Path(sys.executable).with_name("presession")
    done = subprocess.run([program, "nonsense"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No such command" in done.stderr
