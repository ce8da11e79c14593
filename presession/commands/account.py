"""`presession account`: staff accounts of the portal, the first one included."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.accounts import KeyPurpose
from pipeline.domain.errors import WrongUsage
from pipeline.domain.roles import Role
from pipeline.records.database import upgrade_schema
from pipeline.records.tables import StaffAccount
from pipeline.services import (
    accounts,
    accounts_erasing,
    accounts_factors,
    accounts_keys,
    accounts_roles,
    accounts_sessions,
)
from pipeline.services.events import SYSTEM
from presession.options import data_option
from presession.panel_places import open_transaction
from presession.parts import build_database


@click.group(
    epilog="""\b
Examples:
  presession account add anna@example.org
  presession account invite bela@example.org --role interpreter
  presession account role anna@example.org administrator
  presession account reset-second-factor anna@example.org
  presession account list --json
"""
)
def account() -> None:
    """Add staff accounts, change them, and help who lost a password or a second factor."""


generate_option = click.option(
    "--generate", is_flag=True, help="Make a password and print it, instead of asking for one."
)


role_choice = click.Choice([role.value for role in Role])


@account.command("add")
@click.argument("email")
@click.option("--role", type=role_choice, help="Default: the first is an administrator, others are staff.")
@click.option("--operator", "is_operator", is_flag=True, help="Also show this person jobs, workers, and what is wrong.")
@generate_option
@data_option()
def add_account(email: str, role: str | None, is_operator: bool, generate: bool, data_dir: Path | None) -> None:
    """Add a staff account with a password; the first one is the first administrator."""
    password = _password(generate=generate)
    with _made_database(data_dir) as db:
        added = accounts.add_account(
            db,
            email=email,
            password=password,
            now=datetime.now(UTC),
            role=Role(role) if role else None,
            is_operator=is_operator,
        )
        click.echo(f"Added: {added.email} ({', '.join(_marks(added))})")
    _print_generated(password, generate=generate)


@account.command("invite")
@click.argument("email")
@click.option("--role", type=role_choice, default=Role.STAFF.value, show_default=True)
@click.option("--name", default="", help="What colleagues see of this person.")
@data_option()
def invite(email: str, role: str, name: str, data_dir: Path | None) -> None:
    """Add an account without a password and print the link by which the person chooses one."""
    with _made_database(data_dir) as db:
        now = datetime.now(UTC)
        invited = accounts_keys.invite_account(db, email=email, name=name, role=Role(role), actor=SYSTEM, now=now)
        token = accounts_keys.issue_key(db, invited, KeyPurpose.INVITATION, actor=SYSTEM, now=now)
        click.echo(f"Invited: {invited.email} ({', '.join(_marks(invited))})")
    _print_link(token, data_dir)


@account.command("link")
@click.argument("email")
@data_option()
def make_link(email: str, data_dir: Path | None) -> None:
    """Print a link by which a person chooses a new password; older links of the account end."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        purpose = KeyPurpose.RESET if found.password_hash else KeyPurpose.INVITATION
        token = accounts_keys.issue_key(db, found, purpose, actor=SYSTEM, now=datetime.now(UTC))
    _print_link(token, data_dir)


@account.command("role")
@click.argument("email")
@click.argument("role", type=role_choice)
@data_option()
def change_role(email: str, role: str, data_dir: Path | None) -> None:
    """Give a person another role, from the next page on."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts_roles.change_role(db, found, Role(role), actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Changed: {found.email} ({', '.join(_marks(found))})")


@account.command("reset-second-factor")
@click.argument("email")
@data_option()
def reset_second_factor(email: str, data_dir: Path | None) -> None:
    """Take away app, passkeys and recovery codes of who lost them; the person is signed out everywhere."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts_factors.reset_factors(db, found, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Second factors removed: {found.email}")


