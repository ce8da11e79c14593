"""Faces followed over time: nothing that may hold a face is left, and what is not known is blurred wholly."""

import pytest

from pipeline.media.face_tracks import FaceTracks
from pipeline.media.faces import Box, Look, Sighting

LOOK_SECONDS = 0.2


def _face(left: float = 0.4, top: float = 0.3, width: float = 0.1, *, is_sure: bool = True) -> Sighting:
    return Sighting(Box(left, top, width, width * 16 / 9), is_sure)


def _looks(*faces: Sighting | None, cuts: tuple[int, ...] = ()) -> list[Look]:
    return [
        Look(number * LOOK_SECONDS, [face] if face else [], is_cut=number in cuts) for number, face in enumerate(faces)
    ]


def _covers(tracks: FaceTracks, seconds: float, face: Sighting) -> bool:
    blur, box = tracks.blur_at(seconds), face.box
    return blur.is_whole or any(
        each.left <= box.left and each.right >= box.right and each.top <= box.top and each.bottom >= box.bottom
        for each in blur.boxes
    )


def test_a_face_is_covered_with_a_margin_and_the_rest_is_left() -> None:
    tracks = FaceTracks(_looks(*[_face()] * 20), 4.0)
    blur = tracks.blur_at(2.0)
    assert not blur.is_whole
    (box,) = blur.boxes
    assert box.left < 0.4 - 0.04
    assert box.right > 0.5 + 0.04
    assert box.top < 0.25
    assert box.width < 0.3
    assert tracks.hidden.wholly_seconds == 0


def test_a_face_that_is_lost_between_two_looks_is_covered_on_all_its_way() -> None:
    seen = [_face(0.3)] * 6 + [None] * 2 + [_face(0.37)] * 12
    tracks = FaceTracks(_looks(*seen), 4.0)
    for share in (0.0, 0.5, 1.0):
        assert _covers(tracks, 1.0 + share * 0.6, _face(0.3 + 0.07 * share))
    assert tracks.hidden.wholly_seconds == 0


def test_where_no_face_is_known_for_long_the_whole_picture_is_blurred() -> None:
    tracks = FaceTracks(_looks(*[_face()] * 10, *[None] * 30, *[_face()] * 10), 10.0)
    assert tracks.blur_at(5.0).is_whole
    assert not tracks.blur_at(1.0).is_whole
    assert not tracks.blur_at(9.0).is_whole
    assert tracks.hidden.wholly_seconds == pytest.approx(4.2)


@pytest.mark.parametrize(
    "faces",
    [
        pytest.param([], id="nothing seen"),
        pytest.param([_face(is_sure=False)] * 20, id="one detector alone"),
        pytest.param([_face(), None, None] * 7, id="seen now and then"),
        pytest.param([_face()] * 2, id="too short"),
    ],
)
def test_what_may_be_no_face_does_not_count_as_one(faces: list[Sighting | None]) -> None:
    tracks = FaceTracks(_looks(*faces), 4.0)
    assert tracks.blur_at(2.0).is_whole
    assert tracks.hidden.face_share == pytest.approx(0.0)


def test_behind_a_cut_nothing_is_known_of_the_face_before_it() -> None:
    faces = [_face()] * 10 + [None] * 10
    tracks = FaceTracks(_looks(*faces, cuts=(10,)), 4.0)
    assert tracks.blur_at(2.05).is_whole
    assert not FaceTracks(_looks(*faces), 4.0).blur_at(2.05).is_whole


def test_where_fewer_faces_are_known_than_were_seen_together_the_whole_picture_is_blurred() -> None:
    left, right = _face(0.1), _face(0.7)
    both = [Look(number * LOOK_SECONDS, [left, right]) for number in range(10)]
    alone = [Look(number * LOOK_SECONDS, [left], is_cut=number == 10) for number in range(10, 30)]
    tracks = FaceTracks([*both, *alone], 6.0)
    assert not tracks.blur_at(1.0).is_whole
    assert all(tracks.blur_at(seconds).is_whole for seconds in (2.3, 4.0, 5.9))
    # One face that is seen in two places by turns, or twice in one place, is one.
    moved = [*[_face(0.1)] * 10, *[None] * 12, *[_face(0.7)] * 10]
    assert not FaceTracks(_looks(*moved), 6.4).blur_at(6.0).is_whole
    twice = [Look(number * LOOK_SECONDS, [left, _face(0.12, 0.33, 0.05)]) for number in range(10)]
    assert not FaceTracks([*twice, *alone], 6.0).blur_at(5.0).is_whole


def test_a_place_that_was_wrong_uncovers_no_face() -> None:
    astray = FaceTracks(_looks(*[_face()] * 10, _face(0.47, 0.4)), 3.0)
    for seconds in (1.9, 2.0, 2.2):
        assert _covers(astray, seconds, _face())


def test_a_picture_that_lies_within_its_canvas_is_blurred_there() -> None:
    tracks = FaceTracks(_looks(*[_face(0.0, 0.0, 1.0)] * 10), 2.0, Box(0.34, 0.0, 0.32, 1.0))
    (box,) = tracks.blur_at(1.0).boxes
    assert (box.left, box.right) == (pytest.approx(0.34), pytest.approx(0.66))
    assert tracks.largest == pytest.approx(0.32)
