"""What an installation's settings point to: data folder, database, store, broker, portal; and what runs on them."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from pipeline.domain.errors import PresessionError
from pipeline.domain.jobs import Queue
from pipeline.domain.roles import Role
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.schema import TablesTooNew, schema_is_current
from pipeline.services.accounts import list_accounts
from pipeline.services.accounts_factors import factors_of
from pipeline.services.original_keys import count_keys
from pipeline.storage.keys import original_key
from pipeline.storage.sealing import KeyRing
from presession.checkup.checks import Check, fine, note, problem
from presession.checkup.drafting import check_drafting
from presession.checkup.machine import LOW_DISK_BYTES
from presession.checkup.mails import check_mails
from presession.checkup.running import Messages, check_running
from presession.parts import build_database, build_store
from presession.services import portal_answers
from webapp.openid import ProviderRefused, discover
from workers.broker import broker_answers
from workers.queue_depths import QueueDepths

_SLOW_SECONDS = 2.0


def check_installation(settings: Settings) -> Iterator[Check]:
    """Every check of what the settings point to; a data folder that is not there yet is not made."""
    messages = _count_messages(settings)
    yield _check_data_dir(settings.data_dir)
    if settings.database_url or _sqlite_path(settings).exists():
        yield from _check_records(settings, messages)
    else:
        yield note("database", "none yet; it is made when presession first runs")
    yield _check_store(settings)
    yield _check_broker(settings, messages)
    yield _check_portal(settings)
    yield check_mails(settings)
    if settings.openid.issuer:
        yield _check_openid(settings)
    yield from check_drafting(settings)


def _check_data_dir(folder: Path) -> Check:
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return problem("data folder", f"{there} is not writable", "choose another one with --data")
    if there != folder:
        return fine("data folder", f"{folder} (not there yet)")
    if folder.stat().st_mode & 0o007:
        return note("data folder", f"{folder} is open to every user of this machine", f"chmod o= {folder}")
    return fine("data folder", str(folder))


def _sqlite_path(settings: Settings) -> Path:
    return settings.data_dir / "presession.sqlite3"


def _check_records(settings: Settings, messages: Messages | None) -> Iterator[Check]:
    kind = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    begun = time.monotonic()
    try:
        is_current = schema_is_current(settings.effective_database_url)
    except TablesTooNew as error:
        yield problem("database", f"{kind} answers. {error}", "install the newer version here too")
    except (SQLAlchemyError, OSError) as error:
        yield problem(
            "database",
            f"{kind} does not answer ({type(error).__name__})",
            "start it, or correct PRESESSION_DATABASE_URL",
        )
    else:
        if is_current:
            yield _timed("database", f"{kind} answers, tables are current", begun)
            yield from _check_with_records(settings, messages)
        else:
            yield note(
                "database", f"{kind} answers; its tables are of an older version", "start presession: it upgrades them"
            )


def _check_with_records(settings: Settings, messages: Messages | None) -> Iterator[Check]:
    database = build_database(settings)
    try:
        yield _check_accounts(database, settings)
        yield _check_keys(settings, database)
        yield from check_running(settings, database, messages)
    finally:
        database.close()


def _check_accounts(database: Database, settings: Settings) -> Check:
    with database.read() as db:
        active = [account for account in list_accounts(db) if account.is_active and account.password_hash]
        administrators = sum(account.role is Role.ADMINISTRATOR for account in active)
        bare = sum(not factors_of(db, account).is_any for account in active)
    if not administrators:
        who = "nobody can sign in" if not active else "nobody who can sign in is an administrator"
        return note("staff accounts", who, "presession account add --role administrator you@example.org")
    if bare and settings.accounts.second_factor == "offered":
        told = f"{len(active)}, {bare} without a second factor"
        return note("staff accounts", told, "set PRESESSION_ACCOUNTS__SECOND_FACTOR=demanded")
    return fine("staff accounts", str(len(active)))


def _check_openid(settings: Settings) -> Check:
    try:
        discover(settings.openid)
    except ProviderRefused:
        mend = "correct PRESESSION_OPENID__ISSUER: the address as the provider itself writes it, to the last sign"
        return problem("OpenID", "the provider does not answer at this address, or calls itself by another", mend)
    return fine("OpenID", "the provider answers")


def _check_keys(settings: Settings, database: Database) -> Check:
    """Whether every original can be opened here, and none lies plain."""
    ring = KeyRing(settings.master_keys)
    with database.read() as db:
        count = count_keys(db, ring)
    if count.unknown:
        found = f"{count.unknown} originals are sealed with a master key that is not here"
        return problem("originals", found, "put the key file or PRESESSION_ORIGINALS__MASTER_KEYS back")
    if not ring.seals:
        return note(
            "originals", "they lie plain: there is no master key", "presession keys new; docs/operating.md, Keys"
        )
    if count.plain:
        return note("originals", f"{count.plain} from before there was a key lie plain", "presession keys seal")
    return fine("originals", f"{count.current + count.older} sealed, and their keys open")


def _check_store(settings: Settings) -> Check:
    if settings.store.kind == "folder" and not settings.store_folder.exists():
        return note("store", f"{settings.store_folder} is made when presession first runs")
    place = settings.store.bucket if settings.store.kind == "s3" else str(settings.store_folder)
    key = original_key(new_name())
    begun = time.monotonic()
    try:
        store = build_store(settings)
        store.put_bytes(key, b"presession doctor", content_type="application/octet-stream")
        whole = store.read_bytes(key) == b"presession doctor"
        store.delete(key)
    except (PresessionError, KeyError, OSError) as error:
        return problem("store", f"{place} cannot be used: {error}", "correct the PRESESSION_STORE__ settings")
    if not whole:
        return problem("store", f"{place} gave back other bytes than it got", "use another store")
    return _check_room(settings) or _timed("store", f"{place} takes, gives and removes objects", begun)


def _check_room(settings: Settings) -> Check | None:
    """A note when a store's folder, which may lie on a disk of its own, gets full."""
    if settings.store.kind != "folder":
        return None
    free = shutil.disk_usage(settings.store_folder).free
    if free >= LOW_DISK_BYTES:
        return None
    return note(
        "store", f"{free / 1024**3:.1f} GiB free for {settings.store_folder}", "make room, or use a larger disk"
    )


