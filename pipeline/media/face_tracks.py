"""Faces followed through a recording: which places to blur at a moment, and when no face is known at all.

A face that is seen in one look and not in the next has not gone: its place is kept, and grows with what it may have
moved. Where no face that two detectors agreed on is known for a while, or fewer than were seen together at another
time, nobody can say where to blur: the whole picture.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from math import inf

from pipeline.domain.protection import Hidden
from pipeline.media.faces import WHOLE, Box, Look, Sighting

_HELD_SECONDS = 1.0
"""So long a face is taken to be near where it was first or last seen."""

_CUT_SECONDS = 0.25
"""A cut lies somewhere between two looks: both scenes' faces are hidden there."""

_GAP_SECONDS = 2.0
"""Between two sightings of one face; after longer it is another."""

_NEAR = 0.9
"""A face moves by less than so many of its own widths between two looks."""

_RESIZED = 1.7
_SURE_SIGHTINGS, _SURE_SHARE = 3, 0.7
"""Before so many, or in less of the looks between its first and its last, two detectors may have erred together."""

_ERRING_SECONDS = 0.5
"""All places of a face in so long a time, before and after, are hidden at once."""

_COUNTED_SECONDS = 1.5
"""A face that was seen for so long beside another is missed when it is seen no more."""

_WIDER, _HIGHER = 0.45, 0.55
"""Added at each side, of the face's own size: hair, ears, chin and neck."""

_GROWTH_PER_SECOND = 0.6
_SHORTEST_KNOWN_SECONDS = 1.0


@dataclass
class _Scene:
    """What was filmed without a cut."""

    start: float = 0.0
    end: float = inf


@dataclass
class _Track:
    """One face over time, its sightings in order; it is about in its own scene only."""

    scene: "_Scene"
    times: list[float] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    sure: int = 0

    def add(self, number: int, seconds: float, sighting: Sighting) -> None:
        self.looks.append(number)
        self.times.append(seconds)
        self.boxes.append(sighting.box)
        self.sure += sighting.is_sure

    def fit(self, box: Box) -> float:
        """How well a box goes on with this face: 0 not at all."""
        last = self.boxes[-1]
        ratio = box.width / last.width
        if not 1 / _RESIZED <= ratio <= _RESIZED:
            return 0.0
        away_x = abs(box.left + box.width / 2 - last.left - last.width / 2) / max(box.width, last.width)
        away_y = abs(box.top + box.height / 2 - last.top - last.height / 2) / max(box.height, last.height)
        return max(0.0, _NEAR - max(away_x, away_y))

    @property
    def is_sure(self) -> bool:
        return self.sure >= max(_SURE_SIGHTINGS, _SURE_SHARE * (self.looks[-1] - self.looks[0] + 1))

    @property
    def span(self) -> tuple[float, float]:
        """From when to when it is taken to be about."""
        return max(self.scene.start, self.times[0] - _HELD_SECONDS), min(self.scene.end, self.times[-1] + _HELD_SECONDS)

    @property
    def is_lasting(self) -> bool:
        """Whether it was about for long enough to be missed."""
        return self.times[-1] - self.times[0] >= _COUNTED_SECONDS

    def seen_at(self, seconds: float) -> Box | None:
        """Where it was seen last, between its first and its last sighting."""
        if not self.times[0] <= seconds <= self.times[-1]:
            return None
        return self.boxes[bisect_right(self.times, seconds) - 1]

    def box_at(self, seconds: float) -> Box | None:
        """Where the face may be, grown by how long ago it was seen; None when it was not about."""
        start, end = self.span
        if not start - _CUT_SECONDS <= seconds <= end + _CUT_SECONDS:
            return None
        place = bisect_right(self.times, seconds)
        before, after = max(0, place - 1), min(place, len(self.times) - 1)
        unseen = min(abs(seconds - self.times[before]), abs(seconds - self.times[after]))
        # On the way from one place to the other a face may be anywhere between; and one of the places may be wrong.
        first = min(before, bisect_left(self.times, seconds - unseen - _ERRING_SECONDS))
        last = max(after + 1, bisect_right(self.times, seconds + unseen + _ERRING_SECONDS))
        return _grown(reduce(Box.around, self.boxes[first:last]), unseen * _GROWTH_PER_SECOND)


@dataclass(frozen=True)
class Blur:
    """What to blur at one moment: these places, or the whole picture."""

    boxes: tuple[Box, ...]
    is_whole: bool


