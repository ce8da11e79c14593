"""The place of a cue as each format tells it."""

import pytest

from pipeline.captions.cues import Cue
from pipeline.captions.places import Place
from pipeline.captions.reading import read_subtitles
from pipeline.captions.webvtt import segment_webvtt

SUBSTATION = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    "MarginV, Encoding\n"
    "Style: Up,Arial,20,&H00FFFFFF,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,2,0,8,10,10,10,1\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ("", Place.BOTTOM),
        ("line:0", Place.TOP),
        ("line:10%,start align:center", Place.TOP),
        ("line:50% align:left", Place.LEFT),
        ("line:-1 align:end", Place.BOTTOM_RIGHT),
        ("line:-14", Place.TOP),
        ("region:a vertical:rl line:x align:y", Place.BOTTOM),
    ],
)
def test_of_webvtt_settings(settings: str, place: Place) -> None:
    (cue,) = read_subtitles(f"WEBVTT\n\n00:01.000 --> 00:02.000 {settings}\nHello\n".encode())
    assert cue == Cue(1, 2, "Hello", place)


@pytest.mark.parametrize(
    ("tag", "place"),
    [("{\\an8}", Place.TOP), ("{\\an1\\b1}", Place.BOTTOM_LEFT), ("{\\a6}", Place.TOP), ("{\\a10}", Place.MIDDLE),
     ("{\\a4}{\\an0}", Place.BOTTOM), ("{\\anx", Place.BOTTOM)],
)  # fmt: skip
def test_of_tags_in_subrip_and_substation(tag: str, place: Place) -> None:
    (subrip,) = read_subtitles(f"1\n00:00:01,000 --> 00:00:02,000\n{tag}Hello\n".encode())
    (substation,) = read_subtitles(f"{SUBSTATION}Dialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,{tag}Hello\n".encode())
    assert (subrip.place, substation.place) == (place, place)


def test_of_the_style_where_no_tag_says_another() -> None:
    lines = (f"Dialogue: 0,0:00:0{n}.00,0:00:0{n}.50,Up,,0,0,0,,{text}\n" for n, text in ((1, "a"), (2, "{\\an2}b")))
    assert [cue.place for cue in read_subtitles((SUBSTATION + "".join(lines)).encode())] == [Place.TOP, Place.BOTTOM]


def test_a_cue_has_its_settings_in_every_segment() -> None:
    for segment in segment_webvtt([Cue(3, 5, "a", Place.TOP_RIGHT)], [4.0, 4.0]):
        assert "00:00:03.000 --> 00:00:05.000 line:0 align:right\na\n" in segment
