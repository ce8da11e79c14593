"""The queries behind the staff screens: a handful for any number of speakers, only the columns that are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.domain.sheets import SheetState, TrackMark
from pipeline.domain.statements import StatementState
from pipeline.records.tables import (
    Consent,
    Country,
    Event,
    Job,
    Recording,
    Release,
    ReleaseItem,
    Sheet,
    Speaker,
    SpeakerLink,
    Statement,
    Track,
)
from pipeline.services.release_voices import VoiceKey, voice_keys, voices_in
from pipeline.services.shown_parts import ShownParts, parts_in
from pipeline.services.tracks import marks_in

SHARE_THAT_TELLS = 0.05
SECONDS_THAT_TELL = 5.0
"""A job's speed is known when it has done at least so much, for at least so long."""


@dataclass(frozen=True)
class SpeakerRow:
    """A speaker with the statement and the facts of its current recording."""

    country_id: int
    speaker_id: int
    position: int
    name: str
    organisation: str
    kind: SpeakerKind
    language: str
    theme: str
    has_address: bool
    statement_id: int
    state: StatementState
    state_since: datetime
    version: int
    recording_id: int | None
    approved_recording_id: int | None
    page_language: str
    has_reason: bool
    hand_in_until: date | None
    lacks_alias: bool
    attempt: int | None
    verdict: Verdict | None
    duration_seconds: float | None
    package_prefix: str | None


@dataclass(frozen=True)
class CountryRow:
    """A country and the pointers to what is out of it, for everybody and for missions."""

    id: int
    code: str
    hand_in_until: date | None
    live_release_id: int | None
    missions_release_id: int | None


@dataclass(frozen=True)
class ReleaseItemRow:
    """One statement in a release."""

    position: int
    statement_id: int
    recording_id: int
    track_ids: list[int]


@dataclass(frozen=True)
class ReleaseRow:
    """What a release shows: statements, what is shown and heard beside each, and places where nothing is shown."""

    items: tuple[ReleaseItemRow, ...]
    parts: Mapping[int, ShownParts]
    marks: Mapping[int, Mapping[str, TrackMark]]
    missing: frozenset[int]
    voices: Mapping[int, Mapping[str, VoiceKey]]

    def is_same(self, other: "ReleaseRow") -> bool:
        """Whether both show the same; subtitles are in no order."""
        return _unordered(self) == _unordered(other)


NOTHING_OUT = ReleaseRow((), {}, {}, frozenset(), {})


@dataclass(frozen=True)
class TrackRow:
    """Subtitles that count, and what is to be said beside them; nothing of most."""

    id: int
    mark: TrackMark | None


@dataclass(frozen=True)
class JobRow:
    """What a job is doing, when, and in which attempt; `failure_code` says whose turn it is when it has failed."""

    id: int
    kind: JobKind
    subject_id: int
    state: JobState
    attempt: int
    progress: float
    stage: str
    waits: int
    created_at: datetime
    deadline: datetime | None
    not_before: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    lease_until: datetime | None
    worker_name: str
    told_staff: str
    told_operator: str
    failure_code: str = ""

    def seconds_left(self, *, lease_seconds: float) -> float | None:
        """How long a running job takes still at its speed so far; None before enough of it is done to tell.

        Measured by the worker's own clock alone: its last sign of life was `lease_seconds` before `lease_until`.
        """
        if self.started_at is None or self.lease_until is None or self.progress < SHARE_THAT_TELLS:
            return None
        worked = (self.lease_until - self.started_at).total_seconds() - lease_seconds
        return worked * (1 - self.progress) / self.progress if worked >= SECONDS_THAT_TELL else None

    @staticmethod
    def columns() -> tuple[Any, ...]:
        """What to select for one."""
        return (
            Job.id,
            Job.kind,
            Job.subject_id,
            Job.state,
            Job.attempt,
            Job.progress,
            Job.stage,
            Job.waits,
            Job.created_at,
            Job.deadline,
            Job.not_before,
            Job.started_at,
            Job.finished_at,
            Job.lease_until,
            Job.worker_name,
            Job.told_staff,
            Job.told_operator,
        )


