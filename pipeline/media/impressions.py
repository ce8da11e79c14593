"""From measures to warnings: can the speaker be heard and seen? Nothing here runs a program.

Values that explain a finding (JSON types; seconds, pixels, dB, shares from 0 to 1):
    quiet: loudness_lufs; noisy: below_voice_db; clipped: share; long_silence: seconds
    sound_incomplete: missing_at_start_seconds, missing_at_end_seconds (of the time in which there is a picture)
    one_sided_sound: side (left, right: where the voice is)
    black, frozen: seconds; dark: share (of the time)
    vertical_crop, wide_borders: share (of the frame's area that shows a picture), width, height (of that part)
    portrait, low_resolution: width, height
    variable_frame_rate: frame_rate, longest_gap_seconds
    several_audio_tracks: tracks, languages (the first is taken)
"""

from collections.abc import Iterator

from pipeline.domain.findings import Finding, FindingCode
from pipeline.media.cadence import Cadence
from pipeline.media.hearing import Span, noise_below_voice
from pipeline.media.picture import PictureMeasures
from pipeline.media.probe import Stream
from pipeline.media.report import AudioFacts, VideoFacts
from pipeline.media.sound import BLOCK_SECONDS, SoundMeasures

SILENT_PEAK_DBTP = -60.0
_LOUDNESS_SECONDS = 0.4
QUIET_LUFS = -38.0
NOISY_DB = 11.0
"""Below the voice: where understanding becomes work."""

CLIPPED_SHARE = 0.002
LONG_SILENCE_SECONDS = 10.0
INCOMPLETE_SECONDS = 2.0
BLACK_SECONDS = 3.0
FROZEN_SECONDS = 10.0
LOW_RESOLUTION_PIXELS = 360
JERKY_SHARE = 0.05
"""Of the time, without a new picture when one was due."""

WIDE_BORDERS_SHARE = 0.6
"""Of the frame; a 4:3 or cinema picture within a 16:9 one fills three quarters of it."""

_BORDER_WIDTH = 0.15
_WHOLE_HEIGHT = 0.93


def judge_loudness(sound: SoundMeasures, audio: AudioFacts) -> Iterator[Finding]:
    """Can the speaker be heard? Nothing above -70 LUFS, the gate of EBU R128, counts as silence."""
    if audio.loudness_lufs is None:
        # Loudness needs 0.4 s of sound; of less, only the peak can tell.
        is_measured = sound.blocks * BLOCK_SECONDS > _LOUDNESS_SECONDS
        if is_measured or sound.true_peak_dbtp is None or sound.true_peak_dbtp < SILENT_PEAK_DBTP:
            yield Finding(FindingCode.SILENT)
        return
    if audio.heard_side:
        yield Finding(FindingCode.ONE_SIDED_SOUND, {"side": audio.heard_side})
    if audio.loudness_lufs < QUIET_LUFS:
        yield Finding(FindingCode.QUIET, {"loudness_lufs": round(audio.loudness_lufs, 1)})
    below = noise_below_voice(sound)
    if below is not None and below < NOISY_DB:
        yield Finding(FindingCode.NOISY, {"below_voice_db": round(below, 1)})
    if sound.near_peak_share >= CLIPPED_SHARE:
        yield Finding(FindingCode.CLIPPED, {"share": round(sound.near_peak_share, 4)})


def judge_presence(video: VideoFacts, audio: AudioFacts, silences: tuple[Span, ...]) -> Iterator[Finding]:
    """Is there sound all the time? Where the sound track itself is missing, a silence is not told a second time."""
    if audio.loudness_lufs is None:
        return
    at_start = max(0.0, audio.start_seconds - video.start_seconds)
    at_end = max(0.0, video.end_seconds - audio.end_seconds)
    if max(at_start, at_end) >= INCOMPLETE_SECONDS:
        values = {"missing_at_start_seconds": round(at_start, 1), "missing_at_end_seconds": round(at_end, 1)}
        yield Finding(FindingCode.SOUND_INCOMPLETE, values)
    zero = min(video.start_seconds, audio.start_seconds)
    first, last = audio.start_seconds - zero, audio.end_seconds - zero
    longest = max((min(end, last) - max(start, first) for start, end in silences), default=0.0)
    if longest >= LONG_SILENCE_SECONDS:
        yield Finding(FindingCode.LONG_SILENCE, {"seconds": round(longest, 1)})


def judge_form(video: VideoFacts, cadence: Cadence) -> Iterator[Finding]:
    """What the size of the pictures and their times tell without looking at any."""
    size = {"width": video.width, "height": video.height}
    if video.height > video.width:
        yield Finding(FindingCode.PORTRAIT, size)
    if min(video.width, video.height) < LOW_RESOLUTION_PIXELS:
        yield Finding(FindingCode.LOW_RESOLUTION, size)
    whole = max(video.end_seconds - video.start_seconds, 0.001)
    if cadence.frames > 2 and (not cadence.is_steady or cadence.gap_seconds > JERKY_SHARE * whole):
        values = {
            "frame_rate": round(cadence.frame_rate, 2),
            "longest_gap_seconds": round(cadence.longest_gap_seconds, 3),
        }
        yield Finding(FindingCode.VARIABLE_FRAME_RATE, values)


def judge_view(video: VideoFacts, picture: PictureMeasures, span: Span) -> Iterator[Finding]:
    """Can the speaker be seen? `span` is that of the whole recording on the picture's timeline."""
    start, end = span
    missing = max(video.start_seconds - start, end - picture.cadence.last_seconds)
    held = max(picture.longest_hold_seconds, missing)
    if picture.black_seconds >= min(BLACK_SECONDS, 0.5 * max(end - start, 0.001)):
        yield Finding(FindingCode.BLACK, {"seconds": round(picture.black_seconds, 1)})
    elif held >= FROZEN_SECONDS:
        yield Finding(FindingCode.FROZEN, {"seconds": round(held, 1)})
    elif picture.samples.dark_share:
        yield Finding(FindingCode.DARK, {"share": round(picture.samples.dark_share, 2)})
    yield from _judge_borders(video, picture)


def _judge_borders(video: VideoFacts, picture: PictureMeasures) -> Iterator[Finding]:
    """Black borders; a blurred copy of the picture beside it is not told from a picture."""
    window = picture.samples.window
    if window is None:
        return
    width, height = round(video.width * window.width), round(video.height * window.height)
    values = {"share": round(window.share, 2), "width": width, "height": height}
    is_upright = height >= width and window.width <= 1 - 2 * _BORDER_WIDTH and window.height >= _WHOLE_HEIGHT
    if is_upright and video.width > video.height:
        yield Finding(FindingCode.VERTICAL_CROP, values)
    elif window.share < WIDE_BORDERS_SHARE:
        yield Finding(FindingCode.WIDE_BORDERS, values)


def judge_tracks(tracks: tuple[Stream, ...]) -> Iterator[Finding]:
    """More than one sound: the first (or the one marked as default) is taken, and people should know."""
    if len(tracks) > 1:
        languages = [track.language or "und" for track in tracks]
        yield Finding(FindingCode.SEVERAL_AUDIO_TRACKS, {"tracks": len(tracks), "languages": languages})
