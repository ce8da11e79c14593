"""A translation that is a document goes to the cues of its own paragraph; other paragraphs are told with where."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.drafts.documents import distribute_text
from pipeline.captions.drafts.paragraphs import ParagraphsDiffer
from pipeline.captions.drafts.spreading import spread_text
from pipeline.captions.line_breaking import join_lines
from pipeline.captions.splitting import split_text

ENGLISH = (
    "Excellencies, distinguished delegates, thank you for the opportunity to speak. Our coalition has worked with "
    "farmers for eleven years, and many of them lost their land without any hearing.",
    "We ask the government to open the registers of the courts. We also ask for legal aid in every district, "
    "especially for women who live far from the cities, before the end of the next cycle.",
    "Thank you for listening to us today.",
)
FRENCH = (
    "Excellences, distingués délégués, merci de nous donner l'occasion de nous exprimer. Notre coalition travaille "
    "avec les agriculteurs depuis onze ans, et beaucoup d'entre eux ont perdu leurs terres sans avoir été entendus.",
    "Nous demandons au gouvernement d'ouvrir les registres des tribunaux. Nous demandons aussi une aide juridique dans "
    "chaque district, en particulier pour les femmes qui vivent loin des villes, avant la fin du prochain cycle.",
    "Merci de nous avoir écoutés aujourd'hui.",
)
SAID = "\n\n".join(ENGLISH)


def _distribute(paragraphs, cues, said=SAID):
    return distribute_text("\n\n".join(paragraphs), cues, said=said, language="fr", source_language="en")


def test_each_cue_gets_what_is_said_in_it():
    cues = split_text(SAID, "en")
    made = dict(zip(cues, _distribute(FRENCH, cues), strict=True))
    assert made["thank you for the opportunity to speak."] == "merci de nous donner l'occasion\nde nous exprimer."
    assert made["Our coalition has worked with farmers for eleven years,"].endswith("depuis onze ans,")
    assert made["We ask the government to open the registers of the courts."].endswith("des tribunaux.")
    assert made["Thank you for listening to us today."] == FRENCH[2]
    assert join_lines("\n".join(made.values()), "fr") == " ".join(FRENCH)


def test_no_words_cross_a_paragraph_even_where_people_corrected_the_cues():
    cues = [
        cue.replace("Excellencies,", "Excellency,").replace("courts", "tribunals") for cue in split_text(SAID, "en")
    ]
    made = _distribute((FRENCH[0], "Oui.", FRENCH[2]), cues)
    second = [text for cue, text in zip(cues, made, strict=True) if "ask" in cue or "women" in cue or "cycle" in cue]
    assert [text for text in second if text] == ["Oui."]
    assert made[-1] == FRENCH[2]


@pytest.mark.parametrize(
    ("paragraphs", "counts", "place"),
    [
        ((FRENCH[0], *FRENCH[1].split(". ", 1), FRENCH[2]), (3, 4), (2, 2)),
        ((FRENCH[0], f"{FRENCH[1]} {FRENCH[2]}"), (3, 2), (2, 2)),
        (FRENCH[1:], (3, 2), (1, 1)),
    ],
    ids=["cut in two", "run together", "left out"],
)
def test_other_paragraphs_are_told_with_where(paragraphs, counts, place):
    with pytest.raises(ParagraphsDiffer) as raised:
        _distribute(paragraphs, split_text(SAID, "en"))
    differ = raised.value
    assert ((differ.source, differ.target), (differ.source_at, differ.target_at)) == (counts, place)


def test_a_paragraph_that_nobody_said_goes_with_the_one_before_and_without_a_text_all_is_one():
    cues = [*split_text(ENGLISH[0], "en"), *split_text(ENGLISH[2], "en")]
    made = _distribute(FRENCH, cues)
    assert made[-1] == FRENCH[2]
    assert "prochain cycle." in made[-2]
    alone = _distribute(FRENCH, cues, said="")
    assert join_lines("\n".join(alone), "fr") == " ".join(FRENCH)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["oui", "non,", "peut-être.", "demain", "l'État", "?"]), max_size=40),
    st.lists(st.sampled_from(["yes.", "no, never", "maybe we will see about that", "x"]), min_size=1, max_size=12),
)
def test_no_word_is_lost_or_turned_around(words, beside):
    parts = spread_text(" ".join(words), beside, "fr", "en")
    assert len(parts) == len(beside)
    assert " ".join(" ".join(parts).split()) == " ".join(words)
