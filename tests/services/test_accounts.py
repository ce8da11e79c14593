"""Staff accounts: addresses, passwords, and what ends sessions."""

import pytest
from argon2 import PasswordHasher

from pipeline.domain.errors import WrongUsage
from pipeline.domain.roles import Role
from pipeline.services import accounts, accounts_roles
from pipeline.services.events import SYSTEM

PASSWORD = "a long enough sentence"


@pytest.fixture
def anna(database, now):
    """An account in the database."""
    with database.begin() as db:
        accounts.add_account(db, email=" Anna@Example.org ", password=PASSWORD, now=now)
    return database


def test_an_address_is_kept_in_one_form(anna, now):
    with anna.begin() as db:
        account = accounts.check_password(db, email="ANNA@example.org", password=PASSWORD, now=now)
        assert account is not None
        assert account.email == "anna@example.org"


def test_an_address_has_one_account(anna, now):
    with anna.begin() as db, pytest.raises(WrongUsage, match="already an account"):
        accounts.add_account(db, email="anna@example.ORG", password=PASSWORD, now=now)


@pytest.mark.parametrize("email", ["", "anna", "@example.org", "anna@", "a b@example.org", "x" * 250 + "@e.org"])
def test_what_is_not_an_address_is_refused(database, now, email):
    with database.begin() as db, pytest.raises(WrongUsage):
        accounts.add_account(db, email=email, password=PASSWORD, now=now)


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(database, now, password):
    with database.begin() as db, pytest.raises(WrongUsage):
        accounts.add_account(db, email="anna@example.org", password=password, now=now)


def test_a_hash_of_weaker_settings_is_renewed_when_somebody_signs_in(anna, now):
    with anna.begin() as db:
        account = accounts.find_account(db, "anna@example.org")
        account.password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
        weak = account.password_hash
        assert accounts.check_password(db, email=account.email, password=PASSWORD, now=now) is account
        assert account.password_hash != weak
        assert accounts.check_password(db, email=account.email, password=PASSWORD, now=now) is account


def test_a_damaged_hash_lets_nobody_in(anna, now):
    with anna.begin() as db:
        accounts.find_account(db, "anna@example.org").password_hash = "not a hash"
        assert accounts.check_password(db, email="anna@example.org", password=PASSWORD, now=now) is None


def test_every_change_of_the_password_changes_the_key_of_the_sessions(anna, now):
    with anna.begin() as db:
        account = accounts.find_account(db, "anna@example.org")
        keys = [account.session_key]
        accounts.set_password(db, account, password="another long sentence", actor=SYSTEM, now=now)
        keys.append(account.session_key)
        accounts.add_account(db, email="eve@example.org", password=PASSWORD, role=Role.ADMINISTRATOR, now=now)
        accounts_roles.deactivate_account(db, account, actor=SYSTEM, now=now)
        keys.append(account.session_key)
        assert len(set(keys)) == 3
        assert [one.email for one in accounts.list_accounts(db)] == ["anna@example.org", "eve@example.org"]
