"""Tracks of films as they are read and joined: where their samples lie, how they are described.

They are read from our own renditions, which are in fragments, and from films, which are not. Only for our own encodes:
a surprise is our fault (`FinalError`).
"""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.media.boxes import find, find_all, read_body, walk_file
from pipeline.media.codec_strings import picture_size
from pipeline.media.fragments import FragmentedTrack, Sample, read_track
from pipeline.media.sample_entries import clean_entry

_NON_SYNC = 0x10000


@dataclass(frozen=True)
class Run:
    """Samples in the order of their decoding, from one file."""

    path: Path
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class FilmTrack:
    """One track of a film: `entry` is its sample description, a whole box; `timescale` is ticks per second."""

    is_sound: bool
    timescale: int
    entry: bytes
    width: int
    height: int
    runs: tuple[Run, ...]

    @property
    def samples(self) -> Iterator[Sample]:
        """All of them; their places belong to the files of their runs."""
        return itertools.chain.from_iterable(run.samples for run in self.runs)

    @property
    def ticks(self) -> int:
        """Its length."""
        return sum(sample.duration for sample in self.samples)

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.ticks / self.timescale

    @property
    def delay(self) -> int:
        """Ticks after which its first picture is shown, of an encoder that reorders."""
        starts = itertools.accumulate((sample.duration for sample in self.samples), initial=0)
        return min((start + sample.offset for start, sample in zip(starts, self.samples, strict=False)), default=0)


def read_rendition(path: Path) -> FilmTrack:
    """The one track of a rendition. Raises `FinalError`."""
    track = read_track(path)
    return _as_film_track(track)


def read_film(path: Path) -> tuple[FilmTrack, FilmTrack]:
    """Picture and sound of a film. Raises `FinalError` where it is not whole, or is none of ours."""
    try:
        tracks = list(_read_tracks(path))
    except (OSError, struct.error, StopIteration, IndexError, TypeError) as error:
        raise FinalError(f"A film cannot be read ({path.name}).") from error
    pictures = [track for track in tracks if not track.is_sound]
    sounds = [track for track in tracks if track.is_sound]
    if len(pictures) != 1 or len(sounds) != 1:
        raise FinalError(f"A film has not one picture and one sound ({path.name}).")
    return pictures[0], sounds[0]


def _as_film_track(track: FragmentedTrack) -> FilmTrack:
    table = find(track.moov, b"trak", b"mdia", b"minf", b"stbl", b"stsd") or b""
    width, height = (0, 0) if track.is_sound else picture_size(track)
    runs = (Run(track.path, track.samples),)
    return FilmTrack(track.is_sound, track.timescale, clean_entry(table[8:]), width, height, runs)


def _read_tracks(path: Path) -> Iterator[FilmTrack]:
    by_kind = {box.kind: box for box in walk_file(path)}
    if b"moov" not in by_kind:
        raise FinalError(f"A film is not whole ({path.name}).")
    moov = read_body(path, by_kind[b"moov"])
    size = path.stat().st_size
    for trak in find_all(moov, b"trak"):
        head = _need(trak, b"mdia", b"mdhd")
        timescale = struct.unpack(">I", head[20:24] if head[0] else head[12:16])[0]
        table = _need(trak, b"mdia", b"minf", b"stbl")
        samples = tuple(_samples(table))
        if any(sample.position + sample.size > size for sample in samples):
            raise FinalError(f"A film is not whole ({path.name}).")
        box = struct.pack(">I4s", len(trak) + 8, b"trak") + trak
        track = FragmentedTrack(path, b"", box, timescale, samples)
        yield _as_film_track(track)


def _need(data: bytes, *path: bytes) -> bytes:
    found = find(data, *path)
    if found is None:
        raise StopIteration(path[-1])
    return found


def _samples(table: bytes) -> Iterator[Sample]:
    sizes = _sizes(_need(table, b"stsz"))
    places = _places(table, sizes)
    durations = itertools.chain.from_iterable(itertools.repeat(value, count) for count, value in _rows(table, b"stts"))
    offsets = itertools.chain.from_iterable(
        itertools.repeat(value - (value >> 31 << 32), count) for count, value in _rows(table, b"ctts")
    )
    keys = _keys(table)
    for number, (size, place, duration) in enumerate(zip(sizes, places, durations, strict=True), start=1):
        flags = 0 if keys is None or number in keys else _NON_SYNC
        yield Sample(place, size, duration, flags, next(offsets, 0))


def _sizes(stsz: bytes) -> list[int]:
    usual, count = struct.unpack(">II", stsz[4:12])
    return [usual] * count if usual else list(struct.unpack_from(f">{count}I", stsz, 12))


def _rows(table: bytes, kind: bytes) -> Iterator[tuple[int, int]]:
    body = find(table, kind)
    if body is not None:
        yield from struct.iter_unpack(">II", body[8 : 8 + 8 * int.from_bytes(body[4:8], "big")])


def _keys(table: bytes) -> frozenset[int] | None:
    """Numbers of the samples at which decoding can begin, from 1; None where that is each."""
    body = find(table, b"stss")
    if body is None:
        return None
    return frozenset(struct.unpack_from(f">{int.from_bytes(body[4:8], 'big')}I", body, 8))


def _places(table: bytes, sizes: list[int]) -> Iterator[int]:
    wide = find(table, b"co64")
    chunks = wide if wide is not None else _need(table, b"stco")
    starts = struct.unpack_from(f">{int.from_bytes(chunks[4:8], 'big')}{'Q' if wide else 'I'}", chunks, 8)
    counts = _chunk_lengths(_need(table, b"stsc"), len(starts))
    rest = iter(sizes)
    for start, count in zip(starts, counts, strict=True):
        for size in itertools.islice(rest, count):
            yield start
            start += size  # noqa: PLW2901 - the next sample lies behind this one


def _chunk_lengths(stsc: bytes, chunks: int) -> Iterator[int]:
    rows = list(struct.iter_unpack(">III", stsc[8 : 8 + 12 * int.from_bytes(stsc[4:8], "big")]))
    for (first, count, _), following in itertools.zip_longest(rows, rows[1:], fillvalue=(chunks + 1, 0, 0)):
        yield from itertools.repeat(count, following[0] - first)
