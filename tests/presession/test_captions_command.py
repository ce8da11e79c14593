"""`presession captions lint`: exit codes, JSON and plain words with the place."""

import json

import pytest
from click.testing import CliRunner

from presession.cli import main

GOOD = "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nWe thank Ms Kalyati\nfor her 42 reports.\n"
BAD = (
    GOOD + "\n00:00:03.500 --> 00:00:04.000\nThis subtitle is far too long for the half second in which it is shown.\n"
)
SPOKEN = "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nNous remercions Mme Kalyati\npour ses 24 rapports.\n"


@pytest.fixture
def lint(tmp_path):
    def run(name, text, *options, **others):
        for other, content in {name: text, **others}.items():
            (tmp_path / other).write_text(content, encoding="utf-8")
        return CliRunner().invoke(main, ["captions", "lint", str(tmp_path / name), *options])

    return run


def test_subtitles_that_keep_the_rules_pass(lint):
    done = lint("statement.en.vtt", GOOD)
    assert done.exit_code == 0
    assert done.output == "statement.en.vtt (subtitles: 1): nothing to say.\n"


def test_each_complaint_names_the_place_and_what_to_do(lint):
    done = lint("statement.en.vtt", BAD, "--duration", "3.8")
    assert done.exit_code == 3
    lines = done.output.splitlines()
    assert lines[0] == "statement.en.vtt (subtitles: 2): 4 to mend, 1 to look at."
    assert all(line.startswith("   2    0:03.500  ") for line in lines[1:])
    assert "Line 1 has 71 characters, at most 42. Break the lines anew" in done.output
    assert "142 characters a second are too fast to read, at most 23." in done.output
    assert "It ends 0.2 s after the recording." in done.output


def test_speed_of_the_words_spoken_is_only_a_warning(lint):
    fast = GOOD.replace("00:00:03.500", "00:00:02.500")
    assert lint("statement.en.vtt", fast).exit_code == 3
    done = lint("statement.en.vtt", fast, "--kind", "transcript")
    assert done.exit_code == 0
    assert "warn  26 characters a second" in done.output


def test_numbers_and_names_are_compared_with_the_words_spoken(lint, tmp_path):
    spoken = tmp_path / "spoken.vtt"
    spoken.write_text(SPOKEN, encoding="utf-8")
    done = lint("statement.en.vtt", GOOD, "--source", str(spoken), "--source-language", "fr", "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (report["cues"], report["stops"], report["warnings"]) == (1, 0, 2)
    assert [(found["rule"], found["values"]) for found in report["complaints"]] == [
        ("number_missing", {"number": "24"}),
        ("number_added", {"number": "42"}),
    ]
    assert report["complaints"][0]["cue"] == 1
    assert report["complaints"][0]["start_seconds"] == 1.0


def test_the_language_has_to_be_known(lint):
    done = lint("subtitles.vtt", GOOD)
    assert done.exit_code == 2
    assert "Say in which language “subtitles.vtt” is, for example --language fr." in done.output
    assert lint("subtitles.vtt", GOOD, "--language", "en").exit_code == 0


def test_what_is_no_subtitle_file_is_refused_with_a_sentence(lint):
    done = lint("statement.en.vtt", "Dear all, please find attached…\n")
    assert done.exit_code == 3
    assert "Error:" in done.output
