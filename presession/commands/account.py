"""`presession account`: staff accounts of the portal, the first one included."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.records.database import upgrade_schema
from pipeline.records.tables import StaffAccount
from pipeline.services import accounts, accounts_roles
from pipeline.services.events import SYSTEM
from presession.options import data_option
from presession.parts import build_database


@click.group(
    epilog="""\b
Examples:
  presession account add anna@example.org
  presession account add anna@example.org --generate --operator
  presession account password anna@example.org
  presession account operator anna@example.org
  presession account list
"""
)
def account() -> None:
    """Add staff accounts and change passwords."""


generate_option = click.option(
    "--generate", is_flag=True, help="Make a password and print it, instead of asking for one."
)


@account.command("add")
@click.argument("email")
@click.option("--operator", "is_operator", is_flag=True, help="Also show this person jobs, workers, and what is wrong.")
@generate_option
@data_option()
def add_account(email: str, is_operator: bool, generate: bool, data_dir: Path | None) -> None:
    """Add a staff account; the first one is the first administrator."""
    password = _password(generate=generate)
    with _database(data_dir) as db:
        added = accounts.add_account(db, email=email, password=password, now=datetime.now(UTC), is_operator=is_operator)
        click.echo(f"Added: {added.email}{' (operator)' if added.is_operator else ''}")
    _print_generated(password, generate=generate)


@account.command("password")
@click.argument("email")
@generate_option
@data_option()
def set_password(email: str, generate: bool, data_dir: Path | None) -> None:
    """Set a new password; the person is signed out everywhere."""
    password = _password(generate=generate)
    with _database(data_dir) as db:
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
    with _database(data_dir) as db:
        found = _find(db, email)
        accounts.set_operator(db, found, is_operator=not remove, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"{'No longer operator' if remove else 'Operator'}: {found.email}")


@account.command("deactivate")
@click.argument("email")
@data_option()
def deactivate_account(email: str, data_dir: Path | None) -> None:
    """Close an account; the person is signed out everywhere. What they did stays on record."""
    with _database(data_dir) as db:
        found = _find(db, email)
        accounts_roles.deactivate_account(db, found, actor=SYSTEM, now=datetime.now(UTC))
        click.echo(f"Deactivated: {found.email}")


@account.command("list")
@data_option()
def list_accounts(data_dir: Path | None) -> None:
    """Show the accounts."""
    with _database(data_dir) as db:
        for found in accounts.list_accounts(db):
            marks = [
                *(["operator"] if found.is_operator else []),
                *([] if found.is_active else ["deactivated"]),
            ]
            click.echo(f"{found.email} ({', '.join(marks)})" if marks else found.email)


@contextmanager
def _database(data_dir: Path | None) -> Iterator[Session]:
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


def _print_generated(password: str, *, generate: bool) -> None:
    if generate:
        click.echo(f"Password: {password}")
        click.echo("It is not shown again. It can be changed in the portal under “Account”.")
