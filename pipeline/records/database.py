"""A database and its transactions; what is written in them belongs to the services."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from pipeline.records.engines import SQLITE_BEGIN, make_engine
from pipeline.records.schema import upgrade_schema

__all__ = ["Database", "is_away", "upgrade_schema"]


def is_away(error: BaseException) -> bool:
    """Whether an error says that the records did not answer, or could not keep anything: later they may."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError)


def is_unusable(error: BaseException) -> bool:
    """Whether an error says that a database is away, refuses us, or is none: not what was asked of it."""
    if getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False  # a statement that SQLite does not understand: our own mistake
    return is_away(error) or type(error) is DatabaseError


class Database:
    """One database of one installation. Safe for threads; made anew in every process, never carried over a fork."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = make_engine(url)
        self._writes = self._sessions("BEGIN IMMEDIATE")
        self._reads = self._sessions("BEGIN")

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end of the block, rolled back when it raises."""
        with self._writes.begin() as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only looks; never waits for a writer and is rolled back at the end of the block."""
        with self._reads() as db:
            yield db

    def new_session(self) -> Session:
        """A session that may write and whose owner commits and closes it, once, at an edge."""
        return self._writes()

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    def _sessions(self, sqlite_begin: str) -> sessionmaker[Session]:
        # What was loaded stays readable after the commit: the session ends with its one transaction anyway.
        engine = self.engine.execution_options(**{SQLITE_BEGIN: sqlite_begin})
        return sessionmaker(engine, expire_on_commit=False)
