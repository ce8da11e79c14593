"""Transcripts as pages: cues become paragraphs."""

from pipeline.site.transcript_pages import Passage, find_passages
from tests.site.values import cue


def test_lines_without_a_pause_are_one_passage_on_the_programme_s_time() -> None:
    cues = [cue(1, 3, "Two lines\nof one cue"), cue(3.5, 5, "go on")]

    assert find_passages(cues, 100) == [Passage(101, "Two lines of one cue go on")]


def test_a_pause_begins_a_passage() -> None:
    assert [each.starts_seconds for each in find_passages([cue(0, 1), cue(3.9, 5), cue(8.1, 9)], 0)] == [0, 8.1]


def test_a_long_passage_ends_with_a_sentence_and_never_within_one() -> None:
    texts = ["One.", "Two", "“Three.”", "Four"]
    cues = [cue(20 * place, 20 * place + 19, text) for place, text in enumerate(texts)]

    assert [each.text for each in find_passages(cues, 0)] == ["One. Two “Three.”", "Four"]
