"""Faces in one picture after the other: upright, tilted, and beside another that is known."""

import cv2
import numpy as np
import pytest

from pipeline.media.faces import Box, FaceFinder
from tests.fixtures.faces import SIZE, Picture, background, draw_face

WIDTH, HEIGHT = SIZE
SMALL = 400, 225
MIDDLE, FACE = (200, 180), 120


def _tilted(degrees: float) -> Picture:
    turn = cv2.getRotationMatrix2D(MIDDLE, degrees, 1.0)
    return cv2.warpAffine(draw_face(background(), MIDDLE, FACE), turn, SIZE, borderMode=cv2.BORDER_REPLICATE)


def _sure(*pictures: Picture) -> list[list[Box]]:
    """The faces that are sure in each of these pictures, made as small as they are looked at."""
    finder = FaceFinder(*SMALL)
    greys = [
        cv2.cvtColor(cv2.resize(each, SMALL, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY) for each in pictures
    ]
    return [[face.box for face in finder.look(grey, 0.0).faces if face.is_sure] for grey in greys]


def _is_about(box: Box, middle: tuple[int, int]) -> bool:
    away = np.hypot((box.left + box.width / 2) * WIDTH - middle[0], (box.top + box.height / 2) * HEIGHT - middle[1])
    return bool(away < FACE / 3)


@pytest.mark.parametrize("degrees", [0, 15, -15, 32, -32])
def test_a_face_is_found_however_it_is_tilted_and_found_again(degrees: int) -> None:
    for boxes in _sure(*[_tilted(degrees)] * 2):
        assert [_is_about(box, MIDDLE) for box in boxes] == [True]


def test_a_tilted_face_is_found_beside_one_that_is_known() -> None:
    second = (500, 180)
    both = draw_face(_tilted(32), second, FACE)
    (boxes,) = _sure(both)
    assert [sum(_is_about(box, middle) for box in boxes) for middle in (MIDDLE, second)] == [1, 1]


def test_there_is_none_in_an_empty_room() -> None:
    assert _sure(background()) == [[]]
