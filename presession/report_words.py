"""A report of intake in plain English, for people at a terminal: what was measured, and what it means."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.domain.findings import Finding, FindingCode, Severity
from pipeline.domain.limits import Limit, format_clock
from pipeline.media.report import IntakeReport

Values = Mapping[str, Any]
_C = FindingCode


def report_lines(report: IntakeReport, limit: Limit) -> Iterator[str]:
    """The verdict's reasons and the measured facts, a line each."""
    for finding in report.findings:
        mark = "refused" if finding.severity is Severity.REFUSE else "note"
        yield f"  {mark}: {finding_sentence(finding)}"
    if report.duration_seconds:
        yield f"  Length: {_length(report.duration_seconds)} (allowed {limit})."
    if report.video:
        video = report.video
        turned = f", turned by {video.rotation}°" if video.rotation else ""
        yield (
            f"  Picture: {video.width} × {video.height}, {video.frame_rate:g} frames a second, {video.codec}{turned}."
        )
    if report.audio:
        audio = report.audio
        loud = "nothing heard" if audio.loudness_lufs is None else f"{audio.loudness_lufs:.1f} LUFS"
        yield f"  Sound: {audio.channels} channel(s), {audio.sample_rate} Hz, {audio.codec}, {loud}."


def finding_sentence(finding: Finding) -> str:
    """One finding as a sentence with its measured value."""
    return _SENTENCES[finding.code](finding.values)


def _length(seconds: float) -> str:
    """`5:12` for people; tenths where they matter."""
    return f"{seconds:.1f} s" if seconds < 60 else format_clock(seconds)


def _size(values: Values) -> str:
    return f"{values['width']} × {values['height']} pixels"


def _share(values: Values) -> str:
    return f"{values['share'] * 100:.1f} %"


def _part(values: Values) -> str:
    return "sound" if values.get("stream") == "audio" else "picture"


def _truncated(values: Values) -> str:
    if values.get("reason") == "no_index":
        return "The file is cut off: its end, with the index, is missing. Copy or send it again."
    found = _length(values["found_seconds"])
    if "expected_seconds" in values:
        return f"The file is cut off: {found} of {_length(values['expected_seconds'])} are there."
    return f"The file is cut off after {found}."


def _damaged(values: Values) -> str:
    if "reason" in values:
        return f"The {_part(values)} is damaged: it cannot be decoded to its end."
    return f"The {_part(values)} is damaged: {_share(values)} of it is lost or wrong."


def _damaged_slightly(values: Values) -> str:
    return f"The {_part(values)} has small faults ({values['errors']} errors, {_share(values)} of it lost or wrong)."


def _no_video(values: Values) -> str:
    reason = values.get("reason")
    if reason == "too_small":
        return f"The picture is too small to show anything: {_size(values)}."
    texts = {"image": "This is a photo, not a video.", "cover_only": "There is only sound with a cover picture."}
    return texts.get(str(reason), "There is only sound, no picture.")


def _undecodable(values: Values) -> str:
    return f"The {_part(values)} cannot be decoded (codec: {values['codec']})."


def _too_short(values: Values) -> str:
    return (
        f"It is too short: {_length(values['duration_seconds'])}, "
        f"at least {format_clock(values['min_seconds'])} is expected."
    )


def _too_long(values: Values) -> str:
    return (
        f"It is too long: {_length(values['duration_seconds'])}, {_length(values['by_seconds'])} above the longest "
        f"allowed, {format_clock(values['max_seconds'])}."
    )


def _too_large_file(values: Values) -> str:
    return f"The file is too large: {values['bytes'] / 1e6:.0f} MB, at most {values['max_bytes'] / 1e6:.0f} MB."


def _variable_frame_rate(values: Values) -> str:
    return (
        f"The frame rate varies: {values['frame_rate']:g} a second on average, "
        f"{values['longest_gap_seconds']:.2f} s without a new picture at most."
    )


_SENTENCES: Mapping[FindingCode, Callable[[Values], str]] = {
    _C.EMPTY: lambda values: "The file is empty.",
    _C.UNREADABLE: lambda values: "The file is not a video that can be read.",
    _C.TRUNCATED: _truncated,
    _C.DAMAGED: _damaged,
    _C.ENCRYPTED: lambda values: "The file is encrypted or copy-protected.",
    _C.NO_VIDEO: _no_video,
    _C.UNDECODABLE: _undecodable,
    _C.TOO_SHORT: _too_short,
    _C.TOO_LONG: _too_long,
    _C.TOO_LARGE_PICTURE: lambda values: f"The picture is larger than 4K: {_size(values)}.",
    _C.TOO_MANY_STREAMS: lambda values: f"The file holds {values['streams']} tracks, more than any camera makes.",
    _C.TOO_LARGE_FILE: _too_large_file,
    _C.NO_AUDIO: lambda values: "There is no sound.",
    _C.SILENT: lambda values: "The sound track is silent.",
    _C.QUIET: lambda values: f"The sound is very quiet: {values['loudness_lufs']} LUFS. It will be raised.",
    _C.CLIPPED: lambda values: f"The sound is too loud and distorted: {_share(values)} of it is at full scale.",
    _C.LONG_SILENCE: lambda values: f"There is a silence of {values['seconds']} s.",
    _C.BLACK: lambda values: f"The picture is black for {values['seconds']} s.",
    _C.FROZEN: lambda values: f"The picture stands still for {values['seconds']} s.",
    _C.LOW_RESOLUTION: lambda values: f"The picture is small: {_size(values)}.",
    _C.PORTRAIT: lambda values: f"The picture is upright ({_size(values)}); it gets black bars at its sides.",
    _C.VERTICAL_CROP: lambda values: "The picture has black bars at its sides.",
    _C.DAMAGED_SLIGHTLY: _damaged_slightly,
    _C.VARIABLE_FRAME_RATE: _variable_frame_rate,
    _C.SEVERAL_AUDIO_TRACKS: lambda values: (
        f"There are {values['tracks']} sound tracks ({', '.join(values['languages'])}); the first is taken."
    ),
}
