"""Whether what the operator provides for machine drafts of subtitles is there; nothing is loaded, no text is sent."""

from collections.abc import Iterator
from pathlib import Path

from config.settings import Settings
from pipeline.captions.drafts.choosing import DraftingParts
from pipeline.captions.drafts.ctranslate import CTranslate2Drafter
from pipeline.captions.drafts.glossary import read_glossary
from pipeline.captions.drafts.libretranslate import LibreTranslateDrafter
from pipeline.captions.drafts.whisper import WhisperRecogniser
from pipeline.domain.errors import PresessionError
from presession.checkup.checks import Check, fine, problem

_SECONDS = 5.0
_MEND = "correct it, or leave the setting out; people write subtitles without it"


def check_drafting(settings: Settings) -> Iterator[Check]:
    """What of it is set up, one line each; silence where nothing is."""
    parts = DraftingParts(**settings.drafting_values)
    yield _check_glossary(settings.translation.glossary_file)
    if parts.translates:
        yield _check_translation(parts)
    if parts.recognition_model is not None:
        yield _check_recognition(parts.recognition_model)


def _check_glossary(path: Path) -> Check:
    try:
        glossary = read_glossary(path)
    except PresessionError as error:
        return problem("glossary", str(error), "correct the file, or leave PRESESSION_TRANSLATION__GLOSSARY_FILE out")
    return fine("glossary", f"{len(glossary.terms)} terms in {', '.join(glossary.languages())}")


def _check_translation(parts: DraftingParts) -> Check:
    try:
        if parts.models is not None and parts.engine == CTranslate2Drafter.engine:
            return _check_models(parts.models, parts.pivot)
        server = LibreTranslateDrafter(parts.url, api_key=parts.api_key, seconds=_SECONDS)
        return fine("translation", f"the server answers and offers {len(server.languages())} languages")
    except PresessionError as error:
        return problem("translation", str(error), _MEND)


def _check_models(models: Path, pivot: str) -> Check:
    pairs = sorted(one.name for one in models.iterdir() if one.is_dir() and "-" in one.name) if models.is_dir() else []
    if not pairs:
        told = f"PRESESSION_TRANSLATION__MODELS leads to {models}, where no folder is named like fr-en"
        return problem("translation", told, _MEND)
    drafter = CTranslate2Drafter(models, pivot=pivot)
    for pair in pairs:
        source, _dash, target = pair.partition("-")
        drafter.check(source, target)
    return fine("translation", f"models for {', '.join(pairs)}")


def _check_recognition(model: Path) -> Check:
    try:
        WhisperRecogniser(model).check()
    except PresessionError as error:
        return problem("recognition", str(error), _MEND)
    return fine("recognition", f"a model in {model}")
