"""Which voice reads a language, what of a line is read, and that every line keeps its own sound."""

import pytest

from pipeline.captions.alignment.languages import is_in_another_language
from pipeline.captions.alignment.voices import SAMPLE_RATE, Voice, read_lines, readable, voice_for


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", Voice("en-us")),
        ("en-GB", Voice("en-gb")),
        ("fr-CM", Voice("fr-fr")),
        ("pt-BR", Voice("pt-br")),
        ("zh-Hans", Voice("cmn")),
        ("ar", Voice("ar")),
        ("gl", Voice("pt", is_approximate=True)),
        ("x-none", Voice("en-us", is_approximate=True)),
    ],
)
def test_the_voice_of_a_language(language: str, voice: Voice) -> None:
    assert voice_for(language) == voice


def test_lines_keep_their_own_sound_where_some_cannot_be_read() -> None:
    lines = ["Good morning.", "", "\N{GRINNING FACE}", "One sentence. Then another; and then the last.", "...", "Yes."]
    seconds = [len(sound) / SAMPLE_RATE for sound in read_lines(lines, "en-us", 175)]
    assert [round(length) for length in seconds] == [1, 0, 0, 3, 0, 0]
    assert 0.2 < seconds[-1] < 0.7


def test_only_what_can_be_said_is_read() -> None:
    assert readable("[[f00]] <b>\x01 Ça \N{GRINNING FACE} va –  5 %?") == "f00 b Ça va – 5 %?"
    assert readable("– … !") == ""
    assert readable("• **In spite** of [12] _that_²") == "In spite of that"


def test_a_text_in_another_language_is_noticed() -> None:
    english = "We ask the government of the country to publish the report that it has written for the council in May."
    french = "Nous demandons au gouvernement de publier le rapport qui a été écrit pour le conseil dans les délais."
    assert is_in_another_language(english, "fr")
    assert is_in_another_language(french, "en")
    assert is_in_another_language(english, "ar")
    assert not is_in_another_language(english, "en-GB")
    assert not is_in_another_language(french, "fr")
    assert not is_in_another_language(english, "rw")
    assert not is_in_another_language("Thank you.", "fr")
