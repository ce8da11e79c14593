"""TTML as other programs write it: times of every kind, places, parts of a paragraph; and what is refused."""

import pytest

from pipeline.captions.cues import Cue
from pipeline.captions.places import Place
from pipeline.captions.reading import read_subtitles
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused

NAMESPACES = (
    'xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" '
    'xmlns:tts="http://www.w3.org/ns/ttml#styling"'
)


def document(body: str, root: str = "", head: str = "") -> bytes:
    return f'<?xml version="1.0"?>\n<tt {NAMESPACES} {root}><head>{head}</head><body>{body}</body></tt>'.encode()


def read(body: str, root: str = "", head: str = "") -> tuple[Cue, ...]:
    return read_subtitles(document(body, root, head))


def refusal(data: bytes) -> SubtitlesRefused:
    with pytest.raises(SubtitlesRefused) as caught:
        read_subtitles(data)
    return caught.value


@pytest.mark.parametrize(
    ("times", "root", "seconds"),
    [
        ('begin="00:00:01.5" end="00:00:02.25"', "", (1.5, 2.25)),
        ('begin="1.5s" dur="750ms"', "", (1.5, 2.25)),
        ('begin="0.025m" end="0.000625h"', "", (1.5, 2.25)),
        ('begin="00:00:01:12" end="50f"', 'ttp:frameRate="25"', (1.48, 2.0)),
        ('begin="30f" end="60f"', 'ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"', (1.001, 2.002)),
        ('begin="15000000t" end="22500000t"', 'ttp:tickRate="10000000"', (1.5, 2.25)),
        ('begin="00:01:00:02" end="00:01:01:02"', 'ttp:timeBase="smpte" ttp:dropMode="dropNTSC" ttp:frameRate="30" '
         'ttp:frameRateMultiplier="1000 1001"', (60.06, 61.061)),
    ],
)  # fmt: skip
def test_times_of_every_kind_are_read(times: str, root: str, seconds: tuple[float, float]) -> None:
    (cue,) = read(f"<div><p {times}>a</p></div>", root)
    assert (cue.start_seconds, cue.end_seconds) == seconds


def test_times_count_within_what_they_stand_in() -> None:
    inner = '<p begin="1s"><span begin="1s" end="2s">a</span><span begin="2s" end="9s">b<br/>c</span></p>'
    assert read(f'<div begin="10s" end="15s">{inner}</div>') == (Cue(12, 13, "a"), Cue(13, 15, "b\nc"))
    row = '<div timeContainer="seq"><p dur="2s">a</p><p dur="3s">b</p></div>'
    assert read(row) == (Cue(0, 2, "a"), Cue(2, 5, "b"))


def test_blanks_are_joined_unless_they_are_to_stay() -> None:
    assert read('<div><p end="1s">\n  a \n <metadata>no</metadata> b<br/>\n c </p></div>')[0].text == "a b\nc"
    assert read('<div xml:space="preserve"><p end="1s">a  b</p></div>')[0].text == "a  b"


@pytest.mark.parametrize(
    ("region", "place"),
    [
        ('tts:origin="10% 10%" tts:extent="80% 10%"', Place.TOP),
        ('tts:origin="10% 70%" tts:extent="80% 20%" tts:displayAlign="after"', Place.BOTTOM),
        ('tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="center" tts:textAlign="right"', Place.RIGHT),
        ('tts:origin="96px 54px" tts:extent="1728px 972px" tts:displayAlign="after"', Place.BOTTOM),
        ('tts:origin="3c 1c" tts:extent="26c 2c"', Place.TOP),
        ('style="s1"', Place.TOP_LEFT),
    ],
)
def test_the_place_is_that_of_the_region(region: str, place: Place) -> None:
    styles = (
        '<styling><style xml:id="s1" style="s2" tts:textAlign="left"/>'
        '<style xml:id="s2" style="s1" tts:origin="0% 0%" tts:extent="100% 20%"/></styling>'
    )
    head = f'{styles}<layout><region xml:id="r" {region}/></layout>'
    body = '<div region="r"><p end="1s">a</p></div>'
    assert read(body, 'tts:extent="1920px 1080px"', head)[0].place is place


def test_start_is_right_where_words_run_from_the_right() -> None:
    words = {"Hello": Place.BOTTOM_LEFT, "ދިވެހި": Place.BOTTOM_RIGHT}
    for text, place in words.items():
        assert read(f'<div tts:textAlign="start"><p end="1s">{text}</p></div>')[0].place is place


def test_prefixes_drafts_and_encodings_of_others_are_read() -> None:
    ebu = b'<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:div><tt:p begin="00:00:01.000" end="00:00:02.000">'
    assert read_subtitles(ebu + b"a</tt:p></tt:div></tt:body></tt:tt>") == (Cue(1, 2, "a"),)
    draft = '<tt xmlns="http://www.w3.org/2006/10/ttaf1"><body><div><p begin="1s" end="2s">été</p></div></body></tt>'
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?>{draft}'.encode("iso-8859-1")
    for data in (draft.encode(), draft.encode("utf-16"), draft.encode("utf-16-le"), latin):
        assert read_subtitles(data) == (Cue(1, 2, "été"),)


LAUGHS = b'<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            b"<?xml version='1.0'?>\n" + LAUGHS + b"<tt><body><p end='1s'>&b;</p></body></tt>",
            SubtitleProblem.UNSAFE_XML,
        ),
        (b'<!DOCTYPE tt SYSTEM "file:///etc/passwd"><tt/>', SubtitleProblem.UNSAFE_XML),
        (document("<p end='1s'>&nowhere;</p>"), SubtitleProblem.BAD_XML),
        (document("<p end='1s'>a"), SubtitleProblem.BAD_XML),
        (b"<tt>" + b"<div>" * 5000, SubtitleProblem.BAD_XML),
        (document("<p end='1s'>a\0b</p>"), SubtitleProblem.CONTROL_CHARACTER),
        (b"<tt/>" + b" " * 50_000_000, SubtitleProblem.TOO_LARGE_FILE),
        (b"<tt/>", SubtitleProblem.NO_CUES),
        (b"<tt><nothing/></tt>", SubtitleProblem.NO_CUES),
        (b"<?xml version='1.0'?><html/>", SubtitleProblem.NOT_SUBTITLES),
        (document("<p begin='1s'>a</p>"), SubtitleProblem.BAD_TTML_TIME),
        (document("<p begin='-1s' end='2s'>a</p>"), SubtitleProblem.BAD_TTML_TIME),
        (document("<p begin='00:99:00' end='2s'>a</p>"), SubtitleProblem.BAD_TTML_TIME),
        (document("<p begin='1s' end='99999999999h'>a</p>"), SubtitleProblem.BAD_TTML_TIME),
        (document("<p begin='3s' end='2s'>a</p>"), SubtitleProblem.BACKWARDS),
        (document("<p end='1s'>a</p>" * 5001), SubtitleProblem.TOO_MANY_CUES),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else value,
)
def test_what_is_hostile_or_broken_is_refused_by_its_code(data: bytes, code: SubtitleProblem) -> None:
    assert refusal(data).code is code


def test_a_refusal_names_the_line() -> None:
    refused = refusal(document("<div>\n<p end='1s'>a</p>\n<p begin='soon' end='2s'>b</p></div>"))
    assert refused.values == {"line": 4}
    assert str(refused).startswith("Line 4 has no times as they should be")
