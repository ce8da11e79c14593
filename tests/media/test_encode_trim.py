"""A part of a recording is encoded to the picture, with its sound in step; all of it is measured."""

import pytest

from pipeline.domain.trims import Trim
from pipeline.media.encode import encode_recording
from pipeline.media.intake import complete_report, inspect_recording
from pipeline.media.proxy import POSTER_FILE, PROXY_FILE, STILLS_FILE, make_proxy
from tests.fixtures.encoded import beeps, flashes, media_file, pictures, probe, samples, whole_package
from tests.fixtures.media import AAC, ANY_LENGTH, H264
from tests.media.test_encode_sync import BEEPS, FLASHES, offsets

pytestmark = pytest.mark.slow


@pytest.fixture
def inspected(make_clip, media_programs, tmp_path_factory):
    """Five seconds that flash and beep at the start of each, key pictures far apart; and what is known of them."""

    def make(name):
        clip = make_clip(name, *FLASHES, *BEEPS, *H264[:-1], "100", *AAC)
        folder = tmp_path_factory.mktemp("inspected")
        return clip, inspect_recording(clip, limit=ANY_LENGTH, programs=media_programs, work_dir=folder)

    return make


@pytest.mark.parametrize(
    ("name", "trim"),
    [
        ("trimmed.mp4", Trim(1.32, 4.0)),
        ("trimmed.mp4", Trim(0.0, 2.6)),
        ("trimmed.ts", Trim(1.32, 4.0)),  # its sound begins a moment before its picture
    ],
)
def test_what_is_chosen_is_shown_to_the_picture(inspected, media_programs, small_ladder, tmp_path, name, trim):  # noqa: PLR0917
    clip, report = inspected(name)
    encoded = encode_recording(clip, report, ladder=small_ladder, out_dir=tmp_path, programs=media_programs, trim=trim)
    package = whole_package(tmp_path)
    shown = pictures(media_file(tmp_path, package.videos[-1]), 16, 9)
    assert len(shown) == round(trim.duration_seconds * 25)
    first = -trim.start_seconds % 1
    late = max(0.0, report.video.start_seconds - report.audio.start_seconds)
    assert flashes(shown, 25)[:1] == pytest.approx([(first or 1.0) + late], abs=0.021)
    assert len(samples(media_file(tmp_path, package.audio))) / 48000 == pytest.approx(trim.duration_seconds, abs=0.03)
    assert offsets(tmp_path) == pytest.approx([0.0] * len(offsets(tmp_path)), abs=0.04)
    assert encoded.picture.frames == 125  # pictures that are not shown are looked at, too
    final = complete_report(report, encoded.picture, limit=ANY_LENGTH, trim=trim)
    assert (final.is_accepted, final.duration_seconds) == (True, pytest.approx(5.0, abs=0.05))


def test_the_small_copy_shows_all_of_it_from_its_start(inspected, media_programs, tmp_path):
    clip, report = inspected("trimmed.mp4")
    make_proxy(clip, report, out_dir=tmp_path, programs=media_programs)
    shown = pictures(tmp_path / PROXY_FILE, 16, 9)
    assert len(shown) / 12 == pytest.approx(5.0, abs=0.1)
    assert flashes(shown, 12) == pytest.approx([1.0, 2.0, 3.0, 4.0], abs=0.1)
    assert beeps(samples(tmp_path / PROXY_FILE))[-1] == pytest.approx(4.0, abs=0.05)
    for name, size in ((STILLS_FILE, (960, 90)), (POSTER_FILE, (426, 240))):
        found = probe(tmp_path / name, "stream=width,height")["streams"][0]
        assert (found["width"], found["height"]) == size
