"""The rules as the editor's page gets them, for the same checks in the browser."""

from collections.abc import Sequence
from typing import Any

from pipeline.captions.names import place_stems
from pipeline.captions.rules import read_rules, read_words


def rules_for_page(languages: Sequence[str]) -> dict[str, Any]:
    """All numbers, and the words of the languages on the page; JSON types only."""
    words = dict(read_words())
    codes = {language.split("-", maxsplit=1)[0] for language in languages}
    words["languages"] = {code: entry for code, entry in words["languages"].items() if code in codes}
    stems = {language: list(place_stems(language)) for language in languages}
    return {"rules": dict(read_rules()), "words": words, "place_stems": stems}
