"""Subtitles in every format that goes out: what a format can say comes back from it."""

from io import BytesIO

import pysubs2
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.captions.bilingual import Column
from pipeline.captions.cues import Cue, in_order
from pipeline.captions.escapes import xml_characters
from pipeline.captions.formats import CaptionFormat, write_captions
from pipeline.captions.places import Place
from pipeline.captions.reading import read_subtitles
from pipeline.captions.substation_writing import write_substation
from pipeline.documents.docx import clean_docx, docx_metadata
from tests.captions import strategies

SPEECH = (
    Cue(0.5, 2.75, "Monsieur le Président,\nmesdames, messieurs,"),
    Cue(2.8, 5.0, "nous vous remercions."),
    Cue(7.0, 9.0, "Deux points :", Place.TOP),
    Cue(9.1, 10.0, "– l’eau & la terre < 3 %"),
)


def many(step_milliseconds: int = 1) -> st.SearchStrategy[list[Cue]]:
    return st.lists(strategies.placed_cues(step_milliseconds), min_size=1, max_size=6)


@pytest.mark.parametrize("form", [CaptionFormat.VTT, CaptionFormat.SRT])
@given(cues=many())
def test_text_times_and_places_come_back(form: CaptionFormat, cues: list[Cue]) -> None:
    assert read_subtitles(write_captions(form, cues, "en")) == in_order(cues)


@given(many().filter(lambda cues: all(cue.text == xml_characters(cue.text) for cue in cues)))
def test_ttml_gives_back_what_xml_can_hold(cues: list[Cue]) -> None:
    assert read_subtitles(write_captions(CaptionFormat.TTML, cues, "ar")) == in_order(cues)


@given(many(step_milliseconds=10))
def test_substation_gives_back_what_counts_in_hundredths(cues: list[Cue]) -> None:
    assert read_subtitles(write_captions(CaptionFormat.ASS, cues, "en")) == in_order(cues)


def test_substation_keeps_a_cue_shorter_than_its_times_can_say() -> None:
    (cue,) = read_subtitles(write_substation([Cue(1.001, 1.002, "a")]).encode())
    assert (cue.start_seconds, cue.end_seconds) == (1.0, 1.01)


def test_subrip_is_written_plainly_where_nothing_could_be_misread() -> None:
    written = write_captions(CaptionFormat.SRT, SPEECH, "fr").decode()
    assert written.startswith("1\n00:00:00,500 --> 00:00:02,750\nMonsieur le Président,\nmesdames, messieurs,\n\n2\n")
    assert "{\\an8}Deux points :" in written
    assert "– l’eau & la terre < 3 %" in written


@pytest.mark.parametrize("form", [CaptionFormat.SRT, CaptionFormat.ASS])
def test_another_program_reads_the_same(form: CaptionFormat) -> None:
    file = pysubs2.SSAFile.from_string(write_captions(form, SPEECH, "fr").decode())
    assert [(event.start, event.end, event.plaintext) for event in file.events] == [
        (round(cue.start_seconds * 1000), round(cue.end_seconds * 1000), cue.text) for cue in SPEECH
    ]


def test_ttml_names_its_profile_language_and_direction() -> None:
    root = etree.fromstring(write_captions(CaptionFormat.TTML, SPEECH, "dv"))
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "dv"
    assert root.get("{http://www.w3.org/ns/ttml#parameter}profile").endswith("/imsc1/text")
    regions = {element.get("{http://www.w3.org/XML/1998/namespace}id") for element in root.iter("{*}region")}
    assert regions == {"bottom", "top"}
    assert root.find(".//{*}style").get("{http://www.w3.org/ns/ttml#styling}direction") == "rtl"


def test_a_transcript_is_paragraphs_and_a_timed_one_a_line_for_each_cue() -> None:
    assert write_captions(CaptionFormat.TRANSCRIPT, SPEECH, "fr").decode() == (
        "Monsieur le Président, mesdames, messieurs, nous vous remercions.\n\nDeux points : – l’eau & la terre < 3 %\n"
    )
    timed = write_captions(CaptionFormat.TIMED_TRANSCRIPT, SPEECH, "fr").decode().splitlines()
    assert timed[0] == "0:00:00.5\tMonsieur le Président, mesdames, messieurs,"
    assert len(timed) == len(SPEECH)


def test_a_document_has_two_languages_side_by_side_and_says_which() -> None:
    meant = (Cue(0.6, 5.0, "شكرا لكم."), Cue(9.0, 10.0, "الماء والأرض"))
    data = write_captions(CaptionFormat.BILINGUAL, meant, "ar", source=Column(SPEECH, "fr"))
    rows = [[cell.text for cell in row.cells] for row in Document(BytesIO(data)).tables[0].rows]
    assert rows[1:] == [
        ["0:00:00.5", "Monsieur le Président, mesdames, messieurs,", ""],
        ["0:00:02.8", "nous vous remercions.", "شكرا لكم."],
        ["0:00:07.0", "Deux points :", ""],
        ["0:00:09.1", "– l’eau & la terre < 3 %", "الماء والأرض"],
    ]
    arabic = Document(BytesIO(data)).tables[0].rows[2].cells[2].paragraphs[0]
    marks = {etree.QName(element).localname for element in arabic._p.iter()}
    assert {"bidi", "rtl", "lang", "rFonts"} <= marks
    assert docx_metadata(clean_docx(data)) == []
