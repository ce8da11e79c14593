"""Recognition of speech on this machine by faster-whisper, with a model that the operator put into a folder.

The library would ask a server for files that are not there, so that each is looked for before it is asked to load any.
"""

import math
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.captions.drafts.drafting import HeardWord, Sound, plain_code
from pipeline.captions.drafts.faults import DraftingNotSetUp
from pipeline.captions.drafts.model_files import RECOGNITION_FILES, check_files

SETTING = "PRESESSION_RECOGNITION__MODEL"


class WhisperRecogniser:
    """Hears by the model in a folder."""

    engine = "faster-whisper"

    def __init__(self, model: Path, *, threads: int = 0) -> None:
        self._folder, self._threads = model, threads
        self._model: Any = None

    def check(self) -> None:
        """Raise what would stop it before it begins, without loading the model."""
        check_files(self._folder, RECOGNITION_FILES, SETTING)
        _library()

    def hear(self, sound: Sound, language: str) -> list[HeardWord]:
        """The words spoken; silence is not guessed at. Raises `DraftingNotSetUp`."""
        model = self._loaded()
        told = f"The model that {SETTING} names does not know “{language}”."
        if not model.model.is_multilingual and plain_code(language) != "en":  # it would write English all the same
            raise DraftingNotSetUp(told)
        try:
            segments, _told = model.transcribe(
                sound,
                language=plain_code(language),
                word_timestamps=True,
                vad_filter=True,
                condition_on_previous_text=False,
            )
        except ValueError as error:
            raise DraftingNotSetUp(told) from error
        return [_heard(word) for segment in segments for word in segment.words or () if _is_timed(word)]

    def _loaded(self) -> Any:
        if self._model is None:
            check_files(self._folder, RECOGNITION_FILES, SETTING)
            try:
                self._model = _library().WhisperModel(
                    str(self._folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=self._threads,
                    local_files_only=True,
                )
            except Exception as error:  # the library and those below it have no error of their own
                found = " ".join(str(error).split())[:300]
                told = f"{SETTING}: the model in {self._folder} cannot be loaded: {found}"
                raise DraftingNotSetUp(told) from error
        return self._model


def _library() -> Any:
    try:
        return import_module("faster_whisper")
    except ImportError as error:
        told = f"{SETTING} is set, but the package “faster-whisper” is not installed here."
        raise DraftingNotSetUp(f"{told} It comes with presession[recognition].") from error


def _is_timed(word: Any) -> bool:
    return math.isfinite(word.start) and math.isfinite(word.end) and 0 <= word.start <= word.end


def _heard(word: Any) -> HeardWord:
    return HeardWord(float(word.start), float(word.end), str(word.word), float(word.probability))
