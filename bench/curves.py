"""Rate and quality as a curve, to compare encoders at the same quality instead of at whatever each was set to."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.scores import Score


@dataclass(frozen=True)
class Point:
    """One encode: its bits per second and its quality."""

    rate: float
    score: Score

    def to_json(self) -> dict[str, float | None]:
        """JSON types, rounded."""
        vmaf = None if self.score.vmaf is None else round(self.score.vmaf, 3)
        return {"kbps": round(self.rate / 1000, 1), "vmaf": vmaf, "ssim": round(self.score.ssim, 5)}


Quality = Callable[[Score], float]


def by_vmaf(score: Score) -> float:
    """VMAF as it is."""
    return score.vmaf if score.vmaf is not None else math.nan


def by_ssim(score: Score) -> float:
    """SSIM in decibels, which grow evenly with the logarithm of the rate."""
    return -10 * math.log10(max(1e-9, 1 - score.ssim))


def bits_at_equal_quality(curve: Sequence[Point], other: Point, quality: Quality) -> float:
    """Bits that the curve's encoder needs for the other's quality, for every bit of the other.

    The logarithm of the rate is interpolated between the curve's points, and goes on straight beyond its ends.
    """
    points = sorted(curve, key=lambda point: point.rate)
    wanted = quality(other.score)
    low, high = points[0], points[1]
    for below, above in itertools.pairwise(points):
        low, high = below, above
        if wanted <= quality(above.score):
            break
    span = quality(high.score) - quality(low.score)
    share = (wanted - quality(low.score)) / span if span else 0.0
    rate = math.exp(math.log(low.rate) + share * (math.log(high.rate) - math.log(low.rate)))
    return rate / other.rate
