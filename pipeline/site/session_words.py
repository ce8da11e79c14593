"""How pages of a session say its days and order its countries in a reader's language."""

import unicodedata
from datetime import date

from babel.dates import format_date, format_interval


def dates_text(starts_on: date, ends_on: date, language: str) -> str:
    """From a day to a day, or the one day."""
    if starts_on == ends_on:
        return str(format_date(starts_on, "long", locale=language))
    return str(format_interval(starts_on, ends_on, "yMMMd", locale=language))


def order_of(name: str) -> str:
    """What names are sorted by: letters with accents stand where those without do."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
