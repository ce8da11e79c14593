"""Bit rates measured over listed segments, as RFC 8216 (4.3.4.2) defines peak and average."""

import math
from collections.abc import Sequence

Stretch = tuple[int, float]
"""Bytes and seconds of one segment."""


def peak_rate(stretches: Sequence[Stretch], target_seconds: int) -> int:
    """Highest rate in bits per second, rounded up, of neighbouring segments that last 0.5 to 1.5 targets together."""
    rates = [average_rate(stretches)]
    for first in range(len(stretches)):
        size_bytes, seconds = 0, 0.0
        for length, duration in stretches[first:]:
            size_bytes, seconds = size_bytes + length, seconds + duration
            if seconds > 1.5 * target_seconds:
                break
            if seconds >= 0.5 * target_seconds:
                rates.append(_rate(size_bytes, seconds))
    return max(rates)


def average_rate(stretches: Sequence[Stretch]) -> int:
    """Rate of all of them in bits per second, rounded up; 0 of nothing."""
    seconds = sum(duration for _, duration in stretches)
    return _rate(sum(length for length, _ in stretches), seconds) if seconds else 0


def target_seconds(durations: Sequence[float]) -> int:
    """The least `EXT-X-TARGETDURATION` that segments of these lengths allow."""
    return max((1, *(math.floor(duration + 0.5) for duration in durations)))


def _rate(size_bytes: int, seconds: float) -> int:
    # Lengths are listed to a microsecond; a whole rate must not become the next one for a rounding error.
    return math.ceil(size_bytes * 8 / seconds - 1e-6)
