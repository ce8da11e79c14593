"""From measures to findings: every threshold of intake stands here, and nothing here runs a program.

Values that explain a finding (JSON types; seconds, pixels, bytes, dB):
    too_short, too_long: duration_seconds, min_seconds or max_seconds, by_seconds
    truncated: found_seconds, expected_seconds where it is known, or reason=no_index
    damaged, damaged_slightly: stream, share (0..1), errors, lost_seconds; or stream, reason (slow, crash)
    unreadable: nothing, or reason=slow
    undecodable: stream, codec, reason (slow, crash, or nothing)
    no_video: reason (image, sound, no_stream, cover_only, too_small); width and height where there is a picture
    too_large_picture, low_resolution: width, height; too_large_file: bytes, max_bytes; too_many_streams: streams
    quiet: loudness_lufs; long_silence, frozen, black: seconds; clipped: share
    variable_frame_rate: frame_rate, longest_gap_seconds; several_audio_tracks: tracks, languages (the
    first is taken)
"""

from collections.abc import Iterator

from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.limits import Limit
from pipeline.media.completeness import Ending
from pipeline.media.picture import PictureMeasures
from pipeline.media.probe import Packets, Stream
from pipeline.media.sniff import Container
from pipeline.media.sound import BLOCK_SECONDS, SoundMeasures

MAX_STREAMS = 24
"""An iPhone records seven streams, a broadcast multiplex carries a dozen."""

MIN_SIDE_PIXELS = 48
MIN_RECORDING_SECONDS = 0.08
"""Shorter than two pictures at 25 a second is no recording, whatever a session's limit says."""

DAMAGED_SHARE = 0.02
DAMAGED_FRAMES = 3
DAMAGED_GAP_SECONDS = 3.0
DAMAGED_SECONDS = 0.5
WHOLE_SHARE = 0.98
CLAIMED_SHARE = 0.95
"""A header may be wrong by this much about the length before anything is concluded from it."""

SILENT_PEAK_DBTP = -60.0
_LOUDNESS_SECONDS = 0.4
QUIET_LUFS = -38.0
CLIPPED_SHARE = 0.002
LONG_SILENCE_SECONDS = 10.0
BLACK_SECONDS = 3.0
FROZEN_SECONDS = 10.0
LOW_RESOLUTION_PIXELS = 360
JERKY_SHARE = 0.05
"""Of the time, without a new picture when one was due."""


def judge_length(seconds: float, limit: Limit) -> Iterator[Finding]:
    """Against the session's limit, with its tolerance."""
    shown = round(seconds, 2)
    if limit.is_too_short(seconds) or seconds < MIN_RECORDING_SECONDS:
        by = round(max(0.0, limit.min_seconds - seconds), 2)
        values = {"duration_seconds": shown, "min_seconds": limit.min_seconds, "by_seconds": by}
        yield Finding(FindingCode.TOO_SHORT, values)
    if limit.is_too_long(seconds):
        by = round(seconds - limit.max_seconds, 2)
        values = {"duration_seconds": shown, "max_seconds": limit.max_seconds, "by_seconds": by}
        yield Finding(FindingCode.TOO_LONG, values)


def judge_wholeness(
    container: Container, ending: Ending, *, is_cut: bool, found_seconds: float, claimed_seconds: float | None
) -> Finding | None:
    """Is the end of the recording missing?

    `is_cut`: the demuxer ran into the end of the file. A plain MP4 says how long it was, so that a cut behind the
    last picture is forgiven, and so is a wrong length in its last box; a row of fragments, or a recording of open
    length, does not: there a cut always counts. Others announce their bytes, or their length in the header.
    """
    if container is Container.MOV and not ending.is_fragmented:
        is_missing = is_cut and found_seconds < WHOLE_SHARE * (claimed_seconds or 0.0)
    elif container is Container.MOV:
        is_missing = is_cut or (ending.share or 1.0) < 1.0
    elif container is Container.FLV:
        is_missing = found_seconds < CLAIMED_SHARE * (claimed_seconds or 0.0)
    elif ending.share is not None:
        is_missing = ending.share < WHOLE_SHARE
    else:
        is_missing = ending.is_unclosed or is_cut
    if not is_missing:
        return None
    values = {"found_seconds": round(found_seconds, 2)}
    if claimed_seconds and claimed_seconds > found_seconds and not ending.is_fragmented:
        values["expected_seconds"] = round(claimed_seconds, 2)
    return Finding(FindingCode.TRUNCATED, values)


def judge_picture_damage(
    stream: Stream, packets: Packets, picture: PictureMeasures, *, claimed_seconds: float, claimed_frames: int
) -> Finding | None:
    """Decoded against expected frames, frames known to be wrong, holes, error lines; never the exit status.

    What a header claims (seconds, frames) is believed only beside errors: headers lie about good files, too.
    """
    log = picture.log
    if picture.frames == 0:
        return Finding(FindingCode.UNDECODABLE, _undecodable(stream, log.gave_up))
    if log.gave_up:
        return Finding(FindingCode.DAMAGED, {"stream": "video", "reason": log.gave_up})
    has_errors = bool(log.error_lines or log.corrupt_frames)
    expected = max(packets.expected_frames, claimed_frames if has_errors else 0, 1)
    wrong = _missing_frames(stream, expected, picture) + log.corrupt_frames
    lost_seconds = _lost_seconds(picture, claimed_seconds) if has_errors else 0.0
    share = min(1.0, max(wrong / expected, lost_seconds / max(picture.last_seconds, claimed_seconds, 0.1)))
    values = {
        "stream": "video",
        "share": round(share, 4),
        "errors": log.error_lines,
        "lost_seconds": round(lost_seconds, 2),
    }
    is_much = wrong >= DAMAGED_FRAMES or lost_seconds >= DAMAGED_SECONDS
    if is_much and (share >= DAMAGED_SHARE or picture.longest_gap_seconds >= DAMAGED_GAP_SECONDS):
        return Finding(FindingCode.DAMAGED, values)
    return Finding(FindingCode.DAMAGED_SLIGHTLY, values) if has_errors or wrong >= DAMAGED_FRAMES else None


