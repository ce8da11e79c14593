"""Folders of models that an operator provides: whether every file is there, before a library looks for it elsewhere."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.captions.drafts.faults import DraftingNotSetUp

Choice = tuple[str, ...]
"""Names of which one must be there; a name may end in `*`."""

TRANSLATION_FILES: Sequence[Choice] = (
    ("model.bin",),
    ("config.json",),
    ("shared_vocabulary.*", "source_vocabulary.*"),
    ("source.spm", "sentencepiece.model"),
    ("target.spm", "sentencepiece.model"),
)
RECOGNITION_FILES: Sequence[Choice] = (
    ("model.bin",),
    ("config.json",),
    ("tokenizer.json",),
    ("vocabulary.*",),
    ("preprocessor_config.json",),
)


def missing_files(folder: Path, wanted: Sequence[Choice]) -> list[str]:
    """What a folder lacks, as it can be told: `tokenizer.json`, `source.spm or sentencepiece.model`."""
    return [" or ".join(choice) for choice in wanted if next(_found(folder, choice), None) is None]


def check_files(folder: Path, wanted: Sequence[Choice], setting: str) -> None:
    """Raise `DraftingNotSetUp`, which names the setting, the folder and each file, unless all are there."""
    if not folder.is_dir():
        raise DraftingNotSetUp(f"{setting} leads to {folder}, which is no folder.")
    missing = missing_files(folder, wanted)
    if missing:
        raise DraftingNotSetUp(f"{setting} leads to {folder}, which lacks {', '.join(missing)}. Nothing is downloaded.")


def find_file(folder: Path, choice: Choice) -> Path:
    """The first of these that is there; call `check_files` before."""
    return next(_found(folder, choice))


def _found(folder: Path, choice: Choice) -> Iterator[Path]:
    for name in choice:
        yield from (path for path in sorted(folder.glob(name)) if path.is_file() and path.stat().st_size)
