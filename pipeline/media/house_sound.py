"""The house form of the sound as ffmpeg filters: stereo at 48 kHz, in step with the picture, at one loudness."""

from typing import Any

import ffmpeg

from pipeline.media.encode_plan import SAMPLE_RATE, EncodePlan
from pipeline.media.ladder import Loudness
from pipeline.media.report import AudioFacts

_MAX_GAIN_DB = 46.0
_CODEC_OVERSHOOT_DB = 1.0
"""AAC peaks lie up to this above the peaks that went in."""


def house_sound(stream: Any, audio: AudioFacts, plan: EncodePlan) -> Any:
    """The stream brought to the target by one linear gain.

    Late sound gets silence before it; gaps and a drifting clock are corrected once they are 40 ms off, never by
    stretching.
    """
    loudness = plan.ladder.loudness
    gain = gain_db(audio, loudness)
    sound = (
        stream.filter("asetpts", f"PTS-{plan.start_seconds:.6f}/TB")
        .filter("aresample", SAMPLE_RATE, first_pts=0, min_hard_comp=0.04, **{"async": 1})
        .filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    )
    if audio.heard_side:
        # A voice in one ear only is given to both, as its loudness counts on.
        side = "c0" if audio.heard_side == "left" else "c1"
        sound = sound.filter("pan", f"stereo|c0={side}|c1={side}")
    sound = sound.filter("volume", f"{gain:.2f}dB", precision="float")
    highest = loudness.max_true_peak_dbtp - _CODEC_OVERSHOOT_DB
    if audio.true_peak_dbtp is not None and audio.true_peak_dbtp + gain > highest:
        # Four times the rate, so that the limiter also sees the peaks between samples.
        sound = (
            sound.filter("aresample", 4 * SAMPLE_RATE)
            .filter("alimiter", limit=10 ** (highest / 20), attack=5, release=50, level=0)
            .filter("aresample", SAMPLE_RATE)
        )
    return sound.filter("apad").filter("atrim", end_sample=plan.samples)


def gain_db(audio: AudioFacts, loudness: Loudness) -> float:
    """Decibels that bring the sound to the target; nothing for silence, and no more than makes hiss a storm."""
    if audio.loudness_lufs is None:
        return 0.0
    return min(loudness.target_lufs - audio.loudness_lufs, _MAX_GAIN_DB)


def silence(plan: EncodePlan) -> Any:
    """The sound of a recording that has none."""
    stream = ffmpeg.input(f"anullsrc=r={SAMPLE_RATE}:cl=stereo", f="lavfi")
    return stream.filter("atrim", end_sample=plan.samples)
