"""What an installation's settings point to: data folder, database, store, broker, accounts."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from pipeline.domain.errors import PresessionError
from pipeline.domain.tokens import new_name
from pipeline.records.schema import schema_is_current
from pipeline.services.accounts import list_accounts
from pipeline.storage.keys import original_key
from presession.checkup.checks import Check, fine, note, problem
from presession.parts import build_database, build_store
from presession.services import portal_answers
from workers.broker import broker_answers

_BROKER_SECONDS = 5


def check_installation(settings: Settings) -> Iterator[Check]:
    """Every check of what the settings point to; a data folder that is not there yet is not made."""
    yield _check_data_dir(settings.data_dir)
    if settings.database_url or _sqlite_path(settings).exists():
        yield from _check_records(settings)
    else:
        yield note("database", "none yet; it is made when presession first runs")
    yield _check_store(settings)
    yield _check_broker(settings)
    yield _check_portal(settings)


def _check_data_dir(folder: Path) -> Check:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return problem("data folder", f"{there} is not writable", "choose another one with --data")
    return fine("data folder", str(folder) if there == folder else f"{folder} (not there yet)")


def _sqlite_path(settings: Settings) -> Path:
    return settings.data_dir / "presession.sqlite3"


def _check_records(settings: Settings) -> Iterator[Check]:
    kind = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    try:
        is_current = schema_is_current(settings.effective_database_url)
    except (SQLAlchemyError, OSError) as error:
        yield problem(
            "database",
            f"{kind} does not answer ({type(error).__name__})",
            "start it, or correct PRESESSION_DATABASE_URL",
        )
        return
    if not is_current:
        yield note(
            "database", f"{kind} answers; its tables are of another version", "start presession: it upgrades them"
        )
        return
    yield fine("database", f"{kind} answers, tables are current")
    yield _check_accounts(settings)


def _check_accounts(settings: Settings) -> Check:
    database = build_database(settings)
    with database.read() as db:
        active = sum(account.is_active for account in list_accounts(db))
    database.close()
    if not active:
        return note("staff accounts", "nobody can sign in", "presession account add you@example.org")
    return fine("staff accounts", str(active))


def _check_store(settings: Settings) -> Check:
    if settings.store.kind == "folder" and not settings.store_folder.exists():
        return note("store", f"{settings.store_folder} is made when presession first runs")
    place = settings.store.bucket if settings.store.kind == "s3" else str(settings.store_folder)
    key = original_key(new_name())
    try:
        store = build_store(settings)
        store.put_bytes(key, b"presession doctor", content_type="application/octet-stream")
        whole = store.read_bytes(key) == b"presession doctor"
        store.delete(key)
    except (PresessionError, KeyError, OSError) as error:
        return problem("store", f"{place} cannot be used: {error}", "correct the PRESESSION_STORE__ settings")
    if not whole:
        return problem("store", f"{place} gave back other bytes than it got", "use another store")
    return fine("store", f"{place} takes, gives and removes objects")


def _check_broker(settings: Settings) -> Check:
    if settings.uses_embedded_broker:
        if broker_answers(settings.broker_socket):
            return fine("broker", "the embedded Valkey answers")
        return note("broker", "the embedded Valkey does not run", "presession run starts it")
    try:
        with closing(Redis.from_url(settings.broker_url, socket_timeout=_BROKER_SECONDS)) as client:
            client.ping()
    except (RedisError, ValueError, OSError) as error:
        return problem(
            "broker", f"it does not answer ({type(error).__name__})", "start it, or correct PRESESSION_BROKER_URL"
        )
    return fine("broker", "answers")


def _check_portal(settings: Settings) -> Check:
    try:
        answers = portal_answers(settings)
    except (httpx.InvalidURL, ValueError):
        answers = False
    if answers:
        return fine("portal", f"answers at {settings.public_url}")
    return note("portal", "does not run here", "presession run starts it")
