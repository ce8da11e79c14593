"""Statements and what belongs to them, as scripts read them and decide about them."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from pipeline.domain.consents import Audience
from pipeline.domain.findings import Verdict
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.domain.standings import Standing, Waiting
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Recording as RecordingRow
from pipeline.records.tables import Track as TrackRow
from pipeline.services.approvals import ApprovalStanding, seen_now
from pipeline.services.board_lines import SpeakerLine
from pipeline.services.consents import latest_consents
from pipeline.services.reviews import Review
from pipeline.services.statement_contents import newest_content, written
from webapp.api.shapes import Id, Language, Sent, Text

_LONGEST_SUBTITLES = 512 * 1024

Moment = Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]


class Speaker(BaseModel):
    """Who speaks."""

    id: int
    name: str
    organisation: str
    kind: SpeakerKind
    language: str
    theme: str


class Look(BaseModel):
    """One person's approval."""

    account_id: int | None
    at: datetime
    is_current: bool


class Approval(BaseModel):
    """How the approvals stand: `none`, `first` of two, `approved`, or `stale` because of what `changed` names."""

    word: str
    wanted: int
    looks: list[Look]
    changed: list[str]

    @classmethod
    def of(cls, standing: ApprovalStanding) -> Self:
        """From the approvals of a statement."""
        looks = [Look(account_id=look.account_id, at=look.at, is_current=look.is_current) for look in standing.looks]
        return cls(word=standing.word.value, wanted=standing.wanted, looks=looks, changed=list(standing.changed))


class StatementLine(BaseModel):
    """One place of a panel: who, how it stands, what is missing. `obstacle` keeps it out of the next publication."""

    id: int
    version: int
    position: int
    speaker: Speaker
    state: StatementState
    since: datetime
    standing: Standing
    waits_for: Waiting
    recording_id: int | None
    approved_recording_id: int | None
    recording_consent: Audience | None
    subtitles: dict[str, int]
    missing_subtitles: list[str]
    approval: Approval
    obstacle: str | None
    is_live: bool
    link_until: datetime | None

    @classmethod
    def of(cls, line: SpeakerLine, **more: Any) -> Self:
        """From a line of the board."""
        row = line.row
        return cls(
            id=row.statement_id,
            version=row.version,
            position=row.position,
            speaker=Speaker(
                id=row.speaker_id,
                name=row.name,
                organisation=row.organisation,
                kind=row.kind,
                language=row.language,
                theme=row.theme,
            ),
            state=row.state,
            since=row.state_since,
            standing=line.standing,
            waits_for=line.waits_for,
            recording_id=row.recording_id,
            approved_recording_id=row.approved_recording_id,
            recording_consent=line.recording_consent,
            subtitles=dict(line.tracks),
            missing_subtitles=list(line.missing_subtitles),
            approval=Approval.of(line.approval),
            obstacle=line.obstacle.value if line.obstacle else None,
            is_live=line.is_live,
            link_until=line.link_until,
            **more,
        )


class Finding(BaseModel):
    """What the check saw, as a code with measured values."""

    code: str
    severity: str
    values: dict[str, Any]


class Recording(BaseModel):
    """One attempt."""

    id: int
    attempt: int
    received_at: datetime
    size_bytes: int
    sha256: str
    verdict: Verdict | None
    findings: list[Finding]
    duration_seconds: float | None
    is_prepared: bool
    trim_start_seconds: float | None
    trim_end_seconds: float | None
    poster_seconds: float | None
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, row: RecordingRow) -> Self:
        """From the records."""
        names = cls.model_fields.keys() - {"is_prepared", "findings"}
        return cls(
            **{name: getattr(row, name) for name in names},
            findings=[Finding(**found) for found in row.findings],
            is_prepared=row.package_prefix is not None,
        )


class Recordings(BaseModel):
    """All attempts of a statement, the newest first."""

    items: list[Recording]


class Track(BaseModel):
    """Subtitles in one language, in the revision that counts."""

    id: int
    language: str
    revision: int
    cue_count: int
    created_at: datetime

    @classmethod
    def of(cls, row: TrackRow) -> Self:
        """From the records."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Statement(StatementLine):
    """One statement with all that is decided about. `seen` goes back with an approval: it stands for what is read here.

    `undoable_event_id` is the decision that can be undone now, `undoable_part_event_id` the choice of what is shown.
    """

    session: str
    country: str
    seen: str
    text: str
    recommendations: list[str]
    consents: dict[str, Audience]
    name_form: str
    alias: str
    sent_back_reason: str
    hand_in_until: date | None
    recordings: list[Recording]
    tracks: list[Track]
    may_approve: bool
    undoable_event_id: int | None
    undoable_part_event_id: int | None

    @classmethod
    def from_review(
        cls, review: Review, *, may_approve: bool, undoable_event_id: int | None, undoable_part_event_id: int | None
    ) -> Self:
        """From what the review screen shows."""
        statement = review.statement
        content = written(newest_content(statement))
        return cls.of(
            review.line,
            session=review.board.slug,
            country=review.country.code,
            seen=seen_now(statement),
            text=content.text,
            recommendations=list(content.recommendations),
            consents={item.value: given.audience for item, given in latest_consents(statement).items()},
            name_form=statement.name_form.value,
            alias=statement.alias,
            sent_back_reason=statement.sent_back_reason,
            hand_in_until=statement.hand_in_until,
            recordings=[Recording.of(attempt) for attempt in review.attempts],
            tracks=[Track.of(track) for track in review.tracks],
            may_approve=may_approve,
            undoable_event_id=undoable_event_id,
            undoable_part_event_id=undoable_part_event_id,
        )


class ApprovalSent(Sent):
    """A yes to exactly this recording and to all that `seen` stands for."""

    recording_id: Id
    seen: Annotated[str, Field(min_length=1, max_length=128)]


class ReasonSent(Sent):
    """What the speaker should change; the speaker reads it."""

    reason: Text


class UndoSent(Sent):
    """The decision that was seen as the last one."""

    event_id: Id


class ShownPartSent(Sent):
    """The part to show of the recording that was read, in seconds of what is shown now."""

    recording_id: Id
    start_seconds: Moment
    end_seconds: Moment


class StillSent(Sent):
    """The moment of the still, in seconds of what is shown now."""

    recording_id: Id
    at_seconds: Moment | None


class TimeSent(Sent):
    """Until when this speaker may hand in; nothing takes it back."""

    until: date | None


class SubtitlesSent(Sent):
    """A subtitle file (WebVTT, SubRip, TTML or SubStation) as text, in one language."""

    language: Language
    text: Annotated[str, Field(min_length=1, max_length=_LONGEST_SUBTITLES)]
