"""Times of speech become times for the screen; texts without times find the speaker's pauses."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.line_breaking import break_lines
from pipeline.captions.lint import lint_cues
from pipeline.captions.pauses import time_by_pauses
from pipeline.captions.splitting import split_text
from pipeline.captions.timing import fit_times
from pipeline.captions.widths import characters
from pipeline.captions.work_cues import WorkCue
from pipeline.domain.sheets import SheetKind
from tests.captions.statements import STATEMENTS

_SPAN = st.tuples(st.integers(-500, 60_000), st.integers(-50, 9000), st.text("ab ", min_size=1, max_size=84))
spoken = st.lists(_SPAN.map(lambda span: WorkCue(span[0], span[0] + span[1], span[2])), min_size=1, max_size=25)


def fitted(*cues: tuple[int, int, str], seconds: float = 60.0, kind: SheetKind = SheetKind.INTERPRETATION):
    done = fit_times([WorkCue(*cue) for cue in cues], "fr", kind, duration_seconds=seconds)
    return [(cue.start_ms, cue.end_ms) for cue in done]


def test_a_cue_stays_half_a_second_after_its_words():
    assert fitted((1000, 3000, "Merci."), (9000, 11_000, "Bien.")) == [(1000, 3500), (9000, 11_500)]


def test_longer_only_to_be_read():
    text = "x" * 34
    assert fitted((1000, 2000, text), (9000, 11_000, "Bien."))[0] == (1000, 3000)
    assert fitted((1000, 2000, text), (2500, 4500, "Bien."))[0] == (1000, 2420), "not into the next one"


def test_short_gaps_are_closed_and_others_left_wide_enough_to_be_seen():
    assert fitted((0, 2000, "Merci."), (2300, 4000, "Bien."))[0] == (0, 2220)
    assert fitted((0, 2000, "Merci."), (2800, 4500, "Bien."))[0] == (0, 2300)


def test_no_cue_outlasts_the_recording_or_seven_seconds():
    assert fitted((1000, 4000, "Merci."), seconds=4.2) == [(1000, 4200)]
    assert fitted((1000, 9500, "Merci.")) == [(1000, 8000)]


def test_words_that_come_too_fast_begin_early_or_push_the_next():
    first, second = fitted((2000, 2300, "Oui."), (2400, 5000, "Nous le voulons."))
    assert first[0] == 1500 and first[1] - first[0] >= 1000
    assert second[0] == first[1] + 80
    assert second[0] - 2400 < 200


@settings(max_examples=150, deadline=None)
@given(spoken, st.booleans(), st.integers(1, 70_000), st.sampled_from(SheetKind))
def test_whatever_the_times_of_speech_cues_follow_each_other_inside_the_recording(cues, is_sorted, end, kind):
    ordered = sorted(cues, key=lambda cue: cue.start_ms) if is_sorted else cues
    share = end // len(cues)
    if share < 2:
        with pytest.raises(ValueError, match="no room"):
            fit_times(ordered, "fr", kind, duration_seconds=end / 1000)
        return
    done = fit_times(ordered, "fr", kind, duration_seconds=end / 1000)
    assert [cue.text for cue in done] == [cue.text for cue in ordered]
    assert all(0 <= cue.start_ms < cue.end_ms <= end and cue.end_ms - cue.start_ms <= 7000 for cue in done)
    assert all(after.start_ms - before.end_ms >= (80 if share >= 160 else 0) for before, after in pairwise(done))
    if share >= 1080:
        assert all(cue.end_ms - cue.start_ms >= 1000 for cue in done)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar", "zh"])
def test_a_statement_read_at_a_usual_pace_breaks_no_rule(language):
    texts = split_text(STATEMENTS[language], language)
    pace = 4 if language == "zh" else 14
    cues, moment = [], 800
    for text in texts:
        end = moment + round(characters(text, language) / pace * 1000)
        cues.append(WorkCue(moment, end, break_lines(text, language)))
        moment = end + (600 if text.endswith((".", "。")) else 150)
    done = fit_times(cues, language, SheetKind.TRANSCRIPT, duration_seconds=moment / 1000)
    complaints = lint_cues(done, language, SheetKind.TRANSCRIPT, duration_seconds=moment / 1000)
    assert [(complaint.cue, complaint.sentence) for complaint in complaints] == []


def read_out(texts, *, pauses):
    """Spans of texts read at a pace that varies by a tenth, and the silences between and around them."""
    spans, silences, moment = [], [(0.0, 1.5)], 1.5
    for index, (text, pause) in enumerate(zip(texts, pauses, strict=True)):
        end = moment + len(text) / (15 + 1.5 * (-1) ** index)
        spans.append((moment, end))
        silences.append((end, end + pause))
        moment = end + pause
    return spans, silences, moment


def test_ends_of_sentences_find_their_pauses():
    texts = split_text(STATEMENTS["en"], "en")
    lengths = [0.9 if text.endswith(".") else 0.3 if text.endswith((",", ";", ":")) else 0.0 for text in texts]
    spans, silences, duration = read_out(texts, pauses=lengths)
    found = time_by_pauses(texts, "en", duration_seconds=duration, pauses=silences)
    blind = time_by_pauses(texts, "en", duration_seconds=duration)
    off = [abs(one[0] - true[0]) for one, true in zip(found, spans, strict=True)]
    assert sorted(off)[len(off) // 2] < 0.1
    assert max(off) < 1.0 < max(abs(one[0] - true[0]) for one, true in zip(blind, spans, strict=True))


_SILENCE = st.tuples(st.floats(-1, 60), st.floats(0, 5)).map(lambda span: (span[0], span[0] + span[1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=50), max_size=12), st.lists(_SILENCE, max_size=12), st.floats(0.1, 60))
def test_spans_are_in_order_and_inside_the_recording_whatever_is_silent(texts, silences, duration):
    found = time_by_pauses(texts, "en", duration_seconds=duration, pauses=silences)
    moments = [0.0, *(moment for span in found for moment in span), duration]
    assert len(found) == len(texts)
    assert all(before <= after + 1e-6 for before, after in pairwise(moments))
