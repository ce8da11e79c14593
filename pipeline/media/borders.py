"""Black borders within a picture: an upright recording set into a lying one, a small picture in a large frame."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.media.measuring import HEIGHT, WIDTH

_KEPT_SHARE = 0.9
_DARK_SHARE = 0.8
_UNEVEN_CELLS = 2
_LIT_LEVEL = 60
_FACE_LEVEL = 110
_FEWEST_SAMPLES = 3
_MOST_EDGES = 1_000
_NO_BORDER = (0, WIDTH - 1, 0, HEIGHT - 1)

Edges = tuple[int, int, int, int]
"""Left, right, top and bottom cell of what is not black."""


@dataclass(frozen=True)
class Window:
    """The part of the frame that shows anything, as shares of its width and height."""

    width: float
    height: float

    @property
    def share(self) -> float:
        """Share of the frame's area."""
        return self.width * self.height


@dataclass
class Samples:
    """One picture a second: where its black borders end, and whether anything in it is lit."""

    count: int = 0
    dark: int = 0
    edges: Counter[Edges] = field(default_factory=Counter)

    def add(self, edges: Edges, *, high_level: float, highest_level: float) -> None:
        """Take one sample. Its edges lie crosswise where all is black; brightness (0..255) is what a tenth of the
        picture surpasses, and that of the brightest spot: a face in the light before a dark hall is seen well.
        """
        self.count += 1
        self.dark += high_level < _LIT_LEVEL and highest_level < _FACE_LEVEL
        left, right, top, bottom = edges
        if left < right and top < bottom:
            is_kept = edges in self.edges or len(self.edges) < _MOST_EDGES
            self.edges[edges if is_kept else _NO_BORDER] += 1

    @property
    def dark_share(self) -> float:
        """Part of the time in which hardly anything is lit; 0 when it is not most of the time."""
        share = self.dark / max(self.count, 1)
        return share if self.count >= _FEWEST_SAMPLES and share >= _DARK_SHARE else 0.0

    @property
    def window(self) -> Window | None:
        """What black borders leave, when they stand still nearly always and lie evenly about the middle.

        A speaker before a black curtain moves; borders do not.
        """
        seen = sum(self.edges.values())
        if seen < _FEWEST_SAMPLES:
            return None
        usual = self.edges.most_common(1)[0][0]
        near = sum(n for edges, n in self.edges.items() if _is_near(edges, usual))
        if near < _KEPT_SHARE * seen or not _is_centred(usual):
            return None
        left, right, top, bottom = usual
        return Window((right - left + 1) / WIDTH, (bottom - top + 1) / HEIGHT)

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        edges = [[*edges, n] for edges, n in sorted(self.edges.items())]
        return {"count": self.count, "dark": self.dark, "edges": edges}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Samples":
        """Read back what `to_json` wrote."""
        edges = Counter({(left, right, top, bottom): n for left, right, top, bottom, n in data["edges"]})
        return cls(data["count"], data["dark"], edges)


def _is_near(edges: Edges, usual: Edges) -> bool:
    return all(abs(a - b) <= 1 for a, b in zip(edges, usual, strict=True))


def _is_centred(edges: Edges) -> bool:
    left, right, top, bottom = edges
    sideways = abs(left - (WIDTH - 1 - right))
    return sideways <= _UNEVEN_CELLS and abs(top - (HEIGHT - 1 - bottom)) <= _UNEVEN_CELLS
