"""The house form of the sound as ffmpeg filters: stereo at 48 kHz, in step with the picture, at one loudness."""

from typing import Any

import ffmpeg

from pipeline.media.encode_plan import SAMPLE_RATE, EncodePlan
from pipeline.media.levels import Levels
from pipeline.media.report import AudioFacts

_OVERSAMPLING = 4
"""So that the limiter also sees the peaks between samples."""


def house_sound(stream: Any, audio: AudioFacts, plan: EncodePlan, levels: Levels) -> Any:
    """The stream with one linear gain, and a limiter where a peak would pass the ceiling; of a trim, from its start.

    Late sound gets silence before it; gaps and a drifting clock are corrected once they are 40 ms off, never by
    stretching.
    """
    if plan.trim is not None:
        stream = stream.filter("atrim", start=f"{plan.start_seconds:.6f}")
    sound = (
        stream.filter("asetpts", f"PTS-{plan.start_seconds:.6f}/TB")
        .filter("aresample", SAMPLE_RATE, first_pts=0, min_hard_comp=0.04, **{"async": 1})
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    )
    sound = on_both_sides(sound, audio).filter("volume", f"{levels.gain_db:.2f}dB", precision="float")
    if levels.ceiling_db is not None:
        sound = limited(sound, levels.ceiling_db)
    return sound.filter("apad").filter("atrim", end_sample=plan.samples)


def on_both_sides(sound: Any, audio: AudioFacts) -> Any:
    """A voice that one side alone carries is played on both."""
    if not audio.heard_side:
        return sound
    side = {"left": 0, "right": 1}[audio.heard_side]
    return sound.filter("pan", args=f"stereo|c0=c{side}|c1=c{side}")


def limited(sound: Any, ceiling_db: float) -> Any:
    """No sample, at four times the rate, passes the ceiling."""
    return (
        sound.filter("aresample", _OVERSAMPLING * SAMPLE_RATE)
        .filter("alimiter", limit=f"{10 ** (ceiling_db / 20):.6f}", attack=5, release=50, level=0, latency=1)
        .filter("aresample", SAMPLE_RATE)
    )


def silence(plan: EncodePlan) -> Any:
    """The sound of a recording that has none."""
    stream = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", f="lavfi")
    return stream.filter("atrim", end_sample=plan.samples)
