"""All tables. Nothing is overwritten: attempts, track revisions and releases are added, pointers move.

Times are UTC. Ids are integers inside; what appears in an address or an object key is an opaque name.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.domain.statements import StatementState

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time; aware in Python, UTC in the database (SQLite keeps no zone)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone was given to the database.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None else None


def _enum(kind: type) -> Enum:
    return Enum(kind, native_enum=False, length=24, values_callable=lambda members: [m.value for m in members])


class Base(DeclarativeBase):
    """Common base: types and constraint names that migrations can rely on."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's declared form
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        StatementState: _enum(StatementState),
        JobState: _enum(JobState),
        JobKind: _enum(JobKind),
        Verdict: _enum(Verdict),
        SpeakerKind: _enum(SpeakerKind),
        ConsentItem: _enum(ConsentItem),
        Audience: _enum(Audience),
    }


class PreSession(Base):
    """One round of Pre-sessions, loaded from a session file."""

    __tablename__ = "pre_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    is_confirmed: Mapped[bool]
    place: Mapped[str] = mapped_column(String(200))
    applications_until: Mapped[date | None]
    min_seconds: Mapped[float]
    max_seconds: Mapped[float]
    tolerance_seconds: Mapped[float]
    subtitle_languages: Mapped[list[Any]]

    countries: Mapped[list["Country"]] = relationship(back_populates="pre_session", order_by="Country.id")


