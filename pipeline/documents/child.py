"""The child that opens documents of people outside: `python -m pipeline.documents.child`, confined by its parent.

`text SOURCE LANGUAGE` prints the text of a document; `clean SOURCE TARGET` writes a paper without its metadata, proves
that, and prints its text. The answer is one JSON object; a refusal is an answer, too.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.documents.docx import clean_docx, docx_metadata, docx_text
from pipeline.documents.kinds import DocumentKind, document_kind
from pipeline.documents.odt import odt_text
from pipeline.documents.pdf import clean_pdf, pdf_metadata, pdf_text
from pipeline.documents.plain import read_plain, tidy_text
from pipeline.documents.refusals import DocumentFault, DocumentRefused

_MOST_CHARACTERS = 400_000

_TEXTS: Mapping[DocumentKind, Callable[[bytes], str]] = {
    DocumentKind.PDF: pdf_text,
    DocumentKind.DOCX: docx_text,
    DocumentKind.ODT: odt_text,
}
_CLEANERS: Mapping[DocumentKind, tuple[Callable[[bytes], bytes], Callable[[bytes], list[str]]]] = {
    DocumentKind.PDF: (clean_pdf, pdf_metadata),
    DocumentKind.DOCX: (clean_docx, docx_metadata),
}


def take_text(data: bytes, language: str) -> str:
    """The text of a document of any kind that we read; raises `DocumentRefused`."""
    kind = document_kind(data)
    if kind is None:
        raise DocumentRefused(DocumentFault.UNKNOWN_KIND)
    text = read_plain(data, language) if kind is DocumentKind.TXT else _TEXTS[kind](data)
    tidy = tidy_text(text, at_most=_MOST_CHARACTERS)
    if not tidy:
        raise DocumentRefused(DocumentFault.NO_TEXT)
    return tidy


def clean(data: bytes) -> tuple[DocumentKind, bytes, str]:
    """A paper's kind, the paper without metadata, and its text; raises `DocumentRefused` where that is not proved."""
    kind = document_kind(data)
    if kind is None or kind not in _CLEANERS:
        raise DocumentRefused(DocumentFault.UNKNOWN_KIND)
    make, prove = _CLEANERS[kind]
    cleaned = make(data)
    if prove(cleaned):
        raise DocumentRefused(DocumentFault.NOT_CLEAN)
    return kind, cleaned, tidy_text(_TEXTS[kind](cleaned), at_most=_MOST_CHARACTERS)


def main(action: str, source: str, extra: str) -> None:
    """Do one thing and say how it ended."""
    data = Path(source).read_bytes()
    try:
        if action == "text":
            answer = {"text": take_text(data, extra)}
        else:
            kind, cleaned, text = clean(data)
            Path(extra).write_bytes(cleaned)
            answer = {"text": text, "kind": kind.value}
    except DocumentRefused as refused:
        answer = {"refused": refused.fault.value}
    except (RecursionError, MemoryError):
        answer = {"refused": DocumentFault.TOO_MUCH.value}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:4])
