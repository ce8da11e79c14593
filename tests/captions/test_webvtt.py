"""The WebVTT that we write: canonical, read back the same, right in every segment."""

import re
from itertools import accumulate, pairwise

import pysubs2
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.captions.cues import Cue, in_order, milliseconds, plain_text
from pipeline.captions.mojibake import first_garbled_line
from pipeline.captions.reading import read_subtitles
from pipeline.captions.webvtt import segment_webvtt, write_webvtt
from tests.captions import strategies

HEADER = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"

many_cues = st.lists(strategies.cues(), min_size=1, max_size=12)
durations = st.lists(st.integers(1, 8000).map(lambda value: value / 1000), max_size=12)


def test_a_file_is_a_header_and_cues_with_times_and_text() -> None:
    cues = [Cue(3661.5, 3662, "Then"), Cue(0, 1.25, "R&D <b>\nis --> done")]
    assert write_webvtt(cues) == (
        "WEBVTT\n"
        "\n00:00:00.000 --> 00:00:01.250\nR&amp;D &lt;b&gt;\nis --&gt; done\n"
        "\n01:01:01.500 --> 01:01:02.000\nThen\n"
    )


def test_no_cues_are_a_header() -> None:
    assert write_webvtt([]) == "WEBVTT\n"


@given(many_cues)
def test_reading_gives_back_what_was_written(cues: list[Cue]) -> None:
    written = write_webvtt(cues)
    assume(first_garbled_line(written.split("\n")) is None)  # “Â a” is refused as damaged, whoever wrote it
    assert read_subtitles(written.encode()) == in_order(cues)
    assert write_webvtt(read_subtitles(written.encode())) == written


@given(many_cues)
def test_the_file_does_not_depend_on_the_order_of_different_times(cues: list[Cue]) -> None:
    by_times = {(cue.start_seconds, cue.end_seconds): cue for cue in cues}
    assert write_webvtt(by_times.values()) == write_webvtt(reversed(by_times.values()))


@given(many_cues)
def test_nothing_in_a_file_could_be_markup_or_an_identifier(cues: list[Cue]) -> None:
    for block in write_webvtt(cues).split("\n\n")[1:]:
        timing, *text = block.rstrip("\n").split("\n")
        assert re.fullmatch(r"\d{2,}:\d\d:\d\d\.\d{3} --> \d{2,}:\d\d:\d\d\.\d{3}", timing)
        assert text
        assert not re.search(r"<|>|&(?!(amp|lt|gt);)", "\n".join(text))


def test_another_reader_sees_the_same_times_and_words() -> None:
    cues = (Cue(0.5, 2.75, "Première ligne\nseconde"), Cue(3600, 3601.001, "ދިވެހި"))
    events = pysubs2.SSAFile.from_string(write_webvtt(cues), format_="vtt").events
    assert [(event.start / 1000, event.end / 1000, event.plaintext) for event in events] == [
        (cue.start_seconds, cue.end_seconds, cue.text) for cue in cues
    ]


def test_a_cue_stands_in_every_segment_that_it_overlaps() -> None:
    first, across, edge, late = Cue(0, 1, "a"), Cue(3.5, 8.2, "b"), Cue(4, 8, "c"), Cue(8.4, 9, "d")
    segments = segment_webvtt([late, edge, across, first], [4.0, 4.0, 0.5])
    written = [HEADER + write_webvtt(cues).removeprefix("WEBVTT\n") for cues in ([first, across], [across, edge])]
    assert segments == (*written, HEADER + write_webvtt([across, late]).removeprefix("WEBVTT\n"))


def test_a_segment_without_cues_is_a_header() -> None:
    assert segment_webvtt([], [4.0, 4.0]) == (HEADER, HEADER)
    assert segment_webvtt([Cue(5, 6, "a")], [4.0, 4.0, 4.0])[::2] == (HEADER, HEADER)


def test_no_segments_hold_nothing() -> None:
    assert segment_webvtt([Cue(0, 1, "a")], []) == ()


def test_what_lies_beyond_the_media_stands_in_the_last_segment() -> None:
    assert "late" in segment_webvtt([Cue(30, 31, "late")], [4.0, 4.0])[1]


@pytest.mark.parametrize("duration", [4.0, 4.004, 3.84, 2.002])
def test_the_sum_of_many_lengths_does_not_drift(duration: float) -> None:
    count = 400
    cues = [Cue(round(turn * duration, 3), round((turn + 1) * duration, 3), f"cue{turn}") for turn in range(count)]
    segments = segment_webvtt(cues, [duration] * count)
    for turn, segment in enumerate(segments):
        assert re.findall(r"cue\d+", segment) == [f"cue{turn}"]


@given(many_cues, durations)
def test_each_segment_holds_exactly_what_overlaps_it(cues: list[Cue], lengths: list[float]) -> None:
    segments = segment_webvtt(cues, lengths)
    assert len(segments) == len(lengths)
    edges = [milliseconds(edge) for edge in accumulate(lengths, initial=0.0)]
    for number, ((begin, end), segment) in enumerate(zip(pairwise(edges), segments, strict=True)):
        is_last = number == len(segments) - 1
        inside = [
            cue
            for cue in in_order(cues)
            if (is_last or milliseconds(cue.start_seconds) < end) and milliseconds(cue.end_seconds) > begin
        ]
        assert segment == HEADER + write_webvtt(inside).removeprefix("WEBVTT\n")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (-0.001, 1, "a"),
        (1, 1, "a"),
        (1, 1.0004, "a"),
        (2, 1, "a"),
        (0, float("inf"), "a"),
        (float("nan"), 1, "a"),
        (0, 1, ""),
        (0, 1, "a\n\nb"),
        (0, 1, " a"),
        (0, 1, "a\r\nb"),
        (0, 1, "a\0"),
        (0, 1, "\ud800"),
    ],
)
def test_what_is_no_cue_cannot_be_made(start: float, end: float, text: str) -> None:
    with pytest.raises(ValueError, match="cue"):
        Cue(start, end, text)


@given(st.text())
def test_plain_text_is_plain_at_once(raw: str) -> None:
    once = plain_text(raw)
    assert plain_text(once) == once
