"""The rate of an encode is the source's own, its half, or the next common one; never what a header dreams of."""

from fractions import Fraction

import pytest

from pipeline.media.rates import output_rate


@pytest.mark.parametrize(
    ("measured", "rate"),
    [
        (25, 25),
        (24, 24),
        (30, 30),
        (15, 15),
        (29.97, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (50, 25),
        (60, 30),
        (59.94, Fraction(30000, 1001)),
        (48, 24),
        (90, 30),
        (120, 30),
        (240, 30),
    ],
)
def test_a_steady_rate_is_kept_or_halved(measured, rate):
    assert output_rate(measured, is_steady=True) == rate


@pytest.mark.parametrize(
    ("measured", "rate"), [(0, 10), (5, 10), (10.53, 12), (18, 20), (28.4, 30), (43, 30), (1000, 30)]
)
@pytest.mark.parametrize("is_steady", [True, False])
def test_an_odd_rate_becomes_the_next_common_one(measured, rate, is_steady):
    assert output_rate(measured, is_steady=is_steady) == rate
