"""What of a country's panel may go out now, and what stands in the way: approval, readiness, consent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.approvals import ApprovalWord
from pipeline.domain.consents import RELEASE_AUDIENCES, Audience, ConsentItem
from pipeline.domain.fingerprints import fingerprint
from pipeline.domain.naming import says_name
from pipeline.domain.sheets import TrackMark
from pipeline.domain.statements import StatementState
from pipeline.records.queries import load_panels
from pipeline.records.tables import Country, Recording, ReleaseItem, Speaker, Statement, Track
from pipeline.services.approvals import approval_of
from pipeline.services.consents import audience_of, lacks_alias, last_agreed
from pipeline.services.recordings import is_ready_for_approval
from pipeline.services.release_voices import ShownVoice, shown_voices
from pipeline.services.shown_parts import ShownParts, may_see, parts_now, withholds_name, words_now
from pipeline.services.tracks import current_tracks, marks_of, shown_webvtt

INCLUDED_STATES = frozenset({StatementState.APPROVED, StatementState.PUBLISHED})

_SENTENCES = {
    "nothing_approved": "No statement of this country is approved. Approve at least one, then publish.",
    "changed_since_approval": "A statement has another recording than the one that was approved. Watch and approve it.",
    "not_ready": "The recording of an approved statement is not prepared for watching yet. Wait, or try it again.",
    "no_consent": "A speaker has not agreed to publication. Ask them, or reopen the statement to leave it out.",
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
    """What a release of the panel holds for one audience; `missing` are the places whose statement is not shown.

    Places are those that this audience is told of, from 1. `absent` are the statements of the missing ones.
    """

    entries: tuple[PanelEntry, ...]
    missing: tuple[int, ...]
    absent: tuple[int, ...]
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


def read_panel(db: Session, country: Country, audience: Audience) -> PanelContents:
    """What an audience would see if the country were published now."""
    (loaded,) = load_panels(db, [country])
    return _contents(loaded, audience)


def _contents(loaded: Country, audience: Audience) -> PanelContents:
    places = _places(loaded, audience)
    included = {place: speaker for place, speaker in places.items() if _is_included(speaker, audience)}
    problems = [problem for speaker in included.values() if (problem := _problem_of(speaker, audience))]
    if not any(speaker.statement.state in INCLUDED_STATES for speaker in loaded.speakers):
        problems.append(PublishProblem("nothing_approved"))
    return PanelContents(
        entries=() if problems else tuple(_entry(place, speaker, audience) for place, speaker in included.items()),
        missing=tuple(place for place in places if place not in included),
        absent=tuple(speaker.statement.id for place, speaker in places.items() if place not in included),
        problems=tuple(problems),
    )


def read_panels(db: Session, country: Country) -> dict[Audience, PanelContents]:
    """What publishing the country now would make, by audience, the public's first where there is anything for it.

    Missions have a release of their own where they see more than the public, or had one before: else they watch what is
    public. Of nothing at all there is one release, with the problems that it has.
    """
    (loaded,) = load_panels(db, [country])
    public, missions = (_contents(loaded, audience) for audience in RELEASE_AUDIENCES)
    is_own = (missions.entries, missions.missing) != (public.entries, public.missing)
    is_wanted = is_own or country.missions_release_id is not None or bool(missions.problems)
    found = {Audience.PUBLIC: public} if public.entries or public.problems or country.live_release_id else {}
    return found | ({Audience.MISSIONS: missions} if is_wanted or not found else {})


def read_ready(db: Session, country: Country, audience: Audience) -> tuple[PanelEntry, ...]:
    """The statements that an audience could see now, whatever keeps others of the panel from it.

    What was approved and has changed since is among them, so that it can be compared with what is out.
    """
    (loaded,) = load_panels(db, [country])
    included = {
        place: speaker for place, speaker in _places(loaded, audience).items() if _is_included(speaker, audience)
    }
    return tuple(
        _entry(place, speaker, audience)
        for place, speaker in included.items()
        if _problem_of(speaker, audience, needs_approval=False) is None
    )


def publish_problems(db: Session, country: Country) -> list[PublishProblem]:
    """What keeps the country from being published; empty when nothing does."""
    found = (problem for contents in read_panels(db, country).values() for problem in contents.problems)
    return list(dict.fromkeys(found))


def may_be_shown(statement: Statement, audience: Audience) -> bool:
    """Whether a statement's approved recording may be out: decided by staff, agreed to by the speaker."""
    return statement.state in INCLUDED_STATES and is_agreed(statement, audience)


