"""From measures to refusals: is a file whole and undamaged, and as long as it may be? Nothing here runs a program.

Values that explain a finding (JSON types; seconds, pixels, bytes):
    too_short: duration_seconds, min_seconds, by_seconds
    too_long: duration_seconds, max_seconds, by_seconds; where the sound was read to its end also
    silence_at_start_seconds, silence_at_end_seconds, is_trimming_enough (without that silence it would be accepted)
    truncated: found_seconds, expected_seconds where it is known, or reason=no_index
    damaged, damaged_slightly: stream, share (0..1), errors, lost_seconds; or stream, reason (slow, crash, lost)
    unreadable: nothing, or reason=slow
    undecodable: stream, codec, reason (slow, crash, or nothing)
    no_video: reason (image, sound, no_stream, cover_only, too_small); width and height where there is a picture
    too_large_picture: width, height; too_large_file: bytes, max_bytes; too_many_streams: streams
"""

from collections.abc import Iterator
from typing import Any

from pipeline.domain.findings import Finding, FindingCode, Severity
from pipeline.domain.limits import Limit
from pipeline.media.cadence import Cadence
from pipeline.media.completeness import Ending
from pipeline.media.packets import Packets
from pipeline.media.picture import PictureMeasures
from pipeline.media.probe import Stream
from pipeline.media.report import VideoFacts
from pipeline.media.sniff import Container
from pipeline.media.sound import SoundMeasures

MAX_STREAMS = 24
"""An iPhone records seven streams, a broadcast multiplex carries a dozen."""

MIN_SIDE_PIXELS = 48
MIN_RECORDING_SECONDS = 0.08
"""Shorter than two pictures at 25 a second is no recording, whatever a session's limit says."""

FEWEST_FRAMES = 2
DAMAGED_SHARE = 0.02
DAMAGED_FRAMES = 3
HEADLESS_SHARE, HEADLESS_SECONDS = 0.2, 2.0
DAMAGED_GAP_SECONDS = 3.0
DAMAGED_SECONDS = 0.5
WHOLE_SHARE = 0.98
CLAIMED_SHARE = 0.95
"""A header may be wrong by this much about the length before anything is concluded from it."""

_COUNTED = (Container.AVI, Container.OGG, Container.MXF, Container.DV)
"""AVI and MXF count their pictures, those of DV are of one size; a page of Ogg counts what came before it."""

_COUNTED_SECONDS = 0.15
_WHOLE_FIELDS = 0.02
"""Share by which frames may differ from half the packets where each packet is one field of an interlaced picture."""

Ends = tuple[float, float]
"""Seconds of silence at the start and at the end of a recording."""


def judge_length(seconds: float, limit: Limit, silent_ends: Ends | None = None) -> Iterator[Finding]:
    """Against the session's limit, with its tolerance; what is too long is told with what might be cut."""
    shown = round(seconds, 2)
    if limit.is_too_short(seconds) or seconds < MIN_RECORDING_SECONDS:
        by = round(max(0.0, limit.min_seconds - seconds), 2)
        values = {"duration_seconds": shown, "min_seconds": limit.min_seconds, "by_seconds": by}
        yield Finding(FindingCode.TOO_SHORT, values)
    if limit.is_too_long(seconds):
        by = round(seconds - limit.max_seconds, 2)
        values = {"duration_seconds": shown, "max_seconds": limit.max_seconds, "by_seconds": by}
        yield Finding(FindingCode.TOO_LONG, values | _to_cut(seconds, limit, silent_ends))


def _to_cut(seconds: float, limit: Limit, silent_ends: Ends | None) -> dict[str, Any]:
    if silent_ends is None:
        return {}
    return {
        "silence_at_start_seconds": round(silent_ends[0], 1),
        "silence_at_end_seconds": round(silent_ends[1], 1),
        "is_trimming_enough": not limit.is_too_long(seconds - sum(silent_ends)),
    }


