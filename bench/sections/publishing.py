"""Publishing: a country of six statements on a folder and on S3, a corrected subtitle, takedown, eight at once."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bench.corrected_subtitle import measure_correction
from bench.costs import measure
from bench.publishing_scene import CODES, SPEAKERS, Scene, make_media, open_bucket, open_scene
from bench.rows import Row, SectionResult
from bench.stage import Stage, run_all
from pipeline.domain.jobs import JobKind
from pipeline.domain.packages import Package
from pipeline.media.film_tracks import read_film
from pipeline.media.films import (
    Film,
    film_rendition,
    join_pictures,
    join_sounds,
    seams_of,
    write_film,
    write_tracks,
)
from pipeline.records.tables import Release
from pipeline.services.release_films import film_names_in
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import withdraw_statement
from pipeline.site.programme import ProgrammePart, build_programme
from pipeline.site.stream_parts import StreamPart
from pipeline.site.walking import walk_release
from pipeline.storage.keys import site_prefix
from workers.clock import utc_now

_TOGETHER = 8
_POINTER_SECONDS, _GONE_SECONDS, _REBUILD_SECONDS, _SHARE = 5.0, 60.0, 1.0, 1.0
_REAL_SECONDS = 420.0
_WEBVTT = b"WEBVTT\n\n00:01.000 --> 00:03.000\nWords that were corrected\n"


def measure_publishing(stage: Stage) -> SectionResult:
    """Everything on a folder and on a private Ceph, and the programme against two ways of joining films."""
    from tests.fixtures.ceph import PrivateCeph  # noqa: PLC0415 - needs what the tests need

    media = make_media(stage)
    rows = [*_programme_rows(stage, media), *_correction_at_length(media[0])]
    with open_scene(stage.fresh("folder"), media) as scene:
        rows += _rows("folder", scene, stage)
    server = PrivateCeph()
    try:
        with open_scene(stage.fresh("s3"), media, open_bucket(server, "bench")) as scene:
            rows += _rows("S3", scene, stage)
    finally:
        server.stop()
    return SectionResult(rows, {"statements": SPEAKERS, "package_bytes": _package_bytes(media)})


def _rows(kind: str, scene: Scene, stage: Stage) -> Iterator[Row]:
    code = CODES[0]
    stage.say(f"Six statements on {kind}")
    scene.approve(code)
    scene.count()
    took = scene.run(scene.plan(code))
    objects, size = scene.published(code)
    note = f"{objects} objects, {size / 1e6:.1f} MB; {scene.sent.copies} copied by the store; title cards made"
    yield Row(f"six statements published, {kind}", took, "s", note=note)
    yield from _correction(kind, scene, code, size)
    yield from _takedown(kind, scene, code)
    yield from _together(kind, scene)
    yield from _same_country(kind, scene)


def _correction(kind: str, scene: Scene, code: str, size: int) -> Iterator[Row]:
    from tests.fixtures.panels import STAFF, statement_of  # noqa: PLC0415

    for turn in range(2):
        with scene.installation.database.begin() as db:
            recording = statement_of(db, code, 2).current_recording
            data = _WEBVTT + str(turn).encode()
            assert recording is not None  # noqa: S101 - it was approved
            add_track(db, recording, language="fr", data=data, actor=STAFF, now=utc_now())
        scene.count()
        took = scene.run(scene.plan(code))
    share = 100 * scene.sent.bytes / size
    note = f"{scene.sent.bytes / 1000:.0f} kB in {scene.sent.objects} objects, {scene.sent.copies} taken over"
    yield Row(f"a corrected subtitle: bytes sent, {kind}", share, "%", _SHARE, note)
    yield Row(f"a corrected subtitle: until it is live, {kind}", took, "s")


def _correction_at_length(package: Package) -> Iterator[Row]:
    found = measure_correction(package, statements=SPEAKERS, seconds=_REAL_SECONDS)
    note = f"of {found.whole / 1e6:.0f} MB; planned, with recordings that go on as the short one does"
    for kind, sent in (("folder", found.sent), ("S3", found.sent_packed)):
        told = f"{sent / 1000:.0f} kB {note}"
        yield Row(
            f"a corrected subtitle of six times seven minutes, {kind}", 100 * sent / found.whole, "%", _SHARE, told
        )


def _takedown(kind: str, scene: Scene, code: str) -> Iterator[Row]:
    """A withdrawal, first with a worker that is busy elsewhere: hidden; then written anew."""
    from tests.fixtures.panels import STAFF, statement_of  # noqa: PLC0415

    with scene.installation.database.begin() as db:
        live = db.query(Release).order_by(Release.id.desc()).first()
        films = film_names_in(live.facts)
        gone = [(item.media_name, item.card_name, *films) for item in live.items if item.position == 1]
        withdraw_statement(db, statement=statement_of(db, code, 1), actor=STAFF, now=utc_now())
    with scene.installation.database.read() as db:
        newest = db.query(Release).order_by(Release.id.desc()).first().id
        hide, write = scene.job_of(db, newest, JobKind.TAKEDOWN), scene.job_of(db, newest)
    prefix, began = site_prefix("36", code), time.monotonic()
    pointer = scene.store.read_bytes(f"{prefix}index.html")
    moved: list[float] = []
    with ThreadPoolExecutor(2) as pool:
        hidden = pool.submit(scene.run, hide)
        while not moved:
            if scene.store.read_bytes(f"{prefix}index.html") != pointer:
                moved.append(time.monotonic() - began)
            time.sleep(0.02)
        hidden.result()
    took = time.monotonic() - began
    left = sum(scene.store.count_traces(f"{prefix}media/{name}/") for names in gone for name in names)
    yield Row(f"withdrawn: the pointer has moved, {kind}", moved[0], "s", _POINTER_SECONDS, "while workers are busy")
    yield Row(f"withdrawn: every object is gone, {kind}", took, "s", _GONE_SECONDS, f"{left} left at the origin")
    yield Row(f"withdrawn: the page is back without it, {kind}", scene.run(write), "s")


def _together(kind: str, scene: Scene) -> Iterator[Row]:
    codes = CODES[1 : 1 + _TOGETHER]
    for code in codes:
        scene.approve(code, speakers=1)
    jobs = [scene.plan(code) for code in codes]
    _, cost = measure(lambda: _in_processes(scene, jobs))
    lost = sum(not _is_out(scene, code) for code in codes)
    yield Row(
        f"{_TOGETHER} countries published at the same time, {kind}", cost.wall_seconds, "s", note="one statement each"
    )
    yield Row(f"{_TOGETHER} at the same time: lost, {kind}", lost, "", 0)


def _in_processes(scene: Scene, jobs: list[int]) -> None:
    """Each job in a process of its own, as workers run them."""
    forking = multiprocessing.get_context("fork")
    _start_and_join([forking.Process(target=_run_apart, args=(scene, job)) for job in jobs])


def _run_apart(scene: Scene, job: int) -> None:
    scene.installation.database.engine.dispose(close=False)
    scene.run(job)


def _is_out(scene: Scene, code: str) -> bool:
    """Whether everything that a country's page leads to is as it should be."""
    from tests.site.stores import ADDRESS, StoreWeb  # noqa: PLC0415

    return not walk_release(StoreWeb(scene.store, site_prefix("36", code)).fetch, ADDRESS).problems


