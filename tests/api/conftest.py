"""A script at the interface: a token of an account, and a client that shows it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pipeline.domain.roles import Role
from pipeline.domain.scopes import Scope
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import StaffAccount
from pipeline.services.api_tokens import issue_token
from pipeline.services.events import SYSTEM
from tests.fixtures.clock import NOW


@dataclass(frozen=True)
class Script:
    """A program with a token."""

    client: FlaskClient
    token: str
    account_id: int

    def ask(self, method: str, path: str, *, version: str = "", **options: Any) -> TestResponse:
        """Ask the interface; `version` is the ETag that was read."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({"If-Match": version} if version else {})
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str) -> Any:
        """What is there."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def decide(self, statement_id: int, what: str, **sent: Any) -> TestResponse:
        """A decision about a statement as it is now."""
        version = self.ask("GET", f"/statements/{statement_id}").headers["ETag"]
        return self.ask("POST", f"/statements/{statement_id}/{what}", version=version, json=sent)


@pytest.fixture
def make_script(portal: Flask, sqlite_database: Database) -> Callable[..., Script]:
    """A script in the name of an account of its own: `make_script(Role.VIEWER, scopes=[Scope.READ])`."""

    def make(role: Role = Role.STAFF, scopes: Collection[Scope] = tuple(Scope)) -> Script:
        with sqlite_database.begin() as db:
            account = StaffAccount(
                email=f"{new_name()}@example.org",
                role=role,
                password_hash="",
                session_key=new_name(),
                created_at=NOW,
            )
            db.add(account)
            db.flush()
            now = datetime.now(UTC)
            token = issue_token(db, account, name="of tests", scopes=scopes, days=1, actor=SYSTEM, now=now)
            return Script(portal.test_client(use_cookies=False), token, account.id)

    return make


@pytest.fixture
def script(make_script: Callable[..., Script]) -> Script:
    """One that may do everything."""
    return make_script(Role.ADMINISTRATOR)
