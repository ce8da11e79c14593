"""Moments of a recording as people write them: minutes and seconds, with tenths where they matter."""

import re

from pipeline.domain.errors import WrongUsage

_MOMENT = re.compile(r"^(?:(\d{1,3}):)?(\d{1,4}(?:[.,]\d{1,3})?)$")


def parse_moment(text: str) -> float:
    """Seconds of `1:02.5`, `1:02,5` or `62.5`, to a tenth; raises `WrongUsage` for anything else."""
    match = _MOMENT.match(text.strip())
    if not match:
        raise WrongUsage(f"“{text[:20]}” is not a moment. Write minutes and seconds like 1:02 or 1:02.5.")
    minutes, seconds = match.groups()
    return round(int(minutes or 0) * 60 + float(seconds.replace(",", ".")), 1)


def format_moment(seconds: float) -> str:
    """`1:02.5` of 62.5, `1:02` of 62: tenths only where there are any."""
    tenths = round(max(seconds, 0.0) * 10)
    whole, tenth = divmod(tenths, 10)
    return f"{whole // 60}:{whole % 60:02d}" + (f".{tenth}" if tenth else "")
