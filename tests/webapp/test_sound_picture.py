"""The picture of a recording's sound: its shapes fit the drawing, and the same is said in words."""

import re
from dataclasses import replace

import pytest

from pipeline.media.hearing import SoundSeries
from pipeline.media.report import AudioFacts, IntakeReport, VideoFacts
from tests.fixtures.panels import hand_in, load_plan, session_plan, statement_of
from webapp.i18n import written_in
from webapp.sound_picture import HEIGHT, WIDTH, draw_sound
from webapp.wording.measured_facts import measured_facts, sound_words

VIDEO = VideoFacts(0, "h264", 1920, 1080, 29.97, "30000/1001", 900, 0, 0.0, False, "yuv420p", "bt709", "bt709", "bt709")
AUDIO = AudioFacts(1, "aac", 2, 48000, "eng", 0.0, -27.4, -3.2)
SERIES = SoundSeries(1.0, (0.0, 0.5, 1.0, 0.5), (-70.0, -23.0, -5.0, 3.0))
REPORT = IntakeReport(
    (),
    4.0,
    "mov",
    VIDEO,
    AUDIO,
    series=SERIES,
    silences=((0.0, 1.2), (3.0, 4.0)),
    trim=(1.0, 4.0),
)


def _points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_shapes_lie_in_the_drawing():
    drawn = draw_sound(REPORT)
    for x, y in [*_points(drawn.wave), *_points(drawn.loudness)]:
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
    assert len(_points(drawn.loudness)) == 4
    assert len(_points(drawn.wave)) == 8


def test_louder_is_higher_and_the_target_lies_where_its_loudness_does():
    drawn = draw_sound(REPORT)
    heights = [y for _, y in _points(drawn.loudness)]
    assert heights == sorted(heights, reverse=True)
    assert heights[1] == pytest.approx(drawn.target_y, abs=0.1)


def test_silences_and_what_a_trim_leaves_out_are_marked():
    drawn = draw_sound(REPORT)
    assert [(span.x, span.width) for span in drawn.silences] == [(0.0, 180.0), (450.0, 150.0)]
    assert [(span.x, span.width) for span in drawn.cuts] == [(0.0, 150.0)]
    assert draw_sound(replace(REPORT, trim=None)).cuts == ()


@pytest.mark.parametrize("report", [IntakeReport((), 4.0), replace(REPORT, series=SoundSeries(0.1, (), ()))])
def test_without_sound_there_is_no_picture(report):
    assert draw_sound(report) is None


def test_a_recording_of_zero_length_is_no_division(portal):
    assert draw_sound(replace(REPORT, duration_seconds=0.0)) is None


def test_the_picture_is_told_in_words(portal):
    with portal.test_request_context(), written_in("en"):
        words = sound_words(REPORT)
        assert words.startswith("On the whole it has -27.4 LUFS. Silent: 0:00–0:01 (1.2 s); 0:03–0:04 (1 s).")
        assert "Outside of 0:01–0:04 nothing is heard" in words
        assert "no longer silence" in sound_words(replace(REPORT, silences=(), trim=None))
        facts = dict(measured_facts(REPORT))
        assert facts["Picture"] == "1920 × 1080, 30 pictures per second, h264"
        assert facts["Loudness"] == "-27.4 LUFS, true peak -3.2 dBTP"
        assert facts["Checked"] == "sound only; the pictures follow"


def test_staff_see_the_picture_and_its_words(anna, sqlite_database, now):
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        facts = REPORT.to_json()
        recording.verdict, recording.findings, recording.report = REPORT.verdict, facts.pop("findings"), facts
    page = anna.get("/staff/statements/1/").text
    assert re.search(r'<svg[^>]+role="img"[^>]+aria-labelledby="sound-words"', page)
    assert page.count('class="sound-silence"') == 2
    assert 'id="sound-words"' in page
    assert 'style="' not in page
