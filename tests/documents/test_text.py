"""Text out of documents, as a speaker hands them in; in the confined child as the portal does it."""

from pathlib import Path

import pytest

from pipeline.documents.child import take_text
from pipeline.documents.confined import clean_document, text_of
from pipeline.documents.refusals import DocumentFault, DocumentRefused
from tests.fixtures.documents import CANARY, PARAGRAPH, odt, telling_docx, telling_pdf


@pytest.mark.parametrize(
    ("data", "language", "text"),
    [
        ("Où est l’eau ?\r\n\r\n\r\n\r\nIci.".encode(), "fr", "Où est l’eau ?\n\nIci."),
        ("Où est l’eau ?".encode("utf-16"), "fr", "Où est l’eau ?"),
        ("Где вода?".encode("cp1251"), "ru", "Где вода?"),
        ("أين الماء؟".encode("cp1256"), "ar", "أين الماء؟"),
        ("¿Dónde está?".encode("cp1252"), "es", "¿Dónde está?"),
        ("\ufeffne\u0301".encode(), "fr", "né"),
        (odt("<text:h>Title</text:h><text:p>a<text:s text:c='2'/>b<text:tab/>c</text:p>"), "en", "Title\n\na  b\tc"),
        (odt("<text:tracked-changes>gone</text:tracked-changes><text:p>stays</text:p>"), "en", "stays"),
    ],
)
def test_text_is_taken_as_it_is_read(data: bytes, language: str, text: str) -> None:
    assert take_text(data, language) == text


@pytest.mark.parametrize("make", [telling_docx, telling_pdf])
def test_what_is_hidden_in_a_document_is_not_taken(make) -> None:
    text = take_text(make(), "en")
    assert PARAGRAPH in text
    assert CANARY not in text


def test_a_document_without_words_says_so() -> None:
    with pytest.raises(DocumentRefused) as refused:
        take_text(odt(""), "en")
    assert refused.value.fault is DocumentFault.NO_TEXT


@pytest.mark.slow
def test_the_child_takes_text_cleans_and_refuses(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "clean"
    source.write_bytes(telling_docx())
    assert PARAGRAPH in text_of(source, language="en")
    cleaned = clean_document(source, target)
    assert (cleaned.kind, PARAGRAPH in cleaned.text, target.read_bytes()[:2]) == ("docx", True, b"PK")
    source.write_bytes(b"%PDF-1.7 and nothing")
    with pytest.raises(DocumentRefused) as refused:
        clean_document(source, target)
    assert refused.value.fault is DocumentFault.BROKEN
