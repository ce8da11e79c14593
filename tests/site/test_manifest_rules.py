"""The checker of manifests: silent on good ones, and each rule is seen to notice its violation."""

import pytest

from pipeline.site.manifest_reading import MediaKind
from pipeline.site.manifest_rules import check_master, check_media, check_stream, check_subtitle_segment

MASTER = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Français",LANGUAGE="fr",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="fr.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2200,AVERAGE-BANDWIDTH=1900,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio",SUBTITLES="subtitles"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3300,AVERAGE-BANDWIDTH=2810,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE,AUDIO="audio",SUBTITLES="subtitles"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1100,AVERAGE-BANDWIDTH=950,CODECS="mp4a.40.2",CLOSED-CAPTIONS=NONE,AUDIO="audio",SUBTITLES="subtitles"
a.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=110,AVERAGE-BANDWIDTH=95,CODECS="avc1.4d401e",RESOLUTION=320x180,VIDEO-RANGE=SDR,URI="keys.m3u8"
"""

AUDIO = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-TARGETDURATION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="card/a.mp4",BYTERANGE="700@0"
#EXTINF:4.000000,
#EXT-X-BYTERANGE:500@760
card/a.mp4
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="one/a.mp4",BYTERANGE="700@0"
#EXTINF:4.000000,
#EXT-X-BYTERANGE:550@760
one/a.mp4
#EXTINF:1.480000,
#EXT-X-BYTERANGE:70@1310
one/a.mp4
#EXT-X-ENDLIST
"""

VIDEO = AUDIO.replace("/a.mp4", "/low.mp4")
HIGH = (
    AUDIO.replace("/a.mp4", "/high.mp4").replace("500@", "1000@").replace("550@", "1100@").replace("70@1310", "70@1860")
)

KEYS = (
    VIDEO.replace("#EXT-X-MAP", "#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP", 1)
    .replace(":500@", ":50@")
    .replace(":550@", ":55@")
    .replace(":70@", ":7@")
)

SUBTITLES = "".join(
    line.replace("/a.mp4", "/en.vtt").replace("@760", "@0").replace("@1310", "@550")
    for line in AUDIO.splitlines(keepends=True)
    if not line.startswith("#EXT-X-MAP")
)

SEGMENT = """WEBVTT
X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

00:00:00.500 --> 00:00:01.000
Words
"""

ALL = {
    "low.m3u8": VIDEO,
    "high.m3u8": HIGH,
    "a.m3u8": AUDIO,
    "keys.m3u8": KEYS,
    "en.m3u8": SUBTITLES,
    "fr.m3u8": SUBTITLES,
}