class FaceTracks:
    """All faces of a recording of so many seconds, whose picture lies at a place of the canvas that is blurred."""

    def __init__(self, looks: Iterable[Look], seconds: float, place: Box = WHOLE) -> None:
        self._seconds = seconds
        self._place = place
        # What one detector alone sees, and never another, is a lamp or a pattern on a shirt.
        self._tracks = [track for track in _follow(looks) if track.sure]
        self._by_second = _by_second(self._tracks)
        self._unknown = _unknown_spans([track for track in self._tracks if track.is_sure], seconds)

    @property
    def hidden(self) -> Hidden:
        """How much of the recording is blurred wholly."""
        return Hidden(round(self._seconds, 3), round(sum(end - start for start, end in self._unknown), 3))

    @property
    def largest(self) -> float:
        """The width of the largest face that is sure, as a share of the canvas; 0 without any."""
        widths = (box.width for track in self._tracks if track.is_sure for box in track.boxes)
        return self._place.width * max(widths, default=0.0)

    def blur_at(self, seconds: float) -> Blur:
        """What to blur at a moment."""
        if any(start <= seconds < end for start, end in self._unknown):
            return Blur((), is_whole=True)
        places = (track.box_at(seconds) for track in self._by_second.get(int(seconds), ()))
        return Blur(tuple(box.within(self._place) for box in places if box is not None), is_whole=False)


def _follow(looks: Iterable[Look]) -> list[_Track]:
    tracks: list[_Track] = []
    recent: list[_Track] = []
    scene = _Scene()
    for number, look in enumerate(looks):
        seconds = look.seconds
        if look.is_cut:
            scene.end = seconds
            scene, recent = _Scene(seconds), []
        recent = [track for track in recent if seconds - track.times[-1] <= _GAP_SECONDS]
        # Sure ones first: they are what a face goes on with.
        for sighting in sorted(look.faces, key=lambda each: not each.is_sure):
            track = _best_fit(recent, seconds, sighting.box)
            if track is None:
                track = _Track(scene)
                tracks.append(track)
                recent.append(track)
            track.add(number, seconds, sighting)
    return tracks


def _best_fit(tracks: Iterable[_Track], seconds: float, box: Box) -> _Track | None:
    fits = [(track.fit(box), track) for track in tracks if track.times[-1] < seconds]
    best, track = max(fits, key=lambda fit: fit[0], default=(0.0, None))
    return track if best > 0 else None


def _by_second(tracks: Iterable[_Track]) -> dict[int, list[_Track]]:
    """Faces that may be about in each second."""
    about: dict[int, list[_Track]] = {}
    for track in tracks:
        start, end = track.span
        for second in range(int(max(0.0, start - _CUT_SECONDS)), int(end + _CUT_SECONDS) + 1):
            about.setdefault(second, []).append(track)
    return about


def _unknown_spans(tracks: Sequence[_Track], seconds: float) -> tuple[tuple[float, float], ...]:
    """Times in which fewer of these faces are about than were ever seen together, one at least.

    What is known only for a moment between two is not worth it.
    """
    wanted = _most_together(tracks)
    edges = sorted({0.0, seconds, *(edge for track in tracks for edge in track.span if 0.0 < edge < seconds)})
    spans = []
    for start, end in pairwise(edges):
        about = sum(track.span[0] <= start and end <= track.span[1] for track in tracks)
        if about < wanted:
            spans.append((start, end))
    return tuple(_joined(spans))


def _most_together(tracks: Sequence[_Track]) -> int:
    """How many faces were seen at once, each in a place of its own."""
    lasting = [track for track in tracks if track.is_lasting]
    counts = (_count_at(lasting, track.times[0]) for track in lasting)
    return max(1, max(counts, default=1))


def _count_at(tracks: Iterable[_Track], seconds: float) -> int:
    places: list[Box] = []
    for box in (track.seen_at(seconds) for track in tracks):
        if box is not None and not any(box.overlap(other) > 0 for other in places):
            places.append(box)
    return len(places)


def _joined(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < _SHORTEST_KNOWN_SECONDS:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _grown(box: Box, growth: float) -> Box:
    """With its margins, kept within the picture."""
    wider, higher = box.width * (_WIDER + growth), box.height * (_HIGHER + growth)
    left, top = max(0.0, box.left - wider), max(0.0, box.top - higher)
    right, bottom = min(1.0, box.right + wider), min(1.0, box.bottom + higher)
    return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))
