"""An encode gives three pictures, one sound and a poster: aligned, of one length, in house form, at one loudness."""

import io
import re
from fractions import Fraction

import pytest
from PIL import Image

from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.fragments import read_track
from pipeline.media.intake import check_recording
from pipeline.media.metadata import find_metadata
from tests.fixtures.encoded import (
    beeps,
    flashes,
    loudness,
    media_file,
    pictures,
    probe,
    samples,
    segment_alone,
    whole_package,
)
from tests.fixtures.media import AAC, H264, PICTURE, TONE

# A picture that flashes and a sound that beeps at the start of every second.
FLASHES = (
    "-f", "lavfi", "-i",
    "color=black:s=160x90:r=25:d=5,format=yuv420p,geq=lum='if(lt(mod(T,1),0.2),235,16)':cb=128:cr=128",
)  # fmt: skip
BEEPS = ("-f", "lavfi", "-i", "aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)':s=48000:d=5")


@pytest.fixture(scope="module")
def encode(media_programs, small_ladder, tmp_path_factory):
    """`encode(path)`: the folder of its package, made once for each recording."""
    made = {}

    def run(source, ladder=small_ladder, **options):
        key = (source, ladder)
        if key not in made:
            folder = tmp_path_factory.mktemp("package")
            report = check_recording(source, limit=Limit(0, 60), programs=media_programs, work_dir=folder)
            encode_recording(source, report, ladder=ladder, out_dir=folder, programs=media_programs, **options)
            made[key] = folder
        return made[key]

    return run


def test_all_renditions_have_the_same_segments(plain_clip, encode):
    folder = encode(plain_clip)
    package = whole_package(folder)
    assert [video.name for video in package.videos] == ["v90", "v144", "v180"]
    durations = {tuple(segment.duration_seconds for segment in video.segments) for video in package.videos}
    assert durations == {(2.0, 2.0)}
    assert [segment.duration_seconds for segment in package.audio.segments] == pytest.approx([2.0, 2.0], abs=0.022)
    assert package.audio.duration_seconds == pytest.approx(4.0, abs=0.001)
    assert package.duration_seconds == 4.0
    assert sorted(package.media_uris()) == sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"
    )


def test_sizes_and_rates_are_those_of_the_files(plain_clip, encode):
    folder = encode(plain_clip)
    for rendition in (*whole_package(folder).videos, whole_package(folder).audio):
        assert (folder / rendition.uri).stat().st_size == rendition.size_bytes
        media = rendition.size_bytes - rendition.index.end
        assert rendition.average_bits_per_second == pytest.approx(media * 8 / rendition.duration_seconds, rel=0.01)
        assert rendition.peak_bits_per_second >= rendition.average_bits_per_second


def test_every_segment_can_be_decoded_on_its_own(plain_clip, encode):
    folder = encode(plain_clip)
    for video in whole_package(folder).videos:
        for number in range(len(video.segments)):
            alone = segment_alone(folder, video, number)
            assert len(pictures(alone, 16, 9)) == 50
            assert read_track(alone).samples[0].is_key
            assert sum(sample.is_key for sample in read_track(alone).samples) == 1


def test_a_player_sees_both_begin_at_zero(plain_clip, encode):
    folder = encode(plain_clip)
    package = whole_package(folder)
    for rendition in (*package.videos, package.audio):
        found = probe(
            media_file(folder, rendition), "stream=start_time,codec_name,profile,sample_aspect_ratio,channels"
        )
        assert float(found["streams"][0]["start_time"]) == 0.0


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


FORMS = {
    "sync.mp4": (*H264, *AAC),
    "sync.mkv": (*H264, "-c:a", "pcm_s16le"),
    "sync.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus", "-live", "1"),
    "sync.ts": ("-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2"),
}


@pytest.mark.parametrize("name", FORMS)
def test_sound_and_picture_stay_together(make_clip, encode, name):
    folder = encode(make_clip(name, *FLASHES, *BEEPS, *FORMS[name]))
    assert offsets(folder) == pytest.approx([0.0] * 4, abs=0.04)


def test_sound_that_begins_late_stays_late(make_clip, encode):
    both = make_clip("both.mkv", *FLASHES, *BEEPS, "-c:v", "ffv1", "-c:a", "pcm_s16le")
    late = ("-i", both, "-itsoffset", "0.3", "-i", both, "-map", "0:v", "-map", "1:a")
    folder = encode(make_clip("late-sound.mp4", *late, *H264, *AAC))
    assert offsets(folder) == pytest.approx([0.3] * 4, abs=0.04)


def test_a_picture_that_begins_late_stays_late(make_clip, encode):
    both = make_clip("both.mkv", *FLASHES, *BEEPS, "-c:v", "ffv1", "-c:a", "pcm_s16le")
    late = ("-itsoffset", "0.3", "-i", both, "-i", both, "-map", "0:v", "-map", "1:a")
    folder = encode(make_clip("late-picture.mp4", *late, *H264, *AAC))
    assert offsets(folder) == pytest.approx([-0.3] * 4, abs=0.04)