def test_good_manifests_have_no_problem() -> None:
    assert check_stream(MASTER, ALL) == []
    assert check_subtitle_segment(SEGMENT) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("#EXTM3U\n", "", "The first line is not #EXTM3U."),
        ("VERSION:7", "VERSION:3", "The version is not 7."),
        ("#EXT-X-INDEPENDENT-SEGMENTS\n", "", "not said to be independent"),
        ("#EXT-X-VERSION", "#EXT-X-ENDLIST\n#EXT-X-VERSION", "#EXT-X-ENDLIST does not belong"),
        (":BANDWIDTH=2200,", ":", "low.m3u8 has no BANDWIDTH"),
        (",AVERAGE-BANDWIDTH=1900", "", "low.m3u8 has no AVERAGE-BANDWIDTH"),
        ("AVERAGE-BANDWIDTH=1900", "AVERAGE-BANDWIDTH=2300", "low.m3u8 has a peak rate below its average"),
        (",RESOLUTION=320x180", "", "low.m3u8 has no RESOLUTION"),
        (",VIDEO-RANGE=SDR", "", "low.m3u8 has no VIDEO-RANGE"),
        ("VIDEO-RANGE=SDR", "VIDEO-RANGE=PQ", "low.m3u8 is not in standard dynamic range"),
        (",CLOSED-CAPTIONS=NONE", "", "low.m3u8 has no CLOSED-CAPTIONS"),
        ("CLOSED-CAPTIONS=NONE", 'CLOSED-CAPTIONS="cc"', "low.m3u8 promises captions inside its pictures"),
        ("BANDWIDTH=2200", "BANDWIDTH=4400", "is not the lowest picture"),
        ("BANDWIDTH=1100", "BANDWIDTH=64001", "a.m3u8 of sound alone takes more than 64000 bits per second"),
        ("#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-OTHER", "There is no manifest of key pictures"),
        (':BANDWIDTH=110,AVERAGE-BANDWIDTH=95,CODECS="avc1.4d401e",', ":", "Key pictures keys.m3u8 has no CODECS"),
        ('CODECS="avc1.4d401e",RES', 'CODECS="mp4a.40.2",RES', "Key pictures keys.m3u8 do not name one video codec"),
        (',URI="keys.m3u8"', "", "An address is missing"),
        (",FRAME-RATE=25.000", "", "low.m3u8 has no FRAME-RATE"),
        ('CODECS="avc1.4d401e,mp4a.40.2",', "", "low.m3u8 has no CODECS"),
        ('"avc1.4d401e,mp4a.40.2"', '"avc1.4d401e"', "does not name one video and one audio codec"),
        ('AUDIO="audio"', 'AUDIO="sound"', "the AUDIO group “sound”, which does not exist"),
        ('SUBTITLES="subtitles"', 'SUBTITLES="texts"', "the SUBTITLES group “texts”, which does not exist"),
        (',SUBTITLES="subtitles"', "", "low.m3u8 does not use the SUBTITLES group"),
        ("\nlow.m3u8", "\nhttps://cdn.example/low.m3u8", "is not a plain relative one"),
        ("\nlow.m3u8", "\n/low.m3u8", "is not a plain relative one"),
        ("\nlow.m3u8", "\nlow.m3u8?token=1", "is not a plain relative one"),
        ("\nlow.m3u8", "\nhigh.m3u8", "The variant address “high.m3u8” is there more than once"),
        ("\nlow.m3u8", "", "An address is missing"),
        ("\nlow.m3u8", "\nlow.m3u8\nstray.m3u8", "No tag introduces the address stray.m3u8"),
        (',CHANNELS="2"', "", "AUDIO “English” has no CHANNELS"),
        (',URI="a.m3u8"', "", "AUDIO “English” has no URI"),
        ('LANGUAGE="fr"', 'LANGUAGE="French"', "SUBTITLES “Français” has a LANGUAGE that is no BCP 47 tag"),
        ('LANGUAGE="fr",', "", "SUBTITLES “Français” has no LANGUAGE"),
        ('NAME="Français"', 'NAME="English"', "The name in group “subtitles” “English” is there more than once"),
        ("FORCED=NO", "FORCED=YES", "needs FORCED=NO and AUTOSELECT=YES"),
        ("DEFAULT=NO,AUTOSELECT=YES", "DEFAULT=YES,AUTOSELECT=NO", "on by default but not selected by itself"),
    ],
)
def test_a_broken_master_is_noticed(old: str, new: str, problem: str) -> None:
    assert old in MASTER

    found = check_master(MASTER.replace(old, new, 1))

    assert any(problem in sentence for sentence in found), found


def test_a_master_without_sound_alone_is_noticed() -> None:
    without = MASTER.replace('CODECS="mp4a.40.2",', 'CODECS="mp4a.40.2",RESOLUTION=1x1,')

    assert "There is no variant of sound alone." in check_master(without)


def test_a_master_without_variants_is_noticed() -> None:
    assert "There is no variant." in check_master(MASTER.split("#EXT-X-STREAM-INF", maxsplit=1)[0])


