"""A batch of work in one trial: a country whose speakers hand in, whose statements are approved and published."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.faults.installations import Installation
from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.jobs import OPEN_STATES, JobKind, JobState, Queue
from pipeline.domain.limits import Limit
from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerKind, SpeakerPlan
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, Job, PreSession, Recording, Release, Speaker, Statement
from pipeline.services.consents import answer_consent
from pipeline.services.events import Actor
from pipeline.services.jobs import transaction
from pipeline.services.recordings import receive_recording
from pipeline.services.releases import publish_country
from pipeline.services.sessions import load_pre_session
from pipeline.services.statements import approve_recording
from pipeline.storage.keys import original_key

COUNTRY = "MW"

_STAFF = Actor("staff", 1)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class _Nobody:
    """A way to workers on which every message is lost."""

    def send(self, job_id: int, queue: Queue) -> None:
        """Lose it."""


_NOBODY = _Nobody()


@dataclass
class Batch:
    """What one trial asked for, by ids: `spoilt` are recordings of which nothing good can come, `published` are those
    that were there when the country was published.
    """

    installation: Installation
    slug: str
    country_id: int
    statement_ids: Sequence[int]
    recording_ids: list[int] = field(default_factory=list)
    spoilt: set[int] = field(default_factory=set)
    published: list[int] = field(default_factory=list)
    release_id: int | None = None

    def hand_in(self, data: bytes, *, is_announced: bool = True) -> int:
        """Receive the next speaker's recording, as the portal does when the last byte has come; its id.

        What is not announced is as if the broker had lost the message.
        """
        key = original_key(new_name())
        self.installation.store.put_bytes(key, data, content_type="application/octet-stream")
        producer = self.installation.producer if is_announced else _NOBODY
        with transaction(self.installation.database, producer) as db:
            recording = receive_recording(
                db,
                statement=db.get_one(Statement, self.statement_ids[len(self.recording_ids)]),
                original_key=key,
                size_bytes=len(data),
                sha256=sha256(data).hexdigest(),
                now=now(),
            )
        self.recording_ids.append(recording.id)
        return recording.id

    def publish(self) -> None:
        """Approve all that came out well, and publish the country."""
        with transaction(self.installation.database, self.installation.producer) as db:
            self.published = self.good()
            for recording_id in self.published:
                statement = db.get_one(Recording, recording_id).statement
                approve_recording(db, statement, recording_id, actor=_STAFF, now=now())
            db.flush()
            country = db.get_one(Country, self.country_id)
            self.release_id = publish_country(db, country, actor=_STAFF, now=now()).id

    def good(self) -> list[int]:
        """The recordings that should come through."""
        return [recording_id for recording_id in self.recording_ids if recording_id not in self.spoilt]

    def jobs(self, db: Session) -> list[Job]:
        """All jobs for this batch, in order."""
        wanted = [(JobKind.INTAKE, self.recording_ids), (JobKind.ENCODE, self.recording_ids)]
        wanted += [(JobKind.RELEASE, [self.release_id] if self.release_id else [])]
        found: list[Job] = []
        for kind, subjects in wanted:
            found += db.scalars(select(Job).where(Job.kind == kind, Job.subject_id.in_(subjects)).order_by(Job.id))
        return found

    def read_jobs(self) -> list[Job]:
        """All jobs for this batch as they are now."""
        with self.installation.database.read() as db:
            return self.jobs(db)

    def is_settled(self) -> bool:
        """Whether nothing of it is under way any more: every recording has been through all its jobs, or stopped."""
        jobs = self.read_jobs()
        if any(job.state in OPEN_STATES for job in jobs):
            return False
        stopped = {job.subject_id for job in jobs if job.state in {JobState.FAILED, JobState.CANCELLED}}
        encoded = {job.subject_id for job in jobs if job.kind is JobKind.ENCODE}
        return all(recording_id in encoded | stopped for recording_id in self.recording_ids)

    def is_published(self) -> bool:
        """Whether its release is out and its job is over."""
        with self.installation.database.read() as db:
            release = db.get(Release, self.release_id) if self.release_id else None
            over = all(job.state not in OPEN_STATES for job in self.jobs(db))
            return release is not None and release.published_at is not None and over

    def site_prefix_parts(self) -> tuple[str, str]:
        """What names its published place."""
        return self.slug, COUNTRY


def begin_batch(installation: Installation, speakers: int, *, has_new_cards: bool = False) -> Batch:
    """A session of its own with one country, whose speakers agree to publication.

    Title cards of other batches are used again by it unless it `has_new_cards`.
    """
    slug = f"t{secrets.token_hex(6)}"
    words = slug if has_new_cards else "the bench"
    plan = PreSessionPlan(
        slug=slug,
        title="A session of the fault bench",
        starts_on=date(2030, 1, 1),
        ends_on=date(2030, 1, 4),
        is_confirmed=True,
        place="Geneva",
        limit=Limit(1, 600, 2),
        subtitle_languages=("en",),
        countries=(CountryPlan(COUNTRY, tuple(_speaker(number, words) for number in range(1, speakers + 1))),),
    )
    with installation.database.begin() as db:
        load_pre_session(db, plan, actor=_STAFF, now=now())
        country = db.scalars(select(Country).join(PreSession).where(PreSession.slug == slug)).one()
        in_order = select(Statement).join(Speaker).where(Speaker.country_id == country.id).order_by(Speaker.position)
        statements = db.scalars(in_order).all()
        for statement in statements:
            answers = {item: Audience.PUBLIC for item in ConsentItem}
            answer_consent(
                db, statement=statement, answers=answers, actor=Actor("speaker", statement.speaker_id), now=now()
            )
        return Batch(installation, slug, country.id, [statement.id for statement in statements])


def _speaker(number: int, words: str) -> SpeakerPlan:
    return SpeakerPlan(f"Speaker {number}", f"Organisation {number} of {words}", SpeakerKind.CSO, "en")
