"""All rows from one database to an empty one of either kind: a backup, its way back, SQLite to PostgreSQL.

What a database is at one moment is copied, while others go on writing to it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, bindparam, func, select, text

from pipeline.domain.errors import WrongUsage
from pipeline.records.database import Database
from pipeline.records.engines import SQLITE_BEGIN
from pipeline.records.tables import Base, Event, RunningPart

_BATCH = 500
_TABLES = [table for table in Base.metadata.sorted_tables if table is not RunningPart.__table__]
"""Referred-to tables first. What runs at the moment is no part of a copy."""


def copy_records(source: Database, target: Database) -> int:
    """Copy every row with its id, in one transaction; how many. Both databases have the tables of this version.

    Raises `WrongUsage` when the target holds anything: two installations' rows cannot be told apart.
    """
    with _snapshot(source.engine) as reading, target.engine.begin() as writing:
        _refuse_rows(writing)
        copied = sum(_copy_table(table, reading, writing) for table in _TABLES)
        for table in _TABLES:
            _set_pointers(table, reading, writing)
            _go_on_counting(table, writing)
    return copied


def refuse_rows(target: Database) -> None:
    """Raise `WrongUsage` when a database holds anything."""
    with target.engine.connect() as connection:
        _refuse_rows(connection)


def _snapshot(engine: Engine) -> Connection:
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{SQLITE_BEGIN: "BEGIN"}).connect()
    return engine.connect().execution_options(isolation_level="REPEATABLE READ")


def _refuse_rows(connection: Connection) -> None:
    for table in _TABLES:
        if connection.execute(select(table.c.id).limit(1)).first() is not None:
            raise WrongUsage(f"The database already holds rows ({table.name}). Name an empty one.")


def _copy_table(table: Table, reading: Connection, writing: Connection) -> int:
    """Pointers back to tables that are not there yet stay empty at first."""
    later = {column.name: None for column in _pointers(table)}
    copied = 0
    for rows in reading.execute(select(table).order_by(table.c.id)).mappings().partitions(_BATCH):
        writing.execute(table.insert(), [{**row, **later} for row in rows])
        copied += len(rows)
    return copied


def _set_pointers(table: Table, reading: Connection, writing: Connection) -> None:
    for column in _pointers(table):
        found = reading.execute(select(table.c.id, column).where(column.is_not(None))).all()
        change = table.update().where(table.c.id == bindparam("row")).values({column.name: bindparam("pointer")})
        values: Sequence[Mapping[str, Any]] = [{"row": row, "pointer": pointer} for row, pointer in found]
        if values:
            writing.execute(change, values)


def _pointers(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if any(key.use_alter for key in column.foreign_keys)]


def _go_on_counting(table: Table, writing: Connection) -> None:
    """A database would begin where the rows end; ids of removed ones that events tell of are not given again."""
    told = select(func.max(Event.subject_id)).where(Event.subject_kind == table.name)
    highest = max(writing.scalar(select(func.max(table.c.id))) or 0, writing.scalar(told) or 0)
    if not highest:
        return
    is_postgres = writing.dialect.name == "postgresql"
    count = "SELECT setval(pg_get_serial_sequence(:table, 'id'), :highest)" if is_postgres else _SQLITE_COUNT
    writing.execute(text(count), {"table": table.name, "highest": highest})


_SQLITE_COUNT = "UPDATE sqlite_sequence SET seq = :highest WHERE name = :table"
