"""Measured values of findings and refusals in words, in the reader's manner of writing numbers."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _

from pipeline.domain.limits import format_clock
from webapp.i18n import reader_locale

Values = Mapping[str, Any]

WORTH_A_CUT_SECONDS = 1.0
"""Shorter silence at an end is a breath."""


def length_words(seconds: float) -> str:
    """`41.5 s` under a minute, else `7:32 min`."""
    if seconds < 60:
        return _("%(seconds)s s", seconds=decimal(seconds))
    return _("%(clock)s min", clock=format_clock(seconds))


def length_of(values: Values, name: str) -> str:
    """A value that is seconds, as a length."""
    return length_words(float(values[name]))


def silent_ends(values: Values) -> tuple[float, float]:
    """Silence at the beginning and at the end in seconds, each 0 where it is too short to be worth a cut."""
    start, end = (float(values.get(f"silence_at_{end}_seconds") or 0.0) for end in ("start", "end"))
    return (start if start >= WORTH_A_CUT_SECONDS else 0.0), (end if end >= WORTH_A_CUT_SECONDS else 0.0)


def decimal(number: float) -> str:
    """A number with at most one decimal."""
    return str(format_decimal(number, "#,##0.#", locale=reader_locale()))


def megabytes(size_bytes: int) -> str:
    """A size in megabytes, as file managers count them; what is smaller in kilobytes."""
    if size_bytes < 1_000_000:
        return _("%(number)s kB", number=max(1, round(size_bytes / 1000)))
    return _("%(number)s MB", number=decimal(size_bytes / 1_000_000))


def picture_size(values: Values) -> str:
    """`1920 × 1080`."""
    return f"{values['width']} × {values['height']}"


def percent(share: float) -> str:
    """A share from 0 to 1; never `0 %` of something that was found."""
    return _("%(number)s %%", number=decimal(max(share * 100, 0.1)))
