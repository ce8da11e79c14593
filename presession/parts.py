"""The composition root: builds the parts of an installation from its settings."""

from flask import Flask

from config.settings import Settings, StoreSettings
from pipeline.media.programs import MediaPrograms
from pipeline.records.database import Database
from pipeline.storage.opening import open_store
from pipeline.storage.store import ObjectStore


def build_database(settings: Settings) -> Database:
    """The records; their tables are not looked at."""
    return Database(settings.effective_database_url)


def build_store(settings: Settings) -> ObjectStore:
    """The object store."""
    chosen: StoreSettings = settings.store
    secret = chosen.secret_access_key
    return open_store(
        chosen.kind,
        folder=settings.store_folder,
        bucket=chosen.bucket,
        prefix=chosen.prefix,
        endpoint_url=chosen.endpoint_url,
        region=chosen.region,
        access_key_id=chosen.access_key_id,
        secret_access_key=secret.get_secret_value() if secret is not None else None,
    )


def build_programs(settings: Settings) -> MediaPrograms:
    """ffmpeg and ffprobe with their bounds."""
    media = settings.media
    return MediaPrograms(
        ffmpeg=media.ffmpeg, ffprobe=media.ffprobe, threads=media.threads, memory_bytes=media.memory_bytes
    )


def build_portal(settings: Settings) -> Flask:
    """The portal over its own database, store and way to reach workers."""
    # The portal and Celery take half a second to import; commands that need neither do not wait for them.
    from webapp.app import create_app  # noqa: PLC0415
    from workers.producer import CeleryProducer  # noqa: PLC0415

    producer = CeleryProducer(settings)
    return create_app(settings, build_database(settings), build_store(settings), producer)
