"""Who has stopped beating, by the clock of the one who watches: the clocks of two machines are never compared."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass
class _Watched:
    beats: int
    silent_seconds: float


class SilenceWatch(Generic[Key]):
    """Is shown the beats of all again and again, and says whose have stayed the same for too long.

    Time in which nobody looked does not count beyond `longest_gap_seconds`: a watcher that was itself stopped, or could
    not reach the records, hears the others first.
    """

    def __init__(
        self, *, silent_seconds: float, longest_gap_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._silent_seconds = silent_seconds
        self._longest_gap_seconds = longest_gap_seconds
        self._clock = clock
        self._looked_at = clock()
        self._watched: dict[Key, _Watched] = {}

    def look(self, beats: Mapping[Key, int]) -> dict[Key, int]:
        """Those that have been silent for too long, with the beats that they stopped at."""
        gap = self._gap()
        watched = {key: self._heard(key, count, gap) for key, count in beats.items()}
        self._watched = watched
        return {key: one.beats for key, one in watched.items() if one.silent_seconds >= self._silent_seconds}

    def _gap(self) -> float:
        now = self._clock()
        gap, self._looked_at = now - self._looked_at, now
        return min(gap, self._longest_gap_seconds)

    def _heard(self, key: Key, beats: int, gap: float) -> _Watched:
        before = self._watched.get(key)
        if before is None or before.beats != beats:
            return _Watched(beats, 0.0)
        return _Watched(beats, before.silent_seconds + gap)