@account.command("sign-out")
@click.argument("email")
@data_option()
def sign_out(email: str, data_dir: Path | None) -> None:
    """End every session of a person."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts_sessions.end_sessions(db, found, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Signed out everywhere: {found.email}")


@account.command("password")
@click.argument("email")
@generate_option
@data_option()
def set_password(email: str, generate: bool, data_dir: Path | None) -> None:
    """Set a new password; the person is signed out everywhere."""
    password = _password(generate=generate)
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts.set_password(db, found, password=password, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Changed: {found.email}")
    _print_generated(password, generate=generate)


@account.command("operator")
@click.argument("email")
@click.option("--remove", is_flag=True, help="Close the operator's pages to this person again.")
@data_option()
def set_operator(email: str, remove: bool, data_dir: Path | None) -> None:
    """Show a person of the staff jobs, workers, and what is wrong, from the next page on."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts.set_operator(db, found, is_operator=not remove, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"{'No longer operator' if remove else 'Operator'}: {found.email}")


@account.command("deactivate")
@click.argument("email")
@data_option()
def deactivate_account(email: str, data_dir: Path | None) -> None:
    """Close an account; the person is signed out everywhere. What they did stays on record."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts_roles.deactivate_account(db, found, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Deactivated: {found.email}")


@account.command("reactivate")
@click.argument("email")
@data_option()
def reactivate_account(email: str, data_dir: Path | None) -> None:
    """Open a closed account again."""
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts_roles.reactivate_account(db, found, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Open again: {found.email}")


@account.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option()
def erase_account(email: str, yes: bool, data_dir: Path | None) -> None:
    """Close an account for good and forget whose it was. What was done stays on record under its number."""
    if not yes:
        click.confirm(f"Erase {email}? It cannot be undone", abort=True)
    with open_transaction(data_dir) as db:
        found = _find(db, email)
        accounts_erasing.erase_account(db, found, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Erased. What account {found.id} did stays on record under that number.")


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for scripts.")
@data_option()
def list_accounts(as_json: bool, data_dir: Path | None) -> None:
    """Show the accounts."""
    with open_transaction(data_dir) as db:
        if as_json:
            click.echo(json.dumps([_facts(db, found) for found in accounts.list_accounts(db)], indent=2))
            return
        for found in accounts.list_accounts(db):
            click.echo(f"{found.email} ({', '.join(_marks(found))})")


def _marks(account: StaffAccount) -> list[str]:
    """What there is to say of an account beside its address."""
    return [
        account.role.value,
        *(["operator"] if account.is_operator else []),
        *([] if account.password_hash else ["invited"]),
        *([] if account.is_active else ["deactivated"]),
    ]


def _facts(db: Session, account: StaffAccount) -> dict[str, Any]:
    factors = accounts_factors.factors_of(db, account)
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "is_operator": account.is_operator,
        "is_active": account.is_active,
        "has_password": bool(account.password_hash),
        "has_app": factors.has_totp,
        "passkeys": factors.passkeys,
        "recovery_codes": factors.recovery_codes,
    }


@contextmanager
def _made_database(data_dir: Path | None) -> Iterator[Session]:
    """One transaction on an installation, which is made where there is none yet: it begins with an account."""
    settings = load_settings(data_dir=data_dir)
    upgrade_schema(settings.effective_database_url)
    database = build_database(settings)
    with database.begin() as db:
        yield db
    database.close()


def _find(db: Session, email: str) -> StaffAccount:
    found = accounts.find_account(db, email)
    if found is None:
        raise WrongUsage("There is no account with this address. `presession account list` shows them all.")
    return found


def _password(*, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(15)
    asked = f"Password (at least {accounts.MIN_PASSWORD_LENGTH} signs)"
    return str(click.prompt(asked, hide_input=True, confirmation_prompt="Once more"))


def _print_link(token: str, data_dir: Path | None) -> None:
    click.echo(accounts_keys.key_address(load_settings(data_dir=data_dir, makes_secret=False).public_url, token))
    click.echo("It is not shown again, works once, and lets whoever has it choose the password.")


def _print_generated(password: str, *, generate: bool) -> None:
    if generate:
        click.echo(f"Password: {password}")
        click.echo("It is not shown again. It can be changed in the portal under “Account”.")
