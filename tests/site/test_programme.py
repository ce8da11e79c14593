"""A country's statements as one stream."""

from dataclasses import replace
from itertools import pairwise

import m3u8
import pytest

from pipeline.domain.packages import Package
from pipeline.domain.sheets import TrackMark
from pipeline.site.manifest_rules import check_stream
from pipeline.site.mpd_rules import check_mpd
from pipeline.site.programme import ProgrammePart, build_programme, find_chapters
from pipeline.site.stream_parts import StreamPart, VoiceTrack, modern_rungs, most_demanding, picture_rungs
from pipeline.site.subtitle_files import write_subtitle_files
from tests.site.values import audio, cue, package, video


def part(name: str, language: str, subtitles: dict[str, list], one: Package | None = None) -> ProgrammePart:
    media = one or package()
    tracks = write_subtitle_files(media, subtitles).tracks_below(f"../s/{name}/")
    card = package([4.0], heights=3)
    return ProgrammePart(
        StreamPart(card, f"../media/card-{name}/"), StreamPart(media, f"../media/{name}/", language, tracks)
    )


@pytest.fixture
def parts() -> list[ProgrammePart]:
    drifting = package([4.0, 4.0, 1.5], sound=[4.01, 4.01, 1.52])
    return [
        part("1", "en", {"fr": [cue(0.5, 1)]}),
        part("2", "fr", {"en": [cue(0.5, 5)], "es": [cue(0.5, 1)]}, drifting),
        part("3", "es", {}),
    ]


def manifest(files: dict[str, bytes], path: str) -> m3u8.M3U8:
    return m3u8.loads(files[path].decode())


def parts_of(one: m3u8.M3U8) -> list[list[m3u8.Segment]]:
    found: list[list[m3u8.Segment]] = [[]]
    for segment in one.segments:
        if segment.discontinuity:
            found.append([])
        found[-1].append(segment)
    return found


def test_the_programme_keeps_every_rule(parts: list[ProgrammePart]) -> None:
    files = {path: data.decode() for path, data in build_programme(parts).items()}

    assert check_stream(files["master.m3u8"], files) == []


def test_every_rendition_has_a_card_before_each_statement(parts: list[ProgrammePart]) -> None:
    files = build_programme(parts)

    for path in ("v180.m3u8", "v360.m3u8", "a.m3u8", "v180-iframes.m3u8", "v360-iframes.m3u8"):
        found = parts_of(manifest(files, path))
        folders = [segments[0].init_section.uri.split("/")[2] for segments in found]
        assert folders == ["card-1", "1", "card-2", "2", "card-3", "3"]


def test_a_language_of_any_statement_runs_through_all_of_them(parts: list[ProgrammePart]) -> None:
    files = build_programme(parts)
    video = [[s.duration for s in segments] for segments in parts_of(manifest(files, "v180.m3u8"))]

    for language in ("en", "es", "fr"):
        found = parts_of(manifest(files, f"subtitles-{language}.m3u8"))
        assert [[s.duration for s in segments] for segments in found] == video


def test_what_a_statement_lacks_is_filled_with_emptiness(parts: list[ProgrammePart]) -> None:
    files = build_programme(parts)
    card, first, _, second, *_ = parts_of(manifest(files, "subtitles-en.m3u8"))

    assert {segment.uri for segment in (*card, *first)} == {"subtitles/empty.vtt"}
    assert {segment.byterange for segment in (*card, *first)} == {None}
    assert {segment.uri for segment in second} == {"../s/2/subtitles/en-cut.vtt"}
    assert [segment.byterange for segment in second] == ["88@0", "88@88", "51@176"]
    assert b"-->" not in files["subtitles/empty.vtt"]


def test_sound_begins_each_part_where_the_picture_does(parts: list[ProgrammePart]) -> None:
    files = build_programme(parts)

    lengths = {
        path: [sum(s.duration for s in segments) for segments in parts_of(manifest(files, path))]
        for path in ("v180.m3u8", "a.m3u8")
    }

    assert lengths["a.m3u8"] == pytest.approx(lengths["v180.m3u8"], abs=1e-6)


def test_the_language_of_the_sound_is_several_unless_all_speak_one() -> None:
    french = build_programme([part("1", "fr", {}), part("2", "fr", {})])
    mixed = build_programme([part("1", "fr", {}), part("2", "en", {})])

    assert [m.language for m in manifest(french, "master.m3u8").media] == ["fr"]
    assert [(m.language, m.name) for m in manifest(mixed, "master.m3u8").media] == [("mul", "Original")]


