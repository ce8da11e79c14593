"""Read what ffmpeg wrote as fragmented MP4: one track, its samples with their place, length and kind.

Only for our own encodes: a surprise is our fault (`FinalError`), not a finding.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.media.boxes import FileBox, children, find, read_body, walk_file

_NON_SYNC = 0x10000


@dataclass(frozen=True)
class Sample:
    """One coded picture or block of sound: where its bytes lie in the file, `duration` and `offset` in ticks."""

    position: int
    size: int
    duration: int
    flags: int
    offset: int

    @property
    def is_key(self) -> bool:
        """Whether decoding can begin here."""
        return not self.flags & _NON_SYNC


@dataclass(frozen=True)
class FragmentedTrack:
    """One encoded rendition: file, type box, index and samples; `timescale` is ticks per second."""

    path: Path
    ftyp: bytes
    moov: bytes
    timescale: int
    samples: tuple[Sample, ...]

    def seconds(self, ticks: int) -> float:
        """Ticks as seconds."""
        return ticks / self.timescale

    @property
    def is_sound(self) -> bool:
        """Whether it is a sound track."""
        handler = find(self.moov, b"trak", b"mdia", b"hdlr") or b""
        return handler[8:12] == b"soun"


@dataclass(frozen=True)
class _Defaults:
    duration: int
    size: int
    flags: int


def read_track(path: Path) -> FragmentedTrack:
    """Everything but the coded bytes of a fragmented MP4 with a single track."""
    try:
        return _read_track(path)
    except FileNotFoundError as error:
        raise FinalError(f"ffmpeg said that it was done, but left no file {path.name}.") from error
    except (struct.error, StopIteration, KeyError, TypeError) as error:
        raise FinalError(f"The encode left a file that cannot be packaged ({path.name}).") from error


def _read_track(path: Path) -> FragmentedTrack:
    boxes = list(walk_file(path))
    by_kind = {box.kind: box for box in boxes}
    moov = read_body(path, by_kind[b"moov"])
    trex = _need(moov, b"mvex", b"trex")
    defaults = _Defaults(*struct.unpack(">III", trex[12:24]))
    samples = [sample for box in boxes if box.kind == b"moof" for sample in _fragment_samples(path, box, defaults)]
    if max((sample.position + sample.size for sample in samples), default=0) > path.stat().st_size:
        raise FinalError(f"ffmpeg said that it was done, but left a file that is not whole ({path.name}).")
    return FragmentedTrack(path, read_body(path, by_kind[b"ftyp"]), moov, _timescale(moov), tuple(samples))


def _timescale(moov: bytes) -> int:
    mdhd = _need(moov, b"trak", b"mdia", b"mdhd")
    return int(struct.unpack(">I", mdhd[20:24] if mdhd[0] else mdhd[12:16])[0])


def _need(data: bytes, *path: bytes) -> bytes:
    found = find(data, *path)
    if found is None:
        raise KeyError(path[-1])
    return found


def _fragment_samples(path: Path, box: FileBox, defaults: _Defaults) -> Iterator[Sample]:
    traf = _need(read_body(path, box), b"traf")
    for kind, body in children(traf):
        if kind == b"tfhd":
            defaults = _fragment_defaults(body, defaults)
        elif kind == b"trun":
            yield from _run_samples(body, box.start, defaults)


def _fragment_defaults(tfhd: bytes, defaults: _Defaults) -> _Defaults:
    flags = int.from_bytes(tfhd[1:4], "big")
    position = 8 + 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2)
    values = [defaults.duration, defaults.size, defaults.flags]
    for place, bit in enumerate((0x8, 0x10, 0x20)):
        if flags & bit:
            values[place] = struct.unpack(">I", tfhd[position : position + 4])[0]
            position += 4
    return _Defaults(*values)


def _run_samples(trun: bytes, moof_start: int, defaults: _Defaults) -> Iterator[Sample]:
    flags = int.from_bytes(trun[1:4], "big")
    count, data_offset = struct.unpack(">Ii", trun[4:12])
    position = 12
    first_flags = None
    if flags & 0x4:
        first_flags = struct.unpack(">I", trun[12:16])[0]
        position = 16
    present = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    fields = struct.Struct(">" + "".join("i" if bit == 0x800 else "I" for bit in present))
    start = moof_start + data_offset
    for number in range(count):
        values = dict(zip(present, fields.unpack_from(trun, position + number * fields.size), strict=True))
        own_flags = values.get(0x400, defaults.flags)
        sample = Sample(
            position=start,
            size=values.get(0x200, defaults.size),
            duration=values.get(0x100, defaults.duration),
            flags=first_flags if number == 0 and first_flags is not None else own_flags,
            offset=values.get(0x800, 0),
        )
        yield sample
        start += sample.size
