"""Decoded against expected pictures: what counts as lost, and what only looks like it."""

from dataclasses import replace

import pytest

from pipeline.media.cadence import CLOCK, Cadence
from pipeline.media.decoding import DecodeLog
from pipeline.media.picture import PictureMeasures
from pipeline.media.report import VideoFacts
from pipeline.media.verdicts import judge_picture_damage

VIDEO = VideoFacts(
    index=0,
    codec="h264",
    width=1280,
    height=720,
    frame_rate=25.0,
    output_rate="25",
    frames=500,
    rotation=0,
    start_seconds=0.0,
    is_interlaced=False,
    pixel_format="yuv420p",
    transfer="",
    primaries="",
    matrix="",
    end_seconds=20.0,
    expected_frames=500,
)


def decoded(*shown: range, errors: int = 0, corrupt: int = 0, gave_up: str = "") -> PictureMeasures:
    cadence = Cadence()
    for part in shown:
        for n in part:
            cadence.add(n * CLOCK // 25)
    return PictureMeasures(cadence, log=DecodeLog(general_errors=errors, corrupt_frames=corrupt, gave_up=gave_up))


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (decoded(range(500)), None),
        (decoded(range(498)), None),
        (decoded(range(493)), "damaged_slightly"),
        (decoded(range(485)), "damaged"),
        (decoded(range(500), errors=4), "damaged_slightly"),
        (decoded(range(500), errors=4, corrupt=12), "damaged"),
        (decoded(range(200), range(300, 500), errors=1), "damaged"),
        (decoded(range(500), gave_up="slow"), "damaged"),
        (decoded(), "undecodable"),
    ],
)
def test_98_of_100_pictures_and_no_error_make_a_whole_recording(picture, code):
    finding = judge_picture_damage(VIDEO, picture)
    assert (finding.code.value if finding else None) == code


def test_two_packets_for_the_fields_of_one_picture_are_no_loss():
    """Cameras that interlace write them so; beside errors it is a loss all the same."""
    fields = replace(VIDEO, expected_frames=1000, is_interlaced=True)
    assert judge_picture_damage(fields, decoded(range(500))) is None
    assert judge_picture_damage(fields, decoded(range(500), errors=3)).code.value == "damaged"


def test_packets_that_vp8_never_shows_are_no_loss():
    vp8 = replace(VIDEO, codec="vp8", expected_frames=540)
    assert judge_picture_damage(vp8, decoded(range(500))) is None
    assert judge_picture_damage(vp8, decoded(range(200), range(240, 540))).code.value == "damaged"


@pytest.mark.parametrize(("errors", "code"), [(0, None), (1, "damaged")])
def test_a_header_is_believed_only_beside_errors(errors, code):
    """A good file may claim a day for a minute."""
    claiming = replace(VIDEO, claimed_seconds=86_400.0)
    finding = judge_picture_damage(claiming, decoded(range(500), errors=errors))
    assert (finding.code.value if finding else None) == code
