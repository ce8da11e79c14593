"""`presession token`: tokens by which scripts use the JSON interface."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.domain.errors import WrongUsage
from pipeline.domain.scopes import DEFAULT_TOKEN_DAYS, Scope
from pipeline.records.tables import ApiToken
from pipeline.services.accounts import find_account
from pipeline.services.api_tokens import TokenLine, issue_token, list_tokens, revoke_token
from pipeline.services.events import SYSTEM
from presession.options import data_option
from presession.panel_places import json_option, open_transaction, say


@click.group(
    epilog="""\b
Examples:
  presession token add anna@example.org --name nightly --scope read
  presession token list
  presession token revoke 3
"""
)
def token() -> None:
    """Make, list and revoke tokens for scripts."""


@token.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; can be given several times.",
)
@click.option("--days", type=int, default=DEFAULT_TOKEN_DAYS, show_default=True, help="It ends after so many days.")
@json_option()
@data_option()
def add_token(
    *, email: str, name: str, scopes: tuple[str, ...], days: int, as_json: bool, data_dir: Path | None
) -> None:
    """Make a token in the name of an account and print it; it does no more than the account may."""
    with open_transaction(data_dir) as db:
        account = find_account(db, email)
        if account is None:
            raise WrongUsage("There is no account with this address. `presession account list` shows them all.")
        wanted = [Scope(scope) for scope in scopes]
        made = issue_token(db, account, name=name, scopes=wanted, days=days, actor=SYSTEM, now=datetime.now(UTC))
    say({"token": made}, f"{made}\nIt is not shown again.", as_json=as_json)


@token.command("list")
@json_option()
@data_option()
def list_all(*, as_json: bool, data_dir: Path | None) -> None:
    """Show the tokens that were not revoked."""
    with open_transaction(data_dir) as db:
        rows = [_facts(line) for line in list_tokens(db)]
    lines = [f"{row['id']}  {row['name']}  {row['account']}  {' '.join(row['scopes'])}" for row in rows]
    say(rows, "\n".join(lines) or "There is none.", as_json=as_json)


@token.command("revoke")
@click.argument("token_id", type=int)
@json_option()
@data_option()
def revoke(*, token_id: int, as_json: bool, data_dir: Path | None) -> None:
    """Let a token be good for nothing from now on."""
    with open_transaction(data_dir) as db:
        found = db.get(ApiToken, token_id)
        if found is None:
            raise WrongUsage("There is no such token. `presession token list` shows them all.")
        revoke_token(db, found, actor=SYSTEM, now=datetime.now(UTC))
    say({"id": token_id, "is_revoked": True}, f"Revoked: {token_id}", as_json=as_json)


def _facts(line: TokenLine) -> dict[str, Any]:
    return {
        "id": line.token.id,
        "name": line.token.name,
        "account": line.account.email,
        "scopes": line.token.scopes,
        "expires_at": line.token.expires_at,
        "used_at": line.token.used_at,
    }
