"""Connections to SQLite and PostgreSQL, set up the way transactions here rely on.

SQLite runs in WAL mode. A writing transaction takes SQLite's one write lock when it begins, so that what it reads
is still true when it writes; on PostgreSQL the compare-and-set updates of the services give the same answer.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

BUSY_SECONDS = 30
"""How long a writer waits for SQLite's lock before it gives up."""

_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A PostgreSQL whose machine or line is gone is noticed within half a minute; the address may say otherwise."""

SQLITE_BEGIN = "sqlite_begin"
"""Execution option: the statement that begins a transaction on SQLite; without it, a writing one."""


def make_engine(address: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; a SQLite file's folder is made.

    Values stay out of its error messages, and so out of logs: they may be people's names.
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url)
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    return create_engine(url, connect_args=patience, pool_pre_ping=True, pool_recycle=1800, hide_parameters=True)


def _make_sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin transactions by itself, and too late
    cursor = connection.cursor()
    _enter_wal_mode(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _enter_wal_mode(cursor: sqlite3.Cursor) -> None:
    """Of connections that open a new file at once, all but one are refused here without SQLite's own waiting."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(SQLITE_BEGIN, "BEGIN IMMEDIATE"))
