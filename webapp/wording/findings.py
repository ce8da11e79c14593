"""Findings in words: short and exact for staff; for speakers what it means and what to do.

A finding's values are measured numbers (seconds, pixels, LUFS). A value that a finding does not carry is left out
of its sentence, so that reports of older versions can still be read.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.limits import Limit, format_clock

Values = Mapping[str, Any]


def staff_sentence(finding: Finding) -> str:
    """One finding for staff, with what was measured."""
    return _STAFF[finding.code](finding.values)


def speaker_sentence(finding: Finding, limit: Limit) -> str:
    """One finding for the speaker: what was found, and what to do about it."""
    return _SPEAKER[finding.code](finding.values, limit)


def _clock(values: Values, name: str) -> str:
    seconds = values.get(name)
    return format_clock(seconds) if isinstance(seconds, int | float) else "?"


def _decimal(values: Values, name: str) -> str:
    number = values.get(name)
    return str(format_decimal(number, "0.#")) if isinstance(number, int | float) else "?"


def _with_value(values: Values, name: str, exact: Callable[[], str], plain: Callable[[], str]) -> str:
    """The sentence with a measured value where the finding carries it."""
    return exact() if values.get(name) is not None else plain()


def _staff_too_short(values: Values) -> str:
    return _("Too short: %(length)s.", length=_clock(values, "duration_seconds"))


def _staff_too_long(values: Values) -> str:
    return _("Too long: %(length)s.", length=_clock(values, "duration_seconds"))


def _staff_truncated(values: Values) -> str:
    return _with_value(
        values,
        "declared_seconds",
        lambda: _(
            "Incomplete: %(decoded)s of %(declared)s can be played.",
            decoded=_clock(values, "decoded_seconds"),
            declared=_clock(values, "declared_seconds"),
        ),
        lambda: _("Incomplete: the end of the file is missing."),
    )


def _staff_picture(values: Values) -> str:
    return f"{values.get('width', '?')} × {values.get('height', '?')}"


def _staff_silence(values: Values) -> str:
    return _with_value(
        values,
        "longest_seconds",
        lambda: _("A long silence: %(length)s.", length=_clock(values, "longest_seconds")),
        lambda: _("A long silence."),
    )


def _staff_black(values: Values) -> str:
    return _with_value(
        values,
        "seconds",
        lambda: _("The picture is black for %(length)s.", length=_clock(values, "seconds")),
        lambda: _("The picture is black for a while."),
    )


def _staff_frozen(values: Values) -> str:
    return _with_value(
        values,
        "longest_seconds",
        lambda: _("The picture stands still for %(length)s.", length=_clock(values, "longest_seconds")),
        lambda: _("The picture stands still for a while."),
    )


def _staff_quiet(values: Values) -> str:
    return _with_value(
        values,
        "loudness_lufs",
        lambda: _("Very quiet (%(loudness)s LUFS).", loudness=_decimal(values, "loudness_lufs")),
        lambda: _("Very quiet."),
    )


_STAFF: Mapping[FindingCode, Callable[[Values], str]] = {
    FindingCode.EMPTY: lambda values: _("The file is empty."),
    FindingCode.UNREADABLE: lambda values: _("The file is not a video that can be read."),
    FindingCode.TRUNCATED: _staff_truncated,
    FindingCode.DAMAGED: lambda values: _("Damaged: large parts of the picture or the sound cannot be decoded."),
    FindingCode.ENCRYPTED: lambda values: _("The file is encrypted or copy-protected."),
    FindingCode.NO_VIDEO: lambda values: _("There is no picture in the file."),
    FindingCode.UNDECODABLE: lambda values: _("The picture is in a format that cannot be decoded."),
    FindingCode.TOO_SHORT: _staff_too_short,
    FindingCode.TOO_LONG: _staff_too_long,
    FindingCode.TOO_LARGE_PICTURE: lambda values: _("The picture is too large: %(size)s.", size=_staff_picture(values)),
    FindingCode.TOO_MANY_STREAMS: lambda values: _("The file holds too many tracks."),
    FindingCode.TOO_LARGE_FILE: lambda values: _("The file is too large."),
    FindingCode.NO_AUDIO: lambda values: _("There is no sound track."),
    FindingCode.SILENT: lambda values: _("The sound track is silent."),
    FindingCode.QUIET: _staff_quiet,
    FindingCode.CLIPPED: lambda values: _("The sound is overdriven (clipped)."),
    FindingCode.LONG_SILENCE: _staff_silence,
    FindingCode.BLACK: _staff_black,
    FindingCode.FROZEN: _staff_frozen,
    FindingCode.LOW_RESOLUTION: lambda values: _("Low resolution: %(size)s.", size=_staff_picture(values)),
    FindingCode.PORTRAIT: lambda values: _("Upright picture (%(size)s).", size=_staff_picture(values)),
    FindingCode.VERTICAL_CROP: lambda values: _("Black bars around the picture."),
    FindingCode.DAMAGED_SLIGHTLY: lambda values: _("Small faults in the picture or the sound."),
    FindingCode.VARIABLE_FRAME_RATE: lambda values: _("The frame rate varies; this is evened out."),
    FindingCode.SEVERAL_AUDIO_TRACKS: lambda values: _("Several sound tracks; the main one is used."),
}


def _speaker_too_short(values: Values, limit: Limit) -> str:
    return _(
        "Your recording is too short: %(length)s. It should be between %(shortest)s and %(longest)s minutes. "
        "Please record it again.",
        length=_clock(values, "duration_seconds"),
        shortest=format_clock(limit.min_seconds),
        longest=format_clock(limit.max_seconds),
    )


def _speaker_too_long(values: Values, limit: Limit) -> str:
    return _(
        "Your recording is too long: %(length)s. It should be between %(shortest)s and %(longest)s minutes. "
        "Please shorten it or record it again.",
        length=_clock(values, "duration_seconds"),
        shortest=format_clock(limit.min_seconds),
        longest=format_clock(limit.max_seconds),
    )


def _speaker_too_large_picture(values: Values, limit: Limit) -> str:
    return _(
        "The picture is larger than we can take (%(size)s). Choose 1080p in your camera's settings and record again.",
        size=_staff_picture(values),
    )


_SPEAKER: Mapping[FindingCode, Callable[[Values, Limit], str]] = {
    FindingCode.EMPTY: lambda values, limit: _(
        "The file is empty. Check that it plays on your device, then choose it again."
    ),
    FindingCode.UNREADABLE: lambda values, limit: _(
        "We cannot read this file as a video. Check that you chose the recording itself and that it plays on "
        "your device."
    ),
    FindingCode.TRUNCATED: lambda values, limit: _(
        "The end of your recording is missing. Perhaps it was still being saved or copied. Check that it plays "
        "to the end on your device, then hand it in again."
    ),
    FindingCode.DAMAGED: lambda values, limit: _(
        "Large parts of your recording are damaged. Check that it plays well on your device; if not, please "
        "record again."
    ),
    FindingCode.ENCRYPTED: lambda values, limit: _(
        "The file is protected and cannot be opened by us. Please hand in the recording as your camera saved it."
    ),
    FindingCode.NO_VIDEO: lambda values, limit: _(
        "There is only sound in your file, no picture. Please hand in a video."
    ),
    FindingCode.UNDECODABLE: lambda values, limit: _(
        "Your video is in a format that we cannot open. Save it as MP4, or record again with another app."
    ),
    FindingCode.TOO_SHORT: _speaker_too_short,
    FindingCode.TOO_LONG: _speaker_too_long,
    FindingCode.TOO_LARGE_PICTURE: _speaker_too_large_picture,
    FindingCode.TOO_MANY_STREAMS: lambda values, limit: _(
        "The file holds more than one recording. Please hand in a video with one picture and one sound track."
    ),
    FindingCode.TOO_LARGE_FILE: lambda values, limit: _(
        "The file is too large. Choose 720p or 1080p in your camera's settings and record again."
    ),
    FindingCode.NO_AUDIO: lambda values, limit: _(
        "Your recording has no sound. If you speak in it, please record again with the microphone on."
    ),
    FindingCode.SILENT: lambda values, limit: _(
        "We hear nothing in your recording. If you speak in it, please record again with the microphone on."
    ),
    FindingCode.QUIET: lambda values, limit: _(
        "Your voice is very quiet. We make it louder, but it would be clearer nearer to the microphone."
    ),
    FindingCode.CLIPPED: lambda values, limit: _(
        "The sound is distorted because it was too loud. It would be clearer a little further from the microphone."
    ),
    FindingCode.LONG_SILENCE: lambda values, limit: _(
        "There is a long silence in your recording. Watch it once to see whether something is missing."
    ),
    FindingCode.BLACK: lambda values, limit: _(
        "The picture is black for a while. Watch your recording once to see whether this is meant."
    ),
    FindingCode.FROZEN: lambda values, limit: _(
        "The picture stands still for a while. Watch your recording once to see whether this is meant."
    ),
    FindingCode.LOW_RESOLUTION: lambda values, limit: _(
        "The picture is small and will not be sharp. If you can, record in 720p or more."
    ),
    FindingCode.PORTRAIT: lambda values, limit: _(
        "You recorded upright. It works, with empty space at both sides; turned sideways it would fill the screen."
    ),
    FindingCode.VERTICAL_CROP: lambda values, limit: _(
        "There are black bars around your picture. It works, but it will look small."
    ),
    FindingCode.DAMAGED_SLIGHTLY: lambda values, limit: _(
        "There are small faults in the picture or the sound. Watch your recording once to see whether they matter."
    ),
    FindingCode.VARIABLE_FRAME_RATE: lambda values, limit: _(
        "Your camera changed its speed while recording. We even this out; there is nothing to do."
    ),
    FindingCode.SEVERAL_AUDIO_TRACKS: lambda values, limit: _(
        "There are several sound tracks in your file; we use the main one."
    ),
}
