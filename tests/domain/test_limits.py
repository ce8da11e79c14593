"""Limits: lengths as people write them, tolerance at both ends, sentences for what is no limit."""

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.domain.limits import Limit, format_clock, parse_limit


@pytest.mark.parametrize(
    ("text", "shortest", "longest"),
    [("5:00-7:00", 300, 420), ("20-40", 20, 40), ("0:00-10:00", 0, 600), (" 5:00 - 7:00 ", 300, 420)],
)
def test_a_limit_is_read(text: str, shortest: int, longest: int) -> None:
    limit = parse_limit(text)
    assert (limit.min_seconds, limit.max_seconds) == (shortest, longest)


@pytest.mark.parametrize("text", ["", "7:00", "five-seven", "7:00-5:00", "5:00-5:00", "-5-7", "5.5-7", "1:2:3-4:00"])
def test_what_is_no_limit_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WrongUsage, match=r"\w+ .*\."):
        parse_limit(text)


def test_the_tolerance_is_forgiven_at_both_ends() -> None:
    limit = Limit(300, 420, tolerance_seconds=5)
    assert [limit.is_too_short(s) for s in (294.9, 295.0)] == [True, False]
    assert [limit.is_too_long(s) for s in (425.0, 425.1)] == [False, True]


def test_a_limit_prints_as_people_write_it() -> None:
    assert str(parse_limit("5:00-7:00")) == "5:00-7:00"
    assert format_clock(59.6) == "1:00"
