"""Manifests of one statement, read back by an independent parser."""

import m3u8
import pytest

from pipeline.site.manifest_rules import check_stream, check_subtitle_segment
from pipeline.site.manifests import fit_lengths, write_package_manifests
from tests.site.values import cue, package


def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items()}


def test_a_statement_has_a_master_that_leads_to_everything() -> None:
    files = texts(write_package_manifests(package(), language="fr", subtitles={"en": [cue(1, 2)], "fr": [cue(1, 2)]}))

    master = m3u8.loads(files["master.m3u8"])

    assert [variant.uri for variant in master.playlists] == ["v180.m3u8", "v360.m3u8"]
    assert [(m.type, m.language, m.name, m.uri) for m in master.media] == [
        ("AUDIO", "fr", "Français", "a.m3u8"),
        ("SUBTITLES", "en", "English", "subtitles-en.m3u8"),
        ("SUBTITLES", "fr", "Français", "subtitles-fr.m3u8"),
    ]
    assert check_stream(files["master.m3u8"], files) == []


def test_rates_are_those_of_picture_and_sound_together() -> None:
    one = package([4.0, 4.0])
    files = texts(write_package_manifests(one, language="en", subtitles={}))

    low = m3u8.loads(files["master.m3u8"]).playlists[0].stream_info

    assert low.bandwidth == one.videos[0].peak_bits_per_second + one.audio.peak_bits_per_second
    assert low.average_bandwidth == (1000 + 100) * 8 / 4
    assert low.codecs == "avc1.4d401e,mp4a.40.2"
    assert low.resolution == (320, 180)
    assert low.frame_rate == 25.0


def test_media_manifests_list_every_segment_with_its_exact_length() -> None:
    files = texts(write_package_manifests(package([4.0, 4.0, 1.48]), language="en", subtitles={}))

    manifest = m3u8.loads(files["v360.m3u8"])

    assert [(s.uri, s.duration) for s in manifest.segments] == [
        ("v360/0001.m4s", 4.0),
        ("v360/0002.m4s", 4.0),
        ("v360/0003.m4s", 1.48),
    ]
    assert manifest.segments[0].init_section.uri == "v360/init.mp4"
    assert (manifest.target_duration, manifest.playlist_type, manifest.is_endlist) == (4, "vod", True)


def test_media_may_lie_elsewhere() -> None:
    files = texts(write_package_manifests(package(), language="en", subtitles={}, media_base="../media/x/"))

    manifest = m3u8.loads(files["a.m3u8"])

    assert manifest.segments[0].uri == "../media/x/a/0001.m4s"
    assert manifest.segments[0].init_section.uri == "../media/x/a/init.mp4"


def test_a_cue_across_two_segments_stands_in_both_with_the_same_times() -> None:
    files = texts(write_package_manifests(package(), language="en", subtitles={"en": [cue(3.5, 4.5, "Water & bread")]}))

    first, second, third = [s.uri for s in m3u8.loads(files["subtitles-en.m3u8"]).segments]

    assert files[first] == files[second]
    assert "00:00:03.500 --> 00:00:04.500\nWater &amp; bread" in files[first]
    assert "-->" not in files[third]
    assert all(check_subtitle_segment(files[uri]) == [] for uri in (first, second, third))


def test_segments_without_words_share_one_file() -> None:
    files = write_package_manifests(package(), language="en", subtitles={"en": [cue(0, 1)], "es": [cue(0, 1)]})

    assert sorted(path for path in files if path.endswith(".vtt")) == [
        "subtitles/empty.vtt",
        "subtitles/en/0001.vtt",
        "subtitles/es/0001.vtt",
    ]


def test_a_name_in_a_manifest_is_capitalised_as_menus_are() -> None:
    files = texts(write_package_manifests(package(), language="ar", subtitles={"es": [cue(0, 1)]}))

    assert [m.name for m in m3u8.loads(files["master.m3u8"]).media] == ["العربية", "Español"]


@pytest.mark.parametrize(
    ("lengths", "total", "expected"),
    [
        ([2.0, 2.0], 4.0, [2.0, 2.0]),
        ([2.01, 2.01], 4.0, [2.01, 1.99]),
        ([2.0, 1.98], 4.0, [2.0, 2.0]),
        ([2.01, 0.02], 2.0, [1.999, 0.001]),
    ],
)
def test_sound_is_listed_as_long_as_the_picture(lengths: list[float], total: float, expected: list[float]) -> None:
    assert fit_lengths(lengths, total) == pytest.approx(expected)
