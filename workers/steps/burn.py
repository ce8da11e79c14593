"""Films with subtitles in the picture, made of a recording's package: whichever were asked for and are not there."""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pipeline.captions.cues import Cue
from pipeline.captions.substation_writing import Look, write_substation
from pipeline.domain.burning import BurnSize
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.packages import Package
from pipeline.media.burning import burn_in
from pipeline.media.caption_fonts import caption_fonts
from pipeline.media.encode_runs import OnProgress
from pipeline.records.tables import Recording
from pipeline.services.burned_films import BurnedState, burned_inputs, burned_uri, can_be_burned, list_films
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.tracks import shown_cues
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import under
from workers.steps.run import JobRun, Record

_FETCHED = 0.1


@dataclass(frozen=True)
class _Film:
    cues: tuple[Cue, ...]
    language: str
    size: BurnSize
    uri: str
    inputs: StepInputs


@dataclass(frozen=True)
class _Work:
    package: Package
    prefix: str
    films: tuple[_Film, ...]


def run_burn(run: JobRun) -> Record:
    """Make the films, and those that are asked for meanwhile; what lies in the store already is only noted down."""
    made: list[_Work] = []
    lacking: dict[str, tuple[str, ...]] = {}
    while (work := _next(run, {film.uri for one in made for film in one.films})).films:
        lacking |= _make_all(run, work, run.folder / f"films-{len(made)}")
        made.append(work)

    def record(db: Session, now: datetime) -> None:
        for one in made:
            for film in one.films:
                facts = {"uri": film.uri, "missing": list(lacking.get(film.uri, ()))}
                keep_result(db, film.inputs, KeptResult(facts, one.prefix), now=now)

    return record


def _next(run: JobRun, made: Set[str]) -> _Work:
    with run.context.database.read() as db:
        work = _load(db, run.claim.subject_id)
    return replace(work, films=tuple(film for film in work.films if film.uri not in made))


def _make_all(run: JobRun, work: _Work, folder: Path) -> dict[str, tuple[str, ...]]:
    """Make what is not in the store; the letters that no font has, by the film's address."""
    missing = [film for film in work.films if run.context.store.stat(under(work.prefix, film.uri)) is None]
    if not missing:
        return {}
    folder.mkdir()
    sources = _fetch(run, work, folder)
    share = (1 - _FETCHED) / len(missing)
    lacking: dict[str, tuple[str, ...]] = {}
    for number, film in enumerate(missing):
        begins = _FETCHED + number * share
        lacking[film.uri] = _make(run, work, film, sources, run.progress("burning", begins, begins + share))
    return lacking


def _load(db: Session, recording_id: int) -> _Work:
    recording = db.get_one(Recording, recording_id)
    if not can_be_burned(recording) or recording.package is None or recording.package_prefix is None:
        raise ChangeNotAllowed("There is no film any more into which the subtitles could be written.")
    films = tuple(
        _Film(
            cues=shown_cues(line.track),
            language=line.track.language,
            size=line.size,
            uri=burned_uri(line.track, line.size),
            inputs=burned_inputs(line.track, line.size),
        )
        for line in list_films(db, recording)
        if line.state is not BurnedState.READY
    )
    return _Work(Package.from_json(recording.package), recording.package_prefix, films)


def _fetch(run: JobRun, work: _Work, folder: Path) -> tuple[Path, Path]:
    """The best picture and the sound of the package."""
    run.progress("fetching", 0.0, _FETCHED)
    picture, sound = folder / "picture.mp4", folder / "sound.mp4"
    run.context.store.fetch_file(under(work.prefix, work.package.videos[-1].uri), picture)
    run.context.store.fetch_file(under(work.prefix, work.package.audio.uri), sound)
    return picture, sound


def _make(
    run: JobRun, work: _Work, film: _Film, sources: tuple[Path, Path], on_progress: OnProgress
) -> tuple[str, ...]:
    video = work.package.videos[-1]
    fonts = caption_fonts((cue.text for cue in film.cues), film.language)
    size = round(video.height * film.size.share)
    look = Look(fonts.family, size, video.width, video.height, fonts.leading, fonts.others)
    burned = burn_in(
        *sources,
        write_substation(film.cues, look),
        fonts=fonts.files,
        out_dir=sources[0].parent / film.uri.removesuffix(".mp4"),
        seconds=work.package.duration_seconds,
        programs=run.context.programs,
        on_progress=on_progress,
    )
    key = under(work.prefix, film.uri)
    run.undo.callback(run.context.store.delete, key)
    run.context.store.put_file(key, burned.path, content_type=content_type_of(key), is_final=True)
    burned.path.unlink()
    return burned.missing
