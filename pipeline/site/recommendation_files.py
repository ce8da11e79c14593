"""All recommendations of a country in one file to take away: a Word document, CSV and plain text.

Nothing is in them but what the page shows: no macros, and no metadata of whoever wrote or published them.
"""

import io
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import OxmlElement
from docx.text.paragraph import Paragraph

from pipeline.domain.delimited_text import write_delimited
from pipeline.site.words import WORDS
from pipeline.site.xml_text import printable

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_NO_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_UNWANTED_PARTS = ("docProps/thumbnail.jpeg",)
KINDS = ("docx", "csv", "txt")
"""Suffixes of what is written, as offered."""


@dataclass(frozen=True)
class SpokenRecommendations:
    """What one speaker recommends; `speaker` only where a name may be shown."""

    position: int
    organisation: str
    speaker: str | None
    theme: str
    recommendations: Sequence[str]


@dataclass(frozen=True)
class CountryRecommendations:
    """All recommendations of a country, with its name in the language of the file."""

    country: str
    session_title: str
    speakers: Sequence[SpokenRecommendations]


def write_recommendations(found: CountryRecommendations, language: str) -> Mapping[str, bytes]:
    """Suffix to bytes, one for each of `KINDS`, with headings in `language`; the same bytes for the same words."""
    return {
        "docx": _as_document(found, language),
        "csv": _as_table(found, language),
        "txt": _as_text(found, language),
    }


def _as_text(found: CountryRecommendations, language: str) -> bytes:
    lines = [f"{found.country} – {found.session_title}", WORDS[language].recommendations]
    for speaker in found.speakers:
        lines += ["", _heading(speaker)]
        lines += [f"{number}. {text}" for number, text in enumerate(speaker.recommendations, start=1)]
    return ("\r\n".join([*lines, "", WORDS[language].not_official]) + "\r\n").encode()


def _as_table(found: CountryRecommendations, language: str) -> bytes:
    titles = ("country", "session", "number", "organisation", "speaker", "theme", "recommendation")
    rows = [[str(getattr(WORDS[language], title)) for title in titles]]
    for speaker in found.speakers:
        who = [str(speaker.position), speaker.organisation, speaker.speaker or "", speaker.theme]
        rows += [[found.country, found.session_title, *who, text] for text in speaker.recommendations]
    return write_delimited(rows)


def _heading(speaker: SpokenRecommendations) -> str:
    return f"{speaker.position}. {', '.join(part for part in (speaker.organisation, speaker.speaker) if part)}"


def _as_document(found: CountryRecommendations, language: str) -> bytes:
    document = Document()
    _forget(document)
    _directed(document.add_heading(f"{found.country} – {found.session_title}", level=0))
    _directed(document.add_heading(WORDS[language].recommendations, level=1))
    for speaker in found.speakers:
        _directed(document.add_heading(_heading(speaker), level=2))
        for number, text in enumerate(speaker.recommendations, start=1):
            _directed(document.add_paragraph(f"{number}. {printable(text)}"))
    _directed(document.add_paragraph(WORDS[language].not_official))
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer.getvalue())


def _forget(document: DocumentType) -> None:
    """Take out what the template says about itself."""
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = about.title = about.keywords = ""
    about.created = about.modified = _NO_TIME
    relations = document.part.package.rels
    for name in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[name]


def _directed(paragraph: Paragraph) -> None:
    """Mark a paragraph that reads from right to left, by its first letter that has a direction."""
    strong = (unicodedata.bidirectional(character) for character in paragraph.text)
    if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L":
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


def _without_times(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in _parts(old):
            new.writestr(zipfile.ZipInfo(name, _NO_ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        if info.filename not in _UNWANTED_PARTS:
            yield info.filename, archive.read(info)
