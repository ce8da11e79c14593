"""A country's programme: its statements as one continuous stream, a title card before each, and where each begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.site.manifests import write_stream
from pipeline.site.stream_parts import StreamPart


@dataclass(frozen=True)
class ProgrammePart:
    """One statement and the card before it; URIs of both are relative to the programme's folder."""

    card: StreamPart
    statement: StreamPart


@dataclass(frozen=True)
class Chapter:
    """Where one part stands in the programme, in seconds: its card, its statement, its end."""

    card_starts_seconds: float
    statement_starts_seconds: float
    ends_seconds: float


def build_programme(parts: Sequence[ProgrammePart]) -> dict[str, bytes]:
    """The programme's manifests: path relative to its folder to bytes, the master at `master.m3u8`."""
    return write_stream([stream_part for part in parts for stream_part in (part.card, part.statement)])


def find_chapters(parts: Sequence[ProgrammePart]) -> tuple[Chapter, ...]:
    """One chapter for each part, on the timeline that players show."""
    chapters = []
    clock = 0.0
    for part in parts:
        begins = clock + part.card.duration_seconds
        clock_after = begins + part.statement.duration_seconds
        chapters.append(Chapter(clock, begins, clock_after))
        clock = clock_after
    return tuple(chapters)
