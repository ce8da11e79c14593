"""What is missing at the end or in the middle is found in every container; whole files are not refused."""

import pytest

from tests.fixtures.media import AAC, H264, PICTURE, TONE, ffmpeg

MOTION_JPEG = ("-c:v", "mjpeg", "-q:v", "5", "-c:a", "pcm_s16le")
THEORA = ("-c:v", "libtheora", "-q:v", "7", "-c:a", "libvorbis")
TAPE = ("-vf", "scale=720:576,format=yuv420p", "-t", "2", "-c:a", "pcm_s16le", "-ac", "2", "-f", "dv")
BROADCAST = ("-vf", "scale=720:576", "-t", "2", "-c:v", "mpeg2video", "-b:v", "5M", "-c:a", "pcm_s16le")


def codes(report) -> set[str]:
    return {finding.code.value for finding in report.findings}


def without(data: bytes, start: float, end: float) -> bytes:
    first, last = int(start * len(data)), int(end * len(data))
    return data[:first] + bytes(last - first) + data[last:]


@pytest.mark.parametrize(
    ("name", "options"),
    [("camera.avi", MOTION_JPEG), ("old.ogv", THEORA), ("tape.dv", TAPE), ("broadcast.mxf", BROADCAST)],
)
def test_a_hole_that_no_decoder_complains_about(make_clip, tmp_path, check, name, options):
    clip = make_clip(name, *PICTURE, *TONE, *options)
    assert check(clip).is_accepted
    holed = tmp_path / name
    holed.write_bytes(without(clip.read_bytes(), 0.34, 0.66))
    report = check(holed)
    assert not report.is_accepted
    assert codes(report) & {"damaged", "truncated"}


@pytest.mark.parametrize("suffix", ["flv", "avi", "mkv", "mp4"])
def test_sound_that_ends_early_is_no_cut(make_clip, check, suffix):
    codecs = {"avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame")}.get(suffix, (*H264, *AAC))
    clip = make_clip(f"short-sound.{suffix}", *PICTURE, *TONE, "-af", "atrim=0:3", *codecs)
    assert check(clip).is_accepted


@pytest.mark.parametrize("suffix", ["ts", "mpg"])
def test_streams_of_open_length_cut_within_a_packet(make_clip, tmp_path, check, suffix):
    codecs = (*H264, *AAC) if suffix == "ts" else ("-c:v", "mpeg2video", "-c:a", "mp2")
    clip = make_clip(f"open.{suffix}", *PICTURE, *TONE, *codecs)
    cut = tmp_path / clip.name
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size * 6 // 10 // 188 * 188 + 100])
    assert codes(check(cut)) >= {"truncated"}


def test_a_spatial_sound_beside_the_usual_one_is_no_choice(make_clip, tmp_path, check):
    maps = ("-map", "0:v", "-map", "1:a", "-map", "1:a")
    clip = make_clip("two-sounds.mov", *PICTURE, *TONE, *maps, *H264, *AAC)
    assert "several_audio_tracks" in codes(check(clip))
    data = bytearray(clip.read_bytes())
    for old, new in ((b"mp4a", b"apac"), (b"esds", b"dapa")):
        at = data.index(old, data.rindex(b"stsd"))
        data[at : at + 4] = new
    spatial = tmp_path / "spatial.mov"
    spatial.write_bytes(data)
    report = check(spatial)
    assert report.is_accepted
    assert "several_audio_tracks" not in codes(report)


@pytest.mark.parametrize("suffix", ["ts", "mpg"])
def test_sound_that_begins_late_is_still_known(make_clip, check, suffix):
    codecs = (*H264, *AAC) if suffix == "ts" else ("-c:v", "mpeg2video", "-c:a", "mp2")
    picture = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=14")
    late = ("-itsoffset", "11", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3")
    report = check(make_clip(f"late.{suffix}", *picture, *late, "-map", "0:v", "-map", "1:a", *codecs))
    assert report.is_accepted
    assert report.audio.channels == 1
    assert "sound_incomplete" in codes(report)


@pytest.mark.parametrize(("seconds", "code"), [(0.5, "damaged_slightly"), (3.0, "damaged")])
def test_pictures_before_the_first_key_picture_are_missed(make_clip, tmp_path, check, seconds, code):
    gop = ("-x264-params", f"keyint={round(25 * seconds)}:min-keyint=4:scenecut=0:bframes=0")
    clip = make_clip(f"gop{seconds}.mp4", *PICTURE, *TONE, *H264[:-2], *gop, *AAC)
    headless = tmp_path / "headless.mkv"
    ffmpeg("-i", clip, "-c", "copy", "-bsf:v", "noise=drop=eq(n\\,0)", headless)
    assert code in codes(check(headless))


def test_pictures_that_lean_on_what_was_cut_off_are_not_lost(make_clip, check):
    gop = ("-x264-params", "open-gop=1:keyint=25:bframes=5:b-adapt=0:scenecut=0")
    clip = make_clip("open-gop.mkv", *PICTURE, *TONE, "-c:v", "libx264", "-preset", "veryfast", *gop, *AAC)
    trimmed = make_clip("open-gop-trimmed.mkv", "-ss", "2.2", "-i", clip, "-c", "copy")
    assert check(trimmed).is_accepted


def test_packets_that_tell_only_when_to_decode_are_shown_evenly(make_clip, check):
    still = ("-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=8")
    clip = make_clip("small-pictures.mpg", *still, *TONE, "-c:v", "mpeg2video", "-q:v", "20", "-c:a", "mp2")
    report = check(clip)
    assert report.video.frame_rate == pytest.approx(25.0, abs=0.01)
    assert "variable_frame_rate" not in codes(report)
