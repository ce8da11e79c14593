"""What people upload as subtitles: read without losing a word, or refused with the place and what to do."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.cues import Cue
from pipeline.captions.places import Place
from pipeline.captions.reading import read_subtitles
from pipeline.captions.refusals import LARGEST_FILE_BYTES, SENTENCES, SubtitleProblem, SubtitlesRefused

SUBSTATION = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
TIMES = "0:00:01.00,0:00:02.50"
HELLO = (Cue(1.0, 2.5, "Hello"),)


def read(text: str, **values: float) -> tuple[Cue, ...]:
    return read_subtitles(text.encode(), **values)


def refusal(data: str | bytes, **values: float) -> SubtitlesRefused:
    with pytest.raises(SubtitlesRefused) as caught:
        read_subtitles(data.encode() if isinstance(data, str) else data, **values)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello\n",
        "WEBVTT - made by hand\nKind: captions\n\n00:01.000 --> 00:02.500\nHello",
        "WEBVTT\n00:01.000 --> 00:02.500\nHello",
        "WEBVTT\n\nintro\n00:01.000 --> 00:02.500 line:-1 position:20% size:80% align:center\nHello\n\n\n",
        "WEBVTT\n\nNOTE by a person\nover two lines\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n"
        "00:01.000-->00:02.500\nHello\n\nNOTE the end",
        "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n",
        "1\n00:00:01,000 --> 00:00:02,500 X1:100 X2:200 Y1:1 Y2:2\nHello",
        "\n\n 1 \n0:0:1.0 --> 0:0:2,5\nHello",
        "00:00:01,000 --> 00:00:02,500\n\nHello\n",
        "1\n00:00:00,000 --> 00:00:01,000\n\n2\n00:00:01,000 --> 00:00:02,500\nHello\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\n \n",
        f"{SUBSTATION}Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,to be checked\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\an2\\b1}Hello{\\b0}\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_usual_form_is_read(text: str, line_end: str, encoding: str) -> None:
    assert read_subtitles(text.replace("\n", line_end).encode(encoding)) == HELLO


def test_utf_16_of_either_order_is_read() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,500\nПривет — ދިވެހި 議長"
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        assert read_subtitles(f"\ufeff{text}".encode(encoding)) == (Cue(1.0, 2.5, "Привет — ދިވެހި 議長"),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["1\n00:00:01,000 --> 00:00:02,500\nHello", f"{SUBSTATION}Dialogue: 0,{TIMES},,,0,0,0,,Hello"]
)
def test_utf_16_without_its_mark_is_read(encoding: str, text: str) -> None:
    assert read_subtitles(text.encode(encoding)) == HELLO


def subrip(*texts: str) -> str:
    blocks = [
        f"{number}\n00:00:{number:02d},000 --> 00:00:{number:02d},500\n{text}\n" for number, text in enumerate(texts, 1)
    ]
    return "\n".join(blocks)


def webvtt(*texts: str) -> str:
    blocks = [f"00:{number:02d}.000 --> 00:{number:02d}.500\n{text}\n" for number, text in enumerate(texts, 1)]
    return "WEBVTT\n\n" + "\n".join(blocks)


def texts(file: str) -> list[str]:
    return [cue.text for cue in read(file)]


@pytest.mark.parametrize("make", [subrip, webvtt])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<i>Hello</i> <b>you</b>", "Hello you"),
        ('<font color="#fff">Hello</font><br>you', "Hello\nyou"),
        ("<v.loud Ms Banda>Hello <c.yellow>you</c></v>", "Hello you"),
        ("<00:00:01.200>Hello <00:01.300>you", "Hello you"),
        ("<lang fr>Bonjour</lang>", "Bonjour"),
        ("Tom &amp; Ann &lt;3 &#233;t&eacute;&nbsp;!", "Tom & Ann <3 été\u00a0!"),
        ("AT&T, R&D &copy", "AT&T, R&D &copy"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a < b, b > a, I <3 you", "a < b, b > a, I <3 you"),
        ("<<Bonjour>> dit-il", "<<Bonjour>> dit-il"),
        ("<Applause>", "<Applause>"),
        ("<script>alert(1)</script><img src=x onerror=alert(1)>Hello", "Hello"),
        ("<SCRIPT>a</SCRIPT >Hello<style>b</i>c</style>", "Hello"),
        ("<scr<b>ipt>alert(1)", "<script>alert(1)"),
        ("  Hello  \t\n\tyou ", "Hello\nyou"),
        ("\u202bمرحبا (UN) 123!\u202c", "\u202bمرحبا (UN) 123!\u202c"),
    ],
)
def test_markup_goes_and_words_stay(make: object, written: str, meant: str) -> None:
    assert texts(make(written, "next")) == [meant, "next"]  # type: ignore[operator]


def test_positions_of_subrip_go() -> None:
    assert texts(subrip("{\\an8}Hello {sic}")) == ["Hello {sic}"]


def test_a_subtitle_of_markup_alone_is_left_out() -> None:
    assert texts(subrip("<i></i>", "Hello", "<script>x</script>")) == ["Hello"]


def test_a_year_at_the_end_is_not_the_number_of_the_next() -> None:
    assert texts(subrip("The plan ends in\n2030", "Hello")) == ["The plan ends in\n2030", "Hello"]
    without_numbers = "00:00:01,000 --> 00:00:02,000\nby\n2030\n00:00:03,000 --> 00:00:04,000\nHello"
    assert texts(without_numbers) == ["by\n2030", "Hello"]
    without_blanks = "1\n00:00:01,000 --> 00:00:02,000\nby\n2\n00:00:03,000 --> 00:00:04,000\nHello"
    assert texts(without_blanks) == ["by", "Hello"]


def test_blank_lines_within_a_subrip_text_are_forgiven() -> None:
    assert texts(subrip("one\n\ntwo\n \nthree", "Hello")) == ["one\ntwo\nthree", "Hello"]


def test_unsorted_and_overlapping_subtitles_are_put_in_order() -> None:
    file = (
        "WEBVTT\n\n00:05.000 --> 00:06.000\nlast\n\n00:01.000 --> 00:09.000\nlong\n\n"
        "00:01.000 --> 00:02.000\nfirst\n\n00:01.000 --> 00:02.000\nat once\n"
    )
    assert texts(file) == ["first", "at once", "long", "last"]


DAMAGED = ("damaged_text", {"line": 23})


@pytest.mark.parametrize(
    ("data", "code", "values", "said"),
    [
        (b"", "no_cues", {}, "no subtitles"),
        (b"\xef\xbb\xbf \r\n", "no_cues", {}, "no subtitles"),
        ("WEBVTT\n", "no_cues", {}, "no subtitles"),
        (subrip("<i></i>"), "no_cues", {}, "no subtitles"),
        ("Dear all,\nplease find attached", "not_subtitles", {}, "WebVTT"),
        ('<?xml version="1.0"?><x></x>', "not_subtitles", {}, "SubRip"),
        ("[Script Info]\nTitle: empty", "no_cues", {}, "no subtitles"),
        (b"1\n00:00:00,000 --> 00:00:01,000\n\x00\xff\xfe\x01", "encoding", {"line": 3}, "Line 3.*UTF-8"),
        (b"\xff\xfe1\x00\n\x00\x00", "encoding", {"line": 2}, "Line 2"),
        (subrip("a\0b"), "control_character", {"line": 3, "character": "U+0000"}, "Line 3 holds U"),
        (subrip("日本").encode("iso2022_jp"), "control_character", {"line": 3, "character": "U+001B"}, "encoding"),
        (subrip("caf\x82"), "control_character", {"line": 3, "character": "U+0082"}, "encoding"),
        (
            subrip("été", "là", "ça", "où", "né", "caf\u00e9").encode()[:-3] + b"\xc3\n",
            *DAMAGED,
            "line 23 were damaged",
        ),
        (subrip("caf\ufffd"), "damaged_text", {"line": 3}, "line 3 were damaged"),
        (subrip("plain", "Ã©tÃ©", "câ€™est"), "damaged_text", {"line": 7}, "line 7 were damaged"),
        (subrip("a") + "\n2\n00:00:02,000 -> 00:00:03,000\nb", "bad_timing", {"line": 6}, "Line 6 is not a time"),
        ("1\n00:00:02,000 → 00:00:03,000\nb", "bad_timing", {"line": 2}, "Line 2 is not a time"),
        ("1\n00:00:02,000 --&gt; 00:00:03,000\nb", "bad_timing", {"line": 2}, "Line 2 is not a time"),
        ("WEBVTT\n\n00:02.000 —> 00:03.000\nb", "bad_timing", {"line": 3}, "Line 3 is not a time"),
        ("1\n00:00:02,000 -->\nb", "bad_timing", {"line": 2}, "Line 2 is not a time"),
        ("1\n-00:00:02,000 --> 00:00:03,000\nb", "bad_timing", {"line": 2}, "Line 2 is not a time"),
        ("1\n00:60:02,000 --> 00:61:03,000\nb", "bad_timing", {"line": 2}, "Line 2 is not a time"),
        ("1\n00:00:02,0000 --> 00:00:03,0000\nb", "bad_timing", {"line": 2}, "Line 2 is not a time"),
        (subrip("see A --> B"), "bad_timing", {"line": 3}, "Line 3 is not a time"),
        ("Title\n\n" + subrip("a"), "text_without_time", {"line": 1}, "Line 1 is text without a time"),
        (webvtt("one\n\ntwo"), "text_without_time", {"line": 6}, "Line 6 is text without a time"),
        ("WEBVTT\n\nstray\n\n00:01.000 --> 00:02.000\na", "text_without_time", {"line": 3}, "Line 3 is text"),
        ("WEBVTT\n\nNOTEBOOK\n", "text_without_time", {"line": 3}, "Line 3 is text"),
        ("1\n00:00:02,000 --> 00:00:02,000\nb", "backwards", {"cue": 1, "line": 2}, r"Subtitle 1 \(line 2\)"),
        ("1\n00:00:02,000 --> 00:00:01,000\nb", "backwards", {"cue": 1, "line": 2}, "does not end after its start"),
        (subrip("a", "x" * 2001), "too_large_cue", {"cue": 2, "line": 6, "limit": 2000}, r"Subtitle 2 \(line 6\)"),
        (webvtt(*["x"] * 59) + webvtt("x")[8:] * 5000, "too_many_cues", {"limit": 5000}, "more than 5000"),
        (
            subrip("a").encode("utf-16-le") + subrip("é").encode(),
            "mixed_encodings",
            {"line": 4},
            "From line 4 on the file has another encoding",
        ),
        (b"x" * (LARGEST_FILE_BYTES + 1), "too_large_file", {"limit": 2_000_000}, "larger than 2000000 bytes"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(
    data: str | bytes, code: str, values: dict[str, object], said: str
) -> None:
    refused = refusal(data)
    assert (refused.code, refused.values) == (code, values)
    with pytest.raises(SubtitlesRefused, match=said):
        raise refused


def test_capitals_with_accents_are_not_taken_for_damage() -> None:
    assert texts(subrip("CAFÉ…", "plain", "été")) == ["CAFÉ…", "plain", "été"]
    assert texts(subrip("CAFÉ…")) == ["CAFÉ…"]


ONE = "1\n00:00:{start} --> 00:00:{end}\nHello"


@pytest.mark.parametrize(
    ("start", "end", "kept_end"),
    [("09,000", "10,000", 10.0), ("09,000", "10,999", 10.0404), ("10,039", "11,040", 10.0404)],
)
def test_a_last_subtitle_may_hang_over_a_little_and_is_cut(start: str, end: str, kept_end: float) -> None:
    (cue,) = read(ONE.format(start=start, end=end), duration_seconds=10.0404)
    assert cue.end_seconds == int(kept_end * 1000) / 1000


@pytest.mark.parametrize(("start", "end"), [("10,040", "10,500"), ("09,000", "11,041"), ("50,000", "51,000")])
def test_a_subtitle_beyond_the_recording_is_refused(start: str, end: str) -> None:
    file = ONE.format(start=start, end=end)
    assert read(file)
    refused = refusal(file, duration_seconds=10.0404)
    assert refused.code == SubtitleProblem.BEYOND_VIDEO
    assert refused.values["cue"] == 1
    assert refused.values["line"] == 2
    assert "the recording ends at 10.0 s" in str(refused)


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("0,0:00:05.00,0:00:05.00,Default,,0,0,0,,Hello", "Subtitle 1 (line {line}) does not end after its start."),
        ("0,-0:00:05.00,0:00:05.00,Default,,0,0,0,,Hello", "Subtitle 1 (line {line}) starts before the recording."),
        ("0,nan,inf,Default,,0,0,0,,Hello", "Line {line} has no times and words"),
        ("0,0:00:05.00,0:00:61.00,Default,,0,0,0,,Hello", "Line {line} has no times and words"),
        ("0,0:00:05.00,0:00:06.00,Default", "Line {line} has no times and words"),
        ("0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{{\\p1}}m 0 0\nlost words", "Line {after} is text without a time"),
    ],
)
def test_substation_refusals_name_the_line(says: str, said: str) -> None:
    line = SUBSTATION.count("\n") + 1
    refused = refusal(f"{SUBSTATION}Dialogue: {says.format()}\n")
    assert str(refused).startswith(said.format(line=line, after=line + 1))


def test_columns_and_places_of_substation_are_those_that_it_names() -> None:
    events = "[Events]\nFormat: Start, End, Style, Text\n"
    events += "Dialogue: 0:00:01.00,0:00:02.50,{style},Hello, {{\\i1}}all\\Nyou\n"
    old = "[V4 Styles]\nFormat: Name, Alignment\nStyle: Up,6\n"
    new = "[V4+ Styles]\nFormat: Alignment, Name\nStyle: 9,Up\nStyle: 99999999999999999999,Odd\n"
    fonts = "[Fonts]\nfontname: a.ttf\n" + "!" * 80 + "\n"
    for head, style, place in ((old, "Up", Place.TOP), (new, "Up", Place.TOP_RIGHT), (new, "Odd", Place.BOTTOM)):
        (cue,) = read(f"[Script Info]\n{head}{events.format(style=style)}{fonts}")
        assert (cue.text, cue.place, cue.start_seconds, cue.end_seconds) == ("Hello, all\nyou", place, 1.0, 2.5)


def test_every_problem_has_its_sentence() -> None:
    assert set(SENTENCES) == set(SubtitleProblem)


TIMED_P = "<p begin='1s' end='2s'>a</p>"


@pytest.mark.parametrize(
    "text",
    [
        *("<script>" * 240_000, "<" * 1_900_000, "&" * 1_900_000, "{\\" * 900_000, "<b " * 600_000),
        *("a\n\n" * 600_000, "1\n" * 900_000, "NOTE\n\n" * 300_000, "00:00:01 --> 00:00:02\n" * 85_000),
        SUBSTATION + f"Dialogue: 0,{TIMES},,,0,0,0,,a\n" * 42_000,
        "00:00:01,000 --> 00:00:02,000\n" + "e\u0301" * 600_000,
        "00:00:01,000 --> 00:00:02,000\n" + "\u202e" * 600_000,
        *("<tt " + " ".join(f"a{n}='b'" for n in range(100_000)) + "/>", f"<tt><body>{'<p/>' * 400_000}</body></tt>"),
        f"<tt><body>{'<div>' * 240}{TIMED_P * 4000}{'</div>' * 240}</body></tt>",
        f"<tt><body><p begin='1s' end='2s'>{'<br/>' * 90_000}</p></body></tt>",
        *("0:0:0" + " " * 1_900_000, "00:00:01" + "-" * 1_900_000, "Ã©\n" * 400_000),
    ],
    ids=lambda text: repr(text[:10]),
)
def test_hostile_files_take_little_time(text: str) -> None:
    for file in (text, subrip(text), webvtt(text)):
        begun = time.process_time()
        with suppress(SubtitlesRefused):
            read(file)
        assert time.process_time() - begun < 3


@settings(deadline=None)  # the first file in a code page loads them all
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for file in (data, b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + data, b"[Script Info]\n[Events]\n" + data):
        try:
            assert read_subtitles(file)
        except SubtitlesRefused as refused:
            assert str(refused)


SCRAPS = [
    *(
        "WEBVTT",
        "\n",
        "\n\n",
        "1",
        "00:00:01,000",
        " --> ",
        "00:00:02.000",
        "text",
        "NOTE",
        "<b>",
        "</b>",
        "&amp;",
        " ",
    ),
    *(SUBSTATION, "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,a", "Dialogue: ", "{\\p1}", "\\N", "\u2028"),
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join))
def test_any_mixture_is_read_or_refused(text: str) -> None:
    try:
        cues = read(text)
    except SubtitlesRefused:
        return
    assert cues
    assert text.startswith("[Script Info]") or all("<b>" not in cue.text for cue in cues)
