"""The storyboard: small pictures of a recording in one JPEG, for a player to show where one goes."""

import math
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from pipeline.domain.packages import Storyboard
from pipeline.media.encode_plan import EncodePlan
from pipeline.media.poster import bare_jpeg

TILE = (160, 90)
MAX_TILES = 100
_COLUMNS = 10
_SHORTEST_STEP_SECONDS = 2
_QUALITY = 60


@dataclass(frozen=True)
class StoryboardPlan:
    """One tile for every so many pictures: the middle one of them."""

    every_frames: int
    tiles: int

    @property
    def columns(self) -> int:
        """Tiles beside each other."""
        return min(_COLUMNS, self.tiles)

    @property
    def rows(self) -> int:
        """Tiles above each other."""
        return math.ceil(self.tiles / self.columns)


def plan_storyboard(plan: EncodePlan) -> StoryboardPlan:
    """A tile every two seconds, or as often as a hundred tiles allow; at least one."""
    shortest = round(plan.rate * _SHORTEST_STEP_SECONDS)
    every = min(plan.frames, max(shortest, math.ceil(plan.frames / MAX_TILES)))
    # The middle picture of the last stretch must exist.
    return StoryboardPlan(every, max(1, (plan.frames - every // 2 + every - 1) // every))


def write_storyboard(tiled: Path, target: Path, plan: EncodePlan) -> Storyboard:
    """Write the tiled picture as a JPEG without metadata."""
    wanted = plan_storyboard(plan)
    with Image.open(tiled) as image:
        target.write_bytes(bare_jpeg(image.convert("RGB"), _QUALITY))
    return Storyboard(
        uri=target.name,
        columns=wanted.columns,
        tiles=wanted.tiles,
        tile_width=TILE[0],
        tile_height=TILE[1],
        seconds_per_tile=float(wanted.every_frames / plan.rate),
    )
