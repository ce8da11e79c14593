"""Bringing a database's tables to the newest form with Alembic; the revisions lie in `migrations`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from pipeline.domain.errors import FinalError
from pipeline.records.engines import make_engine


class TablesTooNew(FinalError):
    """A newer version of presession has changed the tables; this one would not know what it writes."""


_LOCK_NUMBER = 7_355_608
"""PostgreSQL's advisory lock under which one process at a time changes tables; the number means nothing."""


def upgrade_schema(url: str, revision: str = "head") -> None:
    """Bring the tables up to a revision; harmless when they are there, and when two processes do it at once.

    Raises `TablesTooNew`.
    """
    with _alone(url) as connection:
        _heads_there(connection)
        command.upgrade(alembic_config(connection), revision)


def downgrade_schema(url: str, revision: str = "base") -> None:
    """Take the tables back to a revision; what only newer tables hold is lost."""
    with _alone(url) as connection:
        command.downgrade(alembic_config(connection), revision)


def schema_is_current(url: str) -> bool:
    """Whether the tables are those of this version.

    Raises SQLAlchemy's errors when the database is away, `TablesTooNew`.
    """
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            wanted = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
            return _heads_there(connection) == set(wanted)
    finally:
        engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for our revisions, to be run on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _heads_there(connection: Connection) -> set[str]:
    there = set(MigrationContext.configure(connection).get_current_heads())
    known = ScriptDirectory.from_config(alembic_config(connection)).walk_revisions()
    if not there <= {revision.revision for revision in known}:
        raise TablesTooNew(
            "The database's tables are of a newer version of presession. Install that version here; to go back to an "
            "older one, restore the backup that was made with it."
        )
    return there


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """One transaction in which no other process changes tables; SQLite's already holds the only write lock."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            if is_sqlite:
                _let_tables_be_replaced(connection)
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
                yield connection
                if is_sqlite:
                    _refuse_dangling(connection)
    finally:
        engine.dispose()


def _let_tables_be_replaced(connection: Connection) -> None:
    """SQLite changes a column by making the table anew; rows that point at the old one must not stand in the way."""
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None  # noqa: S101 - it was opened just now
    driver_connection.execute("PRAGMA foreign_keys = OFF")


def _refuse_dangling(connection: Connection) -> None:
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise FinalError(f"Rows of the table “{dangling[0][0]}” point at rows that are not there; nothing was changed.")
