"""Films: one MP4 of a picture and a sound, one of several films; nothing lost, and both in step at every seam."""

import itertools
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from pipeline.media.boxes import walk_file
from pipeline.media.film_joining import Joining, film_rung, join_films
from pipeline.media.films import film_rendition, write_film, write_sound
from pipeline.media.metadata import PROGRAM_NAMES, find_metadata, find_words
from pipeline.media.programs import MediaPrograms
from tests.fixtures.encoded import beeps, media_file, pictures, probe, samples, whole_package
from tests.fixtures.media import AAC, H264

pytestmark = pytest.mark.slow

SHAPES = {
    "wide.mp4": ("320x180", "25", 2.3),
    "upright.mp4": ("180x320", "30", 1.9),
    "small.mp4": ("256x144", "24", 2.1),
}


@pytest.fixture(scope="module")
def films(make_clip, encode, tmp_path_factory) -> list[Path]:
    """A film of each shape, whose picture flashes and whose sound beeps when it begins and a second later."""
    folder = tmp_path_factory.mktemp("films")
    made = []
    for name, (size, rate, seconds) in SHAPES.items():
        light = "geq=lum='if(gt(T,0.3)*lt(mod(T-0.4,1),0.2),235,16)':cb=128:cr=128"
        flashing = f"color=black:s={size}:r={rate}:d={seconds},format=yuv420p,{light}"
        beeping = f"aevalsrc='if(gt(t,0.3)*lt(mod(t-0.4,1),0.1),0.5*sin(2*PI*1000*t),0)':s=48000:d={seconds}"
        clip = make_clip(f"film-{name}", "-f", "lavfi", "-i", flashing, "-f", "lavfi", "-i", beeping, *H264, *AAC)
        source = encode(clip)
        package = whole_package(source)
        write_film(media_file(source, film_rendition(package)), media_file(source, package.audio), folder / name)
        made.append(folder / name)
    return made


def test_a_film_has_all_of_its_renditions_begins_with_its_index_and_tells_nothing(films, tmp_path):
    film = films[0]
    streams = probe(film, "stream=codec_name,nb_frames,start_time")["streams"]
    assert [stream["codec_name"] for stream in streams] == ["h264", "aac"]
    assert int(streams[0]["nb_frames"]) == len(pictures(film, 16, 9)) == 58
    assert {float(stream["start_time"]) for stream in streams} == {0.0}
    assert [box.kind for box in walk_file(film)] == [b"ftyp", b"moov", b"mdat"]
    assert find_metadata(film) == []

    audio = next(film.parent.parent.glob("package*/audio.mp4"))
    sound = tmp_path / "sound.m4a"
    assert write_sound(audio, sound).height == 0
    assert sound.read_bytes()[4:12] == b"ftypM4A "
    assert np.array_equal(samples(sound), samples(audio))
    assert find_words(film.parent, PROGRAM_NAMES) == find_words(tmp_path, PROGRAM_NAMES) == []


def test_films_of_all_shapes_join_and_sound_and_picture_stay_in_step(films, small_ladder, tmp_path):
    order = [films[0], films[1], films[2], films[0], films[0]]
    work = tmp_path / "work"
    work.mkdir()
    programme = tmp_path / "programme.mp4"
    joined = join_films(order, programme, Joining(film_rung(small_ladder), small_ladder, MediaPrograms(), work))
    assert joined.encoded == 1  # the one that has fewer lines; what comes from all others is taken over as it is

    streams = probe(programme, "stream=codec_type,width,height,nb_frames,duration")["streams"]
    assert (streams[0]["width"], streams[0]["height"]) == (320, 180)
    frames = [int(probe(film, "stream=nb_frames")["streams"][0]["nb_frames"]) for film in order]
    assert int(streams[0]["nb_frames"]) == sum(frames)
    whole = sum(float(probe(film, "stream=duration")["streams"][0]["duration"]) for film in order)
    assert float(streams[0]["duration"]) == pytest.approx(whole, abs=0.001)
    assert float(streams[1]["duration"]) == pytest.approx(whole, abs=0.011)

    times = [float(frame["pts_time"]) for frame in probe_frames(programme)]
    light = pictures(programme, 16, 9)[:, 4, 8].mean(axis=1) > 128
    shown = [times[n] for n in range(1, len(light)) if light[n] and not light[n - 1]]
    heard = beeps(samples(programme))
    assert len(shown) == len(heard) == 10
    assert heard == pytest.approx(shown, abs=0.04)
    assert max(later - sooner for sooner, later in itertools.pairwise(times)) < 0.05
    assert not decoding_errors(programme)


def probe_frames(path: Path) -> list[dict]:
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "json", path]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["frames"]


def decoding_errors(path: Path) -> bytes:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-fps_mode", "passthrough", "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, check=True).stderr
