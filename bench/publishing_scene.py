"""An installation whose countries are ready to be published, on a folder or on a private S3 server."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.stage import Stage
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.limits import Limit
from pipeline.domain.packages import Package
from pipeline.domain.tokens import new_name
from pipeline.media.encode import encode_recording
from pipeline.media.intake import inspect_recording
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.tables import Job, StepResult
from pipeline.services.releases import publish_country
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix, site_prefix, under
from pipeline.storage.s3 import S3Store
from pipeline.storage.store import ObjectStore
from workers.clock import utc_now

CODES = ("MW", "HN", "JM", "LR", "LY", "MV", "MH", "MN", "PA", "AD", "BY", "BG", "HR", "US")
SPEAKERS = 6


_OF_CARDS = ("step", "fingerprint", "inputs", "prefix", "facts", "created_at")

Cards = tuple[list[dict[str, Any]], dict[str, bytes]]
"""Rows and objects of title cards."""


@dataclass
class Sent:
    """What went to a store since it was last asked: objects and bytes from here, copies made by the store."""

    objects: int = 0
    bytes: int = 0
    copies: int = 0


@dataclass
class Scene:
    """Countries of six statements each; `sent` counts what a store is given."""

    installation: Any
    media: tuple[Package, Path]
    sent: Sent = field(default_factory=Sent)

    @property
    def store(self) -> ObjectStore:
        """Where objects go."""
        store: ObjectStore = self.installation.store
        return store

    def approve(self, code: str, speakers: int = SPEAKERS) -> None:
        """Approved statements, each with media of its own."""
        from tests.fixtures.panels import approve_new_recording, statement_of  # noqa: PLC0415

        package, folder = self.media
        for position in range(1, speakers + 1):
            prefix = package_prefix(new_name())
            for uri in package.media_uris():
                self.store.put_file(under(prefix, uri), folder / uri, content_type=content_type_of(uri))
            with self.installation.database.begin() as db:
                approve_new_recording(db, statement_of(db, code, position), package, prefix)

    def plan(self, code: str) -> int:
        """Publish a country as staff do; its job."""
        from tests.fixtures.panels import STAFF, approve_again, country_of  # noqa: PLC0415

        with self.installation.database.begin() as db:
            country = country_of(db, code)
            for speaker in country.speakers:
                if speaker.statement.approved_recording_id is not None:
                    approve_again(db, speaker.statement)
            return self.job_of(db, publish_country(db, country, actor=STAFF, now=utc_now()).id)

    def job_of(self, db: Any, release_id: int, kind: JobKind = JobKind.RELEASE) -> int:
        """The newest job of a release."""
        jobs = db.query(Job).filter(Job.kind == kind, Job.subject_id == release_id)
        return int(jobs.order_by(Job.id.desc()).first().id)

    def run_to_any_end(self, job_id: int) -> None:
        """Run a job as a worker does, whatever becomes of it."""
        from tests.fixtures.installation import run_job  # noqa: PLC0415

        run_job(self.installation.context(), job_id)

    def run(self, job_id: int) -> float:
        """Run a job to its end as a worker does; seconds. Raises `RuntimeError` where it was not done."""
        begun = time.monotonic()
        self.run_to_any_end(job_id)
        took = time.monotonic() - begun
        with self.installation.database.read() as db:
            job = db.get_one(Job, job_id)
            if job.state is not JobState.DONE:
                raise RuntimeError(f"A job of the bench ended as {job.state}: {job.told_operator}")
        return took

    def kept_cards(self) -> Cards:
        """The title cards that were made here, with their objects."""
        with self.installation.database.read() as db:
            rows = db.query(StepResult).filter(StepResult.step == "card").all()
        keys = [key for row in rows for key in self.store.list_keys(row.prefix)]
        return [{name: getattr(row, name) for name in _OF_CARDS} for row in rows], {
            key: self.store.read_bytes(key) for key in keys
        }

    def take_cards(self, cards: Cards) -> None:
        """Begin with title cards that were made elsewhere."""
        rows, objects = cards
        for key, data in objects.items():
            self.store.put_bytes(key, data, content_type=content_type_of(key))
        with self.installation.database.begin() as db:
            db.add_all(StepResult(**row) for row in rows)

    def count(self) -> None:
        """Count from now on what the store is given."""
        self.sent = Sent()
        for name in ("put_bytes", "put_file", "replace_bytes", "copy"):
            _counted(self.store, name, self)

    def published(self, code: str) -> tuple[int, int]:
        """Objects and bytes in a country's published place."""
        infos = [self.store.stat(key) for key in self.store.list_keys(site_prefix("36", code))]
        return len(infos), sum(info.size_bytes for info in infos if info)


@contextmanager
def open_scene(
    folder: Path, media: tuple[Package, Path], bucket: Any = None, panels: Mapping[str, int] | None = None
) -> Iterator[Scene]:
    """A session, nothing is handed in yet: `panels` are speakers by country, default fourteen times six."""
    from tests.fixtures.installation import Installation  # noqa: PLC0415 - needs what the tests need
    from tests.fixtures.panels import load_plan, session_plan  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'presession.sqlite3'}"
    upgrade_schema(url)
    database = Database(url)
    planned: dict[str, Any] = dict(panels or dict.fromkeys(CODES, SPEAKERS))
    load_plan(database, session_plan(**planned))
    try:
        yield Scene(Installation(folder / "data", database, bucket=bucket), media)
    finally:
        database.close()


def open_bucket(server: Any, name: str) -> Any:
    """An empty bucket of a private server."""
    from tests.fixtures.ceph import ACCESS_KEY_ID, SECRET_ACCESS_KEY  # noqa: PLC0415
    from tests.fixtures.s3 import Bucket  # noqa: PLC0415

    bucket = Bucket(name, server.endpoint_url, access_key_id=ACCESS_KEY_ID, secret_access_key=SECRET_ACCESS_KEY)
    S3Store(**vars(bucket)).make_bucket()
    return bucket


def make_media(stage: Stage) -> tuple[Package, Path]:
    """The bench's recording, encoded with the ladder that ships."""
    folder = stage.fresh("package")
    clip = stage.clip(stage.seconds)
    (folder / "look").mkdir()
    report = inspect_recording(clip, limit=Limit(1, 3600), programs=stage.programs, work_dir=folder / "look")
    out = folder / "package"
    encoded = encode_recording(clip, report, ladder=stage.ladder, out_dir=out, programs=stage.programs)
    if encoded.package is None:
        raise RuntimeError("The bench's own recording was refused.")
    return encoded.package, out


def _counted(store: ObjectStore, name: str, scene: Scene) -> None:
    whole = getattr(type(store), name)

    def call(*arguments: Any, **named: Any) -> Any:
        sent = scene.sent
        if name == "copy":
            sent.copies += 1
        else:
            sent.objects += 1
            data = arguments[1]
            sent.bytes += len(data) if isinstance(data, bytes) else Path(data).stat().st_size
        return whole(store, *arguments, **named)

    setattr(store, name, call)
