"""Rates over segments, against numbers worked out by hand."""

import pytest

from pipeline.site.bit_rates import average_rate, peak_rate, target_seconds


@pytest.mark.parametrize(
    ("stretches", "target", "peak"),
    [
        ([(1000, 4.0), (2000, 4.0)], 4, 4000),
        # Too short to count alone; with its neighbour it lasts 4.5 s: (1000 + 900) * 8 / 4.5.
        ([(1000, 4.0), (900, 0.5)], 4, 3378),
        # Half a target counts alone.
        ([(1000, 4.0), (900, 2.0)], 4, 3600),
        # Three short ones together reach half a target: 600 * 8 / 2.4.
        ([(100, 4.0), (200, 0.8), (200, 0.8), (200, 0.8)], 4, 2000),
        # Nothing is long enough; the whole is what there is.
        ([(100, 0.2)], 1, 4000),
        ([], 1, 0),
    ],
)
def test_the_peak_is_over_half_to_one_and_a_half_targets(
    stretches: list[tuple[int, float]], target: int, peak: int
) -> None:
    assert peak_rate(stretches, target) == peak


def test_the_average_is_rounded_up() -> None:
    assert average_rate([(1000, 3.0), (1000, 3.0)]) == 2667
    assert average_rate([]) == 0


@pytest.mark.parametrize(("longest", "target"), [(0.2, 1), (3.49, 3), (3.5, 4), (4.4, 4), (4.5, 5)])
def test_the_target_is_the_longest_rounded(longest: float, target: int) -> None:
    assert target_seconds([0.1, longest]) == target
