"""Countries, languages, kinds of bodies and genders as people write them in tables, and the codes for them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from babel import Locale

from pipeline.domain.languages import INTERFACE_LANGUAGES, is_country, is_language
from pipeline.domain.pre_sessions import SpeakerKind

_Code = TypeVar("_Code", bound=str)

GENDERS = ("woman", "man", "other")
"""Genders that have a word in every language; another word stays as it was written."""

_GENDER_WORDS = {
    "woman": ("woman", "female", "f", "w", "women", "femme", "féminin", "mujer", "femenino", "she"),
    "man": ("man", "male", "m", "men", "homme", "masculin", "hombre", "masculino", "he", "h"),
    "other": ("other", "non-binary", "nonbinary", "x", "autre", "non binaire", "otro", "otra", "no binario", "they"),
}
_KIND_WORDS = {
    SpeakerKind.CSO: (
        "cso",
        "ngo",
        "civil society organisation",
        "civil society organization",
        "osc",
        "ong",
        "organisation de la société civile",
        "organización de la sociedad civil",
    ),
    SpeakerKind.NHRI: (
        "nhri",
        "national human rights institution",
        "indh",
        "institution nationale des droits de l'homme",
        "institución nacional de derechos humanos",
        "inddhh",
    ),
    SpeakerKind.COALITION: ("coalition", "coalición", "network", "réseau", "red"),
}
_OFFICIAL_NAMES = {
    "Bolivia (Plurinational State of)": "BO",
    "Brunei Darussalam": "BN",
    "Cabo Verde": "CV",
    "Côte d'Ivoire": "CI",
    "Czech Republic": "CZ",
    "Democratic People's Republic of Korea": "KP",
    "Democratic Republic of the Congo": "CD",
    "Iran (Islamic Republic of)": "IR",
    "Lao People's Democratic Republic": "LA",
    "Micronesia (Federated States of)": "FM",
    "Republic of Korea": "KR",
    "Republic of Moldova": "MD",
    "Russian Federation": "RU",
    "State of Palestine": "PS",
    "Syrian Arab Republic": "SY",
    "Turkey": "TR",
    "Türkiye": "TR",
    "United Kingdom of Great Britain and Northern Ireland": "GB",
    "United Republic of Tanzania": "TZ",
    "United States of America": "US",
    "Venezuela (Bolivarian Republic of)": "VE",
    "Viet Nam": "VN",
}
"""How the United Nations write names that CLDR has in another form."""

_OTHER_LANGUAGES = {"Castellano": "es", "Castilian": "es", "Castillan": "es", "Farsi": "fa", "Mandarin": "zh"}
"""What people call languages that CLDR names otherwise."""


def plain(text: str) -> str:
    """A text as it is compared: without case, accents and signs."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", kept)) or text


def country_code(text: str) -> str | None:
    """The code of a country that is written as a code, or by its name in any language of the screens."""
    code = text.strip().upper()
    return code if is_country(code) else _countries().get(plain(text))


def language_code(text: str) -> str | None:
    """The code of a language that is written as a code, or by its name in any language of the screens."""
    code = text.strip()
    for written in (code, code.lower()):
        if is_language(written):
            return written
    return _languages().get(plain(text))


def kind_of(text: str) -> SpeakerKind | None:
    """The kind of body that a word or abbreviation stands for."""
    return _found(_KIND_WORDS, text)


def gender_word(text: str) -> str:
    """One of `GENDERS` for a word that means it; any other word as it is."""
    return _found(_GENDER_WORDS, text) or text.strip()


def _found(words: Mapping[_Code, tuple[str, ...]], text: str) -> _Code | None:
    wanted = plain(text)
    return next((code for code, written in words.items() if wanted in map(plain, written)), None)


@cache
def _countries() -> Mapping[str, str]:
    named = {
        plain(str(name)): code
        for language in INTERFACE_LANGUAGES
        for code, name in Locale(language).territories.items()
        if is_country(str(code))
    }
    return {**named, **{plain(name): code for name, code in _OFFICIAL_NAMES.items()}}


@cache
def _languages() -> Mapping[str, str]:
    named = {
        plain(str(name)): str(code)
        for language in INTERFACE_LANGUAGES
        for code, name in Locale(language).languages.items()
        if is_language(str(code))
    }
    return {**named, **{plain(name): code for name, code in _OTHER_LANGUAGES.items()}}
