"""A cut leaves its mark in the last bytes of most containers; whole files and files with something appended do not."""

import random

import pytest

from pipeline.media.completeness import is_locked, read_ending
from pipeline.media.endings import ends_abruptly
from pipeline.media.sniff import Container, sniff_file
from tests.fixtures.media import AAC, H264, PICTURE, TONE

MP2 = ("-c:v", "mpeg2video", "-c:a", "mp2")
WHOLE = {
    "whole.ts": (*H264, *AAC),
    "whole.mts": (*H264, "-c:a", "ac3", "-mpegts_m2ts_mode", "1", "-f", "mpegts"),
    "whole.mpg": (*MP2, "-f", "mpeg"),
    "whole.vob": (*MP2, "-f", "vob"),
    "whole1.mpg": ("-c:v", "mpeg1video", "-c:a", "mp2", "-f", "mpeg"),
    "live.flv": (*H264, *AAC, "-flvflags", "no_duration_filesize"),
    "whole.ogv": ("-c:v", "libtheora", "-c:a", "libvorbis"),
    "live.mkv": (*H264, *AAC, "-live", "1"),
    "whole.dv": ("-vf", "scale=720:576,format=yuv420p", "-t", "1", "-c:a", "pcm_s16le", "-ac", "2", "-f", "dv"),
}


@pytest.fixture
def whole(request, make_clip):
    return make_clip(request.param, *PICTURE, *TONE, *WHOLE[request.param])


@pytest.mark.parametrize("whole", WHOLE, indirect=True)
def test_whole_files_end_as_they_should(whole):
    assert not ends_abruptly(whole, sniff_file(whole))


@pytest.mark.parametrize("whole", sorted(WHOLE.keys() - {"live.mkv"}), indirect=True)
@pytest.mark.parametrize("share", [0.3, 0.613, 0.9, 0.99])
def test_files_cut_within_a_packet_end_abruptly(whole, share, tmp_path):
    cut = tmp_path / whole.name
    size = int(share * whole.stat().st_size)
    # Neither at the border of a packet nor, in a camera's stream, within the clock before one.
    cut.write_bytes(whole.read_bytes()[: size - size % 192 + 100])
    assert ends_abruptly(cut, sniff_file(cut))


@pytest.mark.parametrize("whole", ["whole.ts", "whole.mpg", "live.mkv", "live.flv", "whole.ogv"], indirect=True)
def test_files_filled_up_with_zeros_end_abruptly(whole, tmp_path):
    data = whole.read_bytes()
    filled = tmp_path / whole.name
    filled.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    assert ends_abruptly(filled, sniff_file(filled))


def test_a_segment_index_tells_where_the_last_fragment_ends(make_clip, tmp_path):
    flags = ("-movflags", "frag_keyframe+empty_moov+global_sidx+default_base_moof")
    clip = make_clip("indexed.mp4", *PICTURE, *TONE, *H264, *AAC, *flags)
    assert read_ending(clip, Container.MOV).share == 1.0
    data = clip.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: data.rindex(b"moof") - 4])
    assert read_ending(cut, Container.MOV).share < 1.0


@pytest.mark.parametrize("appended", [bytes(5000), random.Random(3).randbytes(3000)])  # noqa: S311
@pytest.mark.parametrize("name", ["fragments.mp4", "live.flv"])
def test_appended_bytes_are_no_cut(make_clip, tmp_path, name, appended):
    options = WHOLE.get(name, (*H264, *AAC, "-movflags", "frag_keyframe+empty_moov"))
    clip = make_clip(name, *PICTURE, *TONE, *options)
    longer = tmp_path / name
    longer.write_bytes(clip.read_bytes() + appended)
    ending = read_ending(longer, sniff_file(longer))
    assert ending.share in (1.0, None)
    assert not ending.is_unclosed


def test_a_broadcasters_recording_says_where_it_ends(make_clip, tmp_path):
    picture = ("-vf", "scale=720:576", "-t", "1", "-c:v", "mpeg2video", "-b:v", "5M")
    clip = make_clip("whole.mxf", *PICTURE, *TONE, *picture, "-c:a", "pcm_s16le")
    assert read_ending(clip, sniff_file(clip)).share == 1.0
    cut = tmp_path / "cut.mxf"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    assert read_ending(cut, sniff_file(cut)).share < 0.6


def test_a_scrambled_stream_is_locked(make_clip, tmp_path):
    clip = make_clip("whole.ts", *PICTURE, *TONE, *WHOLE["whole.ts"])
    assert not is_locked(clip, Container.MPEG_TS)
    data = bytearray(clip.read_bytes())
    for packet in range(0, len(data), 188):
        if data[packet + 1] & 0x1F == 1:
            data[packet + 3] |= 0x80
    scrambled = tmp_path / "scrambled.ts"
    scrambled.write_bytes(data)
    assert is_locked(scrambled, Container.MPEG_TS)
