"""Tables of speakers: whatever spreadsheets write is read, every mistake is found, and what we write reads the same."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.conference_exports import table_of_export
from pipeline.domain.delimited_text import NoTable, TextProblem, guard_cell, read_delimited, write_delimited
from pipeline.domain.named_codes import GENDERS, country_code, gender_word, language_code
from pipeline.domain.pre_sessions import SpeakerKind, SpeakerPlan
from pipeline.domain.speaker_tables import (
    CellProblem,
    Column,
    merged,
    read_speaker_table,
    write_speaker_table,
)

ROWS = [
    ["Pays", "Nom", "Organisation", "Type", "Langue", "Thème", "Courriel", "Genre", "Remarque"],
    [
        "Côte d’Ivoire",
        "Zoé Ébène",
        "Ligue, des droits; humains",
        "INDH",
        "français",
        "Eau\tpotable",
        "z@example.org",
        "F",
        "x",
    ],
    ["MW", 'Ana "la" Prueba', "Foro", "", "en", "", "", "", ""],
]


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def as_text(separator: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(ROWS)
    return written.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_whatever_a_spreadsheet_writes_is_read(separator, encoding):
    text = as_text(separator).replace("\t", " ") if separator != "\t" else as_text(separator)
    read = read_speaker_table(text.encode(encoding))
    tab = [problem for problem in read.problems if problem.problem is CellProblem.NOT_ONE_LINE]
    assert len(tab) == (separator == "\t")
    by_line = {line.line: line for line in read.lines}
    if separator != "\t":
        assert by_line[2].country == "CI"
        assert by_line[2].values[Column.ORGANISATION] == "Ligue, des droits; humains"
        assert by_line[2].values[Column.NAME] == "Zoé Ébène"
        assert (by_line[2].values[Column.KIND], by_line[2].values[Column.GENDER]) == ("nhri", "woman")
    assert by_line[3].values[Column.NAME] == 'Ana "la" Prueba'
    assert (by_line[3].values[Column.KIND], by_line[3].values[Column.EMAIL]) == ("cso", "")
    assert read.ignored == ("Remarque",)
    assert read.is_guessed == (encoding == "cp1252")


HEAD = "country,name,organisation,language,email"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["country,name,organisation"], (CellProblem.COLUMN_MISSING, 1, Column.LANGUAGE)),
        (["country,name,organisation,language,langue"], (CellProblem.COLUMN_TWICE, 1, Column.LANGUAGE)),
        ([HEAD, "", "Malawi,,Org,en,"], (CellProblem.EMPTY, 3, Column.NAME)),
        ([HEAD, "Atlantis,A,Org,en,"], (CellProblem.UNKNOWN_COUNTRY, 2, Column.COUNTRY)),
        ([HEAD, "MW,A,Org,Atlantish,"], (CellProblem.UNKNOWN_LANGUAGE, 2, Column.LANGUAGE)),
        ([HEAD, "MW,A,Org,en,a(at)b.org"], (CellProblem.WRONG_EMAIL, 2, Column.EMAIL)),
        ([HEAD, "MW," + "a" * 201 + ",Org,en,"], (CellProblem.TOO_LONG, 2, Column.NAME)),
        ([HEAD, 'MW,"A\nB",Org,en,'], (CellProblem.NOT_ONE_LINE, 2, Column.NAME)),
        ([HEAD, 'MW,"A",Org,en,', "MW,B,Org,en,,,more"], (CellProblem.TOO_MANY_CELLS, 3, None)),
        ([f"{HEAD},kind", "MW,A,Org,en,,king"], (CellProblem.UNKNOWN_KIND, 2, Column.KIND)),
    ],
)
def test_a_mistake_is_told_by_line_and_column(lines, expected):
    read = read_speaker_table(table(*lines))
    assert [(problem.problem, problem.line, problem.column) for problem in read.problems] == [expected]


def test_all_mistakes_are_told_at_once_and_lines_are_counted_as_in_the_file():
    read = read_speaker_table(table(HEAD, 'MW,"A\nB",Org,en,', "Atlantis,A,,en,x", "MW,C,Org,en,"))
    assert [(problem.line, problem.column) for problem in read.problems] == [
        (2, Column.NAME),
        (4, Column.COUNTRY),
        (4, Column.ORGANISATION),
        (4, Column.EMAIL),
    ]
    assert [line.line for line in read.lines] == [5]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", TextProblem.EMPTY),
        (b"\n \n", TextProblem.EMPTY),
        (b"PK\x03\x04workbook", TextProblem.NO_TEXT),
        (b"a,b\n\x00\x01,c", TextProblem.CONTROL_CHARACTER),
        (b'a,b\n"c,d\n', TextProblem.QUOTE_OPEN),
        (b"a" * 300_000, TextProblem.TOO_LARGE),
    ],
)
def test_what_is_no_table_is_refused(data, problem):
    with pytest.raises(NoTable) as refused:
        read_delimited(data)
    assert refused.value.problem is problem


def test_the_line_that_spreadsheets_put_before_the_table_is_understood():
    read = read_speaker_table(b"sep=;\r\ncountry;name;organisation;language\r\nMW;A, B;Org;en\r\n")
    assert [(line.line, line.values[Column.NAME]) for line in read.lines] == [(3, "A, B")]


@pytest.mark.parametrize(
    ("head", "cells", "name"),
    [
        ("prénom;nom", "Zoé;Ébène", "Zoé Ébène"),
        ("Nom;Prénom", "Ébène;Zoé", "Zoé Ébène"),
        ("Nombre;Apellidos", "Ana;de la Cruz", "Ana de la Cruz"),
        ("First name;Last name", ";Grace", "Grace"),
        ("First name;Last name;Full name", "Ana;Cruz;Dr Ana Cruz", "Dr Ana Cruz"),
    ],
)
def test_a_name_in_two_columns_is_one(head, cells, name):
    read = read_speaker_table(table(f"country;{head};ong;language", f"MW;{cells};Org;en"))
    assert [line.values[Column.NAME] for line in read.lines] == [name]
    assert [line.values[Column.ORGANISATION] for line in read.lines] == ["Org"]


def test_what_pasting_brings_along_makes_nobody_another_person():
    read = read_speaker_table(table(HEAD, "MW,Zoé\u00a0Ébène\u200b,\ufeffLigue\u202f: eau\u00ad,fr,"))
    assert read.problems == ()
    assert (read.lines[0].values[Column.NAME], read.lines[0].values[Column.ORGANISATION]) == (
        "Zoé Ébène",
        "Ligue : eau",
    )


def test_a_name_keeps_the_signs_without_form_that_its_letters_need():
    name = "علی\u200cرضا"
    assert read_speaker_table(table(HEAD, f"MW,{name},Org,fa,")).lines[0].values[Column.NAME] == name


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" =+-@'\",;"), max_size=30
)
LINES = WORDS.map(str.strip).filter(str.isprintable)


@given(st.lists(st.lists(LINES, min_size=2, max_size=4).filter(any), min_size=1, max_size=4), st.sampled_from(",;\t"))
def test_what_is_written_reads_the_same(rows, separator):
    head = ["one", "two", "three", "four"]
    read = read_delimited(write_delimited([head, *rows], separator))
    assert [list(line.cells) for line in read.lines[1:]] == rows


@given(LINES)
def test_no_cell_that_is_written_is_a_formula_whatever_is_taken_for_the_separator(text):
    guarded = guard_cell(text)
    for part in re.split("[,;\t]", guarded):
        assert not re.match(r"[\"\s]*[=+\-@＝＋－＠]", part)


def test_a_formula_is_what_the_guard_is_for():
    assert guard_cell('=HYPERLINK("http://x")') == '\'=HYPERLINK("http://x")'
    assert guard_cell("Water; =1+1") == "Water; '=1+1"
    assert guard_cell("Women's rights - now") == "Women's rights - now"


def test_speakers_are_written_and_read_as_they_are():
    plans = [
        ("MW", SpeakerPlan("Grace", "=Org", SpeakerKind.COALITION, "ny", "-a, -b", "g@example.org", "woman")),
        ("TR", SpeakerPlan("'Ali", "Ünlü; Örgüt", SpeakerKind.NHRI, "tr", "", "", "a word of theirs")),
    ]
    read = read_speaker_table(write_speaker_table(plans, ";"))
    assert [(line.country, merged(line.values, None)) for line in read.lines] == plans
    assert read.problems == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [("malawi", "MW"), ("Bolivia (Plurinational State of)", "BO"), ("États-Unis", "US"), ("tr", "TR"), ("Xland", None)],
)
def test_countries_are_known_by_code_and_name(text, code):
    assert country_code(text) == code


def test_languages_and_genders_are_known_by_word():
    assert [language_code(text) for text in ("FR", "inglés", "Mongolian", "x")] == ["fr", "en", "mn", None]
    assert [gender_word(text) for text in ("Femme", "M", "non-binary")] == list(GENDERS)
    assert gender_word("two-spirit") == "two-spirit"


EXPORTS = {
    "pretalx speakers": [
        {"ID": "A", "Name": "Ana", "E-Mail": "a@example.org", "Organisation": "Org", "Country": "MW", "Language": "en"}
    ],
    "pretalx api": {
        "results": [
            {
                "name": "Ana",
                "email": "a@example.org",
                "answers": [
                    {"question": {"question": {"en": "Country"}}, "answer": "Malawi"},
                    {"question": {"question": {"en": "Organisation"}}, "answer": "Org"},
                    {"question": {"question": {"en": "Language"}}, "answer": "English"},
                ],
            }
        ]
    },
    "indico": {
        "results": [
            {
                "contributions": [
                    {
                        "title": "Water",
                        "track": "Malawi",
                        "language": "en",
                        "speakers": [
                            {"first_name": "Ana", "last_name": "", "affiliation": "Org", "email": "a@example.org"}
                        ],
                    }
                ]
            }
        ]
    },
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_exports_of_other_systems_are_tables(kind):
    made = table_of_export(json.dumps(EXPORTS[kind]).encode())
    read = read_speaker_table(made)
    assert read.problems == ()
    (line,) = read.lines
    said = (line.country, line.values[Column.NAME], line.values[Column.ORGANISATION], line.values[Column.EMAIL])
    assert said == ("MW", "Ana", "Org", "a@example.org")


def test_a_schedule_lacks_organisations_and_they_are_asked_for():
    talk = {"title": "Water", "track": {"en": "Malawi"}, "language": "en", "persons": [{"public_name": "Ana"}]}
    schedule = {"schedule": {"conference": {"days": [{"rooms": {"Room": [talk]}}]}}}
    read = read_speaker_table(table_of_export(json.dumps(schedule).encode()))
    assert [(problem.problem, problem.column) for problem in read.problems] == [
        (CellProblem.EMPTY, Column.ORGANISATION)
    ]


@pytest.mark.parametrize("data", [b"{", b"{}", b"[]", b'{"schedule": 3}', b"[1, 2]", b"[" * 100_000])
def test_other_json_is_refused(data):
    with pytest.raises(NoTable):
        table_of_export(data)
