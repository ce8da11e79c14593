"""Reading what people upload as subtitles: WebVTT, SubRip, TTML or SubStation into cues, or a sentence why not."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.captions.cues import Cue, in_order, plain_text
from pipeline.captions.decoding import decode_lines
from pipeline.captions.markup import from_subrip, from_webvtt, place_in_subrip
from pipeline.captions.places import Place, from_settings
from pipeline.captions.refusals import LONGEST_CUE_CHARACTERS, MOST_CUES, SubtitleProblem, SubtitlesRefused
from pipeline.captions.scanning import TimedText, scan_subrip, scan_webvtt
from pipeline.captions.substation import FIRST_LINE, scan_substation
from pipeline.captions.ttml import FIRST_SIGNS, scan_ttml

OVERHANG_SECONDS = 1.0
"""A last subtitle may claim to run so much longer than the recording; it is cut to the recording's end."""

_MARKUP_FACTOR = 10  # so much more than its text may a subtitle with all its markup hold


@dataclass(frozen=True)
class _Format:
    """How a format is read: its subtitles out of lines, plain text out of a payload, and the place of one."""

    scan: Callable[[Sequence[str]], Iterator[TimedText]]
    plain: Callable[[str], str]
    place: Callable[[TimedText, str], Place]


_WEBVTT = _Format(scan_webvtt, from_webvtt, lambda timed, text: from_settings(timed.settings, text))
_SUBRIP = _Format(scan_subrip, from_subrip, lambda timed, text: place_in_subrip(timed.payload))
_SUBSTATION = _Format(scan_substation, plain_text, lambda timed, text: timed.place or Place.BOTTOM)
_TTML = _Format(scan_ttml, plain_text, lambda timed, text: timed.place or Place.BOTTOM)


def read_subtitles(
    data: bytes, *, duration_seconds: float | None = None, encoding: str | None = None
) -> tuple[Cue, ...]:
    """Cues in order of time, as plain text, with their places; those without any text are left out.

    The format is told by the content, the encoding where it is Unicode; for others, a person names one of
    `encodings.ENCODINGS`. `duration_seconds` is the recording's length where there is one.
    Raises `SubtitlesRefused` with code, values and a sentence naming the line.
    """
    lines = decode_lines(data, encoding)
    if not any(line.strip() for line in lines):
        raise SubtitlesRefused(SubtitleProblem.NO_CUES)
    cues = tuple(_checked_cues(lines, duration_seconds))
    if not cues:
        raise SubtitlesRefused(SubtitleProblem.NO_CUES)
    return in_order(cues)


def _checked_cues(lines: Sequence[str], duration_seconds: float | None) -> Iterator[Cue]:
    form = _format_of(lines)
    for number, timed in enumerate(form.scan(lines), 1):
        if number > MOST_CUES:
            raise SubtitlesRefused(SubtitleProblem.TOO_MANY_CUES, limit=MOST_CUES)
        end = _checked_end(number, timed, duration_seconds)
        text = _checked_text(number, timed, form.plain)
        if text:
            yield Cue(timed.start_milliseconds / 1000, end / 1000, text, form.place(timed, text))


def _format_of(lines: Sequence[str]) -> _Format:
    first_line = lines[0]
    if first_line == "WEBVTT" or first_line.startswith(("WEBVTT ", "WEBVTT\t")):
        return _WEBVTT
    if first_line.strip() == FIRST_LINE:
        return _SUBSTATION
    first_words = next(line for line in lines if line.strip())
    return _TTML if FIRST_SIGNS.match(first_words) else _SUBRIP


def _checked_text(number: int, timed: TimedText, plain: Callable[[str], str]) -> str:
    if len(timed.payload) <= LONGEST_CUE_CHARACTERS * _MARKUP_FACTOR:
        text = plain(timed.payload)
        if len(text) <= LONGEST_CUE_CHARACTERS:
            return text
    raise _refused(SubtitleProblem.TOO_LARGE_CUE, number, timed, limit=LONGEST_CUE_CHARACTERS)


def _checked_end(number: int, timed: TimedText, duration_seconds: float | None) -> int:
    """The end in milliseconds, at most the recording's."""
    if timed.start_milliseconds < 0:
        raise _refused(SubtitleProblem.BEFORE_START, number, timed)
    if timed.end_milliseconds <= timed.start_milliseconds:
        raise _refused(SubtitleProblem.BACKWARDS, number, timed)
    if duration_seconds is None:
        return timed.end_milliseconds
    last = math.floor(duration_seconds * 1000)
    too_far = timed.end_milliseconds > last + OVERHANG_SECONDS * 1000
    if too_far or timed.start_milliseconds >= last:
        seconds = timed.end_milliseconds / 1000
        raise _refused(SubtitleProblem.BEYOND_VIDEO, number, timed, seconds=seconds, duration=duration_seconds)
    return min(timed.end_milliseconds, last)


def _refused(code: SubtitleProblem, number: int, timed: TimedText, **values: float) -> SubtitlesRefused:
    return SubtitlesRefused(code, cue=number, line=timed.line, **values)
