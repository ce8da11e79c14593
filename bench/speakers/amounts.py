"""How much of everything the bench of the speaker's side sends: in full, and for a first impression."""

from dataclasses import dataclass

MEGABYTE = 1000**2

PIECE_BYTES = 2 * 1024**2
"""What the page's own script sends in one request."""


@dataclass(frozen=True)
class Amounts:
    """Sizes in bytes and counts; the names say of what."""

    large_bytes: int
    bad_line_bytes: int
    bad_line_rate: int
    cut_every_seconds: float
    restarts: int
    stalled: int
    rounds: int
    crowd: int
    crowd_bytes: tuple[int, int]
    pages: int
    """So many of each kind."""


FULL = Amounts(
    large_bytes=2000 * MEGABYTE,
    bad_line_bytes=200 * MEGABYTE,
    bad_line_rate=4 * MEGABYTE,
    cut_every_seconds=5.0,
    restarts=3,
    stalled=50,
    rounds=100,
    crowd=84,
    crowd_bytes=(20 * MEGABYTE, 30 * MEGABYTE),
    pages=9,
)

QUICK = Amounts(
    large_bytes=100 * MEGABYTE,
    bad_line_bytes=30 * MEGABYTE,
    bad_line_rate=4 * MEGABYTE,
    cut_every_seconds=5.0,
    restarts=1,
    stalled=50,
    rounds=20,
    crowd=21,
    crowd_bytes=(2 * MEGABYTE, 4 * MEGABYTE),
    pages=1,
)
