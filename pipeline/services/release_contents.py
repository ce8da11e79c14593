"""What viewers see of a country in plain values: of a release as it was planned, or as it would go out now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.sheets import TrackMark
from pipeline.records.tables import Release, ReleaseItem, Speaker, Statement, Track
from pipeline.services.panel_contents import PanelEntry
from pipeline.services.release_keeping import KeptItem
from pipeline.services.release_voices import VOICES, VoiceKey, voice_keys, voices_in
from pipeline.services.release_words import WORDS
from pipeline.services.shown_parts import parts_in
from pipeline.services.tracks import marks_in, marks_of


@dataclass(frozen=True)
class SeenStatement:
    """One statement as viewers see it. `tracks`, `marks` and `voices` are by language; `words` without the name.

    `organisation` is what it is called today, for staff who read of it.
    """

    statement_id: int
    organisation: str
    position: int
    recording: tuple[int, str]
    tracks: Mapping[str, int]
    marks: Mapping[str, TrackMark] = field(default_factory=dict)
    voices: Mapping[str, VoiceKey] = field(default_factory=dict)
    name: str = ""
    words: tuple[str, ...] = ()
    text_id: int | None = None
    paper_ids: frozenset[int] = frozenset()


def seen_in_release(db: Session, release: Release) -> dict[int, SeenStatement]:
    """What a release shows, by statement; what its makers noted, whatever has changed since."""
    tracks = _tracks(db, {one for item in release.items for one in item.track_ids})
    names = _organisations(db, [item.statement_id for item in release.items])
    return {item.statement_id: _of_item(release, item, tracks, names) for item in release.items}


def seen_in_panel(db: Session, entries: tuple[PanelEntry, ...]) -> dict[int, SeenStatement]:
    """What would be shown if these were published."""
    tracks = _tracks(db, {one for entry in entries for one in entry.track_ids})
    names = _organisations(db, [entry.statement_id for entry in entries])
    return {
        entry.statement_id: SeenStatement(
            statement_id=entry.statement_id,
            organisation=names[entry.statement_id],
            position=entry.position,
            recording=(entry.recording_id, entry.package_prefix),
            tracks={tracks[one]: one for one in entry.track_ids},
            marks=dict(entry.marks),
            voices=voice_keys(entry.voices),
            name=entry.texts[-1] if entry.parts.name else "",
            words=entry.texts[:-1],
            text_id=entry.parts.text_id,
            paper_ids=frozenset(entry.parts.paper_ids),
        )
        for entry in entries
    }


def seen_if_kept(was: SeenStatement, kept: KeptItem) -> SeenStatement:
    """What would be seen of a statement of a release if that were shown again."""
    item = kept.item
    return replace(
        was,
        recording=(item.recording_id, kept.package_prefix),
        tracks={track.language: track.id for track in kept.tracks},
        marks=marks_of(kept.tracks),
        voices=voice_keys(voices_in({VOICES: {str(item.statement_id): kept.voices}}, item.statement_id)),
        name=was.name if kept.parts.name else "",
        text_id=kept.parts.text_id,
        paper_ids=frozenset(kept.parts.paper_ids),
    )


def _of_item(release: Release, item: ReleaseItem, tracks: Mapping[int, str], names: Mapping[int, str]) -> SeenStatement:
    parts = parts_in(release.facts, item.statement_id)
    noted = release.facts.get(WORDS, {}).get(str(item.statement_id), ())
    return SeenStatement(
        statement_id=item.statement_id,
        organisation=names.get(item.statement_id, ""),
        position=item.position,
        recording=(item.recording_id, item.package_prefix),
        tracks={tracks[one]: one for one in item.track_ids if one in tracks},
        marks=marks_in(release.facts, item.statement_id),
        voices=voice_keys(voices_in(release.facts, item.statement_id)),
        name=noted[-1] if noted and parts.name else "",
        words=tuple(noted[:-1]),
        text_id=parts.text_id,
        paper_ids=frozenset(parts.paper_ids),
    )


def _tracks(db: Session, ids: set[int]) -> dict[int, str]:
    """Languages by the tracks' ids."""
    found = db.execute(select(Track.id, Track.language).where(Track.id.in_(ids)))
    return {track_id: language for track_id, language in found}


def _organisations(db: Session, statement_ids: list[int]) -> dict[int, str]:
    wanted = select(Statement.id, Speaker.organisation).join(Statement.speaker).where(Statement.id.in_(statement_ids))
    return {statement_id: organisation for statement_id, organisation in db.execute(wanted)}
