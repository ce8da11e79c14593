"""Write MP4 files that play while they load: the index first, then picture and sound in turns. No metadata."""

import itertools
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.media.cmaf import box
from pipeline.media.film_tracks import FilmTrack
from pipeline.media.fragments import Sample

_MOVIE_TIMESCALE = 48_000
"""Ticks of whole files: the sound's, so that a length is said exactly."""

_CHUNK_SECONDS = 1.0
_FILM_BRANDS = (b"isom", b"iso2", b"avc1", b"mp41")
_SOUND_BRANDS = (b"M4A ", b"isom", b"mp42")
_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4
"""The language of a track (`und`): the page says what is spoken."""

_LONGEST_SMALL = 2**32 - 1


@dataclass(frozen=True)
class _Chunk:
    """Samples of one track that lie together; `begins` says when, in seconds."""

    begins: float
    track: int
    path: Path
    samples: Sequence[Sample]

    @property
    def size(self) -> int:
        return sum(sample.size for sample in self.samples)


def write_progressive(tracks: Sequence[FilmTrack], target: Path) -> None:
    """Write a film, or a sound alone, of tracks that all begin at 0. Bytes depend on nothing but the tracks."""
    chunks = sorted(itertools.chain.from_iterable(map(_chunks, tracks, itertools.count())), key=_order)
    head = box(b"ftyp", _brands(tracks))
    media_bytes = sum(chunk.size for chunk in chunks)
    wide = 8 * (media_bytes + 64 * 1024**2 > _LONGEST_SMALL)
    first = len(head) + len(_movie(tracks, chunks, 0, is_wide=bool(wide))) + 8 + wide
    with target.open("wb") as file:
        file.write(head + _movie(tracks, chunks, first, is_wide=bool(wide)))
        file.write(_media_header(media_bytes, is_wide=bool(wide)))
        for data in _media(chunks):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _brands(tracks: Sequence[FilmTrack]) -> bytes:
    brands = _SOUND_BRANDS if all(track.is_sound for track in tracks) else _FILM_BRANDS
    return brands[0] + bytes(4) + b"".join(brands)


def _order(chunk: _Chunk) -> tuple[float, int]:
    return chunk.begins, chunk.track


def _chunks(track: FilmTrack, number: int) -> Iterator[_Chunk]:
    ticks = 0
    for run in track.runs:
        gathered: list[Sample] = []
        begins = ticks
        for sample in run.samples:
            if gathered and (ticks - begins) / track.timescale >= _CHUNK_SECONDS:
                yield _Chunk(begins / track.timescale, number, run.path, gathered)
                gathered, begins = [], ticks
            gathered.append(sample)
            ticks += sample.duration
        if gathered:
            yield _Chunk(begins / track.timescale, number, run.path, gathered)


def _media_header(size: int, *, is_wide: bool) -> bytes:
    return struct.pack(">I4sQ", 1, b"mdat", size + 16) if is_wide else struct.pack(">I4s", size + 8, b"mdat")


def _media(chunks: Sequence[_Chunk]) -> Iterator[bytes]:
    """The samples' bytes; what lies together in its file is read at once."""
    for path, group in itertools.groupby(chunks, lambda chunk: chunk.path):
        with path.open("rb") as file:
            for chunk in group:
                for start, end in _stretches(chunk.samples):
                    file.seek(start)
                    yield file.read(end - start)


def _stretches(samples: Sequence[Sample]) -> Iterator[tuple[int, int]]:
    start = end = samples[0].position
    for sample in samples:
        if sample.position != end:
            yield start, end
            start = sample.position
        end = sample.position + sample.size
    yield start, end


