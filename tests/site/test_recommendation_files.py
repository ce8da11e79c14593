"""Recommendations to take away: the words, harmless, and nothing about whoever made the file."""

import csv
import io
import zipfile

import pytest
from docx import Document

from pipeline.domain.languages import SITE_LANGUAGES
from pipeline.site.recommendation_files import (
    KINDS,
    CountryRecommendations,
    SpokenRecommendations,
    write_recommendations,
)
from pipeline.site.words import WORDS

FOUND = CountryRecommendations(
    "Malawi",
    "36th session",
    (
        SpokenRecommendations(
            1, "Open Wells", "Thoko Banda", "Water", ("Repair the wells.", '=HYPERLINK("https://x")')
        ),
        SpokenRecommendations(3, "منظمة الأرض", None, "الأرض", ("اعتماد القانون.",)),
    ),
)


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_kind_has_every_recommendation_in_the_order_of_the_panel(language: str) -> None:
    written = write_recommendations(FOUND, language)

    assert set(written) == set(KINDS)
    text = written["txt"].decode()
    document = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(written["docx"])).paragraphs)
    for shown in (text, document):
        assert WORDS[language].recommendations in shown
        assert shown.index("Repair the wells.") < shown.index("=HYPERLINK") < shown.index("اعتماد القانون.")


def test_a_table_has_no_formulas() -> None:
    rows = list(csv.reader(io.StringIO(write_recommendations(FOUND, "en")["csv"].decode("utf-8-sig"))))

    assert rows[0][-1] == "Recommendation"
    assert [row[-1] for row in rows[1:]] == ["Repair the wells.", '\'=HYPERLINK("https://x")', "اعتماد القانون."]
    assert rows[3][2:6] == ["3", "منظمة الأرض", "", "الأرض"]


def test_a_table_has_no_formulas_where_cells_stand_between_semicolons() -> None:
    speaker = SpokenRecommendations(1, "Wells; =1+1", None, "Water", ["Repair wells;=cmd|' /C calc'!A0", "＝1"])
    data = write_recommendations(CountryRecommendations("Malawi", "36th", [speaker]), "fr")["csv"]
    opened = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")

    assert [cell for row in opened for cell in row if cell.strip().lstrip('"').startswith(("=", "＝"))] == []


def test_a_document_says_nothing_of_its_making_and_is_the_same_each_time() -> None:
    data = write_recommendations(FOUND, "en")["docx"]
    about = Document(io.BytesIO(data)).core_properties

    assert data == write_recommendations(FOUND, "en")["docx"]
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert not [name for name in names if "vba" in name.lower() or "thumbnail" in name]
        assert b"thumbnail" not in archive.read("_rels/.rels")
        assert archive.read("word/document.xml").count(b"<w:bidi/>") == 2
