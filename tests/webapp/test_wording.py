"""Every code that can reach a screen has its words, with the values that come with it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

import workers.steps
from pipeline.captions.encodings import Reading
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.jobs import FailureCode, JobKind, JobState, Queue
from pipeline.domain.languages import INTERFACE_LANGUAGES
from pipeline.domain.limits import Limit
from pipeline.domain.speaker_tables import Column, read_speaker_table
from pipeline.domain.standings import Standing
from pipeline.records.tables import Event
from pipeline.services.board_lines import Obstacle, Show
from pipeline.services.board_waits import Wait, WaitReason
from pipeline.services.events import EVENT_NAMES
from webapp.i18n import written_in
from webapp.readiness import State
from webapp.wording.events import event_words
from webapp.wording.failures import Doer, doer_words, failure_code_words
from webapp.wording.findings import speaker_sentence, staff_sentence
from webapp.wording.guidance import statement_parts
from webapp.wording.staff_panels import column_words, problems_told
from webapp.wording.standings import obstacle_words, show_words, standing_words, tone_of
from webapp.wording.subtitles import refusal_words
from webapp.wording.work import (
    age_words,
    job_state_words,
    kind_of_work_words,
    part_state_words,
    queues_words,
    stage_words,
    wait_words,
)

pytestmark = pytest.mark.slow

LIMIT = Limit(300, 420, 10)

TOO_LONG = {"duration_seconds": 451.2, "max_seconds": 420, "by_seconds": 31.2}
SILENT_ENDS = {"silence_at_start_seconds": 20.0, "silence_at_end_seconds": 14.5, "is_trimming_enough": True}

FINDINGS = [
    Finding(FindingCode.EMPTY),
    Finding(FindingCode.UNREADABLE),
    Finding(FindingCode.TRUNCATED, {"found_seconds": 83.2, "expected_seconds": 361.0}),
    Finding(FindingCode.TRUNCATED, {"found_seconds": 83.2}),
    Finding(FindingCode.TRUNCATED, {"found_seconds": 0.0}),
    Finding(FindingCode.TRUNCATED, {"reason": "no_index"}),
    Finding(FindingCode.DAMAGED, {"stream": "video", "share": 0.3141, "errors": 12}),
    Finding(FindingCode.DAMAGED, {"stream": "audio", "share": 0.3141, "errors": 1, "lost_seconds": 12.5}),
    Finding(FindingCode.DAMAGED, {"stream": "video", "reason": "slow"}),
    Finding(FindingCode.DAMAGED, {"stream": "audio", "reason": "crash"}),
    Finding(FindingCode.ENCRYPTED),
    Finding(FindingCode.NO_VIDEO, {"reason": "image"}),
    Finding(FindingCode.NO_VIDEO, {"reason": "sound"}),
    Finding(FindingCode.NO_VIDEO, {"reason": "cover_only"}),
    Finding(FindingCode.NO_VIDEO, {"reason": "too_small", "width": 16, "height": 16}),
    Finding(FindingCode.UNDECODABLE, {"stream": "video", "codec": "prores"}),
    Finding(FindingCode.UNDECODABLE, {"stream": "audio", "codec": "unknown", "reason": "crash"}),
    Finding(FindingCode.TOO_SHORT, {"duration_seconds": 41.2, "min_seconds": 300, "by_seconds": 258.8}),
    Finding(FindingCode.TOO_LONG, TOO_LONG),
    Finding(FindingCode.TOO_LONG, {**TOO_LONG, **SILENT_ENDS}),
    Finding(FindingCode.TOO_LONG, {**TOO_LONG, "silence_at_start_seconds": 0.4, "silence_at_end_seconds": 14.5}),
    Finding(FindingCode.TOO_LONG, {**TOO_LONG, "silence_at_start_seconds": 12.0, "silence_at_end_seconds": 0.0}),
    Finding(FindingCode.TOO_LARGE_PICTURE, {"width": 8192, "height": 4320}),
    Finding(FindingCode.TOO_MANY_STREAMS, {"streams": 40}),
    Finding(FindingCode.TOO_LARGE_FILE, {"bytes": 5_000_000_000, "max_bytes": 4_294_967_296}),
    Finding(FindingCode.NO_AUDIO),
    Finding(FindingCode.SILENT),
    Finding(FindingCode.QUIET, {"loudness_lufs": -41.3}),
    Finding(FindingCode.CLIPPED, {"share": 0.0021}),
    Finding(FindingCode.NOISY, {"below_voice_db": 9.6}),
    Finding(FindingCode.LONG_SILENCE, {"seconds": 12.3}),
    Finding(FindingCode.BLACK, {"seconds": 4.0}),
    Finding(FindingCode.FROZEN, {"seconds": 75.0}),
    Finding(FindingCode.LOW_RESOLUTION, {"width": 320, "height": 240}),
    Finding(FindingCode.PORTRAIT, {"width": 1080, "height": 1920}),
    Finding(FindingCode.VERTICAL_CROP, {"share": 0.32, "width": 608, "height": 1080}),
    Finding(FindingCode.WIDE_BORDERS, {"share": 0.4, "width": 800, "height": 600}),
    Finding(FindingCode.DARK, {"share": 0.97}),
    Finding(FindingCode.SOUND_INCOMPLETE, {"missing_at_start_seconds": 0.0, "missing_at_end_seconds": 9.5}),
    Finding(FindingCode.SOUND_INCOMPLETE, {"missing_at_start_seconds": 12.0, "missing_at_end_seconds": 0.0}),
    Finding(FindingCode.ONE_SIDED_SOUND, {"side": "left"}),
    Finding(FindingCode.ONE_SIDED_SOUND, {"side": "right"}),
    Finding(FindingCode.DAMAGED_SLIGHTLY, {"stream": "audio", "share": 0.0, "errors": 3, "lost_seconds": 0.0}),
    Finding(FindingCode.DAMAGED_SLIGHTLY, {"stream": "video", "share": 0.01, "errors": 3}),
    Finding(FindingCode.VARIABLE_FRAME_RATE, {"frame_rate": 23.71, "longest_gap_seconds": 0.4}),
    Finding(FindingCode.SEVERAL_AUDIO_TRACKS, {"tracks": 2, "languages": ["eng", "und"]}),
]

REFUSALS = [
    SubtitlesRefused(SubtitleProblem.TOO_LARGE_FILE, limit=2_000_000),
    SubtitlesRefused(SubtitleProblem.ENCODING, line=4),
    SubtitlesRefused(SubtitleProblem.UNKNOWN_ENCODING, line=4, readings=(Reading("cp1252", "Western", "été"),)),
    SubtitlesRefused(SubtitleProblem.WRONG_ENCODING, line=4, encoding="cp1252"),
    SubtitlesRefused(SubtitleProblem.CONTROL_CHARACTER, line=4, character="U+0000"),
    SubtitlesRefused(SubtitleProblem.DAMAGED_TEXT, line=4),
    SubtitlesRefused(SubtitleProblem.NOT_SUBTITLES),
    SubtitlesRefused(SubtitleProblem.NO_CUES),
    SubtitlesRefused(SubtitleProblem.TOO_MANY_CUES, limit=5000),
    SubtitlesRefused(SubtitleProblem.TEXT_WITHOUT_TIME, line=4),
    SubtitlesRefused(SubtitleProblem.BAD_TIMING, line=4),
    SubtitlesRefused(SubtitleProblem.BEFORE_START, cue=3, line=9),
    SubtitlesRefused(SubtitleProblem.BACKWARDS, cue=3, line=9),
    SubtitlesRefused(SubtitleProblem.BEYOND_VIDEO, cue=3, line=None, seconds=99.5, duration=61.0),
    SubtitlesRefused(SubtitleProblem.TOO_LARGE_CUE, cue=3, line=9, limit=2000),
    SubtitlesRefused(SubtitleProblem.BAD_XML, line=4),
    SubtitlesRefused(SubtitleProblem.UNSAFE_XML, line=4),
    SubtitlesRefused(SubtitleProblem.BAD_TTML_TIME, line=4),
    SubtitlesRefused(SubtitleProblem.COMPLEX_XML, line=4),
    SubtitlesRefused(SubtitleProblem.BAD_SUBSTATION_TIME, line=4),
    SubtitlesRefused(SubtitleProblem.MIXED_ENCODINGS, line=4),
]


@pytest.fixture(params=INTERFACE_LANGUAGES)
def reader(request, portal: Flask):
    """A request of a reader of each language."""
    with portal.test_request_context(), written_in(request.param):
        yield request.param


def _are_sentences(words: list[str]) -> bool:
    """There, with every value filled in."""
    return all(len(text) > 2 and "%(" not in text for text in words)


def test_every_code_is_among_those_tried():
    assert {finding.code for finding in FINDINGS} == set(FindingCode)
    assert {refused.code for refused in REFUSALS} == set(SubtitleProblem)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code.value)
def test_findings_are_told_to_staff_and_to_speakers(reader, finding):
    assert _are_sentences([staff_sentence(finding), speaker_sentence(finding, LIMIT)])


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.code.value)
def test_staff_read_the_measured_value(portal, finding):
    measured = any(isinstance(value, int | float) and value > 0 for value in finding.values.values())
    with portal.test_request_context(), written_in("en"):
        assert re.search(r"\d", staff_sentence(finding)) or not measured


def _too_long(language: str, **silence: object) -> str:
    with written_in(language):
        return speaker_sentence(Finding(FindingCode.TOO_LONG, {**TOO_LONG, **silence}), LIMIT)


def test_too_long_says_what_to_cut(portal):
    with portal.test_request_context():
        enough = _too_long("en", **SILENT_ENDS)
        assert "Nothing is heard in its first 20 s and in its last 14.5 s. It is enough to leave that out" in enough
        assert "in its last 9 s. Leave that out first; the rest" in _too_long("en", silence_at_end_seconds=9.0)
        assert "has to be left out, or record it again" in _too_long("en", silence_at_start_seconds=0.5)
        assert "20 s" in _too_long("fr", silence_at_start_seconds=20.0)


@pytest.mark.parametrize("refused", REFUSALS, ids=lambda refused: refused.code.value)
def test_refused_subtitles_are_explained(reader, refused):
    assert _are_sentences([refusal_words(refused)])


def test_standings_filters_and_obstacles_have_words(reader):
    words = [standing_words(standing, 0.5) for standing in Standing]
    words += [show_words(show) for show in Show] + [obstacle_words(obstacle) for obstacle in Obstacle]
    assert _are_sentences(words)
    assert len({standing_words(standing) for standing in Standing}) == len(Standing)
    assert all(tone_of(standing) for standing in Standing)


def test_waits_states_and_failures_have_words(reader):
    at = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    words = [wait_words(Wait(reason, until=at, since=at, ahead=2)) for reason in WaitReason]
    words.append(wait_words(Wait(WaitReason.NO_WORKER)))
    words += [job_state_words(state) for state in JobState] + [queues_words([queue]) for queue in Queue]
    words += [part_state_words(state) for state in State] + [doer_words(doer) for doer in Doer]
    words += [failure_code_words(code) for code in FailureCode] + [kind_of_work_words(kind) for kind in JobKind]
    words += [age_words(timedelta(seconds=seconds)) for seconds in (1, 100, 10_000, 1_000_000)]
    assert _are_sentences(words)
    assert len(set(words)) == len(words)
    assert all(failure_code_words(code) != code for code in FailureCode)


def test_a_table_may_be_headed_as_the_screens_name_its_columns(reader):
    head = ";".join(column_words(column) for column in Column)
    read = read_speaker_table(f"{head}\nMW;Grace;Water;CSO;en;;;\n".encode())
    assert (read.problems, read.ignored) == ((), ())


def test_what_is_wrong_with_many_lines_alike_is_told_once(portal):
    table = "country,name,organisation,language\n" + "MW,Grace,Water,Klingonish\n" * 20 + "MW,,Water,en\n"
    with portal.test_request_context(), written_in("en"):
        languages, names = problems_told(read_speaker_table(table.encode()).problems)
    assert languages.place == "Lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 8 more, Language spoken"
    assert names.place == "Line 22, Name"


def test_every_stage_that_a_step_tells_has_words(reader):
    told = {stage for path in STEPS.glob("*.py") for stage in _STAGE.findall(path.read_text(encoding="utf-8"))}
    assert {"fetching", "encoding", "cards"} <= told
    assert _are_sentences([stage_words(stage) for stage in told])


STEPS = Path(workers.steps.__file__).parent
_STAGE = re.compile(r'\.(?:progress\(|report\([^,]+, )"(\w+)"')


def test_every_event_in_a_statements_history_has_words(reader):
    shown = [name for name in EVENT_NAMES if name.split(".")[0] in HISTORY]
    for name in shown:
        assert event_words(Event(name=name, facts={"language": "fr", "item": "name", "kind": "invitation"})) != name


HISTORY = {"link", "mail", "recording", "statement", "consent", "upload", "track", "sheet", "job"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Your recording is 7:31 min long; at most 7:00 min are allowed, so it is 31.2 s too long."),
        ("fr", "31,2 s"),
        ("es", "31,2 s"),
        ("ar", "31.2 ث"),
        ("ru", "31,2 с"),
    ],
)
def test_a_measured_value_stands_in_the_sentence(portal, language, words):
    finding = next(one for one in FINDINGS if one.code is FindingCode.TOO_LONG)
    with portal.test_request_context(), written_in(language):
        assert words in speaker_sentence(finding, LIMIT)


def test_the_parts_of_a_statement_fit_its_limit(portal):
    with portal.test_request_context(), written_in("en"):
        assert [part.length for part in statement_parts(LIMIT)] == ["30 s", "30 s", "30 s", "3:00 min", "1:30 min"]
