"""Faces in small grey pictures, by the detectors that come with OpenCV: frontal faces, and profiles of either side.

None of them finds every face, and all of them see some where there are none. So everything that any of them finds is
taken, and what two agree on is called sure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FRONTAL = ("frontalface_default", "frontalface_alt2")
_PROFILE = "profileface"

_STEP = 1.1
"""Between the sizes that are tried: finer finds little more and costs much."""

_AGREEMENT = 3
"""Windows beside each other that must see a face."""

_SMALLEST_SHARE = 0.06
"""Of the picture's height. A smaller face is a handful of pixels on a phone."""

_SAME_FACE = 0.3


@dataclass(frozen=True)
class Box:
    """A place in the picture, as shares of its width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.top + self.height

    def around(self, other: "Box") -> "Box":
        """The box that holds both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Box(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def overlap(self, other: "Box") -> float:
        """The part that the two share of all that they cover, 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, width) * max(0.0, height)
        whole = self.width * self.height + other.width * other.height - shared
        return shared / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class Sighting:
    """One face in one picture; sure when two detectors agree."""

    box: Box
    is_sure: bool


class FaceFinder:
    """Looks for faces in grey pictures of one size."""

    def __init__(self, width: int, height: int) -> None:
        # OpenCV takes a while to import; nothing but this needs it.
        import cv2  # noqa: PLC0415

        self._cv2 = cv2
        self._size = width, height
        self._frontal = [_load(cv2, name) for name in _FRONTAL]
        self._profile = _load(cv2, _PROFILE)

    def find(self, picture: Any) -> list[Sighting]:
        """Faces in one picture (an array of grey levels, rows first)."""
        even = self._cv2.equalizeHist(picture)
        faces = _agreed([self._detect(detector, even) for detector in self._frontal])
        if any(face.is_sure for face in faces):
            return faces
        to_left, to_right = self._detect(self._profile, even), self._detect(self._profile, even[:, ::-1])
        seen = [[face.box for face in faces], to_left, [_mirrored(box) for box in to_right]]
        return _agreed(seen)

    def _detect(self, detector: Any, picture: Any) -> list[Box]:
        width, height = self._size
        smallest = max(20, round(_SMALLEST_SHARE * height))
        found: Iterable[Sequence[int]] = detector.detectMultiScale(
            picture, scaleFactor=_STEP, minNeighbors=_AGREEMENT, minSize=(smallest, smallest)
        )
        return [Box(x / width, y / height, w / width, h / height) for x, y, w, h in found]


def _load(cv2: Any, name: str) -> Any:
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))


def _mirrored(box: Box) -> Box:
    return Box(1 - box.right, box.top, box.width, box.height)


def _agreed(seen: Sequence[Sequence[Box]]) -> list[Sighting]:
    """What one detector after the other saw, each face once and as large as any of them saw it."""
    faces: list[Sighting] = []
    for boxes in seen:
        known = list(faces)
        for box in boxes:
            same = next((face for face in known if face.box.overlap(box) > _SAME_FACE), None)
            if same is None:
                faces.append(Sighting(box, is_sure=False))
            elif same in faces:
                faces[faces.index(same)] = Sighting(same.box.around(box), is_sure=True)
    return faces
