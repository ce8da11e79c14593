"""The still that people choose: the picture at its moment of a real rendition, as a small bare JPEG."""

from pathlib import Path

import pytest
from PIL import Image

from pipeline.media.poster import MAX_BYTES
from pipeline.media.programs import MediaPrograms
from pipeline.media.still import write_still
from tests.fixtures.packages import make_package


@pytest.mark.slow
def test_a_still_is_the_picture_of_its_moment_and_near_the_end_one_that_is_there(tmp_path: Path):
    package = make_package(tmp_path / "package", seconds=3)
    rendition = tmp_path / "package" / package.videos[-1].uri
    pictures = []
    for number, moment in enumerate((0.2, 2.0, 99.0)):
        target = tmp_path / f"still{number}" / "poster.jpg"
        target.parent.mkdir()
        write_still(rendition, moment, target, duration_seconds=package.duration_seconds, programs=MediaPrograms())
        assert target.stat().st_size <= MAX_BYTES
        with Image.open(target) as image:
            assert image.size == (package.videos[-1].width, package.videos[-1].height)
            assert not image.getexif()
            pictures.append(image.tobytes())
    assert len(set(pictures)) == 3
