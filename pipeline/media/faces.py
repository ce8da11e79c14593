"""Faces in small grey pictures, by the detectors that come with OpenCV: frontal faces, and profiles of either side.

None of them finds every face, and all of them see some where there are none. So everything that any of them finds is
taken, and what two agree on is called sure. They know upright faces only: tilted ones are found in a turned picture.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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

_TILTS = (-32, 32)
"""Degrees. A detector sees a face that is tilted by half of it."""

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
    """One face in one picture; sure when two detectors agree. `tilt` is by how much the picture was turned for it."""

    box: Box
    is_sure: bool
    tilt: int = 0


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
        self._known: list[Sighting] = []
        self._before: Any = None
        self._frontal = [_load(cv2, name) for name in _FRONTAL]
        self._profile = _load(cv2, _PROFILE)

    def look(self, picture: Any, seconds: float) -> Look:
        """Look at the next picture (an array of grey levels, rows first).

        A face that was just seen is looked for nearby; everywhere when it is not there, and every now and then also
        for others, in profile or tilted.
        """
        even = self._cv2.equalizeHist(picture)
        is_thorough = self._looks % _EVERYWHERE_EVERY == 0
        near = [] if is_thorough else self._find_again(even)
        faces = near or self._find_everywhere(even, is_thorough=is_thorough)
        self._looks += 1
        self._known = [face for face in faces if face.is_sure]
        return Look(seconds, faces, self._is_cut(even))

    def _is_cut(self, picture: Any) -> bool:
        """Whether little of the look before is left, whatever moved in it."""
        small = self._cv2.resize(picture, _THUMBNAIL, interpolation=self._cv2.INTER_AREA)
        before, self._before = self._before, small
        return before is not None and float(self._cv2.absdiff(before, small).mean()) > _CUT_LEVELS

    def _find_again(self, picture: Any) -> list[Sighting]:
        """All faces that were sure in the look before, or nothing."""
        faces = []
        for known in self._known:
            seen = self._find_tilted(picture, known.tilt, near=known.box)
            sure = [face for face in seen if face.is_sure]
            if not sure:
                return []
            faces += sure
        return faces

    def _find_everywhere(self, picture: Any, *, is_thorough: bool) -> list[Sighting]:
        faces = self._find_tilted(picture, 0)
        if any(face.is_sure for face in faces) and not is_thorough:
            return faces
        for tilt in _TILTS if is_thorough else ():
            faces = _with_others(faces, self._find_tilted(picture, tilt))
        to_left, to_right = self._detect(self._profile, picture), self._detect(self._profile, picture[:, ::-1])
        return _with_profiles(_with_profiles(faces, to_left), [_mirrored(box) for box in to_right])

    def _find_tilted(self, picture: Any, tilt: int, *, near: Box | None = None) -> list[Sighting]:
        """What the detectors of frontal faces see in the picture turned by so many degrees."""
        seen = [self._detect(detector, picture, near=near, tilt=tilt) for detector in self._frontal]
        return [replace(face, tilt=tilt) for face in _agreed(seen)]

    def _detect(self, detector: Any, picture: Any, *, near: Box | None = None, tilt: int = 0) -> list[Box]:
        width, height = self._size
        smallest, largest = max(20, round(_SMALLEST_SHARE * height)), height
        left, top = 0, 0
        if near is not None:
            side = near.width * width
            smallest, largest = max(smallest, round(side / _NEARBY_SIZE)), round(side * _NEARBY_SIZE)
            left, top = max(0, round(near.left * width - side)), max(0, round(near.top * height - side))
            picture = picture[top : round(near.bottom * height + side), left : round(near.right * width + side)]
        turn = _Turn(self._cv2, tilt, picture.shape)
        found: Iterable[Sequence[int]] = detector.detectMultiScale(
            turn.turned(picture),
            scaleFactor=_STEP,
            minNeighbors=_AGREEMENT,
            minSize=(smallest, smallest),
            maxSize=(largest, largest),
        )
        places = [(*turn.turned_back(int(x), int(y), int(w), int(h)), int(w), int(h)) for x, y, w, h in found]
        return [Box((left + x) / width, (top + y) / height, w / width, h / height) for x, y, w, h in places]


class _Turn:
    """A picture turned about its middle, and places in it found again in the picture as it was."""

    def __init__(self, cv2: Any, degrees: int, shape: Sequence[int]) -> None:
        self._cv2 = cv2
        self._degrees = degrees
        self._height, self._width = shape
        self._matrix = cv2.getRotationMatrix2D((self._width / 2, self._height / 2), degrees, 1.0)

    def turned(self, picture: Any) -> Any:
        if not self._degrees:
            return picture
        size = self._width, self._height
        return self._cv2.warpAffine(picture, self._matrix, size, borderMode=self._cv2.BORDER_REPLICATE)

    def turned_back(self, x: int, y: int, width: int, height: int) -> tuple[float, float]:
        """Left and top of a place of this size whose middle is where this one's was."""
        if not self._degrees:
            return x, y
        (a, b, c), (d, e, f) = self._cv2.invertAffineTransform(self._matrix).tolist()
        middle_x, middle_y = x + width / 2, y + height / 2
        return a * middle_x + b * middle_y + c - width / 2, d * middle_x + e * middle_y + f - height / 2


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


def _with_others(faces: Sequence[Sighting], others: Iterable[Sighting]) -> list[Sighting]:
    """Faces and what was seen in another way, each once. Two ways of one detector are no agreement."""
    joined = list(faces)
    for other in others:
        same = next((face for face in joined if face.box.overlap(other.box) > _SAME_FACE), None)
        if same is None:
            joined.append(other)
            continue
        surer = other if other.is_sure and not same.is_sure else same
        joined[joined.index(same)] = replace(surer, box=same.box.around(other.box))
    return joined


def _with_profiles(faces: Sequence[Sighting], boxes: Iterable[Box]) -> list[Sighting]:
    """Faces and those in profile; where a face was seen already, it is sure."""
    agreeing = [
        Sighting(box, is_sure=any(face.box.overlap(box) > _SAME_FACE for face in faces), tilt=0) for box in boxes
    ]
    return _with_others(faces, agreeing)
