"""Where the ladder asks for it, the same pictures in AV1 beside H.264, with the same segments."""

import re
import stat

import pytest

from pipeline.domain.errors import FinalError
from pipeline.media.encode import encode_recording
from pipeline.media.fragments import read_track
from pipeline.media.intake import inspect_recording
from pipeline.media.programs import MediaPrograms
from tests.fixtures.encoded import pictures, probe, segment_alone, whole_package
from tests.fixtures.media import ANY_LENGTH


@pytest.fixture
def package_folder(plain_clip, encode, modern_ladder):
    return encode(plain_clip, ladder=modern_ladder)


def test_the_modern_pictures_are_those_of_the_ladder(package_folder):
    package = whole_package(package_folder)
    assert [video.name for video in package.videos] == ["v90", "v144", "v180"]
    assert [(video.name, video.width, video.height) for video in package.modern_videos] == [
        ("a144", 256, 144),
        ("a180", 320, 180),
    ]
    for video in package.modern_videos:
        assert re.fullmatch(r"av01\.0\.\d\dM\.08", video.codecs)
        entries = "stream=codec_name,start_time,duration,color_space,color_transfer,color_primaries,color_range"
        assert probe(package_folder / video.uri, entries)["streams"][0] == {
            "codec_name": "av1",
            "start_time": "0.000000",
            "duration": "4.000000",
            "color_space": "bt709",
            "color_transfer": "bt709",
            "color_primaries": "bt709",
            "color_range": "tv",
        }


def test_segments_are_the_same_in_both(package_folder):
    package = whole_package(package_folder)
    durations = {tuple(segment.duration_seconds for segment in video.segments) for video in package.videos}
    assert durations == {tuple(s.duration_seconds for s in video.segments) for video in package.modern_videos}
    for video in package.modern_videos:
        for number in range(len(video.segments)):
            alone = segment_alone(package_folder, video, number)
            assert len(pictures(alone, 16, 9)) == 50
            assert [sample.is_key for sample in read_track(alone).samples] == [True] + [False] * 49


def test_both_show_the_same(package_folder):
    package = whole_package(package_folder)
    both = [
        pictures(package_folder / video.uri, 32, 18)[60] for video in (package.videos[-1], package.modern_videos[-1])
    ]
    assert abs(both[0].astype(int) - both[1]).mean() < 12


def test_an_ffmpeg_without_av1_is_told_as_such(plain_clip, media_programs, modern_ladder, tmp_path):
    report = inspect_recording(plain_clip, limit=ANY_LENGTH, programs=media_programs, work_dir=tmp_path)
    other = tmp_path / "ffmpeg"
    other.write_text(
        '#!/bin/bash\ncase "$*" in *libsvtav1*) echo "Unknown encoder \'libsvtav1\'" >&2; exit 1;; esac\n'
        f'exec {media_programs.ffmpeg} "$@"\n'
    )
    other.chmod(other.stat().st_mode | stat.S_IXUSR)
    programs = MediaPrograms(ffmpeg=str(other))
    with pytest.raises(FinalError, match="enabled = false"):
        encode_recording(plain_clip, report, ladder=modern_ladder, out_dir=tmp_path / "out", programs=programs)
