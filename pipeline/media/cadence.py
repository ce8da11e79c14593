"""How pictures follow each other in time: rate, evenness, holes. Told alike of packets and of decoded pictures."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLOCK = 90_000
"""Ticks of a second."""

_STEADY_SHARE = 0.9
_GAP_INTERVALS = 6
_GAP_SECONDS = 0.4
_MOST_INTERVALS = 5_000
_COARSE_TICKS = 900
_REORDERED_PICTURES = 32
"""Codecs hold back sixteen pictures at most."""


@dataclass
class Cadence:
    """Pictures in the order in which they are shown. Memory stays flat, however many there are.

    `intervals` says how often each distance between two pictures occurred, in ticks.
    """

    frames: int = 0
    start_ticks: int = 0
    last_ticks: int = 0
    longest_gap_ticks: int = 0
    intervals: dict[int, int] = field(default_factory=dict)

    def add(self, ticks: int) -> None:
        """Count one more picture, shown after those before it."""
        if self.frames:
            self._add_interval(ticks - self.last_ticks)
        else:
            self.start_ticks = ticks
        self.frames += 1
        self.last_ticks = ticks

    def _add_interval(self, ticks: int) -> None:
        if ticks not in self.intervals and len(self.intervals) >= _MOST_INTERVALS:
            ticks = round(ticks / _COARSE_TICKS) * _COARSE_TICKS
        self.intervals[ticks] = self.intervals.get(ticks, 0) + 1
        self.longest_gap_ticks = max(self.longest_gap_ticks, ticks)

    @property
    def start_seconds(self) -> float:
        """When the first picture is shown."""
        return self.start_ticks / CLOCK

    @property
    def last_seconds(self) -> float:
        """When the last picture begins to be shown."""
        return self.last_ticks / CLOCK

    @property
    def longest_gap_seconds(self) -> float:
        """The longest distance between two pictures."""
        return self.longest_gap_ticks / CLOCK

    @property
    def mean_interval_seconds(self) -> float:
        """Average distance of two pictures; 0 with fewer than two."""
        return (self.last_seconds - self.start_seconds) / (self.frames - 1) if self.frames > 1 else 0.0

    @property
    def frame_rate(self) -> float:
        """Pictures per second: the usual distance's where nearly all are alike, else pictures over time; 0 with
        fewer than two. A first or last distance of another length (delayed pictures) does not count.
        """
        if self.is_steady and (near := self._usual_intervals()):
            return CLOCK * sum(near.values()) / sum(ticks * n for ticks, n in near.items())
        return 1 / self.mean_interval_seconds if self.mean_interval_seconds > 0 else 0.0

    @property
    def gap_seconds(self) -> float:
        """Time without a picture: what intervals far above the usual one have too much."""
        usual = self._usual_interval()
        far = max(_GAP_INTERVALS * usual, _GAP_SECONDS * CLOCK)
        return sum(n * (ticks - usual) for ticks, n in self.intervals.items() if ticks > far) / CLOCK

    @property
    def is_steady(self) -> bool:
        """Whether nearly all pictures are equally far apart."""
        return sum(self._usual_intervals().values()) >= _STEADY_SHARE * sum(self.intervals.values())

    def _usual_interval(self) -> int:
        """The median distance of two pictures, in ticks."""
        half = sum(self.intervals.values()) / 2
        seen = 0
        for ticks, count in sorted(self.intervals.items()):
            seen += count
            if seen >= half:
                return ticks
        return 0

    def _usual_intervals(self) -> dict[int, int]:
        """Distances like the median one; 2 ms are forgiven, since WebM counts in milliseconds."""
        usual = self._usual_interval()
        allowed = max(0.1 * usual, 0.002 * CLOCK)
        return {ticks: n for ticks, n in self.intervals.items() if ticks > 0 and abs(ticks - usual) <= allowed}

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "frames": self.frames,
            "start_ticks": self.start_ticks,
            "last_ticks": self.last_ticks,
            "longest_gap_ticks": self.longest_gap_ticks,
            "intervals": sorted(self.intervals.items()),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Cadence":
        """Read back what `to_json` wrote."""
        return cls(**{**data, "intervals": {int(ticks): int(count) for ticks, count in data["intervals"]}})


class Reordering:
    """Puts the times of packets, which come in the order of decoding, into the order in which they are shown."""

    def __init__(self) -> None:
        self.cadence = Cadence()
        self._waiting: list[int] = []

    def add(self, seconds: float) -> None:
        """Take the presentation time of one packet."""
        ticks = round(seconds * CLOCK)
        if len(self._waiting) < _REORDERED_PICTURES:
            heapq.heappush(self._waiting, ticks)
        else:
            self.cadence.add(heapq.heappushpop(self._waiting, ticks))

    def restart(self) -> None:
        """Forget what came so far."""
        self.cadence = Cadence()
        self._waiting.clear()

    def finish(self) -> Cadence:
        """All that came, in order."""
        while self._waiting:
            self.cadence.add(heapq.heappop(self._waiting))
        return self.cadence