def judge_wholeness(
    container: Container, ending: Ending, *, is_cut: bool, found_seconds: float, claimed_seconds: float
) -> Finding | None:
    """Is a part of the recording missing? A claim of 0 is none.

    `is_cut`: the demuxer ran into the end of the file. A plain MP4 says how long it was, so that a cut behind the
    last picture is forgiven, and so is a wrong length in its last box; a row of fragments, or a recording of open
    length, does not: there a cut always counts. Others announce their bytes, or their length in the header.
    """
    if container is Container.MOV and not ending.is_fragmented:
        is_missing = is_cut and found_seconds < WHOLE_SHARE * claimed_seconds
    elif container is Container.MOV:
        is_missing = is_cut or (ending.share or 1.0) < 1.0
    elif container is Container.FLV:
        is_missing = found_seconds < CLAIMED_SHARE * claimed_seconds if claimed_seconds else ending.is_unclosed
    elif ending.share is not None:
        is_missing = ending.share < WHOLE_SHARE
    else:
        is_missing = ending.is_unclosed or is_cut
    if is_missing:
        return _truncated(found_seconds, 0.0 if ending.is_fragmented else claimed_seconds)
    return _judge_counted(found_seconds, claimed_seconds) if container in _COUNTED else None


def _truncated(found_seconds: float, expected_seconds: float) -> Finding:
    values = {"found_seconds": round(found_seconds, 2)}
    if expected_seconds > found_seconds:
        values["expected_seconds"] = round(expected_seconds, 2)
    return Finding(FindingCode.TRUNCATED, values)


def _judge_counted(found_seconds: float, claimed_seconds: float) -> Finding | None:
    """Where the count of what is there cannot be wrong: of a hole in the middle, demuxers tell nothing else."""
    lost = claimed_seconds - found_seconds
    if lost <= _COUNTED_SECONDS or found_seconds >= WHOLE_SHARE * claimed_seconds:
        return None
    values = {"stream": "video", "share": round(lost / claimed_seconds, 4), "errors": 0, "lost_seconds": round(lost, 2)}
    return Finding(FindingCode.DAMAGED, values)


def judge_reading(cadence: Cadence, errors: int, *, found_seconds: float, claimed_seconds: float) -> Finding | None:
    """Where a demuxer complained, and found no more or nothing for seconds, a part of the file is destroyed.

    Without a complaint neither a header's claim nor a hole between pictures means anything.
    """
    missing = claimed_seconds - found_seconds if found_seconds < CLAIMED_SHARE * claimed_seconds else 0.0
    hole = cadence.gap_seconds if cadence.longest_gap_seconds >= DAMAGED_GAP_SECONDS else 0.0
    lost = missing + hole
    if errors and lost >= DAMAGED_SECONDS:
        share = lost / max(found_seconds, claimed_seconds)
        values = {"stream": "video", "share": round(share, 4), "errors": errors, "lost_seconds": round(lost, 2)}
        return Finding(FindingCode.DAMAGED, values)
    if errors and cadence.frames < FEWEST_FRAMES:
        return Finding(FindingCode.DAMAGED, {"stream": "video", "reason": "lost"})
    return None


