"""A country's statements as one stream."""

from itertools import pairwise

import m3u8
import pytest

from pipeline.domain.packages import Package
from pipeline.site.manifest_rules import check_stream
from pipeline.site.manifests import StreamPart, write_subtitle_segments
from pipeline.site.programme import ProgrammePart, build_programme, find_chapters
from tests.site.values import cue, package


def part(name: str, language: str, subtitles: dict[str, list], one: Package | None = None) -> ProgrammePart:
    media = one or package()
    uris = write_subtitle_segments(media, subtitles).uris_below(f"../s/{name}/")
    return ProgrammePart(
        StreamPart(package([4.0]), f"../media/card-{name}/"), StreamPart(media, f"../media/{name}/", language, uris)
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

    for path in ("v180.m3u8", "v360.m3u8", "a.m3u8"):
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
    assert [segment.uri for segment in second] == [
        "../s/2/subtitles/en/0001.vtt",
        "../s/2/subtitles/en/0002.vtt",
        "../s/2/subtitles/empty.vtt",
    ]
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

    assert highest[1][0].uri == "../media/1/v360/0001.m4s"
    assert highest[3][0].uri == "../media/2/v180/0001.m4s"
    assert manifest(files, "master.m3u8").playlists[1].stream_info.resolution == (640, 360)


def test_the_rate_is_that_of_the_greediest_part() -> None:
    plain, greedy = part("1", "en", {}), part("2", "en", {}, package([4.0, 0.8]))

    rates = [
        manifest(build_programme(chosen), "master.m3u8").playlists[0].stream_info.bandwidth
        for chosen in ([plain], [plain, greedy])
    ]

    media = greedy.statement.package
    assert rates[0] < rates[1] == media.videos[0].peak_bits_per_second + media.audio.peak_bits_per_second


def test_chapters_say_where_each_card_and_statement_begins(parts: list[ProgrammePart]) -> None:
    chapters = find_chapters(parts)

    assert [(c.card_starts_seconds, c.statement_starts_seconds) for c in chapters] == [(0, 4), (13.5, 17.5), (27, 31)]
    assert all(before.ends_seconds == after.card_starts_seconds for before, after in pairwise(chapters))
