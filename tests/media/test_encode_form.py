"""Whatever a camera gives, the published picture is upright, 16:9, BT.709, at a constant rate, and never enlarged."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.fixtures.encoded import media_file, pictures, probe, whole_package
from tests.fixtures.media import H264, PICTURE

pytestmark = pytest.mark.slow


def test_the_house_form(plain_clip, encode):
    folder = encode(plain_clip)
    package = whole_package(folder)
    assert all(re.fullmatch(r"avc1\.[0-9a-f]{4}1e", video.codecs) for video in package.videos)
    assert package.audio.codecs == "mp4a.40.2"
    entries = "width,height,pix_fmt,sample_aspect_ratio,color_space,color_transfer,color_primaries,color_range"
    stream = probe(media_file(folder, package.videos[-1]), f"stream={entries}")["streams"][0]
    assert stream == {
        "width": 320,
        "height": 180,
        "pix_fmt": "yuv420p",
        "sample_aspect_ratio": "1:1",
        "color_space": "bt709",
        "color_transfer": "bt709",
        "color_primaries": "bt709",
        "color_range": "tv",
    }


@pytest.mark.parametrize(
    ("name", "rate", "expected"),
    [
        ("ntsc.mp4", "30000/1001", Fraction(30000, 1001)),
        ("fast-ntsc.mp4", "60000/1001", Fraction(30000, 1001)),
        ("film.mp4", "24000/1001", Fraction(24000, 1001)),
        ("fifty.mp4", "50", 25),
        ("sixty.mp4", "60", 30),
        ("slow.mp4", "12", 12),
    ],
)
def test_the_frame_rate_follows_the_source_up_to_thirty(make_clip, encode, name, rate, expected):
    clip = make_clip(name, "-f", "lavfi", "-i", f"testsrc2=s=160x90:r={rate}:d=3", *H264)
    folder = encode(clip)
    video = whole_package(folder).videos[0]
    assert video.frame_rate == pytest.approx(float(expected), abs=0.001)
    frames = probe(media_file(folder, video), "packet=duration_time")["packets"]
    assert {frame["duration_time"] for frame in frames} == {f"{float(1 / Fraction(expected)):.6f}"}
    assert len(frames) == round(3 * expected)


def test_an_upright_picture_gets_bars_and_keeps_its_shape(make_clip, encode):
    upright = make_clip("upright.mp4", "-f", "lavfi", "-i", "color=red:s=180x320:r=25:d=2", *H264)
    folder = encode(upright)
    frame = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)[10]
    red = (frame[..., 0] > 150).all(axis=0)
    assert red.sum() == pytest.approx(180 * 180 / 320, abs=4)
    assert not red[:100].any()
    assert not red[220:].any()


def test_a_turned_picture_is_set_upright_once(turned_clip, encode):
    folder = encode(turned_clip)
    frame = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)[10].astype(int)
    above, below = frame[45, 160], frame[135, 160]
    assert above[0] > 150 > below[0]
    assert below[2] > 150 > above[2]
    assert frame[:, :100].max() < 40


def test_non_square_pixels_become_square(make_clip, encode):
    clip = make_clip("narrow.mp4", "-f", "lavfi", "-i", "color=red:s=160x180:r=25:d=2,setsar=2", *H264)
    folder = encode(clip)
    frame = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)[10]
    assert (frame[..., 0] > 150).mean() > 0.99


def test_a_picture_that_changes_its_size_on_the_way(make_clip, encode):
    """Browsers do this when the network or the window changes."""
    first = make_clip("first.ts", "-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=2", *H264, "-f", "mpegts")
    second = make_clip("second.ts", "-f", "lavfi", "-i", "color=blue:s=240x180:r=25:d=2", *H264, "-f", "mpegts")
    changing = first.with_name("changing.ts")
    changing.write_bytes(first.read_bytes() + second.read_bytes())
    folder = encode(changing)
    frames = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)
    assert len(frames) == pytest.approx(100, abs=2)
    assert (frames[20][..., 0] > 150).mean() > 0.99
    assert (frames[80][..., 2] > 150).mean() == pytest.approx(240 / 320, abs=0.02)


@pytest.mark.parametrize("transfer", ["arib-std-b67", "smpte2084"])
def test_high_dynamic_range_becomes_ordinary(make_clip, encode, transfer):
    tags = ("-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc")
    ten_bit = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", *tags)
    clip = make_clip(f"hdr-{transfer}.mp4", *PICTURE, *ten_bit, "-t", "2")
    folder = encode(clip)
    published = media_file(folder, whole_package(folder).videos[-1])
    stream = probe(published, "stream=pix_fmt,color_transfer,color_primaries")["streams"][0]
    assert stream == {"pix_fmt": "yuv420p", "color_transfer": "bt709", "color_primaries": "bt709"}
    frame = pictures(published, 64, 36)[5]
    assert 40 < frame.mean() < 220
    assert frame.std() > 30


def test_interlaced_pictures_are_woven(make_clip, encode):
    weave = ("-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct", "-c:v", "mpeg2video")
    moving = (
        "-f",
        "lavfi",
        "-i",
        "color=black:s=320x180:r=50:d=2[b];color=white:s=20x180:r=50:d=2[w];[b][w]overlay=x=t*100",
    )
    clip = make_clip("interlaced.ts", *moving, *weave, "-q:v", "2")
    folder = encode(clip)
    frame = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)[20][..., 0].astype(int)
    combs = abs(frame[2:-2:2] - frame[3:-1:2]) - abs(frame[2:-2:2] - frame[4::2][: len(frame[2:-2:2])])
    assert (combs > 100).mean() < 0.002


def test_what_a_picture_lets_through_is_black(make_clip, encode):
    clear = "color=red@0.0:s=320x180:r=25:d=1,format=yuva444p10le[clear];color=red:s=320x90:r=25:d=1[solid]"
    clear += ";[clear][solid]overlay=format=auto"
    clip = make_clip(
        "alpha.mov", "-f", "lavfi", "-i", clear, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"
    )
    folder = encode(clip)
    frame = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)[5].astype(int)
    assert frame[45, 160][0] > 150
    assert frame[135, 160].max() < 40


@pytest.mark.parametrize("pixels", ["yuv444p", "yuv422p10le", "gray", "yuvj420p"])
def test_odd_sides_and_rare_pixels(make_clip, encode, pixels):
    codec = ("-c:v", "ffv1", "-pix_fmt", pixels)
    clip = make_clip(f"rare-{pixels}.mkv", "-f", "lavfi", "-i", "testsrc2=s=321x181:r=25:d=1", *codec)
    folder = encode(clip)
    frame = pictures(media_file(folder, whole_package(folder).videos[-1]), 320, 180)[5]
    expected = pictures(clip, 320, 180)[5]
    assert abs(frame.astype(int) - expected).mean() < 8


def test_a_small_source_is_not_enlarged(make_clip, encode):
    clip = make_clip("small.mp4", "-f", "lavfi", "-i", "testsrc2=s=192x144:r=15:d=2", *H264)
    package = whole_package(encode(clip))
    assert [(video.width, video.height) for video in package.videos] == [(160, 90), (256, 144)]


def test_pixels_stay_square_where_sides_are_rounded(make_clip, encode, small_ladder):
    low, *others = small_ladder.videos
    ladder = replace(small_ladder, videos=(replace(low, width=162), *others))
    folder = encode(make_clip("rounded.mp4", *PICTURE, *H264, "-t", "1"), ladder=ladder)
    for video, width in zip(whole_package(folder).videos, (162, 256, 320), strict=True):
        stream = probe(media_file(folder, video), "stream=width,sample_aspect_ratio")["streams"][0]
        assert stream == {"width": width, "sample_aspect_ratio": "1:1"}