def judge_picture_damage(video: VideoFacts, picture: PictureMeasures) -> Finding | None:
    """Decoded against expected frames, frames known to be wrong, holes, error lines; never the exit status.

    What a header claims (seconds, frames) is believed only beside errors: headers lie about good files, too.
    """
    log = picture.log
    if picture.frames == 0:
        return Finding(FindingCode.UNDECODABLE, _undecodable("video", video.codec, log.gave_up))
    if log.gave_up:
        return Finding(FindingCode.DAMAGED, {"stream": "video", "reason": log.gave_up})
    errors = log.errors_of_picture(video.index)
    has_errors = bool(errors or log.corrupt_frames)
    expected = max(video.expected_frames, video.claimed_frames if has_errors else 0, 1)
    wrong = _missing_frames(video, expected, picture, has_errors=has_errors) + log.corrupt_frames
    lost_seconds = _lost_seconds(picture.cadence, video.claimed_seconds) if has_errors else 0.0
    whole_seconds = max(picture.cadence.last_seconds, video.claimed_seconds, 0.1)
    share = min(1.0, max(wrong / expected, lost_seconds / whole_seconds))
    values = {"stream": "video", "share": round(share, 4), "errors": errors, "lost_seconds": round(lost_seconds, 2)}
    is_much = wrong >= DAMAGED_FRAMES or lost_seconds >= DAMAGED_SECONDS
    if is_much and (share >= DAMAGED_SHARE or picture.cadence.longest_gap_seconds >= DAMAGED_GAP_SECONDS):
        return Finding(FindingCode.DAMAGED, values)
    headless = _judge_start(video, picture, errors)
    if headless and headless.severity is Severity.REFUSE:
        return headless
    return Finding(FindingCode.DAMAGED_SLIGHTLY, values) if has_errors or wrong >= DAMAGED_FRAMES else headless


def _judge_start(video: VideoFacts, picture: PictureMeasures, errors: int) -> Finding | None:
    """Pictures before the first key picture cannot be shown; a recording cut out of a stream lacks a few."""
    whole = video.leading_frames + video.expected_frames
    lost = min(video.leading_frames, max(0, whole - picture.frames))
    if lost < DAMAGED_FRAMES:
        return None
    seconds = lost * picture.cadence.mean_interval_seconds
    values = {"stream": "video", "share": round(lost / whole, 4), "errors": errors, "lost_seconds": round(seconds, 2)}
    is_much = lost >= HEADLESS_SHARE * whole and seconds >= HEADLESS_SECONDS
    return Finding(FindingCode.DAMAGED if is_much else FindingCode.DAMAGED_SLIGHTLY, values)


def _missing_frames(video: VideoFacts, expected: int, picture: PictureMeasures, *, has_errors: bool) -> int:
    missing = max(0, expected - picture.frames)
    # VP8 holds packets that are never shown: only a hole in time tells that a picture is missing.
    is_hidden = video.codec == "vp8" and picture.cadence.gap_seconds < DAMAGED_SECONDS
    # Cameras may put each field of an interlaced picture into a packet of its own.
    is_paired = not has_errors and abs(2 * picture.frames - expected) <= _WHOLE_FIELDS * expected
    return 0 if is_hidden or (is_paired and picture.cadence.is_steady) else missing


def _lost_seconds(cadence: Cadence, claimed_seconds: float) -> float:
    """Holes in time, and an end long before the one that the header claims."""
    early = claimed_seconds - (cadence.last_seconds + cadence.mean_interval_seconds)
    return cadence.gap_seconds + (early if early > (1 - CLAIMED_SHARE) * claimed_seconds else 0.0)


def judge_sound_damage(stream: Stream, packets: Packets, sound: SoundMeasures) -> Finding | None:
    """Decoded against expected sound."""
    if not sound.is_decoded:
        return Finding(FindingCode.UNDECODABLE, _undecodable("audio", stream.codec, sound.log.gave_up))
    if sound.log.gave_up:
        return Finding(FindingCode.DAMAGED, {"stream": "audio", "reason": sound.log.gave_up})
    errors = sound.log.errors_of_sound(stream.index)
    lost = max(0.0, packets.media_seconds - sound.decoded_seconds, sound.gap_seconds) if errors else 0.0
    share = min(1.0, lost / max(packets.media_seconds, sound.decoded_seconds, 0.1))
    values = {"stream": "audio", "share": round(share, 4), "errors": errors, "lost_seconds": round(lost, 2)}
    if lost >= DAMAGED_SECONDS and share >= DAMAGED_SHARE:
        return Finding(FindingCode.DAMAGED, values)
    return Finding(FindingCode.DAMAGED_SLIGHTLY, values) if errors else None


def _undecodable(kind: str, codec: str, reason: str) -> dict[str, str]:
    return {"stream": kind, "codec": codec or "unknown"} | ({"reason": reason} if reason else {})
