"""Whatever cannot be shown is refused with its code; headers and exit statuses are not believed."""

import random
from pathlib import Path

import pytest

from pipeline.domain.findings import FindingCode
from pipeline.domain.limits import Limit
from tests.fixtures.media import AAC, H264, PICTURE, TONE, VP8, ffmpeg

WEBM = (*VP8, "-c:a", "libopus")


def refusals(report) -> set[str]:
    return {finding.code.value for finding in report.findings if finding.severity == "refuse"}


@pytest.fixture
def altered(tmp_path):
    """`altered(path, change)`: a copy whose bytes went through a function."""

    def make(source: Path, change) -> Path:
        copy = tmp_path / f"altered{source.suffix}"
        copy.write_bytes(change(bytearray(source.read_bytes())))
        return copy

    return make


def zero_middle_third(data: bytearray) -> bytes:
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    return bytes(data)


def sprinkle_noise(data: bytearray) -> bytes:
    chance = random.Random(7)  # noqa: S311 - the same noise in every run
    start = data.index(b"mdat") + 2000
    for _ in range(len(data) // 100):
        data[chance.randrange(start, len(data))] = chance.randrange(256)
    return bytes(data)


@pytest.fixture(scope="module")
def busy_clip(make_clip):
    """Large enough that every part of the file holds pictures and sound."""
    noise = ("-f", "lavfi", "-i", "anoisesrc=d=8:a=0.2:seed=1")
    picture = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8")
    return make_clip("busy.mp4", *picture, *noise, *H264, *AAC, "-movflags", "+faststart")


def test_an_empty_file(tmp_path, check):
    (tmp_path / "x.mp4").touch()
    assert refusals(check(tmp_path / "x.mp4")) == {"empty"}


@pytest.mark.parametrize("content", [b"\x00", b"hello", b"PK\x03\x04" + bytes(100), b"\x00\x00\x00\x18ftypisom" * 4])
def test_rubbish_is_unreadable(tmp_path, check, content):
    (tmp_path / "x.mp4").write_bytes(content)
    assert refusals(check(tmp_path / "x.mp4")) == {"unreadable"}


def test_a_file_cut_in_the_middle(busy_clip, altered, check):
    report = check(altered(busy_clip, lambda data: data[: len(data) * 6 // 10]))
    assert refusals(report) == {"truncated"}
    assert report.findings[0].values["expected_seconds"] == pytest.approx(8.0, abs=0.1)
    assert report.findings[0].values["found_seconds"] == pytest.approx(4.8, abs=0.5)


def test_a_file_whose_index_was_cut_off(make_clip, altered, check):
    clip = make_clip("index-last.mp4", *PICTURE, *TONE, *H264, *AAC)
    assert check(clip).is_accepted
    report = check(altered(clip, lambda data: data[: len(data) - 2000]))
    assert refusals(report) == {"truncated"}
    assert report.findings[0].values == {"reason": "no_index"}


@pytest.mark.parametrize("suffix", ["mkv", "webm", "avi", "wmv", "flv", "ogv"])
def test_other_containers_cut_in_the_middle(busy_clip, make_clip, altered, check, suffix):
    codecs = {
        "mkv": ("-c", "copy"),
        "webm": WEBM,
        "avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
        "wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
        "flv": ("-c:v", "flv1", "-c:a", "libmp3lame", "-ar", "44100"),
        "ogv": ("-c:v", "libtheora", "-c:a", "libvorbis"),
    }
    whole = make_clip(f"whole.{suffix}", "-i", busy_clip, *codecs[suffix])
    assert check(whole).is_accepted
    assert refusals(check(altered(whole, lambda data: data[: len(data) * 6 // 10]))) == {"truncated"}


def test_a_lost_part_of_an_upload(busy_clip, altered, check):
    """ffmpeg decodes this with status 0."""
    holed = altered(busy_clip, zero_middle_third)
    ffmpeg("-i", holed, "-f", "null", "-")
    assert refusals(check(holed)) == {"damaged"}


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_a_lost_part_in_containers_that_skip_over_it(busy_clip, make_clip, altered, check, suffix):
    whole = make_clip(f"whole.{suffix}", "-i", busy_clip, "-c", "copy")
    assert check(whole).is_accepted
    assert refusals(check(altered(whole, zero_middle_third))) == {"damaged"}


def test_noise_in_the_media(busy_clip, altered, check):
    noisy = altered(busy_clip, sprinkle_noise)
    ffmpeg("-i", noisy, "-f", "null", "-")
    assert refusals(check(noisy)) == {"damaged"}


@pytest.mark.parametrize("suffix", ["mkv", "webm"])
def test_a_start_that_was_lost_is_called_damage(busy_clip, make_clip, altered, check, suffix):
    """The demuxer gives up after a picture or two; the recording is not short, it is destroyed."""
    whole = make_clip(f"whole.{suffix}", "-i", busy_clip, *(WEBM if suffix == "webm" else ("-c", "copy")))

    def zero_after_first_pictures(data: bytearray) -> bytes:
        start = data.index(b"\x1f\x43\xb6\x75") + 20_000
        data[start:] = bytes(len(data) - start)
        return bytes(data)

    assert refusals(check(altered(whole, zero_after_first_pictures))) == {"damaged"}


def test_a_few_wrong_bytes_are_noted_and_no_more(busy_clip, make_clip, altered, check):
    """Key frames all over keep the harm small, as it is small in minutes of recording."""
    sturdy = make_clip("sturdy.mp4", "-i", busy_clip, *H264, "-g", "1", "-c:a", "copy", "-movflags", "+faststart")

    def scratch(data: bytearray) -> bytes:
        middle = data.index(b"mdat") + len(data) // 2
        data[middle : middle + 60] = bytes(60)
        return bytes(data)

    report = check(altered(sturdy, scratch))
    assert report.is_accepted
    assert FindingCode.DAMAGED_SLIGHTLY in {finding.code for finding in report.findings}


def test_a_wrong_length_in_the_last_box_is_forgiven(make_clip, altered, check):
    clip = make_clip("lying-box.mp4", *PICTURE, *TONE, *H264, *AAC, "-movflags", "+faststart")

    def lengthen(data: bytearray) -> bytes:
        at = data.index(b"mdat") - 4
        length = int.from_bytes(data[at : at + 4], "big") + 1000
        data[at : at + 4] = length.to_bytes(4, "big")
        return bytes(data)

    assert check(altered(clip, lengthen)).is_accepted


def test_a_locked_track(plain_clip, altered, check):
    assert refusals(check(altered(plain_clip, lambda data: bytes(data).replace(b"avc1", b"encv")))) == {"encrypted"}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("sound.mp4", (*TONE, *AAC)),
        ("sound.ogg", (*TONE, "-c:a", "libvorbis")),
        ("sound.mp3", (*TONE,)),
        ("photo.jpg", (*PICTURE, "-frames:v", "1")),
        ("photo.png", (*PICTURE, "-frames:v", "1")),
        ("photo.mov", (*PICTURE, "-frames:v", "1", "-c:v", "png")),
        ("speck.mp4", ("-f", "lavfi", "-i", "testsrc2=s=16x16:d=2", *H264)),
        ("subtitles.mkv", ("-f", "srt", "-i", "pipe:0")),
    ],
)
def test_what_is_no_video(make_clip, check, tmp_path, name, arguments):
    if name == "subtitles.mkv":
        (tmp_path / "x.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nwords\n", encoding="utf-8")
        arguments = ("-i", tmp_path / "x.srt")
    assert refusals(check(make_clip(name, *arguments))) == {"no_video"}


def test_a_song_with_a_cover_is_no_video(make_clip, check):
    cover = make_clip("cover.jpg", *PICTURE, "-frames:v", "1")
    song = make_clip(
        "song.m4a", *TONE, "-i", cover, "-map", "0", "-map", "1", "-c:v", "copy", *AAC, "-disposition:v", "attached_pic"
    )
    assert refusals(check(song)) == {"no_video"}


@pytest.mark.slow
def test_codecs_that_nobody_records_with_are_not_opened(make_clip, check):
    report = check(make_clip("odd.avi", *PICTURE, "-c:v", "asv1"))
    assert refusals(report) == {"undecodable"}
    assert report.findings[0].values["codec"] == "asv1"


@pytest.mark.parametrize(
    ("limit", "code"), [(Limit(5, 10), "too_short"), (Limit(1, 3), "too_long"), (Limit(1, 3, 0.5), "too_long")]
)
def test_the_sessions_limit(plain_clip, check, limit, code):
    report = check(plain_clip, limit)
    assert refusals(report) == {code}
    assert report.findings[0].values["by_seconds"] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("limit", [Limit(4, 5), Limit(1, 4, 0.1), Limit(5, 6, 1), Limit(1, 3, 1.1)])
def test_the_limits_tolerance(plain_clip, check, limit):
    assert check(plain_clip, limit).is_accepted


def test_a_recording_of_hours_is_not_decoded_to_its_end(make_clip, check):
    """The packets tell the length; no picture is looked at."""
    slow = ("-f", "lavfi", "-i", "color=red:s=64x64:r=1:d=7200", *H264)
    report = check(make_clip("hours.mp4", *slow), Limit(1, 3))
    assert refusals(report) == {"too_long"}
    assert report.duration_seconds == pytest.approx(7200, abs=2)
    assert not report.pictures_checked


def test_one_picture_is_no_recording_under_any_limit(make_clip, check):
    assert refusals(check(make_clip("one.mp4", *PICTURE, "-frames:v", "1", *H264))) == {"too_short"}


@pytest.mark.slow
def test_a_picture_beyond_4k_is_refused_before_it_is_decoded(make_clip, check):
    huge = ("-f", "lavfi", "-i", "color=red:s=8192x8192:r=2:d=1", "-c:v", "libx264", "-preset", "ultrafast")
    report = check(make_clip("huge.mp4", *huge))
    assert refusals(report) == {"too_large_picture"}
    assert report.findings[0].values == {"width": 8192, "height": 8192}


def test_a_file_with_too_many_tracks(make_clip, check):
    maps = [word for _ in range(30) for word in ("-map", "1")]
    report = check(make_clip("crowd.mp4", *PICTURE, *TONE, "-map", "0", *maps, *H264, *AAC, "-t", "0.5"))
    assert refusals(report) == {"too_many_streams"}


def test_a_file_that_is_too_large(plain_clip, check):
    assert refusals(check(plain_clip, max_bytes=1000)) == {"too_large_file"}
