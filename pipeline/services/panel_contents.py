"""What of a country's panel may go out now, and what stands in the way: approval, readiness, consent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.approvals import ApprovalWord
from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.fingerprints import fingerprint
from pipeline.domain.naming import says_name
from pipeline.domain.sheets import TrackMark
from pipeline.domain.statements import StatementState
from pipeline.records.queries import load_panels
from pipeline.records.tables import Country, Recording, ReleaseItem, Speaker, Statement, Track
from pipeline.services.approvals import approval_of
from pipeline.services.consents import audience_of, lacks_alias
from pipeline.services.recordings import is_ready_for_approval
from pipeline.services.release_voices import ShownVoice, shown_voices
from pipeline.services.shown_parts import ShownParts, parts_now, withholds_name, words_now
from pipeline.services.tracks import current_tracks, marks_of, shown_webvtt

INCLUDED_STATES = frozenset({StatementState.APPROVED, StatementState.PUBLISHED})

_SENTENCES = {
    "nothing_approved": "No statement of this country is approved. Approve at least one, then publish.",
    "changed_since_approval": "A statement has another recording than the one that was approved. Watch and approve it.",
    "not_ready": "The recording of an approved statement is not prepared for watching yet. Wait, or try it again.",
    "no_consent": "A speaker has not agreed to publication. Ask them, or reopen the statement to leave it out.",
    "missions_only": "The approved statements of this country are for missions only. Nothing of it may be public.",
    "second_look_missing": "This session wants two people to approve. Another person has to look at a statement.",
    "stale_approval": "A statement is not what was approved any more. Look at what changed, and approve it again.",
    "alias_missing": "A speaker is to be shown under another name and has not said which. Ask them.",
    "subtitles_tell_name": "The subtitles say the name of a speaker who is not shown by it. Correct or remove them.",
}

_CONTENTS_VERSION = 2


@dataclass(frozen=True)
class PublishProblem:
    """What keeps a country from being published; `statement_id` is None when it is about the whole panel."""

    code: str
    statement_id: int | None = None
    position: int | None = None

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        place = f"Place {self.position}: " if self.position is not None else ""
        return place + _SENTENCES[self.code]


@dataclass(frozen=True)
class PanelEntry:
    """One statement as it would go out: exact recording, package and track revisions, and what is shown beside it.

    `marks` are said beside the subtitles of these languages, `voices` can be heard instead of the original.
    """

    position: int
    statement_id: int
    recording_id: int
    package_prefix: str
    track_ids: tuple[int, ...]
    parts: ShownParts
    texts: tuple[str, ...]
    marks: tuple[tuple[str, TrackMark], ...] = ()
    voices: tuple[ShownVoice, ...] = ()


@dataclass(frozen=True)
class PanelContents:
    """What a release of the panel holds; `missing` are the places whose statement is not shown."""

    entries: tuple[PanelEntry, ...]
    missing: tuple[int, ...]
    problems: tuple[PublishProblem, ...]

    @property
    def fingerprint(self) -> str:
        """The same for the same contents."""
        entries = [[*{**vars(entry), "parts": entry.parts.to_json()}.values()][:-2] for entry in self.entries]
        values: dict[str, Any] = {"entries": entries, "missing": self.missing}
        marks = {str(entry.statement_id): dict(entry.marks) for entry in self.entries if entry.marks}
        voices = {str(entry.statement_id): [vars(one) for one in entry.voices] for entry in self.entries}
        beside = {"marks": marks, "voices": {one: found for one, found in voices.items() if found}}
        named = {name: found for name, found in beside.items() if found}
        return fingerprint("release", _CONTENTS_VERSION, {**values, **named})


def read_panel(db: Session, country: Country) -> PanelContents:
    """What would go out if the country were published now."""
    (loaded,) = load_panels(db, [country])
    approved = [speaker for speaker in loaded.speakers if speaker.statement.state in INCLUDED_STATES]
    included = [speaker for speaker in approved if not is_for_missions_only(speaker.statement)]
    problems = [problem for speaker in included if (problem := _problem_of(speaker))]
    if not included:
        problems.append(PublishProblem("missions_only" if approved else "nothing_approved"))
    return PanelContents(
        entries=() if problems else tuple(_entry(speaker) for speaker in included),
        missing=tuple(speaker.position for speaker in loaded.speakers if speaker not in included),
        problems=tuple(problems),
    )


def read_ready(db: Session, country: Country) -> tuple[PanelEntry, ...]:
    """The statements that could go out now, whatever keeps others of the panel from it.

    What was approved and has changed since is among them, so that it can be compared with what is out.
    """
    (loaded,) = load_panels(db, [country])
    included = (speaker for speaker in loaded.speakers if speaker.statement.state in INCLUDED_STATES)
    return tuple(_entry(speaker) for speaker in included if _problem_of(speaker, needs_approval=False) is None)


def publish_problems(db: Session, country: Country) -> list[PublishProblem]:
    """What keeps the country from being published; empty when nothing does."""
    return list(read_panel(db, country).problems)


def may_be_public(statement: Statement) -> bool:
    """Whether a statement's approved recording may be out: decided by staff, agreed to by the speaker."""
    return statement.state in INCLUDED_STATES and is_agreed(statement)