def find_speakers(db: Session, country_ids: Sequence[int]) -> list[SpeakerRow]:
    """The panels of these countries, in panel order."""
    wanted = (
        select(
            Speaker.country_id,
            Speaker.id,
            Speaker.position,
            Speaker.name,
            Speaker.organisation,
            Speaker.kind,
            Speaker.language,
            Speaker.theme,
            Speaker.email != "",
            Statement.id,
            Statement.state,
            Statement.state_since,
            Statement.version,
            Statement.current_recording_id,
            Statement.approved_recording_id,
            Statement.page_language,
            Statement.sent_back_reason != "",
            Statement.hand_in_until,
            and_(Statement.name_form == NameForm.ALIAS, Statement.alias == ""),
            Recording.attempt,
            Recording.verdict,
            Recording.duration_seconds,
            Recording.package_prefix,
        )
        .join(Statement, Statement.speaker_id == Speaker.id)
        .outerjoin(Recording, Recording.id == Statement.current_recording_id)
        .where(Speaker.country_id.in_(country_ids))
        .order_by(Speaker.position, Speaker.id)
    )
    return [SpeakerRow(*_values(row)) for row in db.execute(wanted)]


def find_newest_jobs(db: Session, kinds: Iterable[JobKind], subject_ids: Iterable[int]) -> dict[int, JobRow]:
    """The newest job of these kinds for each subject, by subject."""
    newest = (
        select(func.max(Job.id))
        .where(Job.kind.in_(list(kinds)), Job.subject_id.in_(list(subject_ids)))
        .group_by(Job.subject_id)
    )
    rows = [JobRow(*_values(row)) for row in db.execute(select(*JobRow.columns()).where(Job.id.in_(newest)))]
    return {row.subject_id: row for row in with_failure_codes(db, rows)}


def with_failure_codes(db: Session, jobs: Sequence[JobRow]) -> list[JobRow]:
    """The same jobs, those that failed with the code of their last failure."""
    failed = [job.id for job in jobs if job.state is JobState.FAILED]
    if not failed:
        return list(jobs)
    told = db.execute(
        select(Event.subject_id, Event.facts)
        .where(Event.name == "job.failed", Event.subject_kind == "job", Event.subject_id.in_(failed))
        .order_by(Event.id)
    )
    codes = {job_id: str(facts.get("code", "")) for job_id, facts in told}
    return [replace(job, failure_code=codes.get(job.id, "")) for job in jobs]


def find_tracks(db: Session, recording_ids: Iterable[int]) -> dict[int, dict[str, TrackRow]]:
    """The tracks that count: by recording, by language."""
    stale = and_(Sheet.track_id == Track.id, Sheet.state == SheetState.STALE)
    rows = db.execute(
        select(Track.recording_id, Track.language, Track.id, Track.is_removed, Track.is_reviewed, Sheet.state)
        .outerjoin(Sheet, stale)
        .where(Track.recording_id.in_(list(recording_ids)))
        .order_by(Track.revision)
    )
    newest = {(row.recording_id, row.language): row for row in rows}
    found: dict[int, dict[str, TrackRow]] = {}
    for (recording_id, language), row in sorted(newest.items()):
        if not row.is_removed:
            mark = TrackMark.STALE if row.state is not None else None if row.is_reviewed else TrackMark.UNREVIEWED
            found.setdefault(recording_id, {})[language] = TrackRow(row.id, mark)
    return found


def find_sheet_states(db: Session, recording_ids: Iterable[int]) -> dict[int, dict[str, SheetState]]:
    """How far the subtitles of recordings are: by recording, by language."""
    rows = db.execute(
        select(Sheet.recording_id, Sheet.language, Sheet.state).where(Sheet.recording_id.in_(list(recording_ids)))
    )
    found: dict[int, dict[str, SheetState]] = {}
    for recording_id, language, state in rows:
        found.setdefault(recording_id, {})[language] = state
    return found


