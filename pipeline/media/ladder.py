"""The encoding ladder as data: three pictures, one sound, one length of segment."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.domain.errors import WrongUsage

_NAME = re.compile(r"^[a-z][a-z0-9]{0,11}$")
_PROFILES = ("baseline", "main", "high")
_RENDITIONS = 3


@dataclass(frozen=True)
class VideoRung:
    """One picture: its canvas, quality (`crf`) and cap (`max_rate`, bits per second)."""

    name: str
    width: int
    height: int
    crf: float
    max_rate: int
    profile: str
    level: str


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
    """What every recording and card is encoded to; `videos` from low to high."""

    segment_seconds: int
    preset: str
    loudness: Loudness
    audio: AudioRung
    videos: tuple[VideoRung, ...]

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: another ladder is another result."""
        return asdict(self)


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
    )
    _check_order(ladder)
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
        if not isinstance(value, list) or len(value) != _RENDITIONS:
            raise self._wrong(key, f"{_RENDITIONS} tables [[{key}]]")
        return [_Table(f"{key}[{n}].", entry) for n, entry in enumerate(value, 1)]

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


def _name(table: _Table) -> str:
    return table.text("name", _NAME.match, "a short name in small letters and digits, like v360")


def _check_order(ladder: Ladder) -> None:
    widths = [rung.width for rung in ladder.videos]
    if widths != sorted(set(widths)):
        raise WrongUsage("The ladder's [[video]] tables must go from the smallest to the largest picture.")
    names = [ladder.audio.name, *(rung.name for rung in ladder.videos)]
    if len(set(names)) != len(names):
        raise WrongUsage("Every rendition of the ladder needs a name of its own.")
