"""Checks subtitles against the rules: lines, reading speed, times, and numbers and names beside the words spoken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.captions.complaints import CaptionRule, Complaint
from pipeline.captions.differences import compare_cues
from pipeline.captions.line_quality import check_lines
from pipeline.captions.rules import Rules, rules_for
from pipeline.captions.widths import characters, is_visible
from pipeline.captions.work_cues import CueLike
from pipeline.domain.sheets import SheetKind


@dataclass(frozen=True)
class Source:
    """The words spoken, with which an interpretation is compared."""

    cues: Sequence[CueLike]
    language: str


def lint_cues(
    cues: Sequence[CueLike],
    language: str,
    kind: SheetKind,
    *,
    duration_seconds: float | None = None,
    source: Source | None = None,
) -> list[Complaint]:
    """Every rule that the cues break, by cue. Cues are in reading order; the times of all count from the same moment.

    Without `duration_seconds` nothing is past the end; without `source` nothing is compared.
    """
    end_ms = None if duration_seconds is None else int(duration_seconds * 1000)
    frame = _Frame(language, rules_for(language, kind), end_ms)
    complaints: list[Complaint] = []
    for index, cue in enumerate(cues):
        complaints += _check_cue(index, cue, cues[index - 1] if index else None, frame)
    if source is not None:
        complaints += compare_cues(cues, language, source.cues, source.language)
    return sorted(complaints, key=lambda complaint: complaint.cue)


@dataclass(frozen=True)
class _Frame:
    """What holds for all cues; `end_ms` is where the recording ends."""

    language: str
    rules: Rules
    end_ms: int | None


def _check_cue(index: int, cue: CueLike, before: CueLike | None, frame: _Frame) -> Iterator[Complaint]:
    if is_visible(cue.text):
        yield from check_lines(index, cue.text, frame.language, frame.rules)
    else:
        yield Complaint(CaptionRule.EMPTY, index)
    if cue.end_ms <= cue.start_ms:
        yield Complaint(CaptionRule.BACKWARDS, index)
    else:
        yield from _speed(index, cue, frame)
        yield from _length(index, cue, frame.rules)
    yield from _place(index, cue, before, frame)


def _speed(index: int, cue: CueLike, frame: _Frame) -> Iterator[Complaint]:
    rules = frame.rules
    speed = characters(cue.text, frame.language) * 1000 / (cue.end_ms - cue.start_ms)
    if rules.too_fast is not None and speed > rules.too_fast:
        yield Complaint(CaptionRule.TOO_FAST, index, {"speed": speed, "limit": rules.too_fast})
    elif speed > rules.fast:
        yield Complaint(CaptionRule.FAST, index, {"speed": speed, "limit": rules.fast})


def _length(index: int, cue: CueLike, rules: Rules) -> Iterator[Complaint]:
    shown = cue.end_ms - cue.start_ms
    if shown < rules.much_too_short_ms:
        yield _timed(CaptionRule.TOO_SHORT, index, shown, rules.shortest_ms)
    elif shown < rules.shortest_ms:
        yield _timed(CaptionRule.SHORT, index, shown, rules.shortest_ms)
    elif shown > rules.longest_ms:
        yield _timed(CaptionRule.TOO_LONG, index, shown, rules.longest_ms)


def _place(index: int, cue: CueLike, before: CueLike | None, frame: _Frame) -> Iterator[Complaint]:
    if before is not None:
        gap = cue.start_ms - before.end_ms
        if gap < 0:
            yield Complaint(CaptionRule.OVERLAP, index, {"seconds": -gap / 1000})
        elif gap < frame.rules.gap_ms:
            yield _timed(CaptionRule.SMALL_GAP, index, gap, frame.rules.gap_ms)
    if frame.end_ms is not None and cue.end_ms > frame.end_ms:
        yield Complaint(CaptionRule.PAST_END, index, {"seconds": (cue.end_ms - frame.end_ms) / 1000})


def _timed(rule: CaptionRule, index: int, taken_ms: int, limit_ms: int) -> Complaint:
    return Complaint(rule, index, {"seconds": taken_ms / 1000, "limit": limit_ms / 1000})
