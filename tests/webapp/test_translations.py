"""Every text is there in every language of its readers: complete, in its script, with the same values in it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from pipeline.domain.languages import INTERFACE_LANGUAGES, SPEAKER_LANGUAGES

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "webapp" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}

MAPPINGS = {language: "babel.cfg" for language in INTERFACE_LANGUAGES if language != "en"} | {
    language: "babel-speaker.cfg" for language in SPEAKER_LANGUAGES if language not in INTERFACE_LANGUAGES
}
SCRIPTS = {"ar": re.compile("[\u0621-\u064a]"), "ru": re.compile("[а-яА-Я]")}

_VALUE = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|%%")
_COUNT = "%(num)d"
_WRONG_IN_FRENCH = re.compile(r"(?<!\u202f)[;?!»](?=\s|$)|(?<![\u202f\w)]):(?=\s|$)|\w:\s|«(?!\u202f)|'")

Text = str | tuple[str, ...]


@pytest.fixture(scope="module")
def texts() -> dict[str, set[Text]]:
    """Every text in the code and the templates, by the mapping that says who reads it."""
    return {mapping: _texts_of(mapping) for mapping in set(MAPPINGS.values())}


@pytest.fixture(scope="module")
def catalogues() -> dict[str, Catalog]:
    """What is translated, by language."""
    return {language: _read(language) for language in MAPPINGS}


@pytest.fixture(params=MAPPINGS)
def language(request: pytest.FixtureRequest) -> str:
    """Each language but English, in which the texts are written."""
    return str(request.param)


def test_speakers_read_a_part_of_all_texts(texts):
    assert len(texts["babel.cfg"]) > 300
    assert texts["babel-speaker.cfg"] < texts["babel.cfg"]
    assert "Open my page" in texts["babel-speaker.cfg"]
    assert "Issue link" in texts["babel.cfg"] - texts["babel-speaker.cfg"]


def test_every_text_is_translated_and_none_is_left_over(texts, catalogues, language):
    wanted, known = texts[MAPPINGS[language]], {message.id for message in catalogues[language] if message.id}
    assert sorted(map(str, wanted - known)) == []
    assert sorted(map(str, known - wanted)) == []


def test_no_translation_is_empty_doubtful_or_short_of_a_plural(catalogues, language):
    catalogue = catalogues[language]
    lacking = [
        message.id
        for message in catalogue
        if message.id and (message.fuzzy or not all(_forms(message.string)) or not _has_plurals(message, catalogue))
    ]
    assert lacking == []


def test_every_translation_holds_the_values_of_its_text(catalogues, language):
    for message in catalogues[language]:
        wanted = {value for text in _forms(message.id) for value in _VALUE.findall(text)}
        for form in _forms(message.string):
            found = set(_VALUE.findall(form))
            # “One day”, “two days” may be words of their own.
            assert found == wanted or (message.pluralizable and found == wanted - {_COUNT}), message.id


@pytest.mark.parametrize("language", SCRIPTS)
def test_what_has_words_is_written_in_the_languages_script(catalogues, language):
    for message in catalogues[language]:
        if message.id and re.search("[A-Za-z]", _VALUE.sub("", _forms(message.id)[0])):
            assert all(SCRIPTS[language].search(form) for form in _forms(message.string)), message.id


def test_french_marks_stand_off_by_a_narrow_space_that_does_not_break(catalogues):
    assert _WRONG_IN_FRENCH.search("Vraiment ?"), "the search finds one"
    assert [text for text in _all_texts(catalogues["fr"]) if _WRONG_IN_FRENCH.search(text)] == []


def test_spanish_questions_are_opened(catalogues):
    assert [text for text in _all_texts(catalogues["es"]) if text.count("?") != text.count("¿")] == []


def _texts_of(mapping: str) -> set[Text]:
    with (ROOT / mapping).open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT / "webapp"), _below_webapp(methods), _below_webapp(options), KEYWORDS)
    return {text for _name, _line, text, _comments, _context in found}


def _below_webapp(mapping):
    """The configuration is written for the top folder; walking only `webapp` is quicker."""
    if isinstance(mapping, dict):
        return {pattern.removeprefix("webapp/"): value for pattern, value in mapping.items()}
    return [(pattern.removeprefix("webapp/"), method) for pattern, method in mapping]


def _read(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def _has_plurals(message, catalogue: Catalog) -> bool:
    return not message.pluralizable or len(_forms(message.string)) == catalogue.num_plurals


def _all_texts(catalogue: Catalog) -> list[str]:
    return [form for message in catalogue if message.id for form in _forms(message.string)]


def _forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text
