"""The encoding ladder as data: pictures from small to large, one sound, one length of segment."""

import itertools
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.domain.errors import WrongUsage

_NAME = re.compile(r"^[a-z][a-z0-9]{0,11}$")
_PROFILES = ("baseline", "main", "high")
_MOST_RUNGS = 8

_HOUSE_SHAPE = 16 / 9
_SMALLEST_LINES = 72
_NEARLY = 1.1
"""A source at most this much larger than a rung gets none of its own above it: nobody could tell the difference."""


@dataclass(frozen=True)
class VideoRung:
    """One H.264 picture: its canvas, quality (`crf`) and cap (`max_rate`, bits per second)."""

    name: str
    width: int
    height: int
    crf: float
    max_rate: int
    profile: str
    level: str


@dataclass(frozen=True)
class ModernRung:
    """One AV1 picture, of the same size as the rung of the ladder that has `like` as its name."""

    name: str
    like: str
    crf: int
    max_rate: int


@dataclass(frozen=True)
class ModernSet:
    """AV1 beside H.264, by SVT-AV1: `preset` from 0 (slow) to 13 (quick); `videos` from low to high."""

    preset: int
    videos: tuple[ModernRung, ...]


@dataclass(frozen=True)
class AudioRung:
    """The sound: AAC stereo at 48 kHz, `rate` in bits per second."""

    name: str
    rate: int


@dataclass(frozen=True)
class Loudness:
    """Where every statement's sound is brought to (EBU R128)."""

    target_lufs: float
    max_true_peak_dbtp: float


@dataclass(frozen=True)
class Ladder:
    """What every recording and card is encoded to; `videos` from low to high, `modern` where it is enabled."""

    segment_seconds: int
    preset: str
    loudness: Loudness
    audio: AudioRung
    videos: tuple[VideoRung, ...]
    modern: ModernSet | None = None

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: another ladder is another result."""
        return asdict(self)

    def for_source(self, width: int, height: int) -> "Ladder":
        """The rungs that a source of this size (upright, square pixels) fills: none is larger than its 16:9 canvas.

        A source between two rungs gets its own canvas under the upper one's name, one below the lowest rung under
        that one's.
        """
        lines = max(_SMALLEST_LINES, height, round(width / _HOUSE_SHAPE))
        kept = tuple(rung for rung in self.videos if rung.height <= lines)
        above = self.videos[len(kept) :]
        if above and (not kept or lines > kept[-1].height * _NEARLY):
            kept += (replace(above[0], width=_even(lines * _HOUSE_SHAPE), height=_even(lines)),)
        return replace(self, videos=kept, modern=_modern_beside(self.modern, kept))


def _even(side: float) -> int:
    return 2 * round(side / 2)


def _modern_beside(modern: ModernSet | None, kept: tuple[VideoRung, ...]) -> ModernSet | None:
    names = {rung.name for rung in kept}
    videos = tuple(rung for rung in modern.videos if rung.like in names) if modern else ()
    return replace(modern, videos=videos) if modern and videos else None


def read_ladder(path: Path) -> Ladder:
    """Read a ladder from a TOML file; raises `WrongUsage` naming the file, or the key and what is expected there."""
    try:
        return parse_ladder(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUsage(f"The ladder “{path}” cannot be read: {error.strerror}.") from error


def parse_ladder(text: str) -> Ladder:
    """Read a ladder from TOML; raises `WrongUsage` naming the key and what is expected there."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"The ladder is not valid TOML: {error}.") from error
    root = _Table("", data)
    loudness, audio = root.table("loudness"), root.table("audio")
    ladder = Ladder(
        segment_seconds=int(root.number("segment_seconds", 2, 10)),
        preset=root.text("preset", re.compile(r"^[a-z]+$").match, "a preset of x264"),
        loudness=Loudness(loudness.number("target_lufs", -40, -10), loudness.number("max_true_peak_dbtp", -9, 0)),
        audio=AudioRung(_name(audio), int(audio.number("rate", 16_000, 512_000))),
        videos=tuple(_rung(table) for table in root.tables("video")),
        modern=_modern(root.table("modern")) if "modern" in data else None,
    )
    _check_order(ladder)
    _check_names(ladder)
    return ladder