def _missing_frames(stream: Stream, expected: int, picture: PictureMeasures) -> int:
    missing = max(0, expected - picture.frames)
    # VP8 holds packets that are never shown: only a hole in time tells that a picture is missing.
    is_hidden = stream.codec == "vp8" and picture.gap_seconds < DAMAGED_SECONDS
    return 0 if is_hidden else missing


def _lost_seconds(picture: PictureMeasures, claimed_seconds: float) -> float:
    """Holes in time, and an end long before the one that the header claims."""
    early = claimed_seconds - (picture.last_seconds + picture.mean_interval_seconds)
    return picture.gap_seconds + (early if early > (1 - CLAIMED_SHARE) * claimed_seconds else 0.0)


def judge_sound_damage(stream: Stream, packets: Packets, sound: SoundMeasures) -> Finding | None:
    """Decoded against expected sound."""
    if not sound.is_decoded:
        return Finding(FindingCode.UNDECODABLE, _undecodable(stream, sound.log.gave_up))
    has_errors = bool(sound.log.error_lines)
    lost = max(0.0, packets.media_seconds - sound.decoded_seconds, sound.gap_seconds) if has_errors else 0.0
    share = min(1.0, lost / max(packets.media_seconds, sound.decoded_seconds, 0.1))
    values = {
        "stream": "audio",
        "share": round(share, 4),
        "errors": sound.log.error_lines,
        "lost_seconds": round(lost, 2),
    }
    if lost >= DAMAGED_SECONDS and share >= DAMAGED_SHARE:
        return Finding(FindingCode.DAMAGED, values)
    return Finding(FindingCode.DAMAGED_SLIGHTLY, values) if has_errors else None


def _undecodable(stream: Stream, reason: str) -> dict[str, str]:
    values = {"stream": stream.kind, "codec": stream.codec or "unknown"}
    return values | ({"reason": reason} if reason else {})


def judge_loudness(sound: SoundMeasures) -> Iterator[Finding]:
    """Can the speaker be heard? Nothing above -70 LUFS, the gate of EBU R128, counts as silence."""
    if sound.loudness_lufs is None:
        # Loudness needs 0.4 s of sound; of less, only the peak can tell.
        is_measured = sound.blocks * BLOCK_SECONDS > _LOUDNESS_SECONDS
        if is_measured or sound.true_peak_dbtp is None or sound.true_peak_dbtp < SILENT_PEAK_DBTP:
            yield Finding(FindingCode.SILENT)
        return
    if sound.loudness_lufs < QUIET_LUFS:
        yield Finding(FindingCode.QUIET, {"loudness_lufs": round(sound.loudness_lufs, 1)})
    if sound.near_peak_share >= CLIPPED_SHARE:
        yield Finding(FindingCode.CLIPPED, {"share": round(sound.near_peak_share, 4)})
    if sound.longest_silence_seconds >= LONG_SILENCE_SECONDS:
        yield Finding(FindingCode.LONG_SILENCE, {"seconds": round(sound.longest_silence_seconds, 1)})


def judge_view(stream: Stream, picture: PictureMeasures, end_seconds: float) -> Iterator[Finding]:
    """Can the speaker be seen? `end_seconds` is the end of the recording on the picture's timeline."""
    width, height = stream.upright_size
    whole = max(end_seconds - picture.start_seconds, 0.001)
    held = max(picture.longest_hold_seconds, end_seconds - picture.last_seconds)
    if picture.black_seconds >= min(BLACK_SECONDS, 0.5 * whole):
        yield Finding(FindingCode.BLACK, {"seconds": round(picture.black_seconds, 1)})
    elif held >= FROZEN_SECONDS:
        yield Finding(FindingCode.FROZEN, {"seconds": round(held, 1)})
    if min(width, height) < LOW_RESOLUTION_PIXELS:
        yield Finding(FindingCode.LOW_RESOLUTION, {"width": width, "height": height})
    if height > width:
        yield Finding(FindingCode.PORTRAIT, {"width": width, "height": height})
    if picture.frames > 2 and (not picture.is_steady or picture.gap_seconds > JERKY_SHARE * whole):
        yield Finding(
            FindingCode.VARIABLE_FRAME_RATE,
            {
                "frame_rate": round(picture.frame_rate, 2),
                "longest_gap_seconds": round(picture.longest_gap_seconds, 3),
            },
        )


def judge_tracks(tracks: tuple[Stream, ...]) -> Iterator[Finding]:
    """More than one sound: the first (or the one marked as default) is taken, and people should know."""
    if len(tracks) > 1:
        languages = [track.language or "und" for track in tracks]
        yield Finding(FindingCode.SEVERAL_AUDIO_TRACKS, {"tracks": len(tracks), "languages": languages})
