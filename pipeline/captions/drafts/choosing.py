"""Which drafter and which recogniser an installation has, from plain values of its settings."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.captions.drafts.ctranslate import CTranslate2Drafter
from pipeline.captions.drafts.drafting import Drafter, Recogniser
from pipeline.captions.drafts.faults import DraftingNotSetUp
from pipeline.captions.drafts.libretranslate import LibreTranslateDrafter
from pipeline.captions.drafts.whisper import WhisperRecogniser

NO_ENGINE = "none"


@dataclass(frozen=True)
class DraftingParts:
    """What an operator provides for drafts; without an engine and a model nothing is drafted by a machine."""

    engine: str = NO_ENGINE
    models: Path | None = None
    pivot: str = "en"
    url: str = ""
    api_key: str = ""
    recognition_model: Path | None = None
    threads: int = 1

    @property
    def translates(self) -> bool:
        """Whether a machine draft can be asked for."""
        return self.engine != NO_ENGINE

    @property
    def recognises(self) -> bool:
        """Whether words can be recognised."""
        return self.recognition_model is not None


def open_drafter(parts: DraftingParts) -> Drafter:
    """What translates here; raises `DraftingNotSetUp`."""
    if parts.engine == CTranslate2Drafter.engine and parts.models is not None:
        return CTranslate2Drafter(parts.models, pivot=parts.pivot, threads=parts.threads)
    if parts.engine == LibreTranslateDrafter.engine:
        return LibreTranslateDrafter(parts.url, api_key=parts.api_key)
    raise DraftingNotSetUp("Nothing translates here: see PRESESSION_TRANSLATION__ENGINE.")


def open_recogniser(parts: DraftingParts) -> Recogniser:
    """What recognises here; raises `DraftingNotSetUp`."""
    if parts.recognition_model is None:
        raise DraftingNotSetUp("Nothing recognises speech here: see PRESESSION_RECOGNITION__MODEL.")
    return WhisperRecogniser(parts.recognition_model, threads=parts.threads)
