"""Languages and countries by their codes; names come from CLDR through Babel in the reader's language."""

import re
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError

from pipeline.domain.errors import WrongUsage

INTERFACE_LANGUAGES = ("en", "fr", "es")
"""Languages that every screen speaks."""

SPEAKER_LANGUAGES = (*INTERFACE_LANGUAGES, "ar", "ru")
"""Languages of the speakers' pages and of the mails that speakers get."""

SITE_LANGUAGES = (*SPEAKER_LANGUAGES, "zh")
"""Languages of what is published: those of the United Nations."""

_NAMES_KEPT = 2048
"""A board names the same few hundred times; what people type may be anything, so there is an end to it."""

_CODE = re.compile(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$")


@lru_cache(maxsize=_NAMES_KEPT)
def is_language(code: str) -> bool:
    """Whether CLDR knows this language code (`en`, `mn`, `dv`, `zh-Hant`)."""
    return bool(_CODE.match(code)) and code.split("-", maxsplit=1)[0] in Locale("en").languages


@lru_cache(maxsize=_NAMES_KEPT)
def language_name(code: str, reader: str) -> str:
    """Name of a language for a reader: `language_name("fr", "en")` is `French`; the code itself when unknown."""
    return str(Locale(reader).languages.get(code.replace("-", "_")) or code)


def own_language_name(code: str) -> str:
    """A language's name in itself (`français`), for language menus; English name when CLDR has no locale for it."""
    try:
        return str(Locale.parse(code, sep="-").get_display_name() or code)
    except (UnknownLocaleError, ValueError):
        return language_name(code, "en")


@lru_cache(maxsize=_NAMES_KEPT)
def is_country(code: str) -> bool:
    """Whether CLDR knows this ISO 3166-1 alpha-2 code."""
    return bool(re.match(r"^[A-Z]{2}$", code)) and code in Locale("en").territories


@lru_cache(maxsize=_NAMES_KEPT)
def country_name(code: str, reader: str) -> str:
    """Name of a country for a reader; raises `WrongUsage` for an unknown code."""
    if not is_country(code):
        raise WrongUsage(f"“{code}” is not an ISO 3166-1 alpha-2 country code (two capital letters, like MW).")
    return str(Locale(reader).territories[code])


def is_right_to_left(code: str) -> bool:
    """Whether a language is written from right to left (`ar`, `dv`, `fa`)."""
    try:
        return bool(Locale.parse(code, sep="-").text_direction == "rtl")
    except (UnknownLocaleError, ValueError):
        return code.split("-", maxsplit=1)[0] in {"dv", "ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "ckb"}
