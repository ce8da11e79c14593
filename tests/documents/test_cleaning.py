"""What tells who made a paper is gone from it: shown to be there before, looked for in every byte after."""

import io

import pytest
from docx import Document
from pypdf import PdfReader

from pipeline.documents.child import clean
from pipeline.documents.docx import docx_metadata
from pipeline.documents.kinds import DocumentKind
from pipeline.documents.pdf import pdf_metadata
from pipeline.documents.pictures import has_metadata, without_metadata
from pipeline.documents.refusals import DocumentFault, DocumentRefused
from tests.fixtures.documents import (
    CANARY,
    PARAGRAPH,
    docx_with,
    gif_with_comment,
    inside,
    jpeg_with_exif,
    locked_pdf,
    odt,
    pdf_with_drawn_letters,
    png_with_text,
    telling_docx,
    telling_pdf,
)


@pytest.mark.parametrize("make", [telling_pdf, telling_docx])
def test_nothing_hidden_is_left_and_all_that_is_read_stays(make) -> None:
    original = make()
    assert inside(original).count(CANARY.encode()) >= 8
    _kind, cleaned, text = clean(original)
    assert CANARY.encode() not in inside(cleaned)
    assert PARAGRAPH in text


def test_a_pdf_is_two_things_before_and_pages_alone_after() -> None:
    told = set(pdf_metadata(telling_pdf()))
    assert {"/Info", "/ID", "/Metadata", "/PieceInfo", "/JavaScript", "Exif", "/A", "/Annot"} <= told
    assert {"/PTEX.FileName", "/PTEX.InfoDict", "/Author", "/F", "/ACME_MadeBy"} <= told
    kind, cleaned, _text = clean(telling_pdf())
    reader = PdfReader(io.BytesIO(cleaned))
    assert kind is DocumentKind.PDF
    assert set(reader.trailer["/Root"]) == {"/Type", "/Pages", "/StructTreeRoot"}
    links = [one.get_object() for one in reader.pages[0]["/Annots"]]
    assert [link.get("/A", {}).get("/URI") for link in links if link["/Subtype"] == "/Link"] == [
        None,
        "https://example.org/report",
    ]
    assert set(next(one for one in links if one["/Subtype"] == "/Widget")) == {"/Type", "/Subtype", "/Rect"}


def test_a_word_document_opens_afterwards_with_changes_accepted() -> None:
    assert {"docProps/core.xml", "word/comments.xml", "word/people.xml", "customXml/item1.xml"} <= set(
        docx_metadata(telling_docx())
    )
    _kind, cleaned, text = clean(telling_docx())
    paragraphs = [paragraph.text for paragraph in Document(io.BytesIO(cleaned)).paragraphs]
    assert PARAGRAPH in paragraphs
    assert "It was inserted." in paragraphs
    assert "left\tright" in text
    assert {"It was signed.", "A picture.7Write to us."} <= set(paragraphs)
    body = inside(cleaned)
    assert body.count(b"instrText>") == 2, "the number of a page stays a field"
    assert b'r:id="rId98"' not in body, "what points nowhere makes a document broken"
    assert len(Document(io.BytesIO(cleaned)).inline_shapes) == 1


def test_letters_that_a_font_draws_stay() -> None:
    reader = PdfReader(io.BytesIO(clean(pdf_with_drawn_letters())[1]))
    font = reader.pages[0]["/Resources"]["/Font"]["/F1"]
    assert set(font["/CharProcs"]) == {"/A", "/B", "/C"}


@pytest.mark.parametrize("make", [telling_pdf, telling_docx])
def test_cleaning_what_is_clean_changes_nothing_that_tells(make) -> None:
    once = clean(make())[1]
    assert clean(once)[1] == once


@pytest.mark.parametrize("make", [jpeg_with_exif, png_with_text, gif_with_comment])
def test_pictures_keep_their_picture(make) -> None:
    assert has_metadata(make())
    cleaned = without_metadata(make())
    assert not has_metadata(cleaned)
    assert CANARY.encode() not in cleaned
    assert cleaned[:4] == make()[:4]
    assert without_metadata(cleaned) == cleaned


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\x89PNG\r\n\x1a\n", DocumentFault.UNKNOWN_KIND),
        (b"plain words", DocumentFault.UNKNOWN_KIND),
        (odt("<text:p>words</text:p>"), DocumentFault.UNKNOWN_KIND),
        (b"%PDF-1.7 and nothing", DocumentFault.BROKEN),
        (locked_pdf(), DocumentFault.LOCKED),
        (docx_with({"word/vbaProject.bin": b"macro"}), DocumentFault.HAS_MACROS),
        (docx_with({"word/document.xml": b"<a"}), DocumentFault.BROKEN),
        (docx_with({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), DocumentFault.BROKEN),
        (docx_with({"../evil.xml": b"<a/>"}), DocumentFault.BROKEN),
        (docx_with({"word/media/a.png": b"\x89PNG\r\n\x1a\nxx"}), DocumentFault.BROKEN),
        (docx_with({"word/media/a.jpg": b"II*\0 a TIFF"}), DocumentFault.BROKEN),
        (docx_with({f"word/{number}.xml": b"<a/>" for number in range(2001)}), DocumentFault.TOO_MUCH),
        (docx_with({"word/bomb.xml": bytes(201 * 1024**2)}), DocumentFault.TOO_MUCH),
    ],
    ids=lambda value: value.value if isinstance(value, DocumentFault) else "",
)
def test_what_cannot_be_taken_is_refused_with_a_reason(data: bytes, fault: DocumentFault) -> None:
    with pytest.raises(DocumentRefused) as refused:
        clean(data)
    assert refused.value.fault is fault
