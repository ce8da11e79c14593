"""An encode gives pictures, one sound, a poster and a storyboard: aligned, of one length, in few files."""

import io
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image

from pipeline.domain.packages import Package
from pipeline.media.boxes import children, find, walk_file
from pipeline.media.encode import encode_recording
from pipeline.media.fragments import read_track
from pipeline.media.intake import inspect_recording
from pipeline.media.metadata import find_metadata
from tests.fixtures.encoded import media_file, pictures, probe, segment_alone, whole_package
from tests.fixtures.media import AAC, ANY_LENGTH, H264, PICTURE, TONE


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


def test_sound_that_goes_on_keeps_the_last_picture(make_clip, encode):
    longer = make_clip("longer-sound.mp4", *PICTURE, *TONE, "-vf", "trim=duration=2", *H264, *AAC)
    package = whole_package(encode(longer))
    assert package.duration_seconds == pytest.approx(4.0, abs=0.05)
    assert package.videos[0].duration_seconds == pytest.approx(package.audio.duration_seconds, abs=0.04)


def test_a_last_segment_of_a_few_frames_joins_the_one_before(make_clip, encode):
    clip = make_clip("runt.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4.2", *H264)
    package = whole_package(encode(clip))
    assert [s.duration_seconds for s in package.videos[0].segments] == pytest.approx([2.0, 2.2])
    assert len(package.audio.segments) == 2


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
    report = inspect_recording(plain_clip, limit=ANY_LENGTH, programs=media_programs, work_dir=tmp_path)
    seen = []
    encode_recording(
        plain_clip, report, ladder=small_ladder, out_dir=tmp_path, programs=media_programs, on_progress=seen.append
    )
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, abs=0.1)
    assert not (tmp_path / "encoding").exists()


def test_a_file_lists_its_own_segments(plain_clip, encode):
    """`sidx` says where each segment lies and how long it is; so does the package."""
    folder = encode(plain_clip)
    for rendition in whole_package(folder).renditions:
        path = folder / rendition.uri
        kinds = [box.kind for box in walk_file(path)]
        assert kinds == [b"ftyp", b"moov", b"sidx", *[b"moof", b"mdat"] * len(rendition.segments)]
        index = path.read_bytes()[rendition.index.offset : rendition.index.end]
        assert rendition.index.offset == rendition.init_bytes
        assert rendition.index.end == rendition.segments[0].offset_bytes
        timescale, rows = segment_index(index)
        assert [row[0] for row in rows] == [segment.size_bytes for segment in rendition.segments]
        assert [row[1] / timescale for row in rows] == [segment.duration_seconds for segment in rendition.segments]
        assert {row[2] for row in rows} == {0x90000000}
        for before, after in pairwise(rendition.segments):
            assert before.span.end == after.offset_bytes


def segment_index(box: bytes) -> tuple[int, list[tuple[int, int, int]]]:
    """Timescale, and size, duration and access point of each segment."""
    body = next(body for kind, body in children(box) if kind == b"sidx")
    numbers = [int.from_bytes(body[at : at + 4], "big") for at in range(0, len(body), 4)]
    rows = numbers[6:]
    return numbers[2], [(rows[n], rows[n + 1], rows[n + 2]) for n in range(0, len(rows), 3)]


def test_a_first_picture_can_be_fetched_alone(plain_clip, encode):
    folder = encode(plain_clip)
    package = whole_package(folder)
    video = package.videos[-1]
    data = (folder / video.uri).read_bytes()
    for segment in video.segments:
        alone = folder / "key.mp4"
        alone.write_bytes(data[: video.init_bytes] + data[segment.offset_bytes : segment.key_span.end])
        # The fragment lists pictures that were not fetched; the first one is whole.
        shown = pictures(alone, 16, 9, strict=False)
        assert len(shown) == 1
    assert {segment.key_bytes for segment in package.audio.segments} == {0}


