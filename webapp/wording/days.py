"""A day or a moment as it stands in a sentence, the same on pages and in mails."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from babel.dates import format_date, format_datetime

_LOCALES: Mapping[str, str] = {"en": "en_GB", "ar": "ar@numbers=latn"}
_PATTERNS: Mapping[str, str] = {"ru": "d MMMM y 'года'"}
"""Where the usual form ends in a shortened word, whose point would stand before that of the sentence."""


def long_day(day: date, language: str) -> str:
    """The month in full: `9 October 2020`."""
    pattern = "d'er' MMMM y" if (language, day.day) == ("fr", 1) else _PATTERNS.get(language, "long")
    return str(format_date(day, pattern, locale=_LOCALES.get(language, language)))


def long_moment(moment: datetime, language: str) -> str:
    """Day and time of day, in UTC, which is named."""
    return str(format_datetime(moment, "long", tzinfo=UTC, locale=_LOCALES.get(language, language)))
