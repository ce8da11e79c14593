"""Timed text of a recording, by language: revisions are added, the newest counts, removing hides it.

It is kept in times of the whole recording and cut when it is shown, so that another trim loses nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.captions.cues import Cue
from pipeline.captions.reading import read_subtitles
from pipeline.captions.shifting import shift_cues
from pipeline.captions.webvtt import write_webvtt
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.fingerprints import digest
from pipeline.domain.languages import is_language
from pipeline.domain.sheets import SheetState, TrackMark
from pipeline.records.tables import Recording, Sheet, Track
from pipeline.services.events import Actor, record_event
from pipeline.services.sheet_bounds import kind_in
from pipeline.services.uploaded_sheets import let_go, take_up_file


def current_tracks(recording: Recording) -> Mapping[str, Track]:
    """The revision that counts for each language, by language; removed ones are left out."""
    newest = {track.language: track for track in recording.tracks}
    return {language: track for language, track in sorted(newest.items()) if not track.is_removed}


def mark_of(track: Track) -> TrackMark | None:
    """What has to be said beside this track wherever it is shown."""
    sheets = (sheet for sheet in track.recording.sheets if sheet.track_id == track.id)
    if any(sheet.state is SheetState.STALE for sheet in sheets):
        return TrackMark.STALE
    return None if track.is_reviewed else TrackMark.UNREVIEWED


def marks_of(tracks: Iterable[Track]) -> dict[str, TrackMark]:
    """The marks of tracks that have one, by language."""
    return {track.language: mark for track in tracks if (mark := mark_of(track)) is not None}


def marks_in(facts: Mapping[str, Any], statement_id: int) -> dict[str, TrackMark]:
    """The marks with which a release shows the subtitles of a statement, by language."""
    found: Mapping[str, str] = facts.get("marks", {}).get(str(statement_id), {})
    return {language: TrackMark(mark) for language, mark in found.items()}


def name_tracks(recording: Recording) -> str:
    """Names a recording, the part of it that is shown, and its subtitles by language: what somebody worked from."""
    trim = recording.trim.to_json() if recording.trim else None
    named = (f"{language}={track.id}" for language, track in current_tracks(recording).items())
    return " ".join([digest([recording.id, trim]), *named])


def shown_cues(track: Track) -> tuple[Cue, ...]:
    """The cues of the part of the recording that is shown, in its times."""
    cues, trim = read_subtitles(track.webvtt.encode()), track.recording.trim
    return tuple(shift_cues(cues, -trim.start_seconds, duration_seconds=trim.duration_seconds) if trim else cues)


def shown_webvtt(track: Track) -> str:
    """The cues that are shown, as a file."""
    return track.webvtt if track.is_removed or track.recording.trim is None else write_webvtt(shown_cues(track))


def add_track(
    db: Session,
    recording: Recording,
    *,
    language: str,
    data: bytes,
    encoding: str | None = None,
    is_reviewed: bool = True,
    seen: str | None = None,
    actor: Actor,
    now: datetime,
) -> Track:
    """Read a subtitle file and make it the recording's subtitles in this language; `encoding` is what a person named.

    Its times are those of the part that is shown. What it says becomes the sheet of this language too. `is_reviewed`:
    whoever adds it answers for it; else a second person has to approve it. `seen` is `name_tracks` of what the person
    looked at.
    Raises `SubtitlesRefused` with what is wrong in the file, `WrongUsage` for an unknown language, `ChangeNotAllowed`.
    """
    if not is_language(language):
        raise WrongUsage(f"“{language}” is not the code of a language.")
    _hold(db, recording)
    if seen is not None and not _is_as_seen(recording, language, seen):
        raise ChangeNotAllowed("These subtitles, or what is shown, changed meanwhile. Reload the page to see it.")
    cues = _in_whole(read_subtitles(data, duration_seconds=recording.duration_seconds, encoding=encoding), recording)
    track = Track(
        recording_id=recording.id,
        language=language,
        revision=_last_revision(db, recording, language) + 1,
        webvtt=write_webvtt(cues),
        cue_count=len(cues),
        created_at=now,
        is_removed=False,
        kind=kind_in(recording, language),
        is_reviewed=is_reviewed,
    )
    recording.tracks.append(track)
    db.flush()
    _record(db, "track.added", track, actor, now, cue_count=track.cue_count)
    take_up_file(db, track, cues, actor=actor, now=now)
    return track


def add_sheet_track(db: Session, sheet: Sheet, webvtt: str, *, cue_count: int, actor: Actor, now: datetime) -> Track:
    """Make what a sheet holds (`webvtt`, in times of the whole recording) the recording's subtitles; not reviewed."""
    track = Track(
        recording_id=sheet.recording_id,
        language=sheet.language,
        revision=_last_revision(db, sheet.recording, sheet.language) + 1,
        webvtt=webvtt,
        cue_count=cue_count,
        created_at=now,
        is_removed=False,
        kind=sheet.kind,
        bound=dict(sheet.bound),
    )
    sheet.recording.tracks.append(track)
    db.flush()
    _record(db, "track.added", track, actor, now, cue_count=cue_count)
    return track


def has_removed_tracks(db: Session, track_ids: Collection[int]) -> bool:
    """Whether any of these subtitles was taken away; corrected ones were not."""
    removed = select(Track.id).where(Track.id.in_(track_ids), Track.is_removed)
    return bool(track_ids) and db.scalars(removed).first() is not None


def remove_track(db: Session, recording: Recording, *, track_id: int, actor: Actor, now: datetime) -> None:
    """Take the subtitles of one language away with every earlier revision; `subtitle_removal` takes them off the page.

    Raises `ChangeNotAllowed` when the track is not the one that counts.
    """
    track = next((track for track in current_tracks(recording).values() if track.id == track_id), None)
    if track is None:
        raise ChangeNotAllowed("These subtitles were replaced or removed meanwhile. Reload the page and look again.")
    for revision in recording.tracks:
        revision.is_removed = revision.is_removed or revision.language == track.language
    db.flush()
    let_go(db, track, now=now)
    _record(db, "track.removed", track, actor, now)


def _hold(db: Session, recording: Recording) -> None:
    """Nobody else's subtitles come in between until the end of the transaction."""
    held = select(Recording).where(Recording.id == recording.id).with_for_update()
    db.scalars(held.execution_options(populate_existing=True)).one()
    db.expire(recording, ["tracks"])


def _is_as_seen(recording: Recording, language: str, seen: str) -> bool:
    """Whether neither these subtitles nor the recording are others; those in other languages may be."""
    asked = f"{language}="
    then, now = (
        [part for part in name.split() if "=" not in part or part.startswith(asked)]
        for name in (seen, name_tracks(recording))
    )
    return then == now


def _in_whole(cues: Iterable[Cue], recording: Recording) -> list[Cue]:
    """Cues of the part that is shown, in times of the whole recording."""
    later = recording.trim.start_seconds if recording.trim else 0.0
    return [replace(cue, start_seconds=cue.start_seconds + later, end_seconds=cue.end_seconds + later) for cue in cues]


def _last_revision(db: Session, recording: Recording, language: str) -> int:
    last = select(func.max(Track.revision)).where(Track.recording_id == recording.id, Track.language == language)
    return db.scalar(last) or 0


def _record(db: Session, name: str, track: Track, actor: Actor, now: datetime, **facts: Any) -> None:
    record_event(
        db,
        name,
        subject_kind="recording",
        subject_id=track.recording_id,
        actor=actor,
        now=now,
        track_id=track.id,
        language=track.language,
        revision=track.revision,
        **facts,
    )