def test_boxes_keep_no_names_and_say_how_long_they_are(plain_clip, encode):
    folder = encode(plain_clip)
    for rendition in whole_package(folder).renditions:
        head = (folder / rendition.uri).read_bytes()[: rendition.init_bytes]
        moov = find(head, b"moov")
        assert moov
        handler = find(moov, b"trak", b"mdia", b"hdlr")
        assert handler
        assert handler[24:] == b"\0"
        assert int.from_bytes((find(moov, b"mvex", b"mehd") or b"")[4:], "big") == 4000


def test_a_decoder_that_reorders_begins_at_zero_too(make_clip, encode, reordering_ladder):
    folder = encode(
        make_clip("motion.mp4", "-f", "lavfi", "-i", "mandelbrot=s=320x180:r=25", "-t", "3", *H264),
        ladder=reordering_ladder,
    )
    for video in whole_package(folder).videos:
        stream = probe(folder / video.uri, "stream=start_time,has_b_frames,duration")["streams"][0]
        assert int(stream["has_b_frames"]) > 0
        assert (float(stream["start_time"]), float(stream["duration"])) == (0.0, 3.0)


@pytest.fixture(scope="module")
def reordering_ladder(small_ladder):
    """The small ladder with the shipped one's preset."""
    return replace(small_ladder, preset="veryfast")


def test_a_storyboard_shows_the_course_of_a_recording(make_clip, encode):
    parts = (("red", 4), ("lime", 4), ("blue", 3))
    course = ";".join(f"color={colour}:s=320x180:r=10:d={seconds}[{colour}]" for colour, seconds in parts)
    course += ";[red][lime][blue]concat=n=3"
    folder = encode(make_clip("course.mp4", "-f", "lavfi", "-i", course, *H264))
    board = whole_package(folder).storyboard
    assert board
    assert (board.tiles, board.columns, board.tile_width, board.tile_height) == (6, 6, 160, 90)
    assert board.seconds_per_tile == pytest.approx(11 / 6)
    assert find_metadata(folder / board.uri) == []
    with Image.open(folder / board.uri) as image:
        assert image.size == (960, 90)
        colours = [
            image.getpixel((80 + 160 * tile, 45)).index(max(image.getpixel((80 + 160 * tile, 45)))) for tile in range(6)
        ]
    assert colours == [0, 0, 1, 1, 2, 2]


def test_a_package_survives_its_file(plain_clip, encode):
    package = whole_package(encode(plain_clip))
    assert Package.from_json(package.to_json()) == package


def test_a_plan_that_the_pictures_contradict_is_made_anew(plain_clip, media_programs, small_ladder, tmp_path):
    """Packets may tell another length than is decoded."""
    report = inspect_recording(plain_clip, limit=ANY_LENGTH, programs=media_programs, work_dir=tmp_path)
    assert report.video
    wrong = replace(report, audio=None, duration_seconds=3.0, video=replace(report.video, output_rate="20"))
    encoded = encode_recording(plain_clip, wrong, ladder=small_ladder, out_dir=tmp_path, programs=media_programs)
    assert encoded.package
    assert encoded.package.duration_seconds == 4.0
    assert encoded.package.videos[0].frame_rate == 25.0


def test_pictures_that_are_damaged_give_no_package(make_clip, media_programs, small_ladder, tmp_path):
    clip = make_clip("to-damage.ts", *PICTURE, *H264, "-f", "mpegts")
    data = bytearray(clip.read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = bytes(third)
    damaged = tmp_path / "damaged.ts"
    damaged.write_bytes(data)
    report = inspect_recording(clip, limit=ANY_LENGTH, programs=media_programs, work_dir=tmp_path)
    encoded = encode_recording(damaged, report, ladder=small_ladder, out_dir=tmp_path, programs=media_programs)
    assert encoded.package is None
    assert 0 < encoded.picture.frames < 98
    assert not (tmp_path / "package.json").exists()
