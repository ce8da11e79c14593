"""What staff see of a speaker, a country and a board: plain values, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from pipeline.domain.approvals import ApprovalWord
from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import OPEN_STATES, JobState
from pipeline.domain.limits import Limit
from pipeline.domain.mails import MailKind, reminder_for
from pipeline.domain.sheets import SheetState, TrackMark
from pipeline.domain.standings import WAITS_FOR, Standing, Waiting
from pipeline.domain.statements import StatementState
from pipeline.services.approvals import ApprovalStanding
from pipeline.services.board_missing import QUESTIONS, Missing
from pipeline.services.board_parts import Beside
from pipeline.services.board_rows import NOTHING_OUT, JobRow, ReleaseItemRow, ReleaseRow, SpeakerRow
from pipeline.services.board_waits import Wait
from pipeline.services.deadlines import Due
from pipeline.services.mails import reader_language
from pipeline.services.panel_contents import INCLUDED_STATES
from pipeline.services.reminders import LastReminder


class Obstacle(StrEnum):
    """Why a statement cannot be public now. All but the first and the last keep the whole country from being published.

    With the last one it goes out for missions.
    """

    NOT_APPROVED = "not_approved"
    NEWER_RECORDING = "newer_recording"
    NOT_READY = "not_ready"
    CONSENT_MISSING = "consent_missing"
    CONSENT_REFUSED = "consent_refused"
    ALIAS_MISSING = "alias_missing"
    SECOND_LOOK = "second_look"
    APPROVAL_STALE = "approval_stale"
    MISSIONS_ONLY = "missions_only"


_GOES_OUT = frozenset({None, Obstacle.MISSIONS_ONLY})
_LEAVE_OUT = frozenset({Obstacle.NOT_APPROVED, Obstacle.MISSIONS_ONLY})
_SPEAKER_ACTS = frozenset({Obstacle.CONSENT_MISSING, Obstacle.ALIAS_MISSING})
_NOTHING_IN = frozenset({StatementState.INVITED, StatementState.SENT_BACK})
_OVER = frozenset({Standing.WITHDRAWN, Standing.TAKEN_DOWN})
_NO_RECORDING = _OVER | {Standing.SENT_BACK}


class Show(StrEnum):
    """Filters of the board."""

    ALL = "all"
    STAFF = "staff"
    SPEAKER = "speaker"
    LATE = "late"
    MACHINE = "machine"
    SUBTITLES = "subtitles"
    CONSENT = "consent"
    READY = "ready"
    PUBLISHED = "published"


@dataclass(frozen=True)
class SpeakerLine:
    """One speaker as staff see it; `is_told`: the public is told of the place, whether or not anything is shown."""

    row: SpeakerRow
    standing: Standing
    job: JobRow | None
    wait: Wait | None
    recording_consent: Audience | None
    name_consent: Audience | None
    beside: Beside
    for_missions: Beside
    is_told: bool
    tracks: dict[str, int]
    marks: Mapping[str, TrackMark]
    missing_subtitles: tuple[str, ...]
    open_subtitles: Mapping[str, SheetState | None]
    link_until: datetime | None
    is_invited: bool
    is_live: bool
    has_text: bool
    last_day: date | None
    due: Due | None
    reminder: LastReminder | None
    approval: ApprovalStanding

    @cached_property
    def waits_for(self) -> Waiting:
        """Who has to move next: what is approved or out may wait for an answer, or for being approved again."""
        if self.obstacle in _SPEAKER_ACTS:
            return Waiting.SPEAKER
        if self.standing is Standing.PUBLISHED and self.blocks_publishing:
            return Waiting.STAFF
        return WAITS_FOR[self.standing]

    @property
    def running_job(self) -> JobRow | None:
        """The work under way that the next standing depends on."""
        is_running = self.job is not None and self.job.state is JobState.RUNNING
        return self.job if is_running and self.waits_for is Waiting.MACHINE else None

    @property
    def progress(self) -> float | None:
        """How far the running work is, from 0 to 1; None when nothing is known to run."""
        return self.running_job.progress if self.running_job is not None else None

    @property
    def failed_job(self) -> JobRow | None:
        """The job whose failure is what stands in the way."""
        return self.job if self.standing in {Standing.CHECK_FAILED, Standing.PREPARE_FAILED} else None

    @property
    def has_recording(self) -> bool:
        """Whether there is a recording that could be published one day; one that was sent back is not."""
        return self.row.verdict is Verdict.ACCEPTED and self.standing not in _NO_RECORDING

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """What is still missing beside subtitles, whoever has to move."""
        row, word, asks = self.row, self.approval.word, self.has_recording
        lacks = {
            Missing.ADDRESS: not row.has_address and self.standing not in _OVER,
            Missing.RECORDING: row.state in _NOTHING_IN,
            Missing.CONSENT: asks and self.recording_consent is None,
            Missing.NAME: asks and self.name_consent is None,
            Missing.ALIAS: asks and row.lacks_alias,
            Missing.TEXT: asks and not self.has_text,
            Missing.SECOND_LOOK: word is ApprovalWord.FIRST,
            Missing.APPROVAL: word is ApprovalWord.STALE,
        }
        return tuple(missing for missing, is_so in lacks.items() if is_so)

    @property
    def reminder_kind(self) -> MailKind | None:
        """What a reminder would ask for; None where nothing is missing, nobody let them in, or it is too late."""
        if not self.is_invited or (Missing.RECORDING in self.missing and not self.may_hand_in):
            return None
        return reminder_for(self.row.state, has_questions=not QUESTIONS.isdisjoint(self.missing))

    @property
    def may_hand_in(self) -> bool:
        """Whether a recording is taken now, as far as time decides: staff may have asked for one after the last day."""
        is_asked_for = self.row.state is StatementState.SENT_BACK and self.row.has_reason
        return is_asked_for or self.due is not Due.PAST

    @property
    def mail_language(self) -> str:
        """The language in which a reminder would come."""
        return reader_language(self.row.page_language, self.row.language)

    @property
    def is_late(self) -> bool:
        """Whether the speaker is waited for and the last day is near or past."""
        return self.row.state in _NOTHING_IN and self.due in {Due.SOON, Due.PAST}

    @cached_property
    def obstacle(self) -> Obstacle | None:
        """What keeps this statement out of the next release; None when it will be in."""
        row, consent, word = self.row, self.recording_consent, self.approval.word
        found = {
            Obstacle.NOT_APPROVED: row.state not in INCLUDED_STATES,
            Obstacle.NEWER_RECORDING: row.recording_id is None or row.approved_recording_id != row.recording_id,
            Obstacle.NOT_READY: row.package_prefix is None,
            Obstacle.CONSENT_MISSING: consent is None,
            Obstacle.CONSENT_REFUSED: consent is Audience.NOBODY,
            Obstacle.ALIAS_MISSING: row.lacks_alias,
            Obstacle.SECOND_LOOK: word is ApprovalWord.FIRST,
            Obstacle.APPROVAL_STALE: word is not ApprovalWord.APPROVED,
            Obstacle.MISSIONS_ONLY: consent is Audience.MISSIONS,
        }
        return next((obstacle for obstacle, is_so in found.items() if is_so), None)

    @property
    def blocks_publishing(self) -> bool:
        """Whether this statement is approved and still cannot go out, so that nobody may forget it."""
        return self.obstacle not in {None, *_LEAVE_OUT}

    def is_shown_by(self, show: Show) -> bool:
        """Whether a filter of the board shows this speaker."""
        tests = {
            Show.ALL: True,
            Show.STAFF: self.waits_for is Waiting.STAFF,
            Show.SPEAKER: self.waits_for is Waiting.SPEAKER,
            Show.LATE: self.is_late,
            Show.MACHINE: self.waits_for is Waiting.MACHINE,
            Show.SUBTITLES: self.has_recording and bool(self.open_subtitles),
            Show.CONSENT: not QUESTIONS.isdisjoint(self.missing),
            Show.READY: self.standing is Standing.APPROVED and self.obstacle in _GOES_OUT,
            Show.PUBLISHED: self.standing is Standing.PUBLISHED,
        }
        return tests[show]


@dataclass(frozen=True)
class CountryLine:
    """One country with its panel, what is out of it, and what would go out next."""

    country_id: int
    code: str
    last_day: date | None
    speakers: tuple[SpeakerLine, ...]
    live_release: ReleaseRow | None
    live_missions: ReleaseRow | None
    release_job: JobRow | None
    release_wait: Wait | None

    @property
    def next_release(self) -> tuple[SpeakerLine, ...]:
        """Who would be in a public release made now, in panel order."""
        return tuple(line for line in self.speakers if line.obstacle is None)

    @property
    def for_missions_only(self) -> tuple[SpeakerLine, ...]:
        """Who would be only in the missions' release made now."""
        return tuple(line for line in self.speakers if line.obstacle is Obstacle.MISSIONS_ONLY)

    @property
    def is_out(self) -> bool:
        """Whether anything is out, for everybody or for missions."""
        return self.live_release is not None or self.live_missions is not None

    @property
    def left_out(self) -> tuple[SpeakerLine, ...]:
        """Whose place would be empty in a release made now."""
        return tuple(line for line in self.speakers if line.obstacle is Obstacle.NOT_APPROVED)

    @property
    def blocking(self) -> tuple[SpeakerLine, ...]:
        """Who keeps the country from being published."""
        return tuple(line for line in self.speakers if line.blocks_publishing)

    @property
    def can_be_published(self) -> bool:
        """Whether a release can be made now."""
        return bool(self.next_release or self.for_missions_only) and not self.blocking

    @property
    def is_publishing(self) -> bool:
        """Whether a release is being made."""
        return self.release_job is not None and self.release_job.state in OPEN_STATES

    @property
    def running_job(self) -> JobRow | None:
        """The release that is being made."""
        job = self.release_job
        return job if job is not None and job.state is JobState.RUNNING else None

    @property
    def has_failed(self) -> bool:
        """Whether the newest release could not be made."""
        return self.release_job is not None and self.release_job.state is JobState.FAILED

    @property
    def is_up_to_date(self) -> bool:
        """Whether what is out shows the same statements, subtitles, words and places as releases made now."""
        if self.blocking or not self.is_out:
            return False
        public, missions = (self._planned(audience) for audience in RELEASE_AUDIENCES)
        is_public_so = (self.live_release or NOTHING_OUT).is_same(public if public.items else NOTHING_OUT)
        return is_public_so and missions.is_same(self.live_missions or public)

    def _planned(self, audience: Audience) -> ReleaseRow:
        """A release made now for an audience."""
        is_public = audience is Audience.PUBLIC
        told = [line for line in self.speakers if line.is_told or not is_public]
        places = dict(enumerate(told, start=1))
        shown = {
            place: line
            for place, line in places.items()
            if line.obstacle is None or (line.obstacle is Obstacle.MISSIONS_ONLY and not is_public)
        }
        beside = {line.row.statement_id: line.beside if is_public else line.for_missions for line in shown.values()}
        return ReleaseRow(
            items=tuple(
                ReleaseItemRow(place, line.row.statement_id, line.row.recording_id or 0, sorted(line.tracks.values()))
                for place, line in shown.items()
            ),
            parts={one: found.parts for one, found in beside.items()},
            marks={line.row.statement_id: line.marks for line in shown.values()},
            missing=frozenset(places.keys() - shown.keys()),
            voices={one: found.voices for one, found in beside.items()},
        )

    @property
    def to_remind(self) -> tuple[SpeakerLine, ...]:
        """Who of the panel could be reminded of something."""
        return tuple(line for line in self.speakers if line.reminder_kind is not None)

    def count(self, show: Show) -> int:
        """How many speakers a filter shows."""
        return sum(line.is_shown_by(show) for line in self.speakers)


@dataclass(frozen=True)
class Board:
    """A session's countries by speakers."""

    session_id: int
    slug: str
    title: str
    starts_on: date
    ends_on: date
    is_confirmed: bool
    place: str
    hand_in_until: date | None
    limit: Limit
    subtitle_languages: tuple[str, ...]
    countries: tuple[CountryLine, ...]

    def count(self, show: Show) -> int:
        """How many speakers a filter shows in the whole session."""
        return sum(country.count(show) for country in self.countries)

    @property
    def to_remind(self) -> tuple[SpeakerLine, ...]:
        """Everybody of whom something is missing and who was let in."""
        return tuple(line for country in self.countries for line in country.to_remind)

    def country(self, code: str) -> CountryLine | None:
        """One of its countries by code."""
        return next((country for country in self.countries if country.code == code), None)