def is_agreed(statement: Statement) -> bool:
    """Whether the speaker agreed to having the recording shown to everybody."""
    return audience_of(statement, ConsentItem.RECORDING) is Audience.PUBLIC


def is_for_missions_only(statement: Statement) -> bool:
    """Whether the speaker agreed to having the recording shown to missions, and to nobody else."""
    return audience_of(statement, ConsentItem.RECORDING) is Audience.MISSIONS


def may_stay(statement: Statement, item: ReleaseItem) -> bool:
    """Whether what a release holds of a statement may be out: exactly this recording is approved, and consented to."""
    return statement.approved_recording_id == item.recording_id and may_be_public(statement)


def subtitles_tell_name(statement: Statement, tracks: Iterable[Track]) -> bool:
    """Whether any of these subtitles says a name that is not to be told."""
    return withholds_name(statement) and any(says_name(shown_webvtt(track), statement.speaker.name) for track in tracks)


def _problem_of(speaker: Speaker, *, needs_approval: bool = True) -> PublishProblem | None:
    statement = speaker.statement
    recording = statement.current_recording
    code = None
    if recording is None or statement.approved_recording_id != recording.id:
        code = "changed_since_approval"
    elif not is_ready_for_approval(recording):
        code = "not_ready"
    elif not may_be_public(statement):
        code = "no_consent"
    elif lacks_alias(statement):
        code = "alias_missing"
    elif needs_approval and not (standing := approval_of(statement)).is_complete:
        code = "second_look_missing" if standing.word is ApprovalWord.FIRST else "stale_approval"
    elif subtitles_tell_name(statement, current_tracks(recording).values()):
        code = "subtitles_tell_name"
    return PublishProblem(code, statement.id, speaker.position) if code else None


def _entry(speaker: Speaker) -> PanelEntry:
    statement = speaker.statement
    recording = _ready(statement.current_recording)
    words = words_now(statement)
    return PanelEntry(
        position=speaker.position,
        statement_id=statement.id,
        recording_id=recording.id,
        package_prefix=recording.package_prefix or "",
        track_ids=_track_ids(recording),
        parts=parts_now(statement),
        texts=(words.organisation, words.theme, words.language, words.speaker or ""),
        marks=tuple(marks_of(current_tracks(recording).values()).items()),
        voices=shown_voices(recording),
    )


def _ready(recording: Recording | None) -> Recording:
    assert recording is not None  # noqa: S101 - a panel with an entry has no problem
    return recording


def _track_ids(recording: Recording) -> tuple[int, ...]:
    tracks: Sequence[int] = [track.id for track in current_tracks(recording).values()]
    return tuple(tracks)