def find_consents(
    db: Session, statement_ids: Iterable[int]
) -> tuple[dict[tuple[int, ConsentItem], Audience], dict[int, Audience]]:
    """The answers that count, by statement and item; and whom each recording was last agreed to be shown to.

    The second is known also where that is taken back.
    """
    rows = db.execute(
        select(Consent.statement_id, Consent.item, Consent.audience)
        .where(Consent.statement_id.in_(list(statement_ids)))
        .order_by(Consent.id)
    ).all()
    agreed = [row for row in rows if row.item is ConsentItem.RECORDING and row.audience is not Audience.NOBODY]
    counting = {(row.statement_id, row.item): row.audience for row in rows}
    return counting, {row.statement_id: row.audience for row in agreed}


def find_last_links(db: Session, statement_ids: Iterable[int]) -> dict[int, datetime]:
    """When the last link of each statement that nobody revoked ends, or has ended, by statement."""
    rows = db.execute(
        select(SpeakerLink.statement_id, func.max(SpeakerLink.expires_at).label("until"))
        .where(SpeakerLink.statement_id.in_(list(statement_ids)), SpeakerLink.revoked_at.is_(None))
        .group_by(SpeakerLink.statement_id)
    )
    return {row.statement_id: row.until for row in rows}


def find_countries(db: Session, pre_session_id: int) -> list[CountryRow]:
    """A session's countries in the order of its file."""
    wanted = (
        select(Country.id, Country.code, Country.hand_in_until, Country.live_release_id, Country.missions_release_id)
        .where(Country.pre_session_id == pre_session_id)
        .order_by(Country.id)
    )
    return [CountryRow(*_values(row)) for row in db.execute(wanted)]


def find_newest_releases(db: Session, country_ids: Iterable[int]) -> dict[int, list[int]]:
    """Ids of the newest releases of each country, one for each audience, live or not; the newer one first."""
    rows = db.execute(
        select(Release.country_id, func.max(Release.id).label("release_id"))
        .where(Release.country_id.in_(list(country_ids)))
        .group_by(Release.country_id, Release.audience)
        .order_by(func.max(Release.id).desc())
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.country_id, []).append(row.release_id)
    return found


def find_releases(db: Session, release_ids: Sequence[int]) -> dict[int, ReleaseRow]:
    """What is in these releases, by release."""
    facts = db.execute(select(Release.id, Release.facts).where(Release.id.in_(release_ids))).all()
    items = db.execute(
        select(
            ReleaseItem.release_id,
            ReleaseItem.position,
            ReleaseItem.statement_id,
            ReleaseItem.recording_id,
            ReleaseItem.track_ids,
        )
        .where(ReleaseItem.release_id.in_(release_ids))
        .order_by(ReleaseItem.position)
    ).all()
    by_release: dict[int, list[ReleaseItemRow]] = {}
    for item in items:
        by_release.setdefault(item.release_id, []).append(ReleaseItemRow(*_values(item)[1:]))
    return {row.id: _release_row(by_release.get(row.id, []), row.facts) for row in facts}


def _release_row(items: Sequence[ReleaseItemRow], facts: Mapping[str, Any]) -> ReleaseRow:
    ids = [item.statement_id for item in items]
    return ReleaseRow(
        items=tuple(items),
        parts={one: parts_in(facts, one) for one in ids},
        marks={one: marks_in(facts, one) for one in ids},
        missing=frozenset(facts.get("missing", ())),
        voices={one: voice_keys(voices_in(facts, one)) for one in ids},
    )


def _unordered(release: ReleaseRow) -> tuple[Any, ...]:
    items = [(one.position, one.statement_id, one.recording_id, sorted(one.track_ids)) for one in release.items]
    return items, release.parts, release.marks, release.missing, release.voices


def _values(row: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(row)
