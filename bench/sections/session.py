"""A session of 84 statements published at once by the command that operators have, with all parts running."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.publishing_scene import CODES, SPEAKERS, Cards, Scene, open_bucket, open_scene
from bench.rows import Row, SectionResult, said_as_they_come
from bench.stage import Stage
from pipeline.domain.packages import Package
from pipeline.records.tables import Country
from presession.ports import free_port

_SECONDS = 5
_STATEMENTS = len(CODES) * SPEAKERS
_LOOK_SECONDS = 0.2


def measure_session(stage: Stage) -> SectionResult:
    """Short recordings in low quality, so that what counts is everything around the media."""
    from tests.fixtures.ceph import PrivateCeph  # noqa: PLC0415 - needs what the tests need
    from tests.fixtures.packages import make_package  # noqa: PLC0415

    folder = stage.fresh("package") / "statement"
    media = make_package(folder, seconds=_SECONDS), folder
    cards: list[Cards] = []
    rows = list(said_as_they_come(_rows(stage, "folder", media, cards), stage.say))
    server = PrivateCeph()
    try:
        rows += said_as_they_come(_rows(stage, "S3", media, cards, open_bucket(server, "session")), stage.say)
    finally:
        server.stop()
    return SectionResult(rows, {"statements": _STATEMENTS})


def _rows(
    stage: Stage, kind: str, media: tuple[Package, Path], cards: list[Cards], bucket: Any = None
) -> Iterator[Row]:
    """Who comes first makes the title cards; who comes after has them already."""
    stage.say(f"A session of {_STATEMENTS} on {kind}")
    with open_scene(stage.fresh("session"), media, bucket) as scene:
        for code in CODES:
            scene.approve(code)
        for kept in cards:
            scene.take_cards(kept)
        made = "title cards are there" if cards else "with 84 title cards"
        environment = _environment(scene)
        began = time.monotonic()
        check = json.loads(_presession(environment, "publish", "36", "--all", "--json"))
        yield Row(
            f"{_STATEMENTS} statements: what it would mean, {kind}", time.monotonic() - began, "s", note="dry run"
        )
        with _running(environment) as peak:
            yield _publish(scene, environment, check, f"{_STATEMENTS} statements published, {kind}", made)
            check, told = _change_one_of_each(scene, environment), "a subtitle of each country corrected"
            yield _publish(scene, environment, check, f"{_STATEMENTS} statements published again, {kind}", told)
            used = peak()
        cards.append(scene.kept_cards())
        objects, size = map(sum, zip(*(scene.published(code) for code in CODES), strict=True))
        yield Row(f"{_STATEMENTS} statements: published objects, {kind}", objects, "", note=f"{size / 1e6:.0f} MB")
        yield Row(f"{_STATEMENTS} statements: memory of the worker that publishes, {kind}", used / 1e6, "MB")


def _publish(scene: Scene, environment: Mapping[str, str], check: Mapping[str, Any], title: str, told: str) -> Row:
    yes = ["publish", "36", "--all", "--yes", check["seen"], "--wait"]
    asked = [part for question in check["asked"] for part in ("--confirm", question)]
    began = time.monotonic()
    _presession(environment, *yes, *asked)
    took = time.monotonic() - began
    with scene.installation.database.read() as db:
        live = sum(country.live_release_id is not None for country in db.query(Country))
    return Row(title, took, "s", note=f"{live} of {len(CODES)} countries out; {told}")


def _change_one_of_each(scene: Scene, environment: Mapping[str, str]) -> dict[str, Any]:
    """Correct a subtitle in every country, and look at what publishing would mean then."""
    from pipeline.services.tracks import add_track  # noqa: PLC0415
    from tests.fixtures.panels import STAFF, approve_again, statement_of  # noqa: PLC0415
    from workers.clock import utc_now  # noqa: PLC0415

    data = b"WEBVTT\n\n00:01.000 --> 00:03.000\nWords that were corrected\n"
    with scene.installation.database.begin() as db:
        for code in CODES:
            statement = statement_of(db, code, 2)
            assert statement.current_recording is not None  # noqa: S101 - it was approved
            add_track(db, statement.current_recording, language="fr", data=data, actor=STAFF, now=utc_now())
            approve_again(db, statement)
    return dict(json.loads(_presession(environment, "publish", "36", "--all", "--json")))


def _environment(scene: Scene) -> dict[str, str]:
    """The scene's settings, as an operator gives them."""
    settings = scene.installation.settings
    told = {
        "PRESESSION_DATA_DIR": str(settings.data_dir),
        "PRESESSION_DATABASE_URL": settings.database_url,
        "PRESESSION_MEDIA__RENDITIONS_FILE": str(settings.media.renditions_file),
        "PRESESSION_WEB__PORT": str(free_port("127.0.0.1")),
        "PRESESSION_STORE__KIND": settings.store.kind,
    }
    if settings.store.kind == "s3":
        secret = settings.store.secret_access_key
        told |= {
            "PRESESSION_STORE__BUCKET": settings.store.bucket,
            "PRESESSION_STORE__ENDPOINT_URL": settings.store.endpoint_url or "",
            "PRESESSION_STORE__ACCESS_KEY_ID": settings.store.access_key_id or "",
            "PRESESSION_STORE__SECRET_ACCESS_KEY": secret.get_secret_value() if secret else "",
        }
    return {**os.environ, **told}


def _presession(environment: Mapping[str, str], *arguments: str) -> str:
    argv = [sys.executable, "-m", "presession", *arguments]
    done = subprocess.run(argv, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout


@contextmanager
def _running(environment: Mapping[str, str]) -> Iterator[Any]:
    """Everything that an installation runs; asked for the most memory that one process of a worker used, in bytes."""
    argv = [sys.executable, "-m", "presession", "run"]
    process = subprocess.Popen(argv, env=dict(environment), stdout=subprocess.DEVNULL)  # noqa: S603
    peaks: dict[int, int] = {}
    is_over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, is_over))
    watcher.start()
    try:
        yield lambda: max(peaks.values(), default=0)
    finally:
        is_over.set()
        watcher.join()
        process.send_signal(signal.SIGTERM)
        process.wait()


def _watch(root: int, peaks: dict[int, int], is_over: threading.Event) -> None:
    while not is_over.wait(_LOOK_SECONDS):
        for pid, command in _below(root):
            if "worker" in command and "ffmpeg" not in command:
                peaks[pid] = max(peaks.get(pid, 0), _memory(pid))


def _below(root: int) -> Iterator[tuple[int, str]]:
    """Processes that came of one, with their command lines."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    for pid in parents:
        above = pid
        while above in parents and above != root:
            above = parents[above]
        if above == root and pid != root:
            try:
                yield pid, Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)
