"""What only the pictures tell: borders, darkness, faults; measured alike alone and inside an encode."""

import json

import pytest

from pipeline.domain.findings import FindingCode
from pipeline.domain.limits import Limit
from pipeline.media.encode import encode_recording
from pipeline.media.intake import complete_report, inspect_recording
from pipeline.media.picture import PictureMeasures, PictureReader
from pipeline.media.report import IntakeReport
from tests.fixtures.media import AAC, ANY_LENGTH, H264, PICTURE, TONE, VP8

UPRIGHT = ("-f", "lavfi", "-i", "testsrc2=s=180x320:r=10:d=4")
LYING = ("-f", "lavfi", "-i", "testsrc2=s=640x360:r=10:d=4")


def found(report) -> dict:
    return {finding.code: finding.values for finding in report.findings}


def test_an_upright_picture_within_a_lying_one(make_clip, check):
    report = check(make_clip("bars.mp4", *UPRIGHT, "-vf", "scale=202:360,pad=640:360:219:0", *H264))
    values = found(report)[FindingCode.VERTICAL_CROP]
    assert values["width"] == pytest.approx(202, abs=22)
    assert values["height"] == 360
    assert values["share"] == pytest.approx(0.32, abs=0.04)


def test_a_small_picture_in_a_large_frame(make_clip, check):
    """A lying picture set into an upright one."""
    report = check(make_clip("stamp.mp4", *LYING, "-vf", "scale=360:202,pad=360:640:0:219", *H264))
    assert found(report)[FindingCode.WIDE_BORDERS]["share"] == pytest.approx(0.32, abs=0.04)
    assert FindingCode.VERTICAL_CROP not in found(report)


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("old-tv.mp4", "scale=480:360,pad=640:360:80:0"),
        ("cinema.mp4", "scale=640:270,pad=640:360:0:45"),
        ("curtain.mp4", "scale=w='120+80*sin(t*2)':h=300:eval=frame,pad=640:360:(ow-iw)/2:60:eval=frame"),
        ("aside.mp4", "scale=200:360,pad=640:360:400:0"),
    ],
)
def test_other_black_parts_are_no_border(make_clip, check, name, filters):
    """Usual shapes of pictures; somebody lit before a black curtain; half of the stage in the dark."""
    codes = found(check(make_clip(name, *LYING, "-vf", filters, *H264)))
    assert not {FindingCode.VERTICAL_CROP, FindingCode.WIDE_BORDERS} & set(codes)


def test_a_picture_in_which_hardly_anything_is_lit(make_clip, check):
    dim = ("-vf", "lutyuv=y='16+(val-16)*0.15+10':u=128:v=128")
    report = check(make_clip("dim.mp4", *LYING, *dim, *H264))
    assert found(report)[FindingCode.DARK]["share"] == 1.0
    assert FindingCode.BLACK not in found(report)


@pytest.mark.slow
def test_a_picture_that_changes_its_size_on_the_way_is_measured_to_its_end(make_clip, check, tmp_path):
    """As broadcasts do, and phones that are turned; what grows beyond the bound is not decoded."""
    parts = {
        "small.ts": ("testsrc2=s=320x180:r=25:d=2", "0"),
        "other.ts": ("testsrc2=s=640x480:r=25:d=2", "2"),
        "giant.ts": ("color=red:s=8192x4320:r=5:d=2", "2"),
    }
    made = {
        name: make_clip(name, "-f", "lavfi", "-i", source, *H264, "-output_ts_offset", offset).read_bytes()
        for name, (source, offset) in parts.items()
    }
    changing, growing = tmp_path / "changing.ts", tmp_path / "growing.ts"
    changing.write_bytes(made["small.ts"] + made["other.ts"])
    growing.write_bytes(made["small.ts"] + made["giant.ts"])
    report = check(changing)
    assert report.is_accepted
    assert report.video.frames == 100
    assert FindingCode.DAMAGED in found(check(growing))


