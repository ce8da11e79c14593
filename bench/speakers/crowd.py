"""A whole session's speakers at once, against a plain copy of the same bytes to the same disk."""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.costs import measure
from bench.rows import Row
from bench.speakers.amounts import MEGABYTE, PIECE_BYTES, Amounts
from bench.speakers.films import Film
from bench.speakers.invitations import Invited, came_whole, invite
from bench.speakers.portals import BenchPortal
from bench.speakers.sending import Sender
from bench.stage import Stage

Crowd = Sequence[tuple[Invited, Film]]


def measure_crowd(portal: BenchPortal, stage: Stage, amounts: Amounts) -> Iterator[Row]:
    """All at once; the same with the portal killed when half of the bytes are there; and what the disk takes."""
    films = _films(amounts)
    megabytes = sum(film.size_bytes for film in films) / MEGABYTE
    crowd = f"{amounts.crowd} uploads at once"
    alone = _send_all(portal, list(zip(invite(portal, len(films)), films, strict=True)), kill_at=None)
    yield Row(f"{crowd}: not complete", float(alone.missing), "", 0.0)
    yield Row(f"{crowd}: time", alone.seconds, "s", note=f"{megabytes:.0f} MB, {megabytes / alone.seconds:.0f} MB/s")
    for words, write in (("a plain copy of the bytes", _copy), ("the same pieces written, each synced", _write_pieces)):
        seconds = _time_on_disk(stage, films, write)
        note = f"{megabytes / seconds:.0f} MB/s"
        yield Row(f"{crowd} / {words}", alone.seconds / seconds, note=note)
    films = _films(amounts)
    struck = _send_all(portal, list(zip(invite(portal, len(films)), films, strict=True)), kill_at=0.5)
    yield Row(f"{crowd}, portal killed: not complete", float(struck.missing), "", 0.0)
    yield Row(f"{crowd}, portal killed: sent twice, at most", struck.sent_twice)


class _Sent:
    """What came of a crowd."""

    def __init__(self, seconds: float, missing: int, sent_twice: float) -> None:
        self.seconds, self.missing, self.sent_twice = seconds, missing, sent_twice


def _films(amounts: Amounts) -> list[Film]:
    least, most = amounts.crowd_bytes
    step = (most - least) // max(1, amounts.crowd - 1)
    films = [Film(least + number * step) for number in range(amounts.crowd)]
    for film in films:
        _ = film.sha256  # now, and not while the clock runs
    return films


def _send_all(portal: BenchPortal, crowd: Crowd, *, kill_at: float | None) -> _Sent:
    senders = [Sender(portal, speaker) for speaker, _ in crowd]
    total, begun = sum(film.size_bytes for _, film in crowd), time.monotonic()
    with ThreadPoolExecutor(len(crowd)) as pool:
        work = [pool.submit(sender.send, film) for sender, (_, film) in zip(senders, crowd, strict=True)]
        while kill_at is not None and not all(one.done() for one in work):
            if sum(sender.sent_bytes for sender in senders) >= total * kill_at:
                portal.restart()
                break
            time.sleep(0.02)
    for one, sender in zip(work, senders, strict=True):
        one.result()
        sender.close()
    seconds = time.monotonic() - begun
    missing = sum(not came_whole(portal, speaker, film) for speaker, film in crowd)
    return _Sent(seconds, missing, sum(sender.sent_bytes for sender in senders) / total - 1)


def _time_on_disk(stage: Stage, films: Sequence[Film], write: Callable[[Path, Path, Sequence[Film]], None]) -> float:
    """Seconds, reading the bytes from files that this machine has just written and still has in its memory."""
    source, target = stage.fresh("source"), stage.fresh("target")
    for number, film in enumerate(films):
        with (source / str(number)).open("wb") as file:
            file.writelines(film.pieces(PIECE_BYTES))
    os.sync()
    _, cost = measure(lambda: write(source, target, films))
    shutil.rmtree(source)
    shutil.rmtree(target)
    return cost.wall_seconds


def _copy(source: Path, target: Path, films: Sequence[Film]) -> None:
    """One file after the other, each on the disk before the next."""
    for number in range(len(films)):
        shutil.copyfile(source / str(number), target / str(number))
        with _opened(target / str(number), os.O_RDONLY) as descriptor:
            os.fsync(descriptor)


def _write_pieces(source: Path, target: Path, films: Sequence[Film]) -> None:
    """All at once, a piece at a time, each on the disk before the next, as the portal has to acknowledge them."""

    def write(number: int) -> None:
        with (
            (source / str(number)).open("rb") as file,
            _opened(target / str(number), os.O_WRONLY | os.O_CREAT | os.O_APPEND) as descriptor,
        ):
            while piece := file.read(PIECE_BYTES):
                os.write(descriptor, piece)
                os.fsync(descriptor)

    with ThreadPoolExecutor(len(films)) as pool:
        list(pool.map(write, range(len(films))))


@contextlib.contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
