"""Another voice as ffmpeg filters: pitch and formants moved apart, by amounts that nobody notes down.

The formants, the mark of a throat, move by one factor; the pitch by another, which wanders from second to second, so
that no single factor turns it back. Words, pauses and accent stay, and so does what they tell about a person.
"""

from dataclasses import dataclass
from random import SystemRandom
from typing import Any

from pipeline.media.encode_plan import SAMPLE_RATE
from pipeline.media.programs import MediaPrograms, available_filters

_LOWER, _HIGHER = (0.80, 0.87), (1.15, 1.24)
"""Factors of the formants: less is no other person, more is hard to follow."""

_PITCH_BEYOND = (0.86, 0.94)
"""Of the pitch beyond the formants, further the same way."""

VOICE_FILTER = "rubberband"
"""The filter that moves pitch and formants apart; not every build of ffmpeg has it."""

_WANDER = 0.04
_WANDER_SECONDS = (0.6, 1.8)

_SWAY_HERTZ, _SWAY_DEPTH = (2.5, 4.5), (0.4, 0.7)
"""Of a pitch that goes up and down a little, where nothing else can make it wander."""


@dataclass(frozen=True)
class VoiceChange:
    """One change: the formants' factor, and factors of the pitch beside it from a second on.

    `sway` is how often in a second and how far the pitch goes up and down where it cannot be moved beside the formants.
    """

    formants: float
    pitches: tuple[tuple[float, float], ...]
    sway: tuple[float, float] = (3.0, 0.5)


def draw_change(seconds: float) -> VoiceChange:
    """A change for a recording of so many seconds, drawn by lot and kept nowhere."""
    lot = SystemRandom()
    is_lower = lot.random() < 0.5
    beyond = lot.uniform(*_PITCH_BEYOND)
    pitch = beyond if is_lower else 1 / beyond
    pitches, at = [], 0.0
    # Heard before it is brought back to its length, a voice takes longer, or less long.
    while at < seconds / _LOWER[0]:
        pitches.append((round(at, 2), round(pitch * lot.uniform(1 - _WANDER, 1 + _WANDER), 4)))
        at += lot.uniform(*_WANDER_SECONDS)
    sway = round(lot.uniform(*_SWAY_HERTZ), 3), round(lot.uniform(*_SWAY_DEPTH), 3)
    return VoiceChange(round(lot.uniform(*(_LOWER if is_lower else _HIGHER)), 4), tuple(pitches), sway)


def altered(sound: Any, change: VoiceChange, programs: MediaPrograms) -> Any:
    """The sound (at the house rate) in another voice, in step with what it was.

    An ffmpeg without rubberband moves pitch and formants by the one factor, and lets them sway a little together.
    """
    moved = sound.filter("asetrate", round(SAMPLE_RATE * change.formants)).filter("aresample", SAMPLE_RATE)
    if VOICE_FILTER not in available_filters(programs.ffmpeg):
        hertz, depth = change.sway
        return moved.filter("atempo", f"{1 / change.formants:.6f}").filter("vibrato", f=hertz, d=depth)
    commands = ";".join(f"{seconds} rubberband pitch {factor}" for seconds, factor in change.pitches)
    told = moved.filter("asendcmd", commands=commands)
    return told.filter(
        "rubberband", tempo=f"{1 / change.formants:.6f}", pitch=change.pitches[0][1], formant="preserved"
    )
