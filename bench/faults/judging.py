"""Says of a trial whether everything ended as it should: states, objects, events, what lies about afterwards."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.faults.batches import Batch
from bench.faults.installations import Installation
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import MAX_ATTEMPTS, JobKind, JobState
from pipeline.domain.packages import Package
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Event, Job, Recording, Release, Statement
from pipeline.services.leftovers import find_wanted_packages
from pipeline.services.publication import find_kept_names
from pipeline.site.served_rules import Fetched
from pipeline.site.walking import walk_release
from pipeline.storage.keys import site_prefix, under
from pipeline.storage.store import ObjectStore

_ADDRESS = "http://published.test/"

_ONCE = ("recording.received", "recording.accepted", "recording.packaged")


@dataclass(frozen=True)
class Judgement:
    """What is not as it should be, what is there twice or belongs to nobody, and what lies about on machines' disks."""

    problems: tuple[str, ...]
    duplicates: tuple[str, ...]
    leftovers: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.problems or self.duplicates or self.leftovers)


def judge(batch: Batch, *, counts_attempts: bool) -> Judgement:
    """Look at a batch whose work is over. With `counts_attempts` False nobody was to blame: one attempt each."""
    with batch.installation.database.read() as db:
        problems = [
            *(problem for recording_id in batch.recording_ids for problem in _recording(db, batch, recording_id)),
            *_jobs(db, batch, counts_attempts=counts_attempts),
            *_publication(db, batch),
        ]
        duplicates = [*_repeated_events(db, batch), *_repeated_jobs(db, batch), *_strays(db, batch.installation)]
    return Judgement(tuple(problems), tuple(duplicates), tuple(_leftovers(batch.installation)))


def _recording(db: Session, batch: Batch, recording_id: int) -> Iterator[str]:
    recording = db.get_one(Recording, recording_id)
    if batch.installation.store.stat(recording.original_key) is None:
        yield f"recording {recording_id}: the original is gone"
    if recording_id in batch.spoilt:
        yield from _spoilt(db, recording_id)
        return
    if recording.verdict is not Verdict.ACCEPTED or recording.package is None or not recording.package_prefix:
        yield f"recording {recording_id}: {recording.verdict}, package {recording.package is not None}"
        return
    present = set(batch.installation.store.list_keys(recording.package_prefix))
    media = {under(recording.package_prefix, uri) for uri in Package.from_json(recording.package).media_uris()}
    if media - present:
        yield f"recording {recording_id}: {len(media - present)} media are not in the store"
    state = db.get_one(Statement, recording.statement_id).state
    if state is not (StatementState.PUBLISHED if recording_id in batch.published else StatementState.IN_REVIEW):
        yield f"recording {recording_id}: its statement is {state}"


def _spoilt(db: Session, recording_id: int) -> Iterator[str]:
    """What kills its worker every time ends failed after three attempts, with a sentence for both readers."""
    wanted = select(Job).where(Job.kind != JobKind.RELEASE, Job.subject_id == recording_id).order_by(Job.id.desc())
    job = db.scalars(wanted.limit(1)).one()
    if job.state is not JobState.FAILED or job.attempt != MAX_ATTEMPTS or not (job.told_staff and job.told_operator):
        told = (bool(job.told_staff), bool(job.told_operator))
        yield f"poison {recording_id}: job {job.state} after {job.attempt} attempts, told {told}"


def _jobs(db: Session, batch: Batch, *, counts_attempts: bool) -> Iterator[str]:
    for job in batch.jobs(db):
        if job.subject_id in batch.spoilt and job.kind is not JobKind.RELEASE:
            continue
        if job.state is not JobState.DONE:
            yield f"{job.kind} job {job.id} is {job.state} after {job.attempt} attempts: {job.told_operator}"
        elif job.attempt != 1 and not counts_attempts:
            yield f"{job.kind} job {job.id} was charged with {job.attempt} attempts that were not its fault"


def _publication(db: Session, batch: Batch) -> Iterator[str]:
    if batch.release_id is None:
        return
    release = db.get_one(Release, batch.release_id)
    if release.published_at is None:
        yield "the country is not published"
        return
    if len(release.items) != len(batch.published):
        yield f"published {len(release.items)} of {len(batch.published)} statements"
    prefix = site_prefix(*batch.site_prefix_parts())
    report = walk_release(_StoreWeb(batch.installation.store, prefix).fetch, _ADDRESS)
    yield from (f"published: {problem}" for problem in report.problems[:3])
    kept = find_kept_names(db, batch.country_id)
    keys = [key.removeprefix(prefix).split("/") for key in batch.installation.store.list_keys(prefix)]
    folders = {(parts[0], parts[1]) for parts in keys if len(parts) > 1}
    unwanted = {name for kind, name in folders if kind == "r"} - kept.releases
    unwanted |= {name for kind, name in folders if kind == "media"} - kept.media
    if unwanted:
        yield f"published: {len(unwanted)} folders that no release has"


def _repeated_events(db: Session, batch: Batch) -> Iterator[str]:
    expected: Counter[tuple[str, str, int]] = Counter()
    for recording_id in batch.good():
        expected.update({(name, "recording", recording_id): 1 for name in _ONCE})
        if recording_id in batch.published:
            statement_id = db.get_one(Recording, recording_id).statement_id
            expected[("statement.published", "statement", statement_id)] = 1
    if batch.release_id:
        expected[("release.published", "release", batch.release_id)] = 1
    for (name, kind, subject_id), times in expected.items():
        wanted = select(Event.id).where(Event.name == name, Event.subject_kind == kind, Event.subject_id == subject_id)
        found = len(db.scalars(wanted).all())
        if found > times:
            yield f"{name} {found} times for {kind} {subject_id}"
    for job in batch.jobs(db):
        failed = select(Event.id).where(
            Event.name == "job.failed", Event.subject_kind == "job", Event.subject_id == job.id
        )
        if len(db.scalars(failed).all()) > 1:
            yield f"job.failed more than once for job {job.id}"


def _repeated_jobs(db: Session, batch: Batch) -> Iterator[str]:
    counted = Counter((job.kind, job.subject_id) for job in batch.jobs(db))
    yield from (f"{times} {kind} jobs for {subject_id}" for (kind, subject_id), times in counted.items() if times > 1)


def _strays(db: Session, installation: Installation) -> Iterator[str]:
    """Objects that nobody points at, of any trial on this installation."""
    wanted = find_wanted_packages(db)
    present = {"/".join(key.split("/")[:2]) + "/" for key in installation.store.list_keys("packages/")}
    yield from (f"{prefix} belongs to nobody" for prefix in sorted(present - wanted))
    originals = set(db.scalars(select(Recording.original_key)))
    yield from (
        f"{key} belongs to nobody" for key in installation.store.list_keys("originals/") if key not in originals
    )


def _leftovers(installation: Installation) -> Iterator[str]:
    for machine in installation.machines:
        for place in ("work", "uploads"):
            folder = machine.folder / place
            left = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
            if left:
                yield f"{len(left)} left in {machine.folder.name}/{place}"


class _StoreWeb:
    """A published place as a web server would show it, straight from the store."""

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def fetch(self, url: str) -> Fetched:
        path = urlsplit(url).path.removeprefix("/") or "index.html"
        info = self._store.stat(self._prefix + path)
        if info is None:
            return Fetched(404, "text/plain", b"")
        return Fetched(200, info.content_type, self._store.read_bytes(info.key))