def test_a_statement_that_ends_lower_gives_its_best() -> None:
    files = build_programme([part("1", "en", {}), part("2", "en", {}, package(heights=1))])

    highest = parts_of(manifest(files, "v360.m3u8"))

    assert highest[1][0].uri == "../media/1/v360.mp4"
    assert highest[3][0].uri == highest[3][0].init_section.uri == "../media/2/v180.mp4"
    assert manifest(files, "master.m3u8").playlists[1].stream_info.resolution == (640, 360)
    assert check_stream(files["master.m3u8"].decode(), {path: data.decode() for path, data in files.items()}) == []


def test_cards_add_no_quality_that_no_statement_has(parts: list[ProgrammePart]) -> None:
    assert {len(part.card.package.videos) for part in parts} == {3}

    master = manifest(build_programme(parts), "master.m3u8")

    assert [variant.uri for variant in master.playlists] == ["v180.m3u8", "v360.m3u8", "a.m3u8"]


def test_modern_pictures_need_every_part_to_have_them() -> None:
    modern, plain = StreamPart(package(is_modern=True), "../m/", "en"), StreamPart(package(), "../p/", "en")

    assert len(modern_rungs([modern, modern])) == 2
    assert modern_rungs([modern, plain]) == []


def test_the_codecs_of_a_variant_are_those_of_its_most_demanding_part() -> None:
    low = replace(package(heights=1), videos=(video("v180", [4.0], codecs="avc1.64001e"),))
    high = replace(low, videos=(video("v180", [4.0], codecs="avc1.4d401f"),))

    (rung,) = picture_rungs([StreamPart(low, language="en"), StreamPart(high, language="en")])

    assert rung.codecs == "avc1.4d401f"
    assert most_demanding([video("m", [4.0], codecs=f"av01.0.{level}M.08") for level in ("04", "08", "05")]) == (
        "av01.0.08M.08"
    )


def test_the_rate_is_that_of_the_greediest_part() -> None:
    plain, greedy = part("1", "en", {}), part("2", "en", {}, package([4.0, 2.0]))

    rates = [
        manifest(build_programme(chosen), "master.m3u8").playlists[0].stream_info.bandwidth
        for chosen in ([plain], [plain, greedy])
    ]

    assert rates[0] < rates[1] == (1000 + 100) * 8 / 2.0


def test_chapters_say_where_each_card_and_statement_begins(parts: list[ProgrammePart]) -> None:
    chapters = find_chapters(parts)

    assert [(c.card_starts_seconds, c.statement_starts_seconds) for c in chapters] == [(0, 4), (13.5, 17.5), (27, 31)]
    assert all(before.ends_seconds == after.card_starts_seconds for before, after in pairwise(chapters))


def test_an_interpretation_runs_through_the_programme_and_the_original_stands_in_where_there_is_none(
    parts: list[ProgrammePart],
) -> None:
    spoken = replace(audio([4.01, 4.01, 1.52], size_bytes=130), uri="voice.mp4")
    voice = VoiceTrack(spoken, "../media/spoken/", TrackMark.UNREVIEWED)
    parts[1] = replace(parts[1], statement=replace(parts[1].statement, voices={"en": voice}))
    files = build_programme(parts)
    texts = {path: data.decode() for path, data in files.items()}
    master = manifest(files, "master.m3u8")
    sounds = [media for media in master.media if media.type == "AUDIO"]

    assert check_stream(texts["master.m3u8"], texts) == []
    assert check_mpd(texts["manifest.mpd"]) == []
    assert [(s.name, s.language, s.default, s.autoselect, s.characteristics) for s in sounds] == [
        ("Original", "mul", "YES", "YES", "public.original-content"),
        (
            "English (interpretation, not reviewed)",
            "en",
            "NO",
            "YES",
            "public.translation,public.translation.voice-over",
        ),
    ]
    original, english = (parts_of(manifest(files, uri)) for uri in ("a.m3u8", "voice-en.m3u8"))
    assert [[s.uri for s in part] for part in english[:3] + english[4:]] == [
        [s.uri for s in part] for part in original[:3] + original[4:]
    ]
    assert {segment.uri for segment in english[3]} == {"../media/spoken/voice.mp4"}
    assert [sum(s.duration for s in part) for part in english] == [sum(s.duration for s in part) for part in original]
    assert all(variant.stream_info.bandwidth > 0 for variant in master.playlists)
    broken = texts["master.m3u8"].replace('"public.translation', '"translation')
    assert any("CHARACTERISTICS" in problem for problem in check_stream(broken, texts))


def test_a_stream_that_nobody_interpreted_offers_no_choice(parts: list[ProgrammePart]) -> None:
    texts = {path: data.decode() for path, data in build_programme(parts).items()}

    assert texts["master.m3u8"].count("TYPE=AUDIO") == 1
    assert "CHARACTERISTICS" not in texts["master.m3u8"]
    assert not any(path.startswith("voice-") for path in texts)