def test_two_defaults_in_a_group_are_noticed() -> None:
    assert "Group “subtitles” has more than one default." in check_master(MASTER.replace("DEFAULT=NO", "DEFAULT=YES"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("#EXTM3U\n", "", "The first line is not #EXTM3U."),
        ("VERSION:7", "VERSION:6", "The version is not 7."),
        ("#EXT-X-PLAYLIST-TYPE:VOD\n", "", "not marked as VOD"),
        ("TYPE:VOD", "TYPE:EVENT", "not marked as VOD"),
        ("#EXT-X-ENDLIST\n", "", "does not end with #EXT-X-ENDLIST"),
        ("#EXT-X-PLAYLIST", "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-PLAYLIST", "media sequence 0"),
        ("#EXT-X-TARGETDURATION:4\n", "", "not exactly one whole #EXT-X-TARGETDURATION"),
        ("TARGETDURATION:4", "TARGETDURATION:3", "A segment of 4 s is longer than the target of 3 s"),
        ("EXTINF:1.480000", "EXTINF:1", "The length “1” of one/low.mp4 is not exact"),
        ("EXTINF:1.480000", "EXTINF:soon", "The length “soon” of one/low.mp4 is not exact"),
        ("EXTINF:1.480000", "EXTINF:0.000", "one/low.mp4 has no length"),
        ('#EXT-X-MAP:URI="card/low.mp4",BYTERANGE="700@0"\n', "", "Part 1 does not begin with its own #EXT-X-MAP"),
        ('#EXT-X-MAP:URI="one/low.mp4",BYTERANGE="700@0"\n', "", "Part 2 does not begin with its own #EXT-X-MAP"),
        (',BYTERANGE="700@0"', "", "The #EXT-X-MAP of part 1 is not the first bytes of its file"),
        ('BYTERANGE="700@0"', 'BYTERANGE="700@9"', "The #EXT-X-MAP of part 1 is not the first bytes of its file"),
        ('BYTERANGE="700@0"', 'BYTERANGE="700"', "The byte range “700” is not LENGTH@OFFSET"),
        ('URI="one/low.mp4"', 'URI="one/other.mp4"', "Part 2: the segments lie in more than one file"),
        ("\none/low.mp4", "\none/other.mp4", "Part 2: the segments lie in more than one file"),
        ("#EXT-X-BYTERANGE:550@760\n", "", "Part 2: not every segment says its #EXT-X-BYTERANGE"),
        (":550@760", ":0@760", "Part 2: a segment of one/low.mp4 has no bytes"),
        (":500@760", ":500@600", "Part 1: a segment overlaps the initialisation section"),
        (":70@1310", ":70@1300", "Part 2: the ranges at 760 and 1300 overlap"),
        (":70@1310", ":70@1320", "Part 2: bytes 1310 to 1320 belong to no segment"),
        ("#EXT-X-MAP", "#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP", "Key pictures alone are listed, or said to be"),
        ('URI="one/low.mp4"', 'URI="https://cdn.example/low.mp4"', "is not a plain relative one"),
        ("\none/low.mp4", "\n//cdn.example/low.mp4", "is not a plain relative one"),
        ("\none/low.mp4\n", "\n", "An address is missing"),
        ("\none/low.mp4", "\none/low.mp4\none/3.mp4", "No tag introduces the address one/3.mp4"),
        ("#EXT-X-DISCONTINUITY\n", "#EXT-X-DISCONTINUITY\n" * 2, "Part 2 between discontinuities has no segment"),
        (
            "#EXT-X-ENDLIST",
            "#EXT-X-STREAM-INF:BANDWIDTH=1\nx.m3u8\n#EXT-X-ENDLIST",
            "#EXT-X-STREAM-INF does not belong",
        ),
    ],
)
def test_a_broken_media_manifest_is_noticed(old: str, new: str, problem: str) -> None:
    assert old in VIDEO

    found = check_media(VIDEO.replace(old, new, 1), MediaKind.VIDEO)

    assert any(problem in sentence for sentence in found), found


