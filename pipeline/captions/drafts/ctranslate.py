"""Translation on this machine by CTranslate2 and SentencePiece, with models that the operator put into a folder.

The folder has a folder for each pair (`fr-en`), as the converters of CTranslate2 write them, with the SentencePiece
models beside. Nothing is downloaded: every file is looked for before a library is asked to load it.
"""

import json
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.captions.drafts.drafting import plain_code
from pipeline.captions.drafts.faults import DraftingNotSetUp, PairNotOffered
from pipeline.captions.drafts.model_files import TRANSLATION_FILES, check_files, find_file

SETTING = "PRESESSION_TRANSLATION__MODELS"

_SOURCE_SIGNS, _TARGET_SIGNS = TRANSLATION_FILES[3], TRANSLATION_FILES[4]
_END = "</s>"
_BEAM = 4
_TOKENS_AT_ONCE = 1024
_MOST_TOKENS = 512


class CTranslate2Drafter:
    """Translates by the models below a folder, directly or by way of the pivot."""

    engine = "ctranslate2"

    def __init__(self, models: Path, *, pivot: str = "en", threads: int = 1) -> None:
        self._models, self._pivot, self._threads = models, pivot, threads
        self._loaded: dict[str, _PairModel] = {}

    def route(self, source: str, target: str) -> tuple[str, ...]:
        """Directly where there is a model, else through the pivot."""
        ends = plain_code(source), plain_code(target)
        through = (ends[0], self._pivot, ends[1])
        for route in (ends, through):
            if all((self._models / f"{one}-{other}").is_dir() for one, other in pairwise(route)):
                return route
        where = f"{SETTING} leads to {self._models}, which has no folder {ends[0]}-{ends[1]}"
        raise PairNotOffered(*ends, f"{where}, nor both {ends[0]}-{self._pivot} and {self._pivot}-{ends[1]}.")

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """One text for each, by each model of the route in turn."""
        words = [" ".join(text.split()) for text in texts]
        for one, other in pairwise(self.route(source, target)):
            words = self._model(f"{one}-{other}").translate(words)
        return words

    def check(self, source: str, target: str) -> None:
        """Raise what would stop a translation before it begins, without loading a model."""
        for one, other in pairwise(self.route(source, target)):
            check_files(self._models / f"{one}-{other}", TRANSLATION_FILES, SETTING)
        _library("ctranslate2")
        _library("sentencepiece")

    def _model(self, pair: str) -> "_PairModel":
        if pair not in self._loaded:
            self._loaded[pair] = _PairModel(self._models / pair, self._threads)
        return self._loaded[pair]


class _PairModel:
    """One loaded model with what cuts text into its pieces."""

    def __init__(self, folder: Path, threads: int) -> None:
        check_files(folder, TRANSLATION_FILES, SETTING)
        pieces, models = _library("sentencepiece"), _library("ctranslate2")
        try:
            self._source = pieces.SentencePieceProcessor(model_file=str(find_file(folder, _SOURCE_SIGNS)))
            self._target = pieces.SentencePieceProcessor(model_file=str(find_file(folder, _TARGET_SIGNS)))
            self._model = models.Translator(str(folder), device="cpu", compute_type="int8", intra_threads=threads)
            told = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        except (RuntimeError, OSError, ValueError) as error:
            found = " ".join(str(error).split())[:300]
            raise DraftingNotSetUp(f"{SETTING}: the model in {folder} cannot be loaded: {found}") from error
        self._adds_end = not told.get("add_source_eos", False)

    def translate(self, texts: Sequence[str]) -> list[str]:
        """Texts in order; an empty one stays empty."""
        asked = [(place, text) for place, text in enumerate(texts) if text]
        made = [""] * len(texts)
        if not asked:
            return made
        results = self._model.translate_batch(
            [self._pieces(text) for _place, text in asked],
            batch_type="tokens",
            max_batch_size=_TOKENS_AT_ONCE,
            beam_size=_BEAM,
            max_input_length=0,
            max_decoding_length=_MOST_TOKENS,
            replace_unknowns=True,
        )
        for (place, _text), result in zip(asked, results, strict=True):
            words = [piece for piece in result.hypotheses[0] if piece != _END]
            made[place] = " ".join(str(self._target.decode(words)).split())
        return made

    def _pieces(self, text: str) -> list[str]:
        pieces: list[str] = self._source.encode(text, out_type=str)
        return [*pieces, _END] if self._adds_end else pieces


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        told = f"PRESESSION_TRANSLATION__ENGINE is ctranslate2, but the package “{name}” is not installed here."
        raise DraftingNotSetUp(f"{told} It comes with presession[translation].") from error
