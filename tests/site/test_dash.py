"""The DASH manifest: what it says of the files, and that each of its rules notices its violation."""

from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest

from pipeline.domain.packages import ByteRange
from pipeline.site.dash import write_mpd
from pipeline.site.mpd_reading import ReadPeriod, ReadRepresentation, read_mpd
from pipeline.site.mpd_rules import check_mpd
from pipeline.site.stream_parts import StreamPart
from pipeline.site.subtitle_files import write_subtitle_files
from tests.fixtures.releases import STATEMENT_SECONDS, PublishedCountry
from tests.site.values import INDEX, INIT_BYTES, cue, package


def statement(media_base: str = "../m/", *, is_modern: bool = False) -> StreamPart:
    media = package(is_modern=is_modern)
    tracks = write_subtitle_files(media, {"es": [cue(0, 1)], "fr": [cue(0, 1)]}).tracks_below("../s/1/")
    return StreamPart(media, media_base, "en", tracks)


def card() -> StreamPart:
    return StreamPart(package([4.0]), "../card/")


def named(period: ReadPeriod) -> list[tuple[str, str, str]]:
    return [(one.kind, one.attributes["id"], one.uri) for one in period.representations]


def test_a_statement_is_one_period_with_the_files_of_hls() -> None:
    (period,) = read_mpd(write_mpd([statement()])).periods

    assert period.duration_seconds == 9.5
    assert named(period) == [
        ("video", "v180", "../m/v180.mp4"),
        ("video", "v360", "../m/v360.mp4"),
        ("audio", "a", "../m/a.mp4"),
        ("text", "subtitles-es", "../s/1/subtitles/es.vtt"),
        ("text", "subtitles-fr", "../s/1/subtitles/fr.vtt"),
    ]
    low = period.representations[0]
    assert (low.init, low.index) == (ByteRange(0, INIT_BYTES), INDEX)
    assert low.attributes["bandwidth"] == "2910"  # (1000 + 1000 bytes) in 4 s + 1.5 s
    assert (low.attributes["width"], low.attributes["frameRate"]) == ("320", "25")


def test_a_programme_has_a_period_for_each_part() -> None:
    mpd = read_mpd(write_mpd([card(), statement(), card(), statement("../n/")]))

    assert [period.duration_seconds for period in mpd.periods] == [4.0, 9.5, 4.0, 9.5]
    assert mpd.duration_seconds == 27.0


def test_the_sound_is_one_choice_whatever_is_spoken() -> None:
    spanish = replace(statement("../n/"), language="es")

    languages = [
        {one.set_attributes["lang"] for period in read_mpd(write_mpd(parts)).periods for one in sounds(period)}
        for parts in ([card(), statement()], [card(), statement(), spanish])
    ]

    assert languages == [{"en"}, {"mul"}]


def sounds(period: ReadPeriod) -> list[ReadRepresentation]:
    return [one for one in period.representations if one.kind == "audio"]


def test_modern_pictures_are_a_set_of_their_own() -> None:
    (period,) = read_mpd(write_mpd([statement(is_modern=True)])).periods

    assert [(one.set_attributes["id"], one.attributes["codecs"]) for one in period.representations[:4]] == [
        ("1", "avc1.4d401e"),
        ("1", "avc1.4d401e"),
        ("2", "av01.0.04M.08"),
        ("2", "av01.0.04M.08"),
    ]


def test_rates_that_are_no_whole_numbers_are_fractions() -> None:
    mpd = write_mpd([statement()]).replace('frameRate="25"', 'frameRate="30000/1001"')

    assert check_mpd(mpd) == []


GOOD = write_mpd([card(), statement()])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("</MPD>", "", "not well-formed XML"),
        ("<MPD", "<!DOCTYPE MPD><MPD", "declares a document type"),
        ("schema:mpd:2011", "schema:mpd:2999", "root is not an MPD"),
        ("isoff-on-demand", "isoff-live", "not a static one of the on-demand profile"),
        ('type="static"', 'type="dynamic"', "not a static one of the on-demand profile"),
        ("minBufferTime", "other", "has no minBufferTime"),
        ('mediaPresentationDuration="PT13.5', 'mediaPresentationDuration="PT14.5', "differ from the whole by 1.000 s"),
        ('Period id="1" duration="PT4.000000S"', 'Period id="1" duration="4 s"', "“4 s” is no duration"),
        ('contentType="audio"', 'contentType="sound"', "Period 1: it lacks pictures or sound"),
        ('id="v360"', 'id="v180"', "The name “v180” is there more than once"),
        ('bandwidth="', 'rate="', "v180 has no bandwidth"),
        ('codecs="avc1.4d401e"', 'codecs="mp4a.40.2"', "v180 does not name a codec of its kind"),
        ('mimeType="video/mp4"', 'mimeType="video/webm"', "v180 has another type than its kind"),
        ('range="0-699"', 'range="9-699"', "v180 does not say where its beginning and its index lie"),
        ('range="0-699"', 'range="0-700"', "v180 does not say where its beginning and its index lie"),
        ('range="0-699"', 'range="all"', "The byte range “all” is not FIRST-LAST"),
        ("indexRange=", "other=", "is not FIRST-LAST"),
        ('lang="en"', "", "a has no language"),
        ('frameRate="25"', "", "v180 has no size or frame rate"),
        ("../m/v180.mp4", "https://cdn.example/v180.mp4", "is not a plain relative one"),
        ('lang="fr"', "", "subtitles-fr is no WebVTT in a language"),
    ],
)
def test_a_broken_manifest_is_noticed(old: str, new: str, problem: str) -> None:
    assert check_mpd(GOOD) == []
    assert old in GOOD

    found = check_mpd(GOOD.replace(old, new, 1))

    assert any(problem in sentence for sentence in found), found


@pytest.mark.slow
def test_another_reader_decodes_a_published_statement(published_country: PublishedCountry) -> None:
    plan = published_country.publish()
    manifest = published_country.folder / plan.release_uri / "s/1/manifest.mpd"

    assert decoded_seconds(manifest, "v") == pytest.approx(STATEMENT_SECONDS, abs=0.05)
    assert decoded_seconds(manifest, "a") == pytest.approx(STATEMENT_SECONDS, abs=0.05)


def decoded_seconds(manifest: Path, kind: str) -> float:
    """How much of the best rendition ffmpeg decodes through the manifest."""
    # ffmpeg takes subtitles for no medium unless it is told that any ending will do.
    source = ["-allowed_extensions", "ALL", "-i", str(manifest)]
    words = [*source, "-map", f"0:{kind}:0", "-f", "null", "-"]
    done = run(
        ["ffmpeg", "-nostdin", "-v", "error", "-progress", "-", *words], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    ends = [line.partition("=")[2] for line in done.stdout.splitlines() if line.startswith("out_time_us=")]
    return int(ends[-1]) / 1e6