def _same_country(kind: str, scene: Scene) -> Iterator[Row]:
    """As many people correct another subtitle of one country, publish it, and have it written, all at once."""
    code = CODES[1 + _TOGETHER]
    scene.approve(code)
    scene.run(scene.plan(code))
    forking = multiprocessing.get_context("fork")
    people = [forking.Process(target=_correct_apart, args=(scene, code, turn)) for turn in range(_TOGETHER)]
    _, cost = measure(lambda: _start_and_join(people))
    lost = _TOGETHER - len(_live_tracks(scene, code)) if _is_out(scene, code) else _TOGETHER
    note = f"{_TOGETHER} corrections; the newest release holds all"
    yield Row(f"one country published {_TOGETHER} times at once, {kind}", cost.wall_seconds, "s", note=note)
    yield Row(f"one country {_TOGETHER} times at once: corrections lost, {kind}", lost, "", 0)


def _correct_apart(scene: Scene, code: str, turn: int) -> None:
    from tests.fixtures.panels import STAFF, statement_of  # noqa: PLC0415

    scene.installation.database.engine.dispose(close=False)
    language, place = ("fr", "es")[turn // SPEAKERS], turn % SPEAKERS + 1
    with scene.installation.database.begin() as db:
        recording = statement_of(db, code, place).current_recording
        assert recording is not None  # noqa: S101 - it was approved
        add_track(db, recording, language=language, data=_WEBVTT, actor=STAFF, now=utc_now())
    scene.run_to_any_end(scene.plan(code))


def _live_tracks(scene: Scene, code: str) -> set[int]:
    from tests.fixtures.panels import country_of  # noqa: PLC0415

    with scene.installation.database.read() as db:
        live = db.get_one(Release, country_of(db, code).live_release_id)
        return {track_id for item in live.items for track_id in item.track_ids}


def _start_and_join(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def _programme_rows(stage: Stage, media: tuple[Package, Path]) -> Iterator[Row]:
    package, folder = media
    part = ProgrammePart(card=StreamPart(package, "../card/"), statement=StreamPart(package, "../media/", "en"))
    _, ours = measure(lambda: build_programme([part] * SPEAKERS))
    yield Row("the programme in another order", ours.wall_seconds, "s", _REBUILD_SECONDS, "manifests alone")
    film = folder / package.videos[0].uri
    work = stage.fresh("joined")
    (work / "list.txt").write_text(f"file '{film}'\n" * SPEAKERS, encoding="utf-8")
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "concat", "-safe", "0", "-i", "list.txt"]
    joined = partial(run_all, [[*argv, "-c", "copy", "joined.mp4"]], work)
    _, theirs = measure(joined)
    told = f"one rendition of {package.videos[0].height} lines, pictures alone"
    yield Row("the same by ffmpeg's concat", theirs.wall_seconds, "s", note=told)
    _, slow = measure(lambda: _join_with_moviepy(film, work / "moviepy.mp4"))
    yield Row("the same by moviepy's concatenation", slow.wall_seconds, "s", note=f"{told}, encoded anew")
    yield from _film_rows(media, work)


def _film_rows(media: tuple[Package, Path], work: Path) -> Iterator[Row]:
    """Films with their sound, as a release holds them."""
    package, folder = media
    picture, film = film_rendition(package), work / "film.mp4"
    made, cost = measure(lambda: write_film(folder / picture.uri, folder / package.audio.uri, film))
    told = f"{picture.height} lines, {made.duration_seconds:.0f} s, {made.size_bytes / 1e6:.1f} MB"
    yield Row("the film of a statement", cost.wall_seconds, "s", note=told)
    whole, cost = measure(lambda: _join_films([film] * SPEAKERS, work / "programme.mp4"))
    note = f"{SPEAKERS} films with their sound, {whole.size_bytes / 1e6:.1f} MB"
    yield Row("the film of the programme", cost.wall_seconds, "s", note=note)


def _join_films(films: Sequence[Path], target: Path) -> Film:
    pictures, sounds = zip(*map(read_film, films), strict=True)
    return write_tracks(join_pictures(pictures), join_sounds(sounds, seams_of(pictures)), target)


def _join_with_moviepy(film: Path, target: Path) -> None:
    from moviepy import VideoFileClip, concatenate_videoclips  # noqa: PLC0415

    clips = [VideoFileClip(str(film)) for _ in range(SPEAKERS)]
    joined: Any = concatenate_videoclips(clips)
    joined.write_videofile(str(target), preset="veryfast", audio=False, logger=None)
    for clip in (joined, *clips):
        clip.close()


def _package_bytes(media: tuple[Package, Path]) -> int:
    package, folder = media
    return sum((folder / uri).stat().st_size for uri in package.media_uris())
