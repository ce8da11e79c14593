"""Times for cues from when their words are spoken: long enough to read, apart from each other, inside the recording."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.captions.rules import Rules, rules_for
from pipeline.captions.widths import characters
from pipeline.captions.work_cues import CueLike, WorkCue
from pipeline.domain.sheets import SheetKind


def fit_times(cues: Sequence[CueLike], language: str, kind: SheetKind, *, duration_seconds: float) -> list[WorkCue]:
    """The cues with times fit for the screen, made from times of speech; order and texts stay.

    A cue stays for at most half a second after its words, longer only until it can be read; a gap that short is closed
    to 80 ms. Where words come too fast, a cue may begin up to half a second early and the ones after it later. None
    overlaps another or outlasts the recording, each lasts 1 to 7 seconds as far as the recording has room for all.
    Raises `ValueError` where it has not even a few milliseconds for each.
    """
    if not cues:
        return []
    rules = rules_for(language, kind)
    room = _Room.among(len(cues), int(duration_seconds * 1000), rules)
    starts = _starts(cues, room)
    fitted: list[WorkCue] = []
    for cue, start, following in zip(cues, starts, [*starts[1:], None], strict=True):
        reading_ms = math.ceil(characters(cue.text, language) / rules.fast * 1000)
        fitted.append(WorkCue(start, _end(cue, start, following, reading_ms, room), cue.text))
    return fitted


@dataclass(frozen=True)
class _Room:
    """Milliseconds that each cue can surely have, those between cues, and where the recording ends."""

    rules: Rules
    shortest: int
    gap: int
    end: int

    @classmethod
    def among(cls, count: int, end: int, rules: Rules) -> "_Room":
        share = end // count
        gap = min(rules.gap_ms, share // 2)
        if share < 2:
            raise ValueError(f"{count} cues have no room in {end} ms.")
        return cls(rules, min(rules.shortest_ms, share - gap), gap, end)


def _starts(cues: Sequence[CueLike], room: _Room) -> list[int]:
    slot = room.shortest + room.gap
    starts = _early_starts(cues, slot, room)
    for index, start in enumerate(starts):
        starts[index] = max(start, starts[index - 1] + slot if index else 0)
    latest = room.end - room.shortest
    for index in reversed(range(len(starts))):
        starts[index] = min(starts[index], latest)
        latest = starts[index] - slot
    return starts


def _early_starts(cues: Sequence[CueLike], slot: int, room: _Room) -> list[int]:
    """Starts of speech, earlier where the next comes too soon and there is silence before."""
    starts = [max(0, cue.start_ms) for cue in cues]
    for index in range(len(cues) - 1):
        lack = slot - (starts[index + 1] - starts[index])
        silence = starts[index] - (cues[index - 1].end_ms + room.gap if index else 0)
        starts[index] -= max(0, min(lack, silence, room.rules.hang_ms))
    return starts


def _end(cue: CueLike, start: int, following: int | None, reading_ms: int, room: _Room) -> int:
    rules = room.rules
    limit = room.end if following is None else following - room.gap
    longest = min(limit, start + rules.longest_ms)
    needed = max(cue.end_ms, start + rules.shortest_ms, start + reading_ms)
    end = max(needed, min(cue.end_ms + rules.hang_ms, longest))
    if following is not None and room.gap < following - end < rules.close_gap_ms:
        closes = limit <= cue.end_ms + rules.hang_ms or needed > following - rules.close_gap_ms
        end = limit if closes else following - rules.close_gap_ms
    return min(end, longest)
