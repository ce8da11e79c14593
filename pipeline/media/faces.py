"""Faces in small grey pictures, by the detectors that come with OpenCV: frontal faces, and profiles of either side.

None of them finds every face, and all of them see some where there are none. So everything that any of them finds is
taken, and what two agree on is called sure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.domain.errors import FinalError

_FRONTAL = ("frontalface_default", "frontalface_alt2")
_PROFILE = "profileface"

_STEP = 1.1
"""Between the sizes that are tried: finer finds little more and costs much."""

_AGREEMENT = 3
"""Windows beside each other that must see a face."""

_SMALLEST_SHARE = 0.08
"""Of the picture's height. A smaller face is a handful of pixels on a phone."""

_EVERYWHERE_EVERY = 5
_THUMBNAIL = (32, 18)
_CUT_LEVELS = 30.0
"""Of 256, on average: a person who moves changes a picture by a third of it."""

_NEARBY_SIZE = 1.5
"""A face becomes no larger or smaller than by this from one look to the next."""

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

    def within(self, other: "Box") -> "Box":
        """The same place where this is a box of a picture that lies in another."""
        left, top = other.left + self.left * other.width, other.top + self.top * other.height
        return Box(left, top, self.width * other.width, self.height * other.height)

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


WHOLE = Box(0.0, 0.0, 1.0, 1.0)
"""All of a picture."""


@dataclass(frozen=True)
class Sighting:
    """One face in one picture; sure when two detectors agree."""

    box: Box
    is_sure: bool


@dataclass(frozen=True)
class Look:
    """One picture looked at: when, the faces in it, and whether it is of another scene than the one before."""

    seconds: float
    faces: Sequence[Sighting]
    is_cut: bool = False


class FaceFinder:
    """Looks for faces in grey pictures of one size, one after the other as they were filmed."""

    def __init__(self, width: int, height: int) -> None:
        # OpenCV takes a while to import; nothing but this needs it.
        import cv2  # noqa: PLC0415

        # Looking takes its time; it leaves the other cores to those whom somebody waits for.
        cv2.setNumThreads(1)
        self._cv2 = cv2
        self._size = width, height
        self._looks = 0
        self._known: list[Box] = []
        self._before: Any = None
        self._frontal = [_load(cv2, name) for name in _FRONTAL]
        self._profile = _load(cv2, _PROFILE)

    def look(self, picture: Any, seconds: float) -> Look:
        """Look at the next picture (an array of grey levels, rows first).

        A face that was just seen is looked for nearby; everywhere when it is not there, and every now and then.
        """
        even = self._cv2.equalizeHist(picture)
        near = self._find_again(even) if self._looks % _EVERYWHERE_EVERY else []
        faces = near or self._find_everywhere(even)
        self._looks += 1
        self._known = [face.box for face in faces if face.is_sure]
        return Look(seconds, faces, self._is_cut(even))

    def _is_cut(self, picture: Any) -> bool:
        """Whether little of the look before is left, whatever moved in it."""
        small = self._cv2.resize(picture, _THUMBNAIL, interpolation=self._cv2.INTER_AREA)
        before, self._before = self._before, small
        return before is not None and float(self._cv2.absdiff(before, small).mean()) > _CUT_LEVELS

    def _find_again(self, picture: Any) -> list[Sighting]:
        """All faces that were sure in the look before, or nothing."""
        faces = []
        for box in self._known:
            seen = _agreed([self._detect(detector, picture, near=box) for detector in self._frontal])
            sure = [face for face in seen if face.is_sure]
            if not sure:
                return []
            faces += sure
        return faces

    def _find_everywhere(self, picture: Any) -> list[Sighting]:
        faces = _agreed([self._detect(detector, picture) for detector in self._frontal])
        if any(face.is_sure for face in faces):
            return faces
        to_left, to_right = self._detect(self._profile, picture), self._detect(self._profile, picture[:, ::-1])
        return _agreed([[face.box for face in faces], to_left, [_mirrored(box) for box in to_right]])

    def _detect(self, detector: Any, picture: Any, *, near: Box | None = None) -> list[Box]:
        width, height = self._size
        smallest, largest = max(20, round(_SMALLEST_SHARE * height)), height
        left, top = 0, 0
        if near is not None:
            side = near.width * width
            smallest, largest = max(smallest, round(side / _NEARBY_SIZE)), round(side * _NEARBY_SIZE)
            left, top = max(0, round(near.left * width - side)), max(0, round(near.top * height - side))
            picture = picture[top : round(near.bottom * height + side), left : round(near.right * width + side)]
        found: Iterable[Sequence[int]] = detector.detectMultiScale(
            picture,
            scaleFactor=_STEP,
            minNeighbors=_AGREEMENT,
            minSize=(smallest, smallest),
            maxSize=(largest, largest),
        )
        places = [(int(x), int(y), int(w), int(h)) for x, y, w, h in found]
        return [Box((left + x) / width, (top + y) / height, w / width, h / height) for x, y, w, h in places]


def _load(cv2: Any, name: str) -> Any:
    detector = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"haarcascade_{name}.xml"))
    if detector.empty():
        raise FinalError("OpenCV came without its face detectors. Install opencv-python-headless below version 5.")
    return detector


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
