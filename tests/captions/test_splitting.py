"""Texts in any script become cues that two lines hold, without a word changed."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.cues import plain_text
from pipeline.captions.line_breaking import break_lines
from pipeline.captions.line_quality import check_lines
from pipeline.captions.rules import rules_for
from pipeline.captions.splitting import split_text
from pipeline.domain.sheets import SheetKind
from tests.captions.statements import STATEMENTS

_WORDS = [
    *("the", "a", "Mr.", "M.", "l'homme", "de", "qu'il", "et", "droits", "1 000", "1,5", "n°", "art. 5", "U.N."),
    *("«", "»", "«\u202fbonjour\u202f»", "!", "?", "¿Qué?", "—", "-", "...", "“", "”", "(", ")", "e.g.", "Å", "Straße"),
    *("中", "国", "的", "，", "。", "「", "」", "ひ", "カ", "タ", "（", "Ａ", "한국어를", "ไทย", "เ", "ខ្មែរ", "བོད་"),
    *("ކުރި", "مرحبا،", "؟", "שלום", "יום־יומי", "монгол", "नमस्ते।", "e\u0301", "\u0301", "👩‍👩‍👧", "🇫🇷", "🇩"),
    *(
        "https://example.org/a/very/long/path/that-goes-on?and=on&and=on",
        "x" * 50,
        "Donaudampfschifffahrtsgesellschaft" * 3,
    ),
    *("\n", "\n\n", "\r\n", " ", "\u00a0", "\u202f", "\u200f", "\u200b", "\u3000", "\ufeff", "\u2028", "\t"),
]
_LANGUAGES = "en fr es pt de it ru ar dv he zh ja ko th km mn hi mh".split()  # noqa: SIM905 - as a list it is long

texts = st.one_of(
    st.lists(st.sampled_from(_WORDS), max_size=60).map("".join),
    st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join),
    st.lists(st.text(max_size=10), max_size=40).map(" ".join),
    st.text(max_size=300),
)


def visible(text: str) -> str:
    return "".join(sign for sign in text if sign.strip() and unicodedata.category(sign) not in ("Cf", "Cc", "Cs"))


def complaints_about(cue: str, language: str) -> list[str]:
    lines = break_lines(cue, language)
    rules = rules_for(language, SheetKind.INTERPRETATION)
    return [f"{lines!r}: {complaint.sentence}" for complaint in check_lines(0, lines, language, rules)]


@settings(max_examples=300, deadline=None)
@given(texts, st.sampled_from(_LANGUAGES), st.none() | st.floats(0.5, 500))
def test_no_cue_of_any_text_breaks_a_rule_and_no_word_is_lost(text, language, seconds):
    cues = split_text(text, language, speech_seconds=seconds)
    assert visible("".join(cues)) == visible(text)
    assert [cue for cue in cues if cue != plain_text(cue) or "\n" in cue] == []
    assert [found for cue in cues for found in complaints_about(cue, language)] == []
    assert visible("".join(break_lines(cue, language) for cue in cues)) == visible(text)


@pytest.mark.parametrize("language", STATEMENTS)
def test_statements_become_cues_of_whole_clauses(language):
    cues = split_text(STATEMENTS[language], language)
    assert [found for cue in cues for found in complaints_about(cue, language)] == []
    ends = [cue.rstrip('»”")」')[-1] for cue in cues]
    assert sum(end in ".!?,;:—–،؛؟。，、；：॥।" for end in ends) / len(cues) > 0.5
    assert all(len(cue) > 4 for cue in cues)


def test_what_belongs_together_stays_in_one_cue_and_line():
    text = (
        "Nous remercions M. Jean Dupont et Mme Marie N’Diaye d’avoir cité l’art. 12 du Pacte et les 1 000 cas de 2019."
        " « Qui protège les enfants ? » demande-t-il. Le no. 5 reste à 1,5 million d’euros."
    )
    lines = [line for cue in split_text(text, "fr") for line in break_lines(cue, "fr").split("\n")]
    for together in ("M. Jean", "Mme Marie", "art. 12", "1 000", "enfants ? »", "no. 5", "1,5"):
        assert any(together in line for line in lines), (together, lines)
    weak = {"le", "la", "les", "de", "du", "et", "à", "M.", "Mme", "«"}
    assert not [line for line in lines if line.split()[-1] in weak]


def test_abbreviations_do_not_end_a_sentence():
    text = "The U.N. Special Rapporteur met Dr. J. Smith, Mr. Lee, etc. We thank them. They came at 5 p.m. and left."
    assert split_text(text, "en") == [
        "The U.N. Special Rapporteur met Dr. J. Smith, Mr. Lee, etc.",
        "We thank them.",
        "They came at 5 p.m. and left.",
    ]


def test_cues_of_a_slow_speaker_are_shorter():
    text = STATEMENTS["en"]
    assert max(map(len, split_text(text, "en", speech_seconds=len(text) / 8))) <= 48
    assert max(map(len, split_text(text, "en"))) > 60


def test_an_empty_line_parts_cues():
    assert split_text("One\n\nTwo\n \nThree", "en") == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "The committee regrets it, again. " * 1000), ("zh", "委员会表示遗憾，" * 200)]
)
def test_a_very_long_text_is_split_all_the_same(language, text):
    cues = split_text(text, language)
    assert visible("".join(cues)) == visible(text)
    assert len(cues) >= 100