def offsets(folder) -> list[float]:
    """How much later than its flash each beep is heard."""
    package = whole_package(folder)
    video = package.videos[-1]
    shown = flashes(pictures(media_file(folder, video), 16, 9), video.frame_rate)
    heard = beeps(samples(media_file(folder, package.audio)))
    return [min((beep - flash for beep in heard), key=abs) for flash in shown][:4]


def test_sound_that_goes_on_keeps_the_last_picture(make_clip, encode):
    longer = make_clip("longer-sound.mp4", *PICTURE, *TONE, "-vf", "trim=duration=2", *H264, *AAC)
    package = whole_package(encode(longer))
    assert package.duration_seconds == pytest.approx(4.0, abs=0.05)
    assert package.videos[0].duration_seconds == pytest.approx(package.audio.duration_seconds, abs=0.04)


def test_a_recording_without_sound_gets_a_silent_track(make_clip, encode):
    folder = encode(make_clip("no-sound.mp4", *PICTURE, *H264))
    sound = samples(media_file(folder, whole_package(folder).audio))
    assert len(sound) == pytest.approx(4 * 48000, abs=2048)
    assert abs(sound).max() < 1e-4


@pytest.mark.parametrize(
    ("name", "rate", "expected"),
    [("ntsc.mp4", "30000/1001", Fraction(30000, 1001)), ("sixty.mp4", "60", 30), ("slow.mp4", "12", 12)],
)
def test_the_frame_rate_follows_the_source_up_to_thirty(make_clip, encode, name, rate, expected):
    clip = make_clip(name, "-f", "lavfi", "-i", f"testsrc2=s=160x90:r={rate}:d=3", *H264)
    folder = encode(clip)
    video = whole_package(folder).videos[0]
    assert video.frame_rate == pytest.approx(float(expected), abs=0.001)
    frames = probe(media_file(folder, video), "packet=duration_time")["packets"]
    assert {frame["duration_time"] for frame in frames} == {f"{float(1 / Fraction(expected)):.6f}"}
    assert len(frames) == round(3 * expected)


def test_a_last_segment_of_a_few_frames_joins_the_one_before(make_clip, encode):
    clip = make_clip("runt.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4.2", *H264)
    package = whole_package(encode(clip))
    assert [s.duration_seconds for s in package.videos[0].segments] == pytest.approx([2.0, 2.2])
    assert len(package.audio.segments) == 2


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
    joined = media_file(folder, whole_package(folder).videos[-1])
    stream = probe(joined, "stream=pix_fmt,color_transfer,color_primaries")["streams"][0]
    assert stream == {"pix_fmt": "yuv420p", "color_transfer": "bt709", "color_primaries": "bt709"}
    frame = pictures(joined, 64, 36)[5]
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


@pytest.mark.parametrize("gain", [-40, -20, 0, 15])
def test_loudness_is_brought_to_the_target(make_clip, encode, gain):
    speech = "aevalsrc='0.3*sin(2*PI*220*t)*(0.2+abs(sin(2*PI*1.3*t)))':s=48000:d=6"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=6")
    clip = make_clip(f"loud{gain}.mkv", *picture, "-f", "lavfi", "-i", speech, "-af", f"volume={gain}dB", *H264, *AAC)
    folder = encode(clip)
    integrated, peak = loudness(media_file(folder, whole_package(folder).audio))
    assert integrated == pytest.approx(-23, abs=0.5)
    assert peak <= -1.0


def test_single_loud_moments_do_not_pass_the_peak(make_clip, encode):
    """Quiet speech with a bang: the gain that the speech needs would send the bang over full scale."""
    sound = "aevalsrc='if(between(mod(t,3),1,1.02),0.9,0.01)*sin(2*PI*500*t)':s=48000:d=6"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=6")
    clip = make_clip("bang.mkv", *picture, "-f", "lavfi", "-i", sound, *H264, "-c:a", "pcm_s16le")
    folder = encode(clip)
    _, peak = loudness(media_file(folder, whole_package(folder).audio))
    assert peak <= -1.0


def test_the_poster_is_small_clear_and_bare(make_clip, encode):
    late = "color=black:s=320x180:r=25:d=4[b];testsrc2=s=320x180:r=25:d=4[t];[b][t]overlay=enable='gt(t,1.5)'"
    folder = encode(make_clip("dark-start.mp4", "-f", "lavfi", "-i", late, *H264))
    data = (folder / "poster.jpg").read_bytes()
    assert len(data) <= 40_000
    assert find_metadata(folder / "poster.jpg") == []
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert not image.getexif()
        assert max(image.convert("L").getdata()) > 100


def test_progress_rises_to_the_end(plain_clip, media_programs, small_ladder, tmp_path):
    report = check_recording(plain_clip, limit=Limit(0, 60), programs=media_programs, work_dir=tmp_path)
    seen = []
    encode_recording(
        plain_clip, report, ladder=small_ladder, out_dir=tmp_path, programs=media_programs, on_progress=seen.append
    )
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, abs=0.1)
    assert not (tmp_path / "encoding").exists()
