"""A recording with its person hidden: no face is left in any picture, the rest and the times are as they were."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.domain.protection import Protection
from pipeline.media.faces import Box, FaceFinder
from pipeline.media.intake import inspect_recording
from pipeline.media.ladder import parse_ladder
from pipeline.media.programs import MediaPrograms
from pipeline.media.protect import Protected, protect_recording
from tests.fixtures.faces import CORNER, SIZE, Picture, background, draw_face, read_pictures, write_film
from tests.fixtures.media import ANY_LENGTH, SMALL_LADDER

pytestmark = pytest.mark.slow

LADDER = parse_ladder(SMALL_LADDER.read_text(encoding="utf-8"))
PROGRAMS = MediaPrograms(threads=1)
HUM_HERTZ = 220
HUM = ("-f", "lavfi", "-i", f"sine=frequency={HUM_HERTZ}:sample_rate=48000:duration=3.6")
FRAMES, SHOWN = 90, 50
"""Pictures of the film, and those at its begin in which somebody is there."""

FACE = 100
PLACES = [(150 + n, 180) for n in range(SHOWN)]

Protect = Callable[[Protection], tuple[Protected, Path]]


def _pictures() -> list[Picture]:
    moving = [draw_face(background(n), place, FACE) for n, place in enumerate(PLACES)]
    return [*moving, *(background(n) for n in range(SHOWN, FRAMES))]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face moves along for two seconds, then is gone."""
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4", _pictures(), *HUM)


@pytest.fixture
def protect(film: Path, tmp_path: Path) -> Protect:
    """The film, hidden as asked, and where it lies."""

    def run(protection: Protection) -> tuple[Protected, Path]:
        report = inspect_recording(film, limit=ANY_LENGTH, programs=PROGRAMS, work_dir=tmp_path)
        done = protect_recording(film, report, protection, ladder=LADDER, out_dir=tmp_path / "out", programs=PROGRAMS)
        assert done.path is not None
        assert done.report is not None
        assert done.report.is_accepted
        assert done.report.duration_seconds == pytest.approx(report.duration_seconds, abs=0.05)
        assert done.picture.frames == FRAMES
        return done, done.path

    return run


def _finds_face(picture: Picture, place: tuple[int, int]) -> bool:
    """Whether a detector sees one there."""
    width, height = SIZE[0] // 2, SIZE[1] // 2
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (width, height), interpolation=cv2.INTER_AREA)
    side = 1.3 * FACE
    there = Box((place[0] - side / 2) / SIZE[0], (place[1] - side / 2) / SIZE[1], side / SIZE[0], side / SIZE[1])
    return any(face.box.overlap(there) > 0.3 for face in FaceFinder(width, height).look(grey, 0.0).faces)


def _window(picture: Picture) -> float:
    """How clearly the dark bar of the bright window is to be seen."""
    return float(picture[60:180, 510:560].std())


def test_no_face_is_left_and_the_rest_is_to_be_seen(film: Path, protect: Protect) -> None:
    before = read_pictures(film, 10)
    places = PLACES[::10]
    assert all(map(_finds_face, before, places))
    done, path = protect(Protection(blurs_faces=True))
    after = read_pictures(path, 10)
    assert len(after) == len(before)
    assert not any(map(_finds_face, after, places))
    for picture, was in zip(after, before[: len(places)], strict=False):
        assert np.abs(picture[CORNER].astype(int) - was[CORNER]).mean() < 6
    # For a second somebody who was there may still be about; behind it nobody knows.
    assert done.hidden is not None
    assert done.hidden.wholly_seconds == pytest.approx(0.7, abs=0.25)
    assert _window(after[-1]) < _window(after[2]) / 3
    assert _window(after[2]) > 0.8 * _window(before[2])


def test_the_whole_picture_can_be_blurred_and_the_voice_be_changed(film: Path, protect: Protect) -> None:
    done, path = protect(Protection(blurs_picture=True, alters_voice=True))
    assert done.hidden is None
    sharp, soft = read_pictures(film, 45), read_pictures(path, 45)
    assert all(_window(after) < _window(before) / 3 for before, after in zip(sharp, soft, strict=True))
    assert _pitch(film) == pytest.approx(HUM_HERTZ, rel=0.02)
    assert _pitch(path) != pytest.approx(HUM_HERTZ, rel=0.1)


def _pitch(path: Path) -> float:
    """The frequency of the strongest tone in the middle of the film."""
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-nostdin",
        "-i",
        str(path),
        "-vn",
        "-f",
        "f32le",
        "-ac",
        "1",
        "-ar",
        "8000",
        "-",
    ]
    sound = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)[8000:16000]
    return float(np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound))))))
