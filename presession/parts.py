"""The composition root: builds the parts of an installation from its settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from config.settings import Settings
from pipeline.domain.errors import WrongUsage
from pipeline.media.programs import MediaPrograms
from pipeline.records.database import Database, upgrade_schema
from pipeline.storage.opening import open_store
from pipeline.storage.store import ObjectStore

if TYPE_CHECKING:
    from webapp.database import PortalFlask


def build_database(settings: Settings) -> Database:
    """The records; their tables are not looked at."""
    return Database(settings.effective_database_url)


@contextmanager
def open_records(settings: Settings) -> Iterator[Database]:
    """The records of an installation that is there, with the tables of this version; looking makes no new one."""
    require_records(settings)
    upgrade_schema(settings.effective_database_url)
    database = build_database(settings)
    try:
        yield database
    finally:
        database.close()


def require_records(settings: Settings) -> None:
    """Raise `WrongUsage` where there is no installation: a mistyped folder is not made one."""
    if not settings.database_url and not (settings.data_dir / "presession.sqlite3").exists():
        raise WrongUsage(f"There are no records in {settings.data_dir}. Name the installation with --data.")


def build_store(settings: Settings) -> ObjectStore:
    """The object store; nothing is asked of it yet."""
    return open_store(**settings.store_values)


def build_programs(settings: Settings) -> MediaPrograms:
    """ffmpeg and ffprobe with their bounds."""
    media = settings.media
    return MediaPrograms(media.ffmpeg, media.ffprobe, media.threads, media.memory_bytes)


def build_portal(settings: Settings) -> "PortalFlask":
    """The portal over its own database, store and way to reach workers."""
    # The portal and Celery take half a second to import; commands that need neither do not wait for them.
    from webapp.app import create_app  # noqa: PLC0415
    from workers.producer import CeleryProducer  # noqa: PLC0415
    from workers.queue_depths import QueueDepths  # noqa: PLC0415

    database, store = build_database(settings), build_store(settings)
    return create_app(settings, database, store, CeleryProducer(settings), QueueDepths(settings))