def test_an_empty_media_manifest_is_noticed() -> None:
    head = VIDEO.split("#EXT-X-MAP", maxsplit=1)[0]

    assert "There is no segment." in check_media(head + "#EXT-X-ENDLIST\n", MediaKind.VIDEO)


def test_subtitles_with_an_initialisation_section_are_noticed() -> None:
    assert "Part 1 of subtitles has an #EXT-X-MAP." in check_media(VIDEO, MediaKind.SUBTITLES)


@pytest.mark.parametrize(
    ("uri", "text", "problem"),
    [
        ("a.m3u8", AUDIO.replace("#EXT-X-DISCONTINUITY\n", ""), "a.m3u8: There are 1 parts where the video has 2."),
        ("en.m3u8", SUBTITLES.replace("#EXT-X-DISCONTINUITY\n", ""), "en.m3u8: There are 1 parts"),
        ("en.m3u8", SUBTITLES.replace("1.480000", "1.500000"), "en.m3u8: Part 2 is not cut like the video."),
        ("high.m3u8", HIGH.replace("1.480000", "1.520000"), "high.m3u8: Part 2 is not cut like the video."),
        ("keys.m3u8", KEYS.replace("1.480000", "1.520000"), "keys.m3u8: Part 2 is not cut like the video."),
        ("keys.m3u8", KEYS.replace(":7@1310", ":7@1311"), "keys.m3u8: A key picture is not the beginning"),
        ("keys.m3u8", KEYS.replace(":7@1310", ":71@1310"), "keys.m3u8: A key picture is not the beginning"),
        ("a.m3u8", AUDIO.replace("1.480000", "1.700000"), "a.m3u8: Part 2 differs from the video by 0.220 s."),
        ("low.m3u8", VIDEO.replace("550@", "551@"), "low.m3u8 has 2202 bits per second where BANDWIDTH says 2200."),
        ("high.m3u8", VIDEO, "high.m3u8 has only 2200 bits per second where BANDWIDTH says 3300."),
        ("keys.m3u8", KEYS.replace(":55@", ":60@"), "keys.m3u8 has 120 bits per second where BANDWIDTH says 110."),
    ],
)
def test_renditions_that_do_not_fit_together_are_noticed(uri: str, text: str, problem: str) -> None:
    found = check_stream(MASTER, {**ALL, uri: text})

    assert any(problem in sentence for sentence in found), found


def test_sound_may_differ_by_a_few_frames() -> None:
    assert check_stream(MASTER, {**ALL, "a.m3u8": AUDIO.replace("1.480000", "1.501333")}) == []


def test_key_pictures_that_are_not_said_to_be_are_noticed() -> None:
    found = check_media(KEYS.replace("#EXT-X-I-FRAMES-ONLY\n", ""), MediaKind.KEY_PICTURES)

    assert any("Key pictures alone are listed" in sentence for sentence in found)


def test_a_missing_manifest_is_noticed() -> None:
    without = {uri: text for uri, text in ALL.items() if uri != "fr.m3u8"}

    assert "The master names fr.m3u8, which is missing." in check_stream(MASTER, without)


@pytest.mark.parametrize("text", ["", "nonsense", "<html>"])
def test_what_is_no_manifest_at_all_is_noticed(text: str) -> None:
    assert check_stream(text, {}) == ["The first line is not #EXTM3U."]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("WEBVTT", "WEBTV", "The first line is not WEBVTT."),
        ("MPEGTS:0", "MPEGTS:900000", "does not map the cues to the media's clock at 0"),
        ("\n00:00:00.500", "\nc1\n00:00:00.500", "has an identifier"),
    ],
)
def test_a_broken_subtitle_segment_is_noticed(old: str, new: str, problem: str) -> None:
    found = check_subtitle_segment(SEGMENT.replace(old, new, 1))

    assert any(problem in sentence for sentence in found), found
