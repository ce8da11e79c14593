"""Small pictures for the player's time line: a WebVTT file that says which part of which image stands for when.

One cue for every tile, with the image's address and `#xywh=` (Media Fragments 1.0) as its text.
"""

from collections.abc import Iterator, Sequence

from pipeline.captions.cues import Cue
from pipeline.captions.webvtt import write_webvtt
from pipeline.domain.packages import Storyboard
from pipeline.site.stream_parts import StreamPart

STORYBOARD_URI = "storyboard.vtt"


def write_storyboard(parts: Sequence[StreamPart]) -> str | None:
    """The cues of all parts on the stream's timeline; None when no part has a storyboard.

    A part without one, as a card, shows the first tile of the part that follows it.
    """
    cues: list[Cue] = []
    starts, clock = 0.0, 0.0
    for part in parts:
        board = part.package.storyboard
        ends = clock + part.duration_seconds
        if board is not None:
            cues.extend(_cues(board, part.media_base + board.uri, starts, clock, ends))
            starts = ends
        clock = ends
    return write_webvtt(cues) if cues else None


def _cues(board: Storyboard, uri: str, shown_from: float, begins: float, ends: float) -> Iterator[Cue]:
    edges = [begins + index * board.seconds_per_tile for index in range(board.tiles)]
    tiles = [index for index, edge in enumerate(edges) if edge < ends - 0.001]
    for index in tiles:
        row, column = divmod(index, board.columns)
        place = (column * board.tile_width, row * board.tile_height, board.tile_width, board.tile_height)
        starts = edges[index] if index else shown_from
        yield Cue(
            round(starts, 3),
            round(ends if index == tiles[-1] else edges[index + 1], 3),
            f"{uri}#xywh={','.join(map(str, place))}",
        )
