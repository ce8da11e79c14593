"""How ffmpeg's encoders and its MP4 muxer are set: options by name, as ffmpeg-python takes them."""

from collections.abc import Mapping
from typing import Any

from pipeline.media.encode_plan import EncodePlan
from pipeline.media.ladder import ModernRung, VideoRung
from pipeline.media.programs import MediaPrograms

_ANONYMOUS: Mapping[str, Any] = {
    "map_metadata": -1,
    "map_chapters": -1,
    "metadata:s": "encoder=",
    "fflags": "+bitexact",
    "f": "mp4",
}

SCALER = "lanczos"
"""How pictures are made smaller; sharper than ffmpeg's own choice, for the same time."""

_TALKING_HEAD: Mapping[str, Any] = {"trellis": 1, "rc-lookahead": 20}
"""What a quick preset leaves out and a person before a still wall repays: at equal VMAF a fifth fewer bits
(`make bench` measures the quality)."""

_LARGE_LINES = 720
"""From here on a still wall gets enough bits with less of a shift towards it: a tenth fewer at equal VMAF. Above, a
finer search for motion costs more time than its bits are worth; on thin lines, below, every bit counts."""

_PICTURE_FRAGMENTS = "+frag_keyframe+delay_moov+default_base_moof+skip_trailer"
_SOUND_FRAGMENTS = "+empty_moov+default_base_moof+skip_trailer"


def threads(programs: MediaPrograms) -> dict[str, int]:
    """Of a decoder or an encoder."""
    return {"threads": programs.encode_threads} if programs.encode_threads else {}


def h264_options(rung: VideoRung, plan: EncodePlan, programs: MediaPrograms) -> dict[str, Any]:
    """x264 for one rung."""
    return {
        "c:v": "libx264",
        "preset": plan.ladder.preset,
        "profile:v": rung.profile,
        "level:v": rung.level,
        **_TALKING_HEAD,
        "aq-strength": 0.6 if rung.height >= _LARGE_LINES else 0.8,
        "subq": 1 if rung.height > _LARGE_LINES else 2,
        "crf": rung.crf,
        "maxrate": rung.max_rate,
        "bufsize": 2 * rung.max_rate,
        # A key frame at every segment's first picture and nowhere else: the same in all renditions.
        "g": plan.keyframe_interval,
        "keyint_min": plan.keyframe_interval,
        "sc_threshold": 0,
        "flags:v": "+cgop+bitexact",
        # Neither the encoder's settings nor closed captions of the source travel inside the pictures.
        "bsf:v": "filter_units=remove_types=6",
        **_picture_options(),
        **threads(programs),
    }


def av1_options(rung: ModernRung, plan: EncodePlan, programs: MediaPrograms) -> dict[str, Any]:
    """SVT-AV1 for one rung."""
    assert plan.ladder.modern is not None  # noqa: S101 - a rung of it was given
    parameters = {"scd": 0, "mbr": rung.max_rate // 1000}
    if programs.encode_threads:
        parameters["lp"] = programs.encode_threads
    return {
        "c:v": "libsvtav1",
        "preset": plan.ladder.modern.preset,
        "crf": rung.crf,
        "g": plan.keyframe_interval,
        "svtav1-params": ":".join(f"{name}={value}" for name, value in parameters.items()),
        "flags:v": "+bitexact",
        # No metadata units.
        "bsf:v": "filter_units=remove_types=5",
        **_picture_options(),
    }


def _picture_options() -> dict[str, Any]:
    return {"pix_fmt": "yuv420p", "fps_mode": "passthrough", "movflags": _PICTURE_FRAGMENTS, **_ANONYMOUS}


def aac_options(rate: int) -> dict[str, Any]:
    """The sound, `rate` bits per second."""
    return {
        "c:a": "aac",
        "b:a": rate,
        "flags:a": "+bitexact",
        "frag_duration": 10_000_000,
        "movflags": _SOUND_FRAGMENTS,
        **_ANONYMOUS,
    }
