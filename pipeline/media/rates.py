"""Frame rates: what a recording really runs at, and the steady rate it is encoded at."""

from fractions import Fraction

MAX_RATE = 30
_LOWEST_RATE = 10

_STANDARD = tuple(
    Fraction(*rate)
    for rate in (
        (10, 1),
        (12, 1),
        (25, 2),
        (15, 1),
        (20, 1),
        (24000, 1001),
        (24, 1),
        (25, 1),
        (30000, 1001),
        (30, 1),
        (48, 1),
        (50, 1),
        (60000, 1001),
        (60, 1),
        (90, 1),
        (100, 1),
        (120000, 1001),
        (120, 1),
        (240000, 1001),
        (240, 1),
    )
)


def output_rate(measured_rate: float, *, is_steady: bool) -> Fraction:
    """The constant rate for an encode, at most 30: the source's own, its whole part, or the next common one above.

    `measured_rate` is decoded frames over decoded time, never a header's claim (browsers claim 1000).
    """
    rate = _standard_near(measured_rate) if is_steady else None
    if rate is not None:
        while rate > MAX_RATE:
            rate = _slower(rate)
        return rate
    return _next_common(measured_rate)


def _standard_near(measured_rate: float) -> Fraction | None:
    nearest = min(_STANDARD, key=lambda rate: abs(float(rate) - measured_rate))
    return nearest if abs(float(nearest) - measured_rate) <= 0.004 * measured_rate else None


def _slower(rate: Fraction) -> Fraction:
    """A half, or a third where a half is no rate in use (90)."""
    return rate / 3 if rate == 90 else rate / 2


def _next_common(measured_rate: float) -> Fraction:
    for rate in (_LOWEST_RATE, 12, 15, 20, 24, 25, MAX_RATE):
        if measured_rate <= rate * 1.004:
            return Fraction(rate)
    return Fraction(MAX_RATE)
