"""Where nothing is heard in a recording, and what of its ends might be left out."""

from pipeline.domain.limits import Limit
from pipeline.media.hearing import Span, level_at
from pipeline.media.sound import BLOCK_SECONDS, SoundMeasures

SILENCE_SECONDS = 1.0
"""Shorter is a breath."""

PAUSE_SECONDS = 0.2
"""Shorter is within a word."""

_BELOW_LOUDNESS_DB = 20.0
_HIGHEST_DB, _LOWEST_DB = -36.0, -60.0
_QUIETEST_PART = 0.05
_ABOVE_NOISE_DB = 4.0
_BELOW_VOICE_DB = 6.0
_MOST_SILENCES = 200
_MOST_PAUSES = 600
_WORTH_A_TRIM_SECONDS = 3.0
_MARGIN_SECONDS = 0.5
_NEAR_SECONDS = 0.15
_ROUNDING = 0.001


def silences(sound: SoundMeasures, span: Span) -> tuple[Span, ...]:
    """Where nothing is heard, as seconds from the recording's start; the longest ones, in order of time.

    Before its sound begins and after it has ended a recording is silent, too.
    """
    return _longest(sound, span, SILENCE_SECONDS, _MOST_SILENCES)


def pauses(sound: SoundMeasures, span: Span) -> tuple[Span, ...]:
    """The same with the pauses between sentences and parts of them."""
    return _longest(sound, span, PAUSE_SECONDS, _MOST_PAUSES)


def _longest(sound: SoundMeasures, span: Span, shortest_seconds: float, most: int) -> tuple[Span, ...]:
    start, end = span
    threshold = silence_level(sound)
    found: list[Span] = []
    since = start
    for place, level in enumerate(_peaks(sound)):
        if level >= threshold:
            found.append((since, sound.start_seconds + place * BLOCK_SECONDS))
            since = sound.start_seconds + (place + 1) * BLOCK_SECONDS
    found.append((since, end))
    long = [(a - start, b - start) for a, b in found if b - a >= shortest_seconds - _ROUNDING]
    longest = sorted(long, key=lambda silence: silence[0] - silence[1])[:most]
    return tuple((round(max(0.0, a), 1), round(b, 1)) for a, b in sorted(longest))


def silent_ends(found: tuple[Span, ...], seconds: float) -> Span:
    """Seconds of silence at the start and at the end of a recording of this length."""
    at_start = found[0][1] if found and found[0][0] < _NEAR_SECONDS else 0.0
    at_end = seconds - found[-1][0] if found and found[-1][1] > seconds - _NEAR_SECONDS else 0.0
    return at_start, at_end


def propose_trim(ends: Span, seconds: float, limit: Limit) -> Span | None:
    """From where to where a recording might be shown without its silent ends, a moment of which stays."""
    first, last = (end - _MARGIN_SECONDS if end >= _WORTH_A_TRIM_SECONDS else 0.0 for end in ends)
    rest = seconds - first - last
    if (not first and not last) or rest <= 0 or limit.is_too_short(rest):
        return None
    return round(first, 1), round(seconds - last, 1)


def silence_level(sound: SoundMeasures) -> float:
    """Peaks below this, in dB, are silence. It is measured against the voice: 20 dB below the loudness of the whole
    no syllable is left, while the noise of a room may well be. Where the noise is louder, silence is what does not
    rise above it, as long as it stays below the voice.
    """
    loudness = sound.loudness_lufs if sound.loudness_lufs is not None else _LOWEST_DB
    below_voice = max(_LOWEST_DB, min(_HIGHEST_DB, loudness - _BELOW_LOUDNESS_DB))
    noise = level_at(_peaks(sound), _QUIETEST_PART) + _ABOVE_NOISE_DB
    return max(below_voice, min(noise, loudness - _BELOW_VOICE_DB))


def _peaks(sound: SoundMeasures) -> list[float]:
    return list(map(max, sound.left, sound.right))