class _Table:
    """A TOML table that says where a wrong value stands."""

    def __init__(self, path: str, data: Mapping[str, Any]) -> None:
        self._path = path
        self._data = data

    def number(self, key: str, lowest: float, highest: float) -> float:
        value = self._data.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            raise self._wrong(key, f"a number from {lowest:g} to {highest:g}")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._data.get(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def text(self, key: str, is_right: Callable[[str], object], expected: str) -> str:
        value = self._data.get(key)
        if not isinstance(value, str) or not is_right(value):
            raise self._wrong(key, expected)
        return value

    def table(self, key: str) -> "_Table":
        value = self._data.get(key)
        if not isinstance(value, dict):
            raise self._wrong(key, f"a table [{key}]")
        return _Table(f"{self._path}{key}.", value)

    def tables(self, key: str) -> list["_Table"]:
        value = self._data.get(key)
        if not isinstance(value, list) or not 1 <= len(value) <= _MOST_RUNGS:
            raise self._wrong(key, f"one to {_MOST_RUNGS} tables [[{self._path}{key}]]")
        return [_Table(f"{self._path}{key}[{n}].", entry) for n, entry in enumerate(value, 1)]

    def _wrong(self, key: str, expected: str) -> WrongUsage:
        found = f"not {self._data[key]!r}" if key in self._data else "but it is missing"
        return WrongUsage(f"The ladder's “{self._path}{key}” must be {expected}, {found}.")


def _rung(table: _Table) -> VideoRung:
    return VideoRung(
        name=_name(table),
        width=int(table.number("width", 64, 4096)) // 2 * 2,
        height=int(table.number("height", 36, 2304)) // 2 * 2,
        crf=table.number("crf", 1, 51),
        max_rate=int(table.number("max_rate", 50_000, 50_000_000)),
        profile=table.text("profile", _PROFILES.__contains__, " or ".join(_PROFILES)),
        level=table.text("level", re.compile(r"^[1-5]\.[0-2]$").match, "an H.264 level like 3.1"),
    )


def _modern(table: _Table) -> ModernSet | None:
    """The table is checked even where it is not enabled, so that a mistake is seen before it matters."""
    modern = ModernSet(int(table.number("preset", 0, 13)), tuple(_modern_rung(t) for t in table.tables("video")))
    return modern if table.flag("enabled") else None


def _modern_rung(table: _Table) -> ModernRung:
    return ModernRung(
        name=_name(table),
        like=table.text("like", _NAME.match, "the name of a [[video]] of the same size"),
        crf=int(table.number("crf", 1, 63)),
        max_rate=int(table.number("max_rate", 50_000, 50_000_000)),
    )


def _name(table: _Table) -> str:
    return table.text("name", _NAME.match, "a short name in small letters and digits, like v480")


def _check_order(ladder: Ladder) -> None:
    sizes = [(rung.width, rung.height) for rung in ladder.videos]
    if any(low[0] >= high[0] or low[1] >= high[1] for low, high in itertools.pairwise(sizes)):
        raise WrongUsage("The ladder's [[video]] tables must go from the smallest to the largest picture.")


def _check_names(ladder: Ladder) -> None:
    modern = ladder.modern.videos if ladder.modern else ()
    names = [ladder.audio.name, *(rung.name for rung in ladder.videos), *(rung.name for rung in modern)]
    if len(set(names)) != len(names):
        raise WrongUsage("Every rendition of the ladder needs a name of its own.")
    order = [rung.name for rung in ladder.videos]
    likes = [rung.like for rung in modern]
    if likes != [name for name in order if name in likes]:
        raise WrongUsage("The ladder's [[modern.video]] tables must be like a [[video]] each, in the same order.")
