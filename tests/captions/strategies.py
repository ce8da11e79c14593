"""Cues as hypothesis makes them: every script, characters that mean something in WebVTT, times on milliseconds."""

from hypothesis import strategies as st

from pipeline.captions.cues import Cue, plain_text
from pipeline.captions.mojibake import first_garbled_line
from pipeline.captions.places import Place

_TELLING = st.sampled_from(
    [
        *(
            "-->",
            "<b>",
            "</script>",
            "<00:01.000>",
            "&amp;",
            "&lt",
            "&#10;",
            "&",
            "<",
            ">",
            "NOTE x",
            "WEBVTT",
            "STYLE",
        ),
        *(
            "1",
            "00:00:01.000 --> 00:00:02.000",
            "00:00:01.000 -> 00:00:02.000",
            "{\\an8}",
            "\u200f",
            "\u202b",
            "\ufeff",
        ),
        *("\u00a0", "مرحبا (UN) 123!", "ދިވެހި"),
    ]
)
_ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufffd"), max_size=12)

texts = (
    st.lists(st.one_of(_TELLING, _ANY, st.just("\n"), st.just(" ")), min_size=1, max_size=8)
    .map(lambda parts: plain_text("".join(parts)))
    .filter(bool)
)


@st.composite
def cues(draw: st.DrawFn) -> Cue:
    """One cue somewhere in a day."""
    start = draw(st.integers(0, 86_400_000))
    end = start + draw(st.integers(1, 600_000))
    return Cue(start / 1000, end / 1000, draw(texts))


_sound_texts = texts.filter(lambda text: not first_garbled_line(text.split("\n")))
"""Without what looks like letters that a conversion damaged, which every reader refuses."""


@st.composite
def placed_cues(draw: st.DrawFn, step_milliseconds: int = 1) -> Cue:
    """One cue at any place, with times that count in so many milliseconds."""
    start = draw(st.integers(0, 30_000_000 // step_milliseconds)) * step_milliseconds
    end = start + draw(st.integers(1, 600_000 // step_milliseconds)) * step_milliseconds
    return Cue(start / 1000, end / 1000, draw(_sound_texts), draw(st.sampled_from(Place)))
