"""What one large upload adds to the portal's memory, in pieces as the page sends it and in one request."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rows import Row
from bench.speakers.amounts import MEGABYTE, Amounts
from bench.speakers.films import Film
from bench.speakers.invitations import came_whole, invite
from bench.speakers.portals import BenchPortal
from bench.speakers.sending import Sender

_MOST = 50.0
_LOOK_EVERY_SECONDS = 0.2
_WARM_UP = 40


def measure_memory(portal: BenchPortal, amounts: Amounts) -> Iterator[Row]:
    """Growth against the idle portal, which has answered pages and taken small uploads before."""
    _warm_up(portal)
    idle = memory_bytes(portal.pids())
    yield Row("memory of the idle portal", idle / MEGABYTE, "MB")
    for words, send in (("in pieces", Sender.send), ("in one request", Sender.send_at_once)):
        grown, seconds, is_whole = _growth(portal, idle, Film(amounts.large_bytes), send)
        title = f"{amounts.large_bytes // MEGABYTE} MB {words}"
        note = f"{amounts.large_bytes / MEGABYTE / seconds:.0f} MB/s"
        yield Row(f"{title}: memory that they add", grown / MEGABYTE, "MB", _MOST, note)
        yield Row(f"{title}: bytes differ", float(not is_whole), "", 0.0)


def memory_bytes(pids: list[int]) -> int:
    """Memory that some processes have together; what they share counts once."""
    return sum(_share_of(pid) for pid in pids)


def _warm_up(portal: BenchPortal) -> None:
    for speaker in invite(portal, 4):
        sender = Sender(portal, speaker)
        for address in ("/speaker/", "/speaker/status.json") * (_WARM_UP // 8):
            sender.ask("GET", address, {})
        sender.send(Film(4 * MEGABYTE))
        sender.close()


def _growth(
    portal: BenchPortal, idle: int, film: Film, send: Callable[[Sender, Film], None]
) -> tuple[int, float, bool]:
    """The most that was added, how long it took, and whether the bytes came whole."""
    (speaker,) = invite(portal, 1)
    sender, begun = Sender(portal, speaker), time.monotonic()
    with highest(lambda: memory_bytes(portal.pids())) as peaks, contextlib.closing(sender):
        send(sender, film)
    seconds = time.monotonic() - begun
    return peaks[-1] - idle, seconds, came_whole(portal, speaker, film)


@contextlib.contextmanager
def highest(measure: Callable[[], int], *, every_seconds: float = _LOOK_EVERY_SECONDS) -> Iterator[list[int]]:
    """The highest value so far of something that is measured again and again, as the last element."""
    peaks, done = [measure()], threading.Event()

    def watch() -> None:
        while not done.wait(every_seconds):
            peaks.append(max(peaks[-1], measure()))

    thread = threading.Thread(target=watch, name="highest")
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()


def _share_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
