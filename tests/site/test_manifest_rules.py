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
#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000,AUDIO="audio",SUBTITLES="subtitles"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1900,AVERAGE-BANDWIDTH=1800,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="audio",SUBTITLES="subtitles"
high.m3u8
"""

VIDEO = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-TARGETDURATION:4
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="card/init.mp4"
#EXTINF:4.000000,
card/1.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="one/init.mp4"
#EXTINF:4.000000,
one/1.m4s
#EXTINF:1.480000,
one/2.m4s
#EXT-X-ENDLIST
"""

SUBTITLES = "".join(
    line.replace(".m4s", ".vtt") for line in VIDEO.splitlines(keepends=True) if not line.startswith("#EXT-X-MAP")
)

SEGMENT = """WEBVTT
X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

00:00:00.500 --> 00:00:01.000
Words
"""

ALL = {"low.m3u8": VIDEO, "high.m3u8": VIDEO, "a.m3u8": VIDEO, "en.m3u8": SUBTITLES, "fr.m3u8": SUBTITLES}


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
        ("BANDWIDTH=900,", "", "low.m3u8 has no BANDWIDTH"),
        (",AVERAGE-BANDWIDTH=800", "", "low.m3u8 has no AVERAGE-BANDWIDTH"),
        ("AVERAGE-BANDWIDTH=800", "AVERAGE-BANDWIDTH=950", "low.m3u8 has a peak rate below its average"),
        (",RESOLUTION=320x180", "", "low.m3u8 has no RESOLUTION"),
        (",FRAME-RATE=25.000", "", "low.m3u8 has no FRAME-RATE"),
        ('CODECS="avc1.4d401e,mp4a.40.2",', "", "low.m3u8 has no CODECS"),
        ("avc1.4d401e,mp4a.40.2", "avc1.4d401e", "does not name one video and one audio codec"),
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
        ("EXTINF:1.480000", "EXTINF:1", "The length “1” of one/2.m4s is not exact"),
        ("EXTINF:1.480000", "EXTINF:soon", "The length “soon” of one/2.m4s is not exact"),
        ("EXTINF:1.480000", "EXTINF:0.000", "one/2.m4s has no length"),
        ('#EXT-X-MAP:URI="card/init.mp4"\n', "", "Part 1 does not begin with its own #EXT-X-MAP"),
        ('#EXT-X-MAP:URI="one/init.mp4"\n', "", "Part 2 does not begin with its own #EXT-X-MAP"),
        ("one/init.mp4", "https://cdn.example/init.mp4", "is not a plain relative one"),
        ("one/1.m4s", "//cdn.example/1.m4s", "is not a plain relative one"),
        ("one/1.m4s\n", "", "An address is missing"),
        ("one/1.m4s", "one/1.m4s\none/3.m4s", "No tag introduces the address one/3.m4s"),
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
        ("a.m3u8", VIDEO.replace("#EXT-X-DISCONTINUITY\n", ""), "a.m3u8: There are 1 parts where the video has 2."),
        ("en.m3u8", SUBTITLES.replace("#EXT-X-DISCONTINUITY\n", ""), "en.m3u8: There are 1 parts"),
        ("en.m3u8", SUBTITLES.replace("1.480000", "1.500000"), "en.m3u8: Part 2 is not cut like the video."),
        ("high.m3u8", VIDEO.replace("1.480000", "1.520000"), "high.m3u8: Part 2 is not cut like the video."),
        ("a.m3u8", VIDEO.replace("1.480000", "1.700000"), "a.m3u8: Part 2 differs from the video by 0.220 s."),
    ],
)
def test_renditions_that_do_not_fit_together_are_noticed(uri: str, text: str, problem: str) -> None:
    found = check_stream(MASTER, {**ALL, uri: text})

    assert any(problem in sentence for sentence in found), found


def test_sound_may_differ_by_a_few_frames() -> None:
    assert check_stream(MASTER, {**ALL, "a.m3u8": VIDEO.replace("1.480000", "1.501333")}) == []


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
