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
_STEP_SECONDS = 2
_QUALITY = 60


@dataclass(frozen=True)
class StoryboardPlan:
    """Equal stretches of a recording, and of each the picture in its middle."""

    frames: int
    tiles: int

    @property
    def picked(self) -> str:
        """Picks those pictures, as an expression of ffmpeg's `select` filter."""
        return f"gt(ceil((n+1)*{self.tiles}/{self.frames}-0.5),ceil(n*{self.tiles}/{self.frames}-0.5))"

    @property
    def columns(self) -> int:
        """Tiles beside each other."""
        return min(_COLUMNS, self.tiles)

    @property
    def rows(self) -> int:
        """Tiles above each other."""
        return math.ceil(self.tiles / self.columns)


def plan_storyboard(plan: EncodePlan) -> StoryboardPlan:
    """A tile for every two seconds or a little less, or for as little as a hundred tiles allow."""
    wanted = math.ceil(plan.duration_seconds / _STEP_SECONDS)
    return StoryboardPlan(plan.frames, min(wanted, plan.frames, MAX_TILES))


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
        seconds_per_tile=plan.duration_seconds / wanted.tiles,
    )