def _timed(name: str, found: str, begun: float) -> Check:
    seconds = time.monotonic() - begun
    said = f"{found} ({seconds * 1000:.0f} ms)"
    if seconds > _SLOW_SECONDS:
        return note(name, said, "it is slow: look at its machine and at the network between")
    return fine(name, said)


def _check_broker(settings: Settings, messages: Messages | None) -> Check:
    if settings.uses_embedded_broker:
        if messages is not None:
            return fine("broker", "the embedded Valkey answers")
        return note("broker", "the embedded Valkey does not run", "presession run starts it")
    kind = settings.broker_url.partition(":")[0]
    if messages is None:
        return problem(
            "broker",
            f"the one at {kind}://… does not answer, or refuses its password",
            "start it, or correct PRESESSION_BROKER_URL",
        )
    return fine("broker", f"{kind} answers")


def _count_messages(settings: Settings) -> Messages | None:
    """Messages in each queue; None when the broker is away."""
    if settings.uses_embedded_broker and not broker_answers(settings.broker_socket):
        return None
    try:
        with closing(QueueDepths(settings)) as depths:
            waiting = {queue: depths(queue) for queue in Queue}
    except (KeyError, ValueError):  # an address that no transport understands
        return None
    found = {queue: count for queue, count in waiting.items() if count is not None}
    return found if len(found) == len(waiting) else None


def _check_portal(settings: Settings) -> Check:
    try:
        answers = portal_answers(settings)
    except (httpx.InvalidURL, ValueError):
        answers = False
    if answers:
        return fine("portal", f"answers at {settings.public_url}")
    return note("portal", "does not run here", "presession run starts it")