def _movie(tracks: Sequence[FilmTrack], chunks: Sequence[_Chunk], first: int, *, is_wide: bool) -> bytes:
    """`moov`, with the media beginning at `first`."""
    places: list[list[int]] = [[] for _ in tracks]
    own: list[list[_Chunk]] = [[] for _ in tracks]
    for chunk in chunks:
        places[chunk.track].append(first)
        own[chunk.track].append(chunk)
        first += chunk.size
    longest = max(round(track.seconds * _MOVIE_TIMESCALE) for track in tracks)
    times = struct.pack(">IIII", 0, 0, _MOVIE_TIMESCALE, longest)
    header = struct.pack(">I", 0) + times + struct.pack(">IHH8x", 0x10000, 0x100, 0) + _UNITY
    header += bytes(24) + struct.pack(">I", len(tracks) + 1)
    traks = (
        _trak(number, track, own[number - 1], places[number - 1], is_wide=is_wide)
        for number, track in enumerate(tracks, start=1)
    )
    return box(b"moov", box(b"mvhd", header) + b"".join(traks))


def _trak(number: int, track: FilmTrack, chunks: Sequence[_Chunk], places: Sequence[int], *, is_wide: bool) -> bytes:
    length = round(track.seconds * _MOVIE_TIMESCALE)
    size = struct.pack(">II", track.width << 16, track.height << 16)
    # Flags: enabled, in the film.
    header = struct.pack(">IIIIII8x", 3, 0, 0, number, 0, length)
    header += struct.pack(">HHHH", 0, 0, 0x100 if track.is_sound else 0, 0) + _UNITY + size
    return box(b"trak", box(b"tkhd", header) + _edit(track, length) + _mdia(track, chunks, places, is_wide=is_wide))


def _edit(track: FilmTrack, length: int) -> bytes:
    """The first picture is shown at 0."""
    delay = track.delay
    if not delay:
        return b""
    return box(b"edts", box(b"elst", struct.pack(">IIIiI", 0, 1, length, delay, 0x10000)))


def _mdia(track: FilmTrack, chunks: Sequence[_Chunk], places: Sequence[int], *, is_wide: bool) -> bytes:
    # Version 1: ticks of a long film pass 32 bits.
    header = struct.pack(">IQQIQHH", 0x1000000, 0, 0, track.timescale, track.ticks, _UNDETERMINED, 0)
    kind = b"soun" if track.is_sound else b"vide"
    handler = bytes(8) + kind + bytes(13)
    media = box(b"smhd", bytes(8)) if track.is_sound else box(b"vmhd", struct.pack(">I8x", 1))
    here = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", struct.pack(">I", 1))))
    table = box(b"stbl", _tables(track, chunks, places, is_wide=is_wide))
    return box(b"mdia", box(b"mdhd", header) + box(b"hdlr", handler) + box(b"minf", media + here + table))


def _tables(track: FilmTrack, chunks: Sequence[_Chunk], places: Sequence[int], *, is_wide: bool) -> bytes:
    samples = [sample for chunk in chunks for sample in chunk.samples]
    tables = box(b"stsd", struct.pack(">II", 0, 1) + track.entry)
    tables += box(b"stts", _counted("II", _runs(sample.duration for sample in samples)))
    if any(sample.offset for sample in samples):
        tables += box(b"ctts", _counted("II", _runs(sample.offset for sample in samples)))
    if not track.is_sound:
        keys = [(number,) for number, sample in enumerate(samples, start=1) if sample.is_key]
        tables += box(b"stss", _counted("I", keys))
    lengths = [(number, len(chunk.samples)) for number, chunk in enumerate(chunks, start=1)]
    rows = [next(group) for _, group in itertools.groupby(lengths, lambda row: row[1])]
    tables += box(b"stsc", _counted("III", [(number, count, 1) for number, count in rows]))
    sizes = struct.pack(f">{len(samples)}I", *(sample.size for sample in samples))
    tables += box(b"stsz", struct.pack(">III", 0, 0, len(samples)) + sizes)
    return tables + box(b"co64" if is_wide else b"stco", _counted("Q" if is_wide else "I", [(p,) for p in places]))


def _runs(values: Iterator[int]) -> list[tuple[int, int]]:
    return [(len(list(group)), value) for value, group in itertools.groupby(values)]


def _counted(form: str, rows: Sequence[tuple[int, ...]]) -> bytes:
    """A full box's version and flags, the number of rows, the rows."""
    row = struct.Struct(">" + form)
    return struct.pack(">II", 0, len(rows)) + b"".join(row.pack(*values) for values in rows)
