"""Manifests of one statement, read back by an independent parser."""

from math import ceil

import m3u8
import pytest

from pipeline.captions.reading import read_subtitles
from pipeline.domain.packages import Package
from pipeline.domain.sheets import TrackMark
from pipeline.site.listings import fit_lengths
from pipeline.site.manifest_rules import check_stream, check_subtitle_segment
from pipeline.site.manifests import write_package_manifests
from tests.site.values import audio, cue, package, video


def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items()}


def ranges(manifest: m3u8.M3U8) -> list[tuple[str, str, float]]:
    return [(segment.uri, segment.byterange, segment.duration) for segment in manifest.segments]


def cut(data: bytes, span: str) -> str:
    length, offset = map(int, span.split("@"))
    return data[offset : offset + length].decode()


def test_a_statement_has_a_master_that_leads_to_everything() -> None:
    files = texts(write_package_manifests(package(), language="fr", subtitles={"en": [cue(1, 2)], "fr": [cue(1, 2)]}))

    master = m3u8.loads(files["master.m3u8"])

    assert [variant.uri for variant in master.playlists] == ["v180.m3u8", "v360.m3u8", "a.m3u8"]
    assert [entry.uri for entry in master.iframe_playlists] == ["v180-iframes.m3u8", "v360-iframes.m3u8"]
    assert [(m.type, m.language, m.name, m.uri) for m in master.media] == [
        ("AUDIO", "fr", "Français", "a.m3u8"),
        ("SUBTITLES", "en", "English", "subtitles-en.m3u8"),
        ("SUBTITLES", "fr", "Français", "subtitles-fr.m3u8"),
    ]
    assert check_stream(files["master.m3u8"], files) == []


def test_menus_say_of_subtitles_that_they_were_not_reviewed() -> None:
    subtitles = {"en": [cue(1, 2)], "fr": [cue(1, 2)]}
    marks = {"fr": TrackMark.UNREVIEWED}
    files = texts(write_package_manifests(package(), language="fr", subtitles=subtitles, marks=marks))

    named = {
        media.language: media.name for media in m3u8.loads(files["master.m3u8"]).media if media.type == "SUBTITLES"
    }

    assert named == {"en": "English", "fr": "Français (non révisé)"}
    assert files["manifest.mpd"].count("<Label>non révisé</Label>") == 1
    assert check_stream(files["master.m3u8"], files) == []


def test_rates_are_those_of_picture_and_sound_together() -> None:
    one = package([4.0, 4.0])
    files = texts(write_package_manifests(one, language="en", subtitles={}))

    low, _, sound = (variant.stream_info for variant in m3u8.loads(files["master.m3u8"]).playlists)

    assert low.bandwidth == low.average_bandwidth == (1000 + 100) * 8 / 4
    assert low.codecs == "avc1.4d401e,mp4a.40.2"
    assert low.resolution == (320, 180)
    assert low.frame_rate == 25.0
    assert (sound.bandwidth, sound.codecs, sound.resolution) == (100 * 8 / 4, "mp4a.40.2", None)


def test_a_short_segment_counts_together_with_its_neighbour() -> None:
    one = Package(4.4, (video("v", [4.0, 0.4]),), audio([4.0, 0.4]), "poster.jpg")

    low, *_ = m3u8.loads(texts(write_package_manifests(one, language="en", subtitles={}))["master.m3u8"]).playlists

    assert low.stream_info.bandwidth == ceil(2000 * 8 / 4.4) + ceil(200 * 8 / 4.4)


def test_media_manifests_list_every_segment_with_its_exact_length_and_range() -> None:
    files = texts(write_package_manifests(package([4.0, 4.0, 1.48]), language="en", subtitles={}))

    manifest = m3u8.loads(files["v360.m3u8"])

    assert ranges(manifest) == [
        ("v360.mp4", "2000@760", 4.0),
        ("v360.mp4", "2000@2760", 4.0),
        ("v360.mp4", "2000@4760", 1.48),
    ]
    init = manifest.segments[0].init_section
    assert (init.uri, init.byterange) == ("v360.mp4", "700@0")
    assert (manifest.target_duration, manifest.playlist_type, manifest.is_endlist) == (4, "vod", True)


def test_key_pictures_are_listed_until_the_next_one() -> None:
    files = texts(write_package_manifests(package([4.0, 4.0, 1.48]), language="en", subtitles={}))

    manifest = m3u8.loads(files["v180-iframes.m3u8"])
    entry = m3u8.loads(files["master.m3u8"]).iframe_playlists[0].iframe_stream_info

    assert manifest.is_i_frames_only
    assert ranges(manifest) == [
        ("v180.mp4", "100@760", 4.0),
        ("v180.mp4", "100@1760", 4.0),
        ("v180.mp4", "100@2760", 1.48),
    ]
    assert (entry.bandwidth, entry.codecs, entry.resolution) == (ceil(200 * 8 / 5.48), "avc1.4d401e", (320, 180))


def test_media_may_lie_elsewhere() -> None:
    files = texts(write_package_manifests(package(), language="en", subtitles={}, media_base="../media/x/"))

    manifest = m3u8.loads(files["a.m3u8"])

    assert manifest.segments[0].uri == "../media/x/a.mp4"
    assert manifest.segments[0].init_section.uri == "../media/x/a.mp4"


def test_modern_pictures_stand_beside_the_others_and_are_not_begun_with() -> None:
    files = texts(write_package_manifests(package(is_modern=True), language="en", subtitles={}))

    variants = m3u8.loads(files["master.m3u8"]).playlists

    assert [variant.uri for variant in variants] == [
        "v180.m3u8",
        "v360.m3u8",
        "m180.m3u8",
        "m360.m3u8",
        "a.m3u8",
    ]
    assert variants[2].stream_info.codecs == "av01.0.04M.08,mp4a.40.2"
    assert check_stream(files["master.m3u8"], files) == []


def test_a_cue_across_two_segments_stands_in_both_with_the_same_times() -> None:
    files = write_package_manifests(package(), language="en", subtitles={"en": [cue(3.5, 4.5, "Water & bread")]})

    listed = m3u8.loads(files["subtitles-en.m3u8"].decode()).segments
    first, second, third = (cut(files[segment.uri], segment.byterange) for segment in listed)

    assert first == second
    assert "00:00:03.500 --> 00:00:04.500\nWater &amp; bread" in first
    assert "-->" not in third
    assert all(check_subtitle_segment(text) == [] for text in (first, second, third))


def test_each_language_is_two_files() -> None:
    cues = [cue(0, 1), cue(3, 5)]
    files = write_package_manifests(package(), language="en", subtitles={"en": cues, "es": cues[:1]})

    assert sorted(path for path in files if path.startswith("subtitles/")) == [
        "subtitles/en-cut.vtt",
        "subtitles/en.vtt",
        "subtitles/es-cut.vtt",
        "subtitles/es.vtt",
    ]
    assert read_subtitles(files["subtitles/en.vtt"]) == tuple(cues)


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