def is_agreed(statement: Statement, audience: Audience) -> bool:
    """Whether the speaker agreed to having the recording shown to an audience."""
    return may_see(statement, ConsentItem.RECORDING, audience)


def is_for_missions_only(statement: Statement) -> bool:
    """Whether the speaker agreed to having the recording shown to missions, and to nobody else."""
    return audience_of(statement, ConsentItem.RECORDING) is Audience.MISSIONS


def has_place(statement: Statement, audience: Audience) -> bool:
    """Whether an audience is told that there is such a place in the panel, even where nothing is shown of it.

    The public never hears of what was meant for missions only: not that it was taken back either, nor of whom nobody
    knows any more what they agreed to.
    """
    if audience is Audience.MISSIONS:
        return True
    is_closed = statement.speaker.country.pre_session.is_missions_only or statement.speaker.erased_at is not None
    return not is_closed and last_agreed(statement, ConsentItem.RECORDING) is not Audience.MISSIONS


def may_stay(statement: Statement, item: ReleaseItem, audience: Audience) -> bool:
    """Whether what a release holds of a statement may be out: exactly this recording is approved, and consented to."""
    return statement.approved_recording_id == item.recording_id and may_be_shown(statement, audience)


def subtitles_tell_name(statement: Statement, tracks: Iterable[Track], audience: Audience) -> bool:
    """Whether any of these subtitles says a name that is not to be told."""
    is_withheld = withholds_name(statement, audience)
    return is_withheld and any(says_name(shown_webvtt(track), statement.speaker.name) for track in tracks)


def _places(country: Country, audience: Audience) -> dict[int, Speaker]:
    """Who has which place for an audience, in the panel's order."""
    told = (speaker for speaker in country.speakers if has_place(speaker.statement, audience))
    return dict(enumerate(told, start=1))


def _is_included(speaker: Speaker, audience: Audience) -> bool:
    """Whether a statement is to go out to an audience, or its problem has to be solved before anything does."""
    is_elsewhere = audience is Audience.PUBLIC and is_for_missions_only(speaker.statement)
    return speaker.statement.state in INCLUDED_STATES and not is_elsewhere


def _problem_of(speaker: Speaker, audience: Audience, *, needs_approval: bool = True) -> PublishProblem | None:
    statement = speaker.statement
    recording = statement.current_recording
    code = None
    if recording is None or statement.approved_recording_id != recording.id:
        code = "changed_since_approval"
    elif not is_ready_for_approval(recording):
        code = "not_ready"
    elif not may_be_shown(statement, audience):
        code = "no_consent"
    elif lacks_alias(statement):
        code = "alias_missing"
    elif needs_approval and not (standing := approval_of(statement)).is_complete:
        code = "second_look_missing" if standing.word is ApprovalWord.FIRST else "stale_approval"
    elif subtitles_tell_name(statement, current_tracks(recording).values(), audience):
        code = "subtitles_tell_name"
    return PublishProblem(code, statement.id, speaker.position) if code else None


def _entry(place: int, speaker: Speaker, audience: Audience) -> PanelEntry:
    statement = speaker.statement
    recording = _ready(statement.current_recording)
    words = words_now(statement, audience)
    return PanelEntry(
        position=place,
        statement_id=statement.id,
        recording_id=recording.id,
        package_prefix=recording.package_prefix or "",
        track_ids=_track_ids(recording),
        parts=parts_now(statement, audience),
        texts=(words.organisation, words.theme, words.language, words.speaker or ""),
        marks=tuple(marks_of(current_tracks(recording).values()).items()),
        voices=shown_voices(recording, audience),
    )


def _ready(recording: Recording | None) -> Recording:
    assert recording is not None  # noqa: S101 - a panel with an entry has no problem
    return recording


def _track_ids(recording: Recording) -> tuple[int, ...]:
    tracks: Sequence[int] = [track.id for track in current_tracks(recording).values()]
    return tuple(tracks)
