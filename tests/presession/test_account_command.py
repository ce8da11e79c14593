"""`presession account` as an operator uses it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.domain.accounts import SignInWay
from pipeline.domain.errors import ExitCode
from pipeline.records.database import Database
from pipeline.services.accounts import check_password, find_account
from pipeline.services.accounts_keys import find_key, use_key
from pipeline.services.accounts_sessions import begin_session, find_session
from presession.cli import main
from tests.fixtures.clock import NOW

pytestmark = pytest.mark.slow

EMAIL = "anna@example.org"
PASSWORD = "a long enough sentence"


@pytest.fixture
def run(tmp_path: Path):
    """Runs a subcommand in a data folder of its own."""

    def run_one(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["account", *arguments, "--data", str(tmp_path)], input=typed)

    return run_one


@pytest.fixture
def kept(tmp_path: Path):
    """The database of that folder."""
    database = Database(f"sqlite:///{tmp_path / 'presession.sqlite3'}")
    yield database
    database.close()


def _can_sign_in(kept: Database, password: str) -> bool:
    with kept.begin() as db:
        return check_password(db, email=EMAIL, password=password, now=NOW) is not None


def test_an_account_is_added_with_the_password_typed_twice(run, kept):
    done = run("add", EMAIL, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == ExitCode.OK, done.output
    assert PASSWORD not in done.output
    assert _can_sign_in(kept, PASSWORD)


def test_a_password_can_be_made_and_is_printed_once(run, kept):
    done = run("add", EMAIL, "--generate")
    password = done.output.split("Password: ")[1].splitlines()[0]
    assert len(password) >= 20
    assert _can_sign_in(kept, password)


def test_a_second_account_with_the_address_is_refused(run):
    run("add", EMAIL, "--generate")
    again = run("add", EMAIL, "--generate")
    assert again.exit_code == ExitCode.USAGE
    assert "already an account" in again.output


@pytest.mark.parametrize(("email", "typed"), [("anna", f"{PASSWORD}\n" * 2), (EMAIL, "short\n" * 2)])
def test_what_cannot_be_an_account_is_refused(run, email, typed):
    done = run("add", email, typed=typed)
    assert done.exit_code == ExitCode.USAGE
    assert "Traceback" not in done.output


def test_a_password_is_changed(run, kept):
    run("add", EMAIL, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert run("password", EMAIL, typed="another long sentence\n" * 2).exit_code == ExitCode.OK
    assert not _can_sign_in(kept, PASSWORD)
    assert _can_sign_in(kept, "another long sentence")


def test_an_account_is_deactivated_and_still_listed(run, kept):
    run("add", EMAIL, "--generate")
    run("add", "bela@example.org", "--generate", "--role", "administrator")
    assert run("deactivate", EMAIL).exit_code == ExitCode.OK
    assert f"{EMAIL} (administrator, deactivated)" in run("list").output
    with kept.read() as db:
        assert not find_account(db, EMAIL).is_active
    assert run("reactivate", EMAIL).exit_code == ExitCode.OK
    with kept.read() as db:
        assert find_account(db, EMAIL).is_active


def test_the_last_administrator_stays(run):
    run("add", EMAIL, "--generate")
    run("add", "bela@example.org", "--generate")
    for command in (["deactivate", EMAIL], ["role", EMAIL, "staff"]):
        refused = run(*command)
        assert refused.exit_code == ExitCode.USAGE
        assert "last administrator" in refused.output
    assert run("role", "bela@example.org", "administrator").exit_code == ExitCode.OK
    assert run("role", EMAIL, "viewer").exit_code == ExitCode.OK


def test_somebody_invited_chooses_a_password_by_the_link(run, kept):
    done = run("invite", EMAIL, "--role", "interpreter", "--name", "Anna")
    assert done.exit_code == ExitCode.OK, done.output
    assert json.loads(run("list", "--json").output)[0] | {"id": 0} == {
        "id": 0,
        "email": EMAIL,
        "name": "Anna",
        "role": "interpreter",
        "is_operator": False,
        "is_active": True,
        "has_password": False,
        "has_app": False,
        "passkeys": 0,
        "recovery_codes": 0,
    }
    older, newer = done.output, run("link", EMAIL).output
    tokens = [re.search(r"/account/(\S+)", output)[1] for output in (older, newer)]
    with kept.begin() as db:
        found = [find_key(db, token, now=datetime.now(UTC)) for token in tokens]
        assert [key is not None for key in found] == [False, True]
        use_key(db, found[1], password=PASSWORD, name=None, now=datetime.now(UTC))
    assert _can_sign_in(kept, PASSWORD)
    with kept.read() as db:
        assert find_key(db, tokens[1], now=datetime.now(UTC)) is None


def test_lost_second_factors_and_sessions_are_taken_away(run, kept):
    run("add", EMAIL, typed=f"{PASSWORD}\n{PASSWORD}\n")
    with kept.begin() as db:
        account = find_account(db, EMAIL)
        account.totp_secret = "sealed"
        begun, key = begin_session(db, account, way=SignInWay.TOTP, browser="", now=NOW)
        session_id = begun.id
    assert run("reset-second-factor", EMAIL).exit_code == ExitCode.OK
    with kept.read() as db:
        assert find_account(db, EMAIL).totp_secret == ""
        assert find_session(db, session_id, key, now=NOW) is None
    assert run("sign-out", EMAIL).exit_code == ExitCode.OK


@pytest.mark.parametrize("command", ["password", "deactivate"])
def test_an_unknown_account_is_named_as_such(run, command):
    run("add", EMAIL, "--generate")
    done = run(command, "nobody@example.org", *(["--generate"] if command == "password" else []))
    assert done.exit_code == ExitCode.USAGE
    assert "presession account list" in done.output


def test_an_operator_is_made_and_unmade(run, kept):
    assert "operator)" in run("add", EMAIL, "--generate", "--operator").output
    assert run("list").output == f"{EMAIL} (administrator, operator)\n"
    run("operator", EMAIL, "--remove")
    assert run("list").output == f"{EMAIL} (administrator)\n"
    run("operator", EMAIL)
    with kept.read() as db:
        assert find_account(db, EMAIL).is_operator
