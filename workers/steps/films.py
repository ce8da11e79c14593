"""Films of a release that play without a player: of each statement, made once and kept with its package; of the whole
programme, made where its parts or their order are new.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import digest
from pipeline.media.film_joining import Joining, film_rung, join_films
from pipeline.media.films import FILM_VERSION, film_rendition, write_film, write_sound, write_sound_of
from pipeline.records.tables import Recording
from pipeline.services.burned_films import can_be_burned
from pipeline.services.claims import check_claim
from pipeline.services.publication import ItemInputs, ReleaseInputs
from pipeline.services.release_films import note_film, note_height
from pipeline.services.releases import lock_country
from pipeline.site.publishing import caching_of
from pipeline.site.release_values import PublishedFile, PublishedMedia, StatementInRelease
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import media_uri, site_prefix, under
from workers.steps.run import JobRun

_STATEMENT_FILM, _STATEMENT_SOUND = f"film-{FILM_VERSION}.mp4", f"sound-{FILM_VERSION}.m4a"
_PROGRAMME_FILM, _PROGRAMME_SOUND = "programme.mp4", "programme.m4a"

OnProgress = Callable[[float], None]


def films_of_statement(run: JobRun, item: ItemInputs) -> tuple[PublishedFile, ...]:
    """The film and the sound of a statement, kept with its package; none where none are wanted."""
    if run.context.settings.media.films == "none":
        return ()
    keys = [under(item.package_prefix, name) for name in (_STATEMENT_FILM, _STATEMENT_SOUND)]
    sizes = [_size(run, key) for key in keys]
    if not all(sizes):
        sizes = _make_films(run, item, keys)
    height = film_rendition(item.package).height
    return (
        PublishedFile("film.mp4", sizes[0], height, keys[0]),
        PublishedFile("sound.m4a", sizes[1], 0, keys[1]),
    )


def _size(run: JobRun, key: str) -> int:
    """How large an object is; 0 where there is none."""
    info = run.context.store.stat(key)
    return info.size_bytes if info is not None else 0


def _make_films(run: JobRun, item: ItemInputs, keys: Sequence[str]) -> list[int]:
    folder = run.folder / f"film-{item.media_name}"
    folder.mkdir()
    picture, sound = _fetch(run, PublishedMedia(item.package, item.package_prefix, item.media_name), folder)
    film, alone = folder / _STATEMENT_FILM, folder / _STATEMENT_SOUND
    sizes = [write_film(picture, sound, film).size_bytes, write_sound(sound, alone).size_bytes]
    for key, path in zip(keys, (film, alone), strict=True):
        run.context.store.put_file(key, path, content_type=content_type_of(key), is_final=True)
        path.unlink()
    _demand_wanted(run, item, keys)
    return sizes


def _demand_wanted(run: JobRun, item: ItemInputs, keys: Sequence[str]) -> None:
    """What was withdrawn meanwhile has lost its package already, and nothing may be added to that."""
    with run.context.database.read() as db:
        recording = db.get(Recording, item.recording_id)
        is_wanted = recording is not None and can_be_burned(recording)
    if not is_wanted:
        for key in keys:
            run.context.store.delete(key)
        raise ChangeNotAllowed("A statement was withdrawn while its country was being published. Publish again.")


def _fetch(run: JobRun, media: PublishedMedia, folder: Path) -> tuple[Path, Path]:
    """Picture and sound of a package, as a film is made of them."""
    renditions = (film_rendition(media.package), media.package.audio)
    paths = [folder / rendition.uri for rendition in renditions]
    for rendition, path in zip(renditions, paths, strict=True):
        run.context.store.fetch_file(under(media.source_prefix, rendition.uri), path)
    return paths[0], paths[1]


def films_of_programme(
    run: JobRun, release: ReleaseInputs, statements: Sequence[StatementInRelease], on_progress: OnProgress
) -> tuple[PublishedFile, ...]:
    """The film and the sound of a programme, published under a name of their own; none where none are wanted."""
    if run.context.settings.media.films != "all" or not statements:
        return ()
    parts = [media for statement in statements for media in (statement.card, statement.media)]
    rung = film_rung(run.context.ladder)
    made_from = digest([FILM_VERSION, rung.name, rung.width, rung.height, [media.source_prefix for media in parts]])
    with run.context.database.begin() as db:
        lock_country(db, release.country_id)
        check_claim(db, run.claim)
        noted = note_film(db, run.claim.subject_id, made_from)
    uris = [media_uri(noted.name) + name for name in (_PROGRAMME_FILM, _PROGRAMME_SOUND)]
    keys = [under(site_prefix(release.slug, release.country_code, release.audience), uri) for uri in uris]
    sizes, height = [_size(run, key) for key in keys], noted.height
    if not (height and all(sizes)):
        sizes, height = _make_programme(run, parts, dict(zip(keys, uris, strict=True)), on_progress)
    return PublishedFile(uris[0], sizes[0], height), PublishedFile(uris[1], sizes[1])


def _make_programme(
    run: JobRun, parts: Sequence[PublishedMedia], uris: Mapping[str, str], on_progress: OnProgress
) -> tuple[list[int], int]:
    """Join the parts and publish what comes of it under these keys; sizes in their order, and the picture's height."""
    folder = run.folder / "programme"
    work_dir = folder / "encoding"
    work_dir.mkdir(parents=True)
    films = [_part(run, part, folder / str(number)) for number, part in enumerate(parts)]
    on_progress(0.3)
    film, sound = folder / _PROGRAMME_FILM, folder / _PROGRAMME_SOUND
    context = run.context
    joined = join_films(films, film, Joining(film_rung(context.ladder), context.ladder, context.programs, work_dir))
    sizes = [joined.film.size_bytes, write_sound_of(film, sound).size_bytes]
    on_progress(0.6)
    for (key, uri), path in zip(uris.items(), (film, sound), strict=True):
        headers = {"content_type": content_type_of(uri), "cache_control": caching_of(uri)}
        context.store.put_file(key, path, is_final=True, **headers)
    with context.database.begin() as db:
        check_claim(db, run.claim)
        note_height(db, run.claim.subject_id, joined.film.height)
    shutil.rmtree(folder)
    return sizes, joined.film.height


def _part(run: JobRun, part: PublishedMedia, folder: Path) -> Path:
    """The film of a statement as it is kept, or of a title card, which is made on the way."""
    folder.mkdir()
    film = folder / _STATEMENT_FILM
    kept = under(part.source_prefix, _STATEMENT_FILM)
    if run.context.store.stat(kept) is not None:
        run.context.store.fetch_file(kept, film)
    else:
        write_film(*_fetch(run, part, folder), film)
    return film