def test_measures_survive_their_json():
    measures = PictureMeasures()
    reader = PictureReader(measures)
    for line in (
        "#tb 0: 1/90000",
        "0,          0,          0,     3600,     2304, 0x3ff15e8a",
        "lavfi.cropdetect.x1=22",
        "lavfi.cropdetect.x2=41",
        "lavfi.cropdetect.y1=0",
        "lavfi.cropdetect.y2=35",
        "lavfi.signalstats.YHIGH=226",
        "0,       3600,       3600,     3600,     2304, 0x67475f99",
        "progress=continue",
    ):
        reader.take_line(line)
    for line in ("[h264 @ 0x55] [error] broken", "[aac @ 0x55] [error] broken", "[vist#0:3/h264 @ 0x5] [error] broken"):
        measures.log.take(line)
    reader.finish()
    assert measures.frames == 2
    assert PictureMeasures.from_json(json.loads(json.dumps(measures.to_json()))) == measures
    assert measures.log.errors_of_picture(3) == 2
    assert measures.log.errors_of_sound(1) == 2


def zero_middle_third(data: bytearray) -> bytes:
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    return bytes(data)


RECORDINGS = {
    "phone.mp4": (*PICTURE, *TONE, *H264, "-bf", "2", *AAC),
    "browser.webm": (*PICTURE, *TONE, *VP8, "-c:a", "libopus"),
    "broadcast.ts": (*PICTURE, "-itsoffset", "0.5", *TONE, "-c:v", "mpeg2video", "-q:v", "4", "-c:a", "mp2"),
    "uneven.mp4": (*PICTURE, "-vf", "select=lt(mod(n\\,25)\\,12)", "-fps_mode", "vfr", *H264),
    "black.mp4": ("-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=4", *TONE, *H264, *AAC),
    "bars.mp4": (*UPRIGHT, "-vf", "scale=202:360,pad=640:360:219:0", *H264),
}


@pytest.fixture
def inspect_and_encode(media_programs, small_ladder, tmp_path):
    """A report that was kept as JSON in between, completed by the measures of an encode."""

    def run(source):
        inspected = inspect_recording(source, limit=ANY_LENGTH, programs=media_programs, work_dir=tmp_path)
        assert inspected.is_accepted
        kept = IntakeReport.from_json(json.loads(json.dumps(inspected.to_json())))
        encoded = encode_recording(source, kept, ladder=small_ladder, out_dir=tmp_path / "out", programs=media_programs)
        return complete_report(kept, encoded.picture, limit=ANY_LENGTH)

    return run


@pytest.mark.parametrize("name", RECORDINGS)
def test_an_encode_completes_the_report_as_a_check_does(make_clip, check, inspect_and_encode, name):
    source = make_clip(f"both-{name}", *RECORDINGS[name])
    completed = inspect_and_encode(source)
    assert completed.is_accepted
    assert completed == check(source)


def test_an_encode_refuses_damaged_pictures_as_a_check_does(make_clip, check, inspect_and_encode, tmp_path):
    whole = make_clip("both-damaged.mp4", *PICTURE, *H264, "-movflags", "+faststart")
    source = tmp_path / "damaged.mp4"
    source.write_bytes(zero_middle_third(bytearray(whole.read_bytes())))
    assert not check(source).is_accepted
    assert found(inspect_and_encode(source)) == found(check(source))


def test_before_any_decode_the_packets_tell_rate_start_and_length(make_clip, media_programs, tmp_path, check):
    """Pictures shown in another order than they are stored, cut by an edit list."""
    whole = make_clip("edited-whole.mp4", *PICTURE, *TONE, *H264, "-bf", "3", "-g", "50", *AAC)
    cut = make_clip("edited.mp4", "-ss", "1.2", "-i", whole, "-c", "copy")
    inspected = inspect_recording(cut, limit=Limit(0, 60), programs=media_programs, work_dir=tmp_path)
    checked = check(cut, Limit(0, 60))
    assert inspected.duration_seconds == pytest.approx(checked.duration_seconds, abs=0.002)
    assert inspected.video.frames == checked.video.frames
    assert inspected.video.frame_rate == checked.video.frame_rate == 25
    assert inspected.video.start_seconds == pytest.approx(checked.video.start_seconds, abs=0.001)
