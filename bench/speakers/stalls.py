"""Many uploads that stop in the middle of a request, their lines open and silent, while somebody else wants answers."""

import contextlib
import math
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

from bench.rows import Row
from bench.speakers.amounts import MEGABYTE, Amounts
from bench.speakers.films import Film
from bench.speakers.invitations import Invited, invite
from bench.speakers.portals import BenchPortal
from bench.speakers.sending import BODY, TUS, Sender
from pipeline.domain.errors import FinalError

_MOST_MILLISECONDS = 200.0
_PIECE_BYTES = 16 * 1024
_ARRIVED = b"x" * 1000


def measure_stalls(portal: BenchPortal, amounts: Amounts) -> Iterator[Row]:
    """The time below which 95 of 100 answers came, beside nobody and beside stalled uploads."""
    for name, seconds in _times(portal, amounts.rounds).items():
        yield Row(f"nothing stands still: {name}, 95th percentile", percentile(seconds, 0.95) * 1000, "ms")
    with ExitStack() as stack:
        silent = [stack.enter_context(_stalled(portal, speaker)) for speaker in invite(portal, amounts.stalled)]
        times = _times(portal, amounts.rounds)
        gone = sum(_has_ended(line) for line in silent)
    crowd = f"{amounts.stalled} uploads stand still"
    for name, seconds in times.items():
        yield Row(f"{crowd}: {name}, 95th percentile", percentile(seconds, 0.95) * 1000, "ms", _MOST_MILLISECONDS)
    yield Row(f"{crowd}: cut off before the end", float(gone), "", 0.0)


def percentile(values: list[float], share: float) -> float:
    """The smallest value that is not below so large a share of all."""
    in_order = sorted(values)
    return in_order[max(0, math.ceil(len(in_order) * share) - 1)]


def _times(portal: BenchPortal, rounds: int) -> dict[str, list[float]]:
    """Seconds of each answer to a speaker who has just come."""
    (speaker,) = invite(portal, 1)
    with contextlib.closing(Sender(portal, speaker)) as sender:
        return _ask_in_turns(sender, Film(rounds * _PIECE_BYTES + MEGABYTE), rounds)


def _ask_in_turns(sender: Sender, film: Film, rounds: int) -> dict[str, list[float]]:
    """The page, what its script asks again and again, and bytes."""
    beginning = sender.ask("POST", "/uploads/", {**TUS, "Upload-Length": str(film.size_bytes)})
    path = urlsplit(beginning.headers["Location"]).path
    times: dict[str, list[float]] = {"the page": [], "its status": [], "bytes": []}
    for turn in range(rounds):
        offset = turn * _PIECE_BYTES
        headers, piece = {**BODY, "Upload-Offset": str(offset)}, film.read(offset, _PIECE_BYTES)
        times["the page"].append(_seconds(lambda: sender.ask("GET", "/speaker/", {}).status, 200))
        times["its status"].append(_seconds(lambda: sender.ask("GET", "/speaker/status.json", {}).status, 200))
        patched = lambda: sender.ask("PATCH", path, headers, piece).status  # noqa: B023, E731 - called at once
        times["bytes"].append(_seconds(patched, 204))
    return times


def _seconds(ask: Callable[[], int], expected: int) -> float:
    begun = time.perf_counter()
    status = ask()
    if status != expected:
        raise FinalError(f"Beside stalled uploads the portal answered {status}.")
    return time.perf_counter() - begun


@contextlib.contextmanager
def _stalled(portal: BenchPortal, speaker: Invited) -> Iterator[socket.socket]:
    """An upload of a megabyte of which a thousand bytes come, and then nothing."""
    with contextlib.closing(Sender(portal, speaker)) as sender:
        beginning = sender.ask("POST", "/uploads/", {**TUS, "Upload-Length": str(MEGABYTE)})
    path = urlsplit(beginning.headers["Location"]).path
    headers = {**BODY, "Host": "x", "Cookie": speaker.cookie, "Upload-Offset": "0", "Content-Length": str(MEGABYTE)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as line:
        line.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode() + _ARRIVED)
        yield line


def _has_ended(line: socket.socket) -> bool:
    """Whether the portal has answered or let go."""
    line.setblocking(False)
    try:
        line.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
