"""What each step makes its result from: told to the steps that work and to the build graph that explains, alike."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.languages import INTERFACE_LANGUAGES, country_name
from pipeline.domain.limits import Limit
from pipeline.domain.protection import Protection
from pipeline.domain.trims import Trim
from pipeline.media.cards import CARD_VERSION, CardMaking, CardText
from pipeline.media.encode import ENCODE_VERSION
from pipeline.media.intake import INTAKE_VERSION
from pipeline.media.ladder import Ladder
from pipeline.media.protect import PROTECTION_VERSION

ALIGN_VERSION = 1
"""Grows whenever the same words could get other times."""


def intake_inputs(sha256: str, limit: Limit) -> StepInputs:
    """Of the check of a recording."""
    return StepInputs("intake", INTAKE_VERSION, {"sha256": sha256, "limit": asdict(limit)})


def encode_inputs(
    sha256: str, ladder: Ladder, *, trim: Trim | None = None, protection: Protection | None = None
) -> StepInputs:
    """Of a recording's package. The limit is not among them: measures and media are the same under any.

    What a speaker did not choose is left out, so that packages made before there was a choice stay as they are.
    """
    values: dict[str, Any] = {"sha256": sha256, "ladder": ladder.to_json(), "intake": INTAKE_VERSION}
    if trim is not None:
        values["trim"] = trim.to_json()
    if protection is not None and protection.is_any:
        values["protection"] = {**protection.to_json(), "version": PROTECTION_VERSION}
    return StepInputs("encode", ENCODE_VERSION, values)


def align_inputs(sha256: str, lines: Sequence[str], language: str) -> StepInputs:
    """Of the times of words."""
    return StepInputs("align", ALIGN_VERSION, {"sha256": sha256, "lines": list(lines), "language": language})


def card_inputs(text: CardText, subtitles: Iterable[str], making: CardMaking) -> StepInputs:
    """Of a title card; `subtitles` are the languages that it tells."""
    values = {
        "text": text.to_json(),
        "subtitles": sorted(subtitles),
        "ladder": making.ladder.to_json(),
        "style": making.style.to_json(),
    }
    return StepInputs("card", CARD_VERSION, values)


def card_text(
    *, country_code: str, session_title: str, speaker: str | None, organisation: str, theme: str, language: str
) -> CardText:
    """The words of a card; `speaker` is None unless the name may show.

    The country's name is in the language spoken where every screen speaks it, in English otherwise.
    """
    reader = language if language in INTERFACE_LANGUAGES else "en"
    return CardText(
        country=country_name(country_code, reader),
        session=session_title,
        speaker=speaker or "",
        organisation=organisation,
        theme=theme,
        language=language,
    )
