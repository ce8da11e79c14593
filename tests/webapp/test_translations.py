"""Every text of the portal is there in French and Spanish, with the same values in it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "webapp" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}
LANGUAGES = ("fr", "es")

_VALUE = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|%%")


@pytest.fixture(scope="module")
def texts() -> set[str | tuple[str, ...]]:
    """Every text in the code and the templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT / "webapp"), _below_webapp(methods), _below_webapp(options), KEYWORDS)
    return {text for _name, _line, text, _comments, _context in found}


def _below_webapp(mapping):
    """The configuration is written for the top folder; walking only `webapp` is quicker."""
    if isinstance(mapping, dict):
        return {pattern.removeprefix("webapp/"): value for pattern, value in mapping.items()}
    return [(pattern.removeprefix("webapp/"), method) for pattern, method in mapping]


def _messages(language: str) -> dict[str | tuple[str, ...], Message]:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


def test_there_are_texts(texts):
    assert len(texts) > 300
    assert "Sign in" in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_left_over(texts, language):
    known = _messages(language)
    assert sorted(map(str, texts - known.keys())) == []
    assert sorted(map(str, known.keys() - texts)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_empty_or_doubtful(language):
    doubtful = [key for key, message in _messages(language).items() if message.fuzzy or not _forms(message.string)]
    assert doubtful == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_holds_the_values_of_its_text(language):
    for key, message in _messages(language).items():
        wanted = {value for text in _forms(key) for value in _VALUE.findall(text)}
        for form in _forms(message.string):
            assert set(_VALUE.findall(form)) == wanted, key


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    forms = (text,) if isinstance(text, str) else text
    return forms if all(forms) else ()
