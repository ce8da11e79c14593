"""What the staff's board costs: a session of 84 statements with history, asked for as a browser would."""

import secrets
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import event, func, select

from bench.costs import Cost, measure
from bench.engine import has_postgres
from bench.rows import Row, SectionResult
from bench.stage import Stage
from config.settings import Settings
from pipeline.domain.jobs import Queue
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.tables import Event, Statement
from pipeline.services.accounts import add_account
from pipeline.storage.folder import FolderStore
from presession.demo.pages import read_portal_page
from webapp.app import create_app

_EMAIL, _PASSWORD = "anna@example.org", "a long enough sentence"
_ASKED = 20
_AT_MOST_MS = 150.0
_PAGES = {
    "the board": "/staff/36/",
    "what its script asks": "/staff/36/live.json",
    "the status to print": "/staff/36/status",
}


class _SendsNothing:
    """A broker that nobody listens to."""

    def send(self, job_id: int, queue: Queue) -> None:
        """Forget it."""


def measure_board(stage: Stage) -> SectionResult:
    """Server time and queries of the board's pages, on SQLite and on PostgreSQL where there is one."""
    rows: list[Row] = []
    with _sqlite(stage.fresh("board")) as database:
        rows += _rows("SQLite", database, stage.fresh("portal"))
    if has_postgres():
        with _postgres() as database:
            rows += _rows("PostgreSQL", database, stage.fresh("portal"))
    return SectionResult(rows, {"asked": _ASKED})


def _rows(kind: str, database: Database, folder: Path) -> Iterator[Row]:
    from bench.board_history import fill_session  # noqa: PLC0415 - needs what the tests need

    fill_session(database)
    with database.read() as db:
        statements, events = (db.scalar(select(func.count()).select_from(table)) for table in (Statement, Event))
    client = _sign_in(database, folder)
    for title, address in _PAGES.items():
        costs, queries = _ask(client, database, address)
        seconds = [cost.wall_seconds for cost in costs]
        cpu = statistics.median(cost.cpu_seconds for cost in costs) * 1000
        note = f"{statements} statements, {events} events; the slowest of {_ASKED}: {max(seconds) * 1000:.0f} ms"
        yield Row(f"{title}, {kind}: median", statistics.median(seconds) * 1000, "ms", _AT_MOST_MS, note)
        yield Row(f"{title}, {kind}: processor time, median", cpu, "ms", _AT_MOST_MS)
        yield Row(f"{title}, {kind}: queries", queries, "queries")


def _ask(client: FlaskClient, database: Database, address: str) -> tuple[list[Cost], int]:
    """What each answer cost, and the queries of one."""
    queries = _count_queries(database, lambda: client.get(address))
    costs = []
    for _ in range(_ASKED):
        answer, cost = measure(partial(client.get, address))
        costs.append(cost)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return costs, queries


def _count_queries(database: Database, ask: Callable[[], object]) -> int:
    seen: list[object] = []

    def note(*arguments: object) -> None:
        seen.append(arguments[2])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def _sign_in(database: Database, folder: Path) -> FlaskClient:
    with database.begin() as db:
        add_account(db, email=_EMAIL, password=_PASSWORD, now=datetime.now(UTC))
    settings = Settings(data_dir=folder, database_url=database.url, secret_key=SecretStr(secrets.token_hex()))
    app = create_app(settings, database, FolderStore(folder / "store"), _SendsNothing(), lambda _queue: None)
    client = app.test_client()
    form = read_portal_page(client.get("/sign-in").text, "http://localhost/sign-in").form("/sign-in")
    answer = client.post("/sign-in", data={**form.fields, "email": _EMAIL, "password": _PASSWORD})
    if answer.status_code != 303:
        raise RuntimeError(f"Signing in answered {answer.status_code}")
    return client


@contextmanager
def _sqlite(folder: Path) -> Iterator[Database]:
    yield from _opened(f"sqlite:///{folder / 'presession.sqlite3'}")


@contextmanager
def _postgres() -> Iterator[Database]:
    from tests.fixtures.postgresql import PrivatePostgres  # noqa: PLC0415

    server, name = PrivatePostgres(), f"board_{secrets.token_hex(6)}"
    try:
        server.execute(f"CREATE DATABASE {name}")
        yield from _opened(server.url(name))
    finally:
        server.stop()


def _opened(url: str) -> Iterator[Database]:
    upgrade_schema(url)
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
