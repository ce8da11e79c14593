"""Documents are opened by a child alone: bounded in time, memory and files, without a network or settings of ours."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.documents.refusals import DocumentFault, DocumentRefused
from pipeline.processes import ProgramResult, ProgramTimedOut, run_program

_ROOT = Path(__file__).parents[2]
_TEXT_SECONDS = 20.0
_CLEAN_SECONDS = 90.0
_MEMORY_BYTES = 1024 * 1024**2
_WRITTEN_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class CleanedDocument:
    """A document without metadata, written to a file; `text` is what can be read in it."""

    kind: str
    text: str


def text_of(source: Path, *, language: str) -> str:
    """The text of a document; `language` is the one it is probably written in. Raises `DocumentRefused`."""
    return str(_ask("text", source, language, seconds=_TEXT_SECONDS)["text"])


def clean_document(source: Path, target: Path) -> CleanedDocument:
    """Write a paper without its metadata to `target`, proved to be without it. Raises `DocumentRefused`."""
    answer = _ask("clean", source, str(target.resolve()), seconds=_CLEAN_SECONDS)
    return CleanedDocument(str(answer["kind"]), str(answer["text"]))


def _ask(action: str, source: Path, extra: str, *, seconds: float) -> dict[str, Any]:
    # -P and -s: nothing beside the document, and nothing of a user's own, becomes a module.
    argv = [sys.executable, "-P", "-s", "-m", "pipeline.documents.child", action, str(source.resolve()), extra]
    try:
        result = run_program(
            argv,
            deadline_seconds=seconds,
            memory_bytes=_MEMORY_BYTES,
            file_bytes=_WRITTEN_BYTES,
            cwd=source.parent,
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except ProgramTimedOut as error:
        raise DocumentRefused(DocumentFault.TOO_MUCH) from error
    return _answer(result)


def _answer(result: ProgramResult) -> dict[str, Any]:
    """A child that broke on a document says as much as one that refused it."""
    try:
        answer: dict[str, Any] = json.loads(result.stdout)
    except ValueError as error:
        raise DocumentRefused(DocumentFault.BROKEN) from error
    if "refused" in answer:
        raise DocumentRefused(DocumentFault(answer["refused"]))
    return answer
