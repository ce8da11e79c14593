"""Each finding for the speaker, in plain words: what was found, what it means, what to do."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from pipeline.domain.findings import FindingCode
from pipeline.domain.limits import Limit
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


def _too_short(values: Values, limit: Limit) -> str:
    return _(
        "Your recording is %(length)s long; at least %(shortest)s are needed. Please record it again.",
        length=length_of(values, "duration_seconds"),
        shortest=length_words(limit.min_seconds),
    )


def _too_long(values: Values, limit: Limit) -> str:
    too_long = _(
        "Your recording is %(length)s long; at most %(longest)s are allowed, so it is %(by)s too long.",
        length=length_of(values, "duration_seconds"),
        longest=length_words(limit.max_seconds),
        by=length_of(values, "by_seconds"),
    )
    return f"{too_long} {_how_to_shorten(values)}"


def _how_to_shorten(values: Values) -> str:
    start, end = silent_ends(values)
    if not start and not end:
        return _("Something at its beginning or at its end has to be left out, or record it again.")
    if start and end:
        silence = _(
            "Nothing is heard in its first %(start)s and in its last %(end)s.",
            start=length_words(start),
            end=length_words(end),
        )
    elif start:
        silence = _("Nothing is heard in its first %(start)s.", start=length_words(start))
    else:
        silence = _("Nothing is heard in its last %(end)s.", end=length_words(end))
    if values.get("is_trimming_enough"):
        advice = _("It is enough to leave that out.")
    else:
        advice = _("Leave that out first; the rest has to become shorter, too.")
    return f"{silence} {advice}"


def _truncated(values: Values, limit: Limit) -> str:
    again = _(
        "Perhaps it was still being saved or copied. Check that it plays to its end on your device, then "
        "hand it in again."
    )
    if values.get("found_seconds"):
        found = _(
            "Your recording breaks off after %(found)s; the rest is missing.", found=length_of(values, "found_seconds")
        )
    else:
        found = _("The end of your recording is missing, so that it does not play.")
    return f"{found} {again}"


def _no_video(values: Values, limit: Limit) -> str:
    if values.get("reason") == "image":
        return _("This is a photo, not a video. Please choose your recording.")
    if values.get("reason") == "too_small":
        return _("The picture is too small to see anything. Please hand in the recording as your camera saved it.")
    return _("There is only sound in your file, no picture. Please hand in a video.")


def _sound_incomplete(values: Values, limit: Limit) -> str:
    start, end = float(values["missing_at_start_seconds"]), float(values["missing_at_end_seconds"])
    if start >= end:
        missing = _("In the first %(length)s of your recording there is no sound.", length=length_words(start))
    else:
        missing = _("In the last %(length)s of your recording there is no sound.", length=length_words(end))
    check = _("Watch it once to see whether your words are all there; if not, record it again.")
    return f"{missing} {check}"


def _undecodable(values: Values, limit: Limit) -> str:
    if values.get("stream") == "audio":
        return _(
            "The sound of your video is in a format that we cannot open. Save it as MP4, or record again "
            "with another app."
        )
    return _("Your video is in a format that we cannot open. Save it as MP4, or record again with another app.")


def _damaged(values: Values, limit: Limit) -> str:
    again = _("Check whether it plays well on your device, then hand it in again or record it again.")
    share = float(values.get("share") or 0.0)
    if share:
        return f"{_('About %(share)s of your recording is damaged.', share=percent(share))} {again}"
    return f"{_('Large parts of your recording are damaged.')} {again}"


SPEAKER_SENTENCES: Mapping[FindingCode, Callable[[Values, Limit], str]] = {
    FindingCode.EMPTY: lambda values, limit: _(
        "The file is empty. Check that it plays on your device, then choose it again."
    ),
    FindingCode.UNREADABLE: lambda values, limit: _(
        "We cannot read this file as a video. Check that you chose the recording itself and that it plays on "
        "your device."
    ),
    FindingCode.TRUNCATED: _truncated,
    FindingCode.DAMAGED: _damaged,
    FindingCode.ENCRYPTED: lambda values, limit: _(
        "The file is protected, and we cannot open it. Please hand in the recording as your camera saved it."
    ),
    FindingCode.NO_VIDEO: _no_video,
    FindingCode.UNDECODABLE: _undecodable,
    FindingCode.TOO_SHORT: _too_short,
    FindingCode.TOO_LONG: _too_long,
    FindingCode.TOO_LARGE_PICTURE: lambda values, limit: _(
        "The picture is larger than we can take (%(size)s). Choose 1080p in your camera's settings and record again.",
        size=picture_size(values),
    ),
    FindingCode.TOO_MANY_STREAMS: lambda values, limit: _(
        "The file holds more than one recording. Please hand in a video with one picture and one sound track."
    ),
    FindingCode.TOO_LARGE_FILE: lambda values, limit: _(
        "The file has %(size)s; at most %(largest)s are possible. Choose 720p or 1080p in your camera's settings and "
        "record again.",
        size=megabytes(values["bytes"]),
        largest=megabytes(values["max_bytes"]),
    ),
    FindingCode.NO_AUDIO: lambda values, limit: _(
        "Your recording has no sound. If you speak in it, please record it again with the microphone on."
    ),
    FindingCode.SILENT: lambda values, limit: _(
        "We hear nothing in your recording. If you speak in it, please record it again with the microphone on."
    ),
    FindingCode.SOUND_INCOMPLETE: _sound_incomplete,
    FindingCode.ONE_SIDED_SOUND: lambda values, limit: _(
        "Your voice is on one side of the sound only. We play it on both sides; there is nothing to do."
    ),
    FindingCode.QUIET: lambda values, limit: _(
        "Your voice is very quiet: %(loudness)s LUFS, where about −23 is good. We make it louder, but it would be "
        "clearer if you were nearer to the microphone.",
        loudness=decimal(float(values["loudness_lufs"])),
    ),
    FindingCode.CLIPPED: lambda values, limit: _(
        "The sound is distorted because it was too loud (%(share)s of it). It would be clearer a little further "
        "from the microphone.",
        share=percent(float(values["share"])),
    ),
    FindingCode.NOISY: lambda values, limit: _(
        "There is loud noise or music behind your voice, only %(distance)s dB below it. It would be easier to "
        "understand in a quieter place, nearer to the microphone.",
        distance=decimal(float(values["below_voice_db"])),
    ),
    FindingCode.LONG_SILENCE: lambda values, limit: _(
        "There is a silence of %(length)s in your recording. Watch it once to see whether something is missing.",
        length=length_of(values, "seconds"),
    ),
    FindingCode.BLACK: lambda values, limit: _(
        "The picture is black for %(length)s. Watch your recording once to see whether that is as it should be.",
        length=length_of(values, "seconds"),
    ),
    FindingCode.FROZEN: lambda values, limit: _(
        "The picture stands still for %(length)s. Watch your recording once to see whether that is as it should be.",
        length=length_of(values, "seconds"),
    ),
    FindingCode.DARK: lambda values, limit: _(
        "The picture is very dark for %(share)s of the time. It would be better with a window or a lamp in front "
        "of you.",
        share=percent(float(values["share"])),
    ),
    FindingCode.LOW_RESOLUTION: lambda values, limit: _(
        "The picture is small (%(size)s) and will not be sharp. If you can, record in 720p or more.",
        size=picture_size(values),
    ),
    FindingCode.PORTRAIT: lambda values, limit: _(
        "You held the camera upright (%(size)s). It works, with empty space at both sides; turned sideways it would "
        "fill the screen.",
        size=picture_size(values),
    ),
    FindingCode.VERTICAL_CROP: lambda values, limit: _(
        "There are black bars at both sides of your picture: you fill only %(share)s of it. It works, but you look "
        "small; turn the phone sideways before you begin to record.",
        share=percent(float(values["share"])),
    ),
    FindingCode.WIDE_BORDERS: lambda values, limit: _(
        "A wide black border surrounds your picture: you fill only %(share)s of it. It works, but you look small; "
        "hand in the recording as your camera saved it if you can.",
        share=percent(float(values["share"])),
    ),
    FindingCode.DAMAGED_SLIGHTLY: lambda values, limit: _(
        "There are small faults in the picture or the sound. Watch your recording once to see whether they matter."
    ),
    FindingCode.VARIABLE_FRAME_RATE: lambda values, limit: _(
        "Your camera changed its speed while recording. We even this out; there is nothing to do."
    ),
    FindingCode.SEVERAL_AUDIO_TRACKS: lambda values, limit: _(
        "There are several sound tracks in your file; we use the first one."
    ),
}
