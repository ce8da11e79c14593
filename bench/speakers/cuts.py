"""A large upload by tus-js-client on a line that is cut every few seconds, to a portal that is killed meanwhile."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.faults.lines import Line
from bench.rows import Row
from bench.speakers.amounts import MEGABYTE, PIECE_BYTES, Amounts
from bench.speakers.films import Film
from bench.speakers.invitations import Invited, came_whole, invite
from bench.speakers.portals import BenchPortal
from bench.stage import Stage
from pipeline.domain.errors import FinalError
from pipeline.processes import ServerProcess, start_server

_CLIENT = Path(__file__).parents[2] / "tests/webapp/tus_node_client.mjs"
_MOST_RESENT = 0.05
_DEADLINE_SECONDS = 1800.0
_LOOK_EVERY_SECONDS = 0.1


def measure_cuts(portal: BenchPortal, stage: Stage, amounts: Amounts) -> Iterator[Row]:
    """What was sent twice, of all bytes that the line took from the client."""
    film = Film(amounts.bad_line_bytes)
    path = stage.fresh("film") / "film"
    with path.open("wb") as file:
        file.writelines(film.pieces(MEGABYTE))
    with Line("127.0.0.1", portal.port) as line:
        line.slow_down(amounts.bad_line_rate)
        (speaker,) = invite(portal, 1)
        begun = time.monotonic()
        upload = _upload(line, speaker, path)
        try:
            cuts, restarts = _trouble(portal, line, upload, amounts)
        finally:
            upload.stop()
        _check_end(upload, path)
        seconds = time.monotonic() - begun
        size = f"{amounts.bad_line_bytes // MEGABYTE} MB"
        note = f"cuts: {cuts}, restarts: {restarts}, {seconds:.0f} s"
        yield Row(f"{size} on a line that breaks: sent twice", line.sent_bytes / film.size_bytes - 1, "x", _MOST_RESENT)
        yield Row(f"{size} on a line that breaks: bytes differ", float(not came_whole(portal, speaker, film)), "", 0.0)
        missing = float(amounts.restarts - restarts)
        yield Row(f"{size} on a line that breaks: restarts left out", missing, "", 0.0, note)
    path.unlink()


def _upload(line: Line, speaker: Invited, path: Path) -> ServerProcess:
    node = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    if node is None:
        raise FinalError("Node is missing; `make setup` installs one.")
    endpoint = f"http://127.0.0.1:{line.port}/uploads/"
    argv = [node, str(_CLIENT), endpoint, speaker.cookie, str(path), str(PIECE_BYTES)]
    return start_server(argv, log_path=_log_of(path))


def _log_of(path: Path) -> Path:
    return path.with_suffix(".log")


def _check_end(upload: ServerProcess, path: Path) -> None:
    if upload.returncode != 0:
        raise FinalError(f"The client gave up on the line that breaks: {_log_of(path).read_text(errors='replace')}")


def _trouble(portal: BenchPortal, line: Line, upload: ServerProcess, amounts: Amounts) -> tuple[int, int]:
    """Cut the line by the clock and kill the portal by the bytes, until the client ends; how often each."""
    cuts, restarts, cut_at = 0, 0, time.monotonic()
    until = time.monotonic() + _DEADLINE_SECONDS
    while upload.is_running() and time.monotonic() < until:
        time.sleep(_LOOK_EVERY_SECONDS)
        if time.monotonic() - cut_at >= amounts.cut_every_seconds:
            line.cut()
            line.mend()
            line.slow_down(amounts.bad_line_rate)
            cuts, cut_at = cuts + 1, time.monotonic()
        is_time = line.sent_bytes > amounts.bad_line_bytes * (restarts + 1) / (amounts.restarts + 1)
        if restarts < amounts.restarts and is_time:
            portal.restart()
            restarts += 1
    return cuts, restarts