class Country(Base):
    """A State under Review in one session. `live_release_id` is the pointer to what is out."""

    __tablename__ = "country"
    __table_args__ = (UniqueConstraint("pre_session_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pre_session_id: Mapped[int] = mapped_column(ForeignKey("pre_session.id"))
    code: Mapped[str] = mapped_column(String(2))
    applications_until: Mapped[date | None]
    live_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", use_alter=True))

    pre_session: Mapped[PreSession] = relationship(back_populates="countries")
    speakers: Mapped[list["Speaker"]] = relationship(back_populates="country", order_by="Speaker.position, Speaker.id")
    live_release: Mapped["Release | None"] = relationship(foreign_keys=[live_release_id], post_update=True)


class Speaker(Base):
    """One panelist; `position` is the place in the panel, from 1."""

    __tablename__ = "speaker"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(300))
    kind: Mapped[SpeakerKind]
    language: Mapped[str] = mapped_column(String(16))
    theme: Mapped[str] = mapped_column(String(300))

    country: Mapped[Country] = relationship(back_populates="speakers")
    statement: Mapped["Statement"] = relationship(back_populates="speaker", uselist=False)


class Statement(Base):
    """What a speaker hands in, and where it stands for people. One per speaker.

    `version` grows with every change of the row (optimistic locking: the second of two racing people is told).
    `sent_back_reason` is what staff wrote; empty when intake refused (the findings say why).
    """

    __tablename__ = "statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), unique=True)
    state: Mapped[StatementState] = mapped_column(default=StatementState.INVITED)
    state_since: Mapped[datetime]
    current_recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", use_alter=True))
    approved_recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", use_alter=True))
    sent_back_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()

    speaker: Mapped[Speaker] = relationship(back_populates="statement")
    current_recording: Mapped["Recording | None"] = relationship(foreign_keys=[current_recording_id], post_update=True)
    recordings: Mapped[list["Recording"]] = relationship(
        back_populates="statement", foreign_keys="Recording.statement_id", order_by="Recording.attempt"
    )
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declared form


class SpeakerLink(Base):
    """A personal link; only the hash of its token is kept."""

    __tablename__ = "speaker_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Upload(Base):
    """One resumable upload; `name` is its opaque name in the address and in the spool folder.

    `length_bytes` is what was announced. The offset is the spool file's size: the disk is the truth.
    `recording_id` is set in the transaction that turns the bytes into a recording, once.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    length_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id"))


class Recording(Base):
    """One uploaded video: attempt n of a statement. Facts are added as steps finish.

    `report` is intake's report as JSON, without findings and with digests of what it was made from; `package` is
    `Package.to_json()`.
    """

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("statement_id", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    attempt: Mapped[int]
    received_at: Mapped[datetime]
    original_key: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[Verdict | None]
    findings: Mapped[list[Any]] = mapped_column(default=list)
    report: Mapped[dict[str, Any] | None]
    duration_seconds: Mapped[float | None]
    package: Mapped[dict[str, Any] | None]
    package_prefix: Mapped[str | None] = mapped_column(String(200))

    statement: Mapped[Statement] = relationship(back_populates="recordings", foreign_keys=[statement_id])
    tracks: Mapped[list["Track"]] = relationship(back_populates="recording", order_by="Track.revision")


class Track(Base):
    """One revision of timed text for a recording in one language; the newest revision counts.

    `webvtt` is our canonical form; a transcript is in the language spoken, an interpretation in another.
    """

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("recording_id", "language", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    language: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    webvtt: Mapped[str] = mapped_column(Text)
    cue_count: Mapped[int]
    created_at: Mapped[datetime]
    is_removed: Mapped[bool] = mapped_column(default=False)

    recording: Mapped[Recording] = relationship(back_populates="tracks")


class Consent(Base):
    """One answer of a speaker for one item; the newest answer for an item counts."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    item: Mapped[ConsentItem]
    audience: Mapped[Audience]
    words_version: Mapped[str] = mapped_column(String(24))
    given_at: Mapped[datetime]


class StepResult(Base):
    """A kept result of a step, found by the fingerprint of its inputs; `prefix` is where its objects lie.

    `inputs` has a short digest of each named input, so that what changed since can be told.
    """

    __tablename__ = "step_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(24))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class Release(Base):
    """One immutable published version of a country's playlist; `name` is its folder's opaque name.

    `manifest_uri` is the programme's master manifest relative to the country's published folder; `published_at`
    is set once every object was verified and the pointer moved, `removed_at` once its files are gone again.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("country_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    manifest_uri: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    items: Mapped[list["ReleaseItem"]] = relationship(order_by="ReleaseItem.position")


class ReleaseItem(Base):
    """One statement in a release: exactly which recording, package and track revisions went out.

    `media_name` and `card_name` are the folders of its media and of its title card in the published folder.
    """

    __tablename__ = "release_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    position: Mapped[int]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    track_ids: Mapped[list[Any]]
    package_prefix: Mapped[str] = mapped_column(String(200))
    media_name: Mapped[str] = mapped_column(String(32))
    card_name: Mapped[str] = mapped_column(String(32))


class Job(Base):
    """One unit of background work. The row is the truth; a Celery message is a hint.

    `subject_id` is a recording's id (intake, encode) or a release's id. A worker holds the row while `lease_token`
    is its own; the token also names the place where this attempt writes. `beats` grows while it works: a sweep takes
    back what has stopped beating by the sweep's own clock, so that no two machines' clocks are ever compared.
    `lease_until` is for people to read. `worker_name` says who had it last. After a failure the next attempt waits
    until `not_before`; `waits` counts returns that were nobody's fault but a store's or a disk's, and are no attempts.
    `deadline` is when people need it: the most urgent goes first. `told_staff` and `told_operator` are the sentences
    of a failure.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_lease_until", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind]
    subject_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    beats: Mapped[int] = mapped_column(default=0)
    waits: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[datetime | None]
    worker_name: Mapped[str] = mapped_column(String(32), default="")
    progress: Mapped[float] = mapped_column(default=0.0)
    stage: Mapped[str] = mapped_column(String(24), default="")
    told_staff: Mapped[str] = mapped_column(Text, default="")
    told_operator: Mapped[str] = mapped_column(Text, default="")


class RunningPart(Base):
    """A worker or scheduler that says every few seconds that it lives; `name` is opaque and new with each start.

    `host` is the machine's own name; `queues` and `slots` (jobs at the same time) are empty for a scheduler.
    `beats` grows with each sign of life, so that another machine's clock need not be trusted.
    """

    __tablename__ = "running_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    host: Mapped[str] = mapped_column(String(80))
    process_id: Mapped[int]
    version: Mapped[str] = mapped_column(String(32))
    queues: Mapped[list[Any]]
    slots: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    beats: Mapped[int] = mapped_column(default=0)
    is_stopping: Mapped[bool] = mapped_column(default=False)


class Event(Base):
    """Something that happened, in the past tense; ids and codes only, so that the record outlives retention."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(48))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]]


class StaffAccount(Base):
    """A person of the organiser who signs in; the password is an Argon2 hash.

    An operator also sees what machines do: jobs, workers, and what is wrong with them.
    """

    __tablename__ = "staff_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(32))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_operator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
