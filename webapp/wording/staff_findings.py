"""Each finding for staff: short, with what was measured."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from pipeline.domain.findings import FindingCode
from webapp.wording.measured import (
    Values,
    decimal,
    length_of,
    length_words,
    megabytes,
    percent,
    picture_size,
    silent_ends,
)


def _truncated(values: Values) -> str:
    if "expected_seconds" in values:
        return _(
            "Incomplete: only %(found)s of %(expected)s are in the file.",
            found=length_of(values, "found_seconds"),
            expected=length_of(values, "expected_seconds"),
        )
    if "found_seconds" in values:
        return _("Incomplete: the file is cut off after %(found)s.", found=length_of(values, "found_seconds"))
    return _("Incomplete: the end of the file, without which nothing plays, is missing.")


def _damaged(values: Values) -> str:
    is_sound = values["stream"] == "audio"
    if "share" not in values:
        if is_sound:
            return _("Damaged: the sound cannot be decoded to its end.")
        return _("Damaged: the picture cannot be decoded to its end.")
    share = percent(values["share"])
    if is_sound:
        return _("Damaged: %(share)s of the sound is lost.", share=share)
    return _("Damaged: %(share)s of the picture is lost.", share=share)


def _damaged_slightly(values: Values) -> str:
    measured = {"share": percent(values["share"]), "errors": values["errors"]}
    if values.get("stream") == "audio":
        return _("Small faults in the sound: %(errors)d errors, %(share)s of it lost.", **measured)
    return _("Small faults in the picture: %(errors)d errors, %(share)s of it lost.", **measured)


def _undecodable(values: Values) -> str:
    codec = values.get("codec", "?")
    if values.get("stream") == "audio":
        return _("The sound cannot be decoded (%(codec)s).", codec=codec)
    return _("The picture cannot be decoded (%(codec)s).", codec=codec)


def _no_video(values: Values) -> str:
    if values.get("reason") == "image":
        return _("This is a photo, not a video.")
    if values.get("reason") == "cover_only":
        return _("There is only sound with a cover picture.")
    if values.get("reason") == "too_small":
        return _("The picture is too small to show anything: %(size)s.", size=picture_size(values))
    return _("There is only sound, no picture.")


def _sound_incomplete(values: Values) -> str:
    return _(
        "Sound is missing for %(start)s at the beginning and for %(end)s at the end.",
        start=length_of(values, "missing_at_start_seconds"),
        end=length_of(values, "missing_at_end_seconds"),
    )


def _one_sided_sound(values: Values) -> str:
    if values["side"] == "left":
        return _("The voice is on the left channel only; both play it.")
    return _("The voice is on the right channel only; both play it.")


def _too_long(values: Values) -> str:
    length = {"by": length_of(values, "by_seconds"), "length": length_of(values, "duration_seconds")}
    too_long = _("Too long by %(by)s: %(length)s.", **length)
    start, end = silent_ends(values)
    if not start and not end:
        return too_long
    silence = _(
        "Silence of %(start)s at its beginning and of %(end)s at its end.",
        start=length_words(start),
        end=length_words(end),
    )
    return f"{too_long} {silence}"


STAFF_SENTENCES: Mapping[FindingCode, Callable[[Values], str]] = {
    FindingCode.EMPTY: lambda values: _("The file is empty."),
    FindingCode.UNREADABLE: lambda values: _("The file is not a video that can be read."),
    FindingCode.TRUNCATED: _truncated,
    FindingCode.DAMAGED: _damaged,
    FindingCode.ENCRYPTED: lambda values: _("The file is encrypted or copy-protected."),
    FindingCode.NO_VIDEO: _no_video,
    FindingCode.UNDECODABLE: _undecodable,
    FindingCode.TOO_SHORT: lambda values: _(
        "Too short by %(by)s: %(length)s.",
        by=length_of(values, "by_seconds"),
        length=length_of(values, "duration_seconds"),
    ),
    FindingCode.TOO_LONG: _too_long,
    FindingCode.TOO_LARGE_PICTURE: lambda values: _("The picture is too large: %(size)s.", size=picture_size(values)),
    FindingCode.TOO_MANY_STREAMS: lambda values: _(
        "The file holds %(count)d tracks, more than any camera makes.", count=values["streams"]
    ),
    FindingCode.TOO_LARGE_FILE: lambda values: _(
        "The file is too large: %(size)s of at most %(largest)s.",
        size=megabytes(values["bytes"]),
        largest=megabytes(values["max_bytes"]),
    ),
    FindingCode.NO_AUDIO: lambda values: _("There is no sound track."),
    FindingCode.SILENT: lambda values: _("The sound track is silent."),
    FindingCode.SOUND_INCOMPLETE: _sound_incomplete,
    FindingCode.ONE_SIDED_SOUND: _one_sided_sound,
    FindingCode.QUIET: lambda values: _(
        "Very quiet (%(loudness)s LUFS); it is made louder.", loudness=decimal(values["loudness_lufs"])
    ),
    FindingCode.CLIPPED: lambda values: _("The sound is overdriven (%(share)s of it).", share=percent(values["share"])),
    FindingCode.NOISY: lambda values: _(
        "Loud background: only %(below)s dB below the voice.", below=decimal(values["below_voice_db"])
    ),
    FindingCode.LONG_SILENCE: lambda values: _("A silence of %(length)s.", length=length_of(values, "seconds")),
    FindingCode.BLACK: lambda values: _("The picture is black for %(length)s.", length=length_of(values, "seconds")),
    FindingCode.FROZEN: lambda values: _(
        "The picture stands still for %(length)s.", length=length_of(values, "seconds")
    ),
    FindingCode.DARK: lambda values: _(
        "The picture is very dark during %(share)s of the time.", share=percent(values["share"])
    ),
    FindingCode.LOW_RESOLUTION: lambda values: _("Low resolution: %(size)s.", size=picture_size(values)),
    FindingCode.PORTRAIT: lambda values: _("Upright picture: %(size)s.", size=picture_size(values)),
    FindingCode.VERTICAL_CROP: lambda values: _(
        "Black bars at the sides: the picture within is upright, %(size)s.", size=picture_size(values)
    ),
    FindingCode.WIDE_BORDERS: lambda values: _(
        "A black border around the picture, which fills %(share)s of the frame (%(size)s).",
        share=percent(values["share"]),
        size=picture_size(values),
    ),
    FindingCode.DAMAGED_SLIGHTLY: _damaged_slightly,
    FindingCode.VARIABLE_FRAME_RATE: lambda values: _(
        "The frame rate varies (%(rate)s on average, at most %(gap)s without a new picture); it is evened out.",
        rate=decimal(values["frame_rate"]),
        gap=length_of(values, "longest_gap_seconds"),
    ),
    FindingCode.SEVERAL_AUDIO_TRACKS: lambda values: _(
        "%(count)d sound tracks (%(languages)s); the first is used.",
        count=values["tracks"],
        languages=", ".join(values["languages"]),
    ),
}
