"""Which spoken interpretations a release offers: noted in its facts with where they lie, and under which name they are
published. A name belongs to one voice as it was mixed, so that taking it away takes nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.packages import MediaRendition
from pipeline.domain.sheets import TrackMark
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Recording, Release, Voice
from pipeline.services.voices import current_voices, is_mixed, mark_of_voice, may_tell_name, widest_audience

VOICES = "voices"


@dataclass(frozen=True)
class ShownVoice:
    """A voice that can go out, exactly: which mix of it, and what is said beside it."""

    language: str
    voice_id: int
    prefix: str
    mark: TrackMark | None


@dataclass(frozen=True)
class ReleasedVoice:
    """A voice of a release: `prefix` is where it lies privately, `name` its folder among the published media."""

    language: str
    voice_id: int
    prefix: str
    name: str
    rendition: MediaRendition
    mark: TrackMark | None


VoiceKey = tuple[int, str, TrackMark | None]
"""By what one voice of a release is told from another: whose, which mix, what is said beside it."""


def voice_keys(voices: Iterable[ShownVoice | ReleasedVoice]) -> dict[str, VoiceKey]:
    """What can be compared of voices, by language."""
    return {one.language: (one.voice_id, one.prefix, one.mark) for one in voices}


def shown_voices(recording: Recording, audience: Audience) -> tuple[ShownVoice, ...]:
    """The voices of a recording that can go out to an audience with its package of now, by language."""
    return tuple(
        ShownVoice(language, voice.id, voice.package_prefix or "", mark_of_voice(voice))
        for language, voice in current_voices(recording).items()
        if is_mixed(voice) and not may_tell_name(voice, audience)
    )


def left_out_voices(recording: Recording) -> list[str]:
    """Languages of voices that cannot go out to all who watch: they are not mixed yet, or may tell a name that is not
    to be told.
    """
    shown = {one.language for one in shown_voices(recording, widest_audience(recording.statement))}
    return [language for language in current_voices(recording) if language not in shown]


def note_voices(db: Session, shown: Iterable[ShownVoice], live: Mapping[str, Any]) -> dict[str, Any]:
    """Voices as facts of a release, by language; what is out by the facts `live` keeps its name."""
    names = {(kept["voice_id"], kept["prefix"]): kept["name"] for kept in _all(live)}
    return {
        one.language: {
            "voice_id": one.voice_id,
            "prefix": one.prefix,
            "name": names.get((one.voice_id, one.prefix)) or new_name(),
            "rendition": db.get_one(Voice, one.voice_id).package,
            "mark": one.mark.value if one.mark else None,
        }
        for one in shown
    }


def keep_voices(
    db: Session, facts: Mapping[str, Any], recording: Recording, audience: Audience, *, was_at: str, is_at: str
) -> dict[str, Any]:
    """What an audience may go on hearing of a release's voices, for a recording whose package was and is there.

    Those that people took away or that may tell a name are left out; with another package only what was mixed with it
    stays.
    """
    now = {one.voice_id: one for one in shown_voices(recording, audience)}
    noted = facts.get(VOICES, {}).get(str(recording.statement_id), {})
    kept = {language: one for language, one in noted.items() if _may_stay(db.get(Voice, one["voice_id"]), audience)}
    if was_at == is_at:
        return kept
    again = [now[one["voice_id"]] for one in kept.values() if one["voice_id"] in now]
    return note_voices(db, again, {}) if recording.package_prefix == is_at else {}


def voices_in(facts: Mapping[str, Any], statement_id: int) -> tuple[ReleasedVoice, ...]:
    """The voices that a release with these facts offers of a statement."""
    noted: Mapping[str, Any] = facts.get(VOICES, {}).get(str(statement_id), {})
    return tuple(
        ReleasedVoice(
            language=language,
            voice_id=one["voice_id"],
            prefix=one["prefix"],
            name=one["name"],
            rendition=MediaRendition.from_json(one["rendition"]),
            mark=TrackMark(one["mark"]) if one["mark"] else None,
        )
        for language, one in sorted(noted.items())
    )


def names_in(facts: Mapping[str, Any]) -> set[str]:
    """Folders of published media that the voices of a release lie in."""
    return {one["name"] for one in _all(facts)}


def prefixes_in(facts: Mapping[str, Any], voice_id: int | None = None) -> set[str]:
    """Where the voices of a release lie privately, or one of them."""
    return {one["prefix"] for one in _all(facts) if voice_id in (None, one["voice_id"])}


def ids_in(facts: Mapping[str, Any]) -> set[int]:
    """The voices that a release offers."""
    return {one["voice_id"] for one in _all(facts)}


def may_all_stay(db: Session, release: Release) -> bool:
    """Whether every voice of a release may still be heard."""
    return all(_may_stay(db.get(Voice, voice_id), release.audience) for voice_id in ids_in(release.facts))


def removed_voices(db: Session, release: Release, statement_id: int) -> list[ReleasedVoice]:
    """The voices that a release offers of a statement and that may not be heard any more."""
    offered = voices_in(release.facts, statement_id)
    return [one for one in offered if not _may_stay(db.get(Voice, one.voice_id), release.audience)]


def _may_stay(voice: Voice | None, audience: Audience) -> bool:
    return voice is not None and not voice.is_removed and not may_tell_name(voice, audience)


def _all(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for by_language in facts.get(VOICES, {}).values():
        yield from by_language.values()
