"""The lines of WebVTT and SubRip files as timed pieces, each with its place; what they mean is for `reading`.

Both formats are a line with an arrow and the text after it. No word is passed over in silence: what is neither
timed nor a comment is refused with its line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.captions.places import Place
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused

_TIME = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})(\s.*)?")
_ALMOST_TIMING = re.compile(
    r"\s*\d{1,4}:\d{1,2}(?::\d{1,2}(?:[.,]\d{1,3})?|[.,]\d{1,3})(?:\W|&gt;){1,12}\d{1,4}:\d{1,2}(?:[:.,]|\s*$)"
)
_PASSED_OVER = re.compile(r"NOTE(?:[ \t]|$)|STYLE[ \t]*$|REGION[ \t]*$")


@dataclass(frozen=True)
class TimedText:
    """One subtitle as its file has it: `payload` still with markup, `line` that of the times, None without lines.

    `settings` stand behind its times in WebVTT; `place` is set where a format has told it already.
    """

    line: int | None
    start_milliseconds: int
    end_milliseconds: int
    payload: str
    settings: str = ""
    place: Place | None = None


def scan_webvtt(lines: Sequence[str]) -> Iterator[TimedText]:
    """Subtitles of a WebVTT file from its first line on; identifiers, settings, comments and styles are left out."""
    starts = _timing_lines(lines)
    begins = [start - 1 if _has_identifier(lines, start) else start for start in starts]
    header_end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    _refuse_loose_text(lines, header_end, begins[0] if begins else len(lines))
    for start, end in zip(starts, [*begins[1:], len(lines)], strict=False):
        text_end = next((number for number in range(start + 1, end) if not lines[number]), end)
        _refuse_loose_text(lines, text_end, end)
        yield _timed(lines, start, text_end)


def scan_subrip(lines: Sequence[str]) -> Iterator[TimedText]:
    """Subtitles of a SubRip file; empty lines in a text are forgiven, as every player does."""
    _refuse_almost_timings(lines)
    starts = _timing_lines(lines)
    begins = [start - 1 if _has_number(lines, start, order) else start for order, start in enumerate(starts, 1)]
    if not starts:
        raise SubtitlesRefused(SubtitleProblem.NOT_SUBTITLES)
    _refuse_text_before(lines, begins[0])
    for start, end in zip(starts, [*begins[1:], len(lines)], strict=False):
        yield _timed(lines, start, end)


def _timing_lines(lines: Sequence[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if "-->" in line]


def _has_identifier(lines: Sequence[str], start: int) -> bool:
    """Whether the line above a WebVTT cue's times is its identifier and not the end of the text before."""
    return start >= 2 and bool(lines[start - 1].strip()) and not lines[start - 2].strip()


def _has_number(lines: Sequence[str], start: int, order: int) -> bool:
    """Whether the line above a SubRip subtitle's times is its number; a year may end the text before."""
    above = lines[start - 1].strip() if start else ""
    stands_alone = start == 1 or (start > 1 and not lines[start - 2].strip())
    return above.isdecimal() and (stands_alone or int(above) == order)


def looks_timed(line: str) -> bool:
    """Whether a line is, or nearly is, the times of a SubRip subtitle."""
    return "-->" in line or _ALMOST_TIMING.match(line) is not None


def _refuse_almost_timings(lines: Sequence[str]) -> None:
    """A wrong arrow would make times and text part of the subtitle before."""
    for number, line in enumerate(lines, 1):
        if "-->" not in line and looks_timed(line):
            raise SubtitlesRefused(SubtitleProblem.BAD_TIMING, line=number)


def _refuse_text_before(lines: Sequence[str], begin: int) -> None:
    for number, line in enumerate(lines[:begin], 1):
        if line.strip():
            raise SubtitlesRefused(SubtitleProblem.TEXT_WITHOUT_TIME, line=number)


def _refuse_loose_text(lines: Sequence[str], begin: int, end: int) -> None:
    """Between WebVTT cues only blocks of comments, styles and regions may stand."""
    in_block = False
    for number in range(begin, end):
        line = lines[number]
        if not line.strip():
            in_block = False
        elif not in_block:
            if _ALMOST_TIMING.match(line):
                raise SubtitlesRefused(SubtitleProblem.BAD_TIMING, line=number + 1)
            if not _PASSED_OVER.match(line):
                raise SubtitlesRefused(SubtitleProblem.TEXT_WITHOUT_TIME, line=number + 1)
            in_block = True


def _timed(lines: Sequence[str], start: int, end: int) -> TimedText:
    timing = _TIMING.fullmatch(lines[start])
    if timing is None:
        raise SubtitlesRefused(SubtitleProblem.BAD_TIMING, line=start + 1)
    begins, ends = (_milliseconds(time, start + 1) for time in timing.groups()[:2])
    return TimedText(start + 1, begins, ends, "\n".join(lines[start + 1 : end]), settings=timing[3] or "")


def _milliseconds(time: str, line: int) -> int:
    clock, _, fraction = time.replace(",", ".").partition(".")
    parts = [int(part) for part in clock.split(":")]
    hours, minutes, seconds = [0, *parts][-3:]
    if minutes > 59 or seconds > 59:
        raise SubtitlesRefused(SubtitleProblem.BAD_TIMING, line=line)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(fraction.ljust(3, "0"))
