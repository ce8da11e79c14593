"""What the demonstration is made of: texts, the story, voices, sample recordings, subtitles, reading pages."""

import json
from dataclasses import replace

import pytest

from config.settings import CONFIG_DIR
from pipeline.captions.reading import read_subtitles
from pipeline.domain.findings import FindingCode, Verdict
from pipeline.domain.limits import Limit
from pipeline.processes import run_program
from presession.demo.pages import PageUnexpected, read_portal_page
from presession.demo.samples import make_sample
from presession.demo.story import FIRST_TAKES, SECOND_TAKES, Take, VideoForm
from presession.demo.subtitles import write_subtitles
from presession.demo.texts import demo_plan, demo_statements
from presession.demo.voices import SAMPLE_RATE, read_aloud

PLAN = demo_plan(CONFIG_DIR / "sessions")
STATEMENTS = {statement.name: statement for statement in demo_statements(PLAN)}


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_is_written_in_three_languages_with_two_recommendations(name):
    statement = STATEMENTS[name]
    assert all(tuple(phrase) == ("en", "fr", "es") for phrase in statement.phrases)
    assert len(statement.recommendations) == 2
    assert 60 <= sum(len(phrase[statement.language].split()) for phrase in statement.phrases) <= 100


def test_the_story_holds_what_a_session_meets():
    takes = (*FIRST_TAKES, *SECOND_TAKES)
    assert [take.statement for take in FIRST_TAKES] == list(STATEMENTS)
    assert any(take.form.height > take.form.width for take in takes)
    assert any(take.form.is_from_browser for take in takes)
    assert [take.verdict for take in takes if take.is_too_long] == [Verdict.REFUSED]
    assert any(FindingCode.NO_AUDIO in take.findings and take.send_back_reason for take in takes)
    assert any(take.is_interrupted for take in takes)
    assert len({(take.form.width, take.form.height, take.form.frame_rate) for take in takes}) >= 8
    assert {take.statement for take in SECOND_TAKES} == {t.statement for t in FIRST_TAKES if t.send_back_reason}


@pytest.mark.slow
def test_phrases_are_timed_as_they_are_heard(tmp_path):
    statement = replace(STATEMENTS["hn-2"], phrases=STATEMENTS["hn-2"].phrases[:3])
    reading = read_aloud(statement, at_least_seconds=12, work_dir=tmp_path)
    assert 12 <= reading.duration_seconds < 18
    assert [phrase.index for phrase in reading.phrases][:4] == [0, 1, 2, 0]
    for phrase in reading.phrases:
        spoken = reading.sound[round(phrase.start_seconds * SAMPLE_RATE) : round(phrase.end_seconds * SAMPLE_RATE)]
        assert abs(spoken.astype(int)).max() > 1000
    between = reading.sound[round(reading.phrases[0].end_seconds * SAMPLE_RATE) :][: SAMPLE_RATE // 5]
    assert abs(between.astype(int)).max() == 0


@pytest.mark.slow
def test_a_sample_is_made_once_and_as_its_form_says(tmp_path):
    take = Take("lu-1", VideoForm(160, 90, "10", container="webm"))
    statement = replace(STATEMENTS["lu-1"], phrases=STATEMENTS["lu-1"].phrases[-2:])
    limit = Limit(1, 60)
    sample = make_sample(take, statement, limit=limit, samples_dir=tmp_path, ffmpeg="ffmpeg")
    made_at = sample.path.stat().st_mtime_ns
    assert make_sample(take, statement, limit=limit, samples_dir=tmp_path, ffmpeg="ffmpeg") == sample
    assert sample.path.stat().st_mtime_ns == made_at
    probe = run_program(
        ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(sample.path)],
        deadline_seconds=30,
    )
    facts = json.loads(probe.stdout)
    assert {stream["codec_name"] for stream in facts["streams"]} == {"vp8", "opus"}
    assert "duration" not in facts["format"]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".webm"]


@pytest.mark.slow
def test_subtitle_files_follow_the_voice_and_are_taken_by_our_own_reader(tmp_path):
    statement = replace(STATEMENTS["hn-2"], phrases=STATEMENTS["hn-2"].phrases[:2])
    take = Take("hn-2", VideoForm(160, 90, "10"))
    sample = make_sample(take, statement, limit=Limit(1, 60), samples_dir=tmp_path, ffmpeg="ffmpeg")
    cues = read_subtitles(write_subtitles(statement, sample, "fr").encode())
    assert [cue.text.replace("\n", " ") for cue in cues] == [phrase["fr"] for phrase in statement.phrases]
    assert cues[1].start_seconds == pytest.approx(sample.phrases[1].start_seconds, abs=0.001)


PAGE = """<!doctype html><form method="post" action="/a/link?x=1#top">
<input type="hidden" name="csrf_token" value="t&amp;1"><input type="file" name="file">
<input type="radio" name="name" value="public"><input type="radio" name="name" value="nobody" checked>
<select name="language"><option value="en">E</option><option value="fr" selected>F</option></select>
<textarea name="reason">
as &lt;before</textarea></form>
<form method="post"><button>Go</button></form>
<input id="link" value="http://x/s/t"><video src="media/master.m3u8"></video>
<script type="application/json" data-part="upload-config">{"endpoint": "/uploads/"}</script>"""


def test_a_page_is_read_as_its_visitor_uses_it():
    page = read_portal_page(PAGE, "http://portal/dir/")
    form = page.forms[0]
    assert form.action == "http://portal/a/link?x=1"
    assert form.fields == {"csrf_token": "t&1", "name": "nobody", "language": "fr", "reason": "as <before"}
    assert form.choices == {"name": ["public", "nobody"], "language": ["en", "fr"]}
    assert page.own_form() is page.forms[1]
    assert page.value("link") == "http://x/s/t"
    assert page.sources == ["http://portal/dir/media/master.m3u8"]
    assert page.block("upload-config") == {"endpoint": "/uploads/"}


@pytest.mark.parametrize("ask", [lambda p: p.form("/nothing"), lambda p: p.value("no"), lambda p: p.block("no")])
def test_what_a_page_lacks_is_said(ask):
    with pytest.raises(PageUnexpected, match="A page of the portal"):
        ask(read_portal_page(PAGE, "http://portal/"))
