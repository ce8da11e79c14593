"""The house form of the picture as ffmpeg filters: upright, square pixels, 16:9, SDR BT.709, a constant rate."""

import re
from typing import Any

from pipeline.media.encode_plan import EncodePlan
from pipeline.media.encoders import SCALER
from pipeline.media.ladder import VideoRung
from pipeline.media.programs import MediaPrograms, available_filters
from pipeline.media.report import VideoFacts

_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_UNTAGGED = {"", "unknown", "unspecified", "reserved"}
_HD_LINES = 720
_WITH_ALPHA = re.compile(r"yuva|rgba|argb|bgra|abgr|gbrap|ayuv|vuya|ya\d")


def house_picture(stream: Any, video: VideoFacts, plan: EncodePlan, programs: MediaPrograms) -> Any:
    """The stream on the largest canvas of the plan. ffmpeg itself turns the picture upright as the container says."""
    top = plan.ladder.videos[-1]
    stream = _over_black(_steady(_progressive(stream, video), plan), video)
    if video.transfer in _HDR_TRANSFERS and {"zscale", "tonemap"} <= available_filters(programs.ffmpeg):
        stream = _tone_mapped(_fitted(stream, top), video)
    else:
        stream = _fitted(stream, top, **_matrix_options(video)).filter("format", "yuv420p")
    return (
        stream.filter("pad", top.width, top.height, "(ow-iw)/2", "(oh-ih)/2", color="black", eval="frame")
        .filter("setsar", 1)
        .filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")
        # Captions, positions and camera data that travel beside the pictures.
        .filter("sidedata", mode="delete")
    )


def _progressive(stream: Any, video: VideoFacts) -> Any:
    if not video.is_interlaced:
        return stream
    # A size that changes on the way must not reach the deinterlacer: evaluated once, this keeps the first one.
    return stream.filter("scale", "iw", "ih").filter("bwdif", mode="send_frame", deint="all")


def _steady(stream: Any, plan: EncodePlan) -> Any:
    """A constant rate from the plan's start to its end. Sound may go on after the last picture, which then stays."""
    stream = stream.filter("setpts", f"PTS-{plan.start_seconds:.6f}/TB")
    stream = stream.filter("fps", fps=str(plan.rate), start_time=0)
    stream = stream.filter("tpad", stop_mode="clone", stop_duration=f"{plan.duration_seconds:.3f}")
    return stream.filter("trim", end_frame=plan.frames)


def _over_black(stream: Any, video: VideoFacts) -> Any:
    """What a picture lets through is black."""
    return stream.filter("premultiply", inplace=1) if _WITH_ALPHA.match(video.pixel_format) else stream


def _fitted(stream: Any, rung: VideoRung, **options: Any) -> Any:
    """Scaled into the canvas with its shape kept (`dar` counts non-square pixels), sides even."""
    width, height = rung.width, rung.height
    return stream.filter(
        "scale",
        w=f"2*round(min({width},{height}*dar)/2)",
        h=f"2*round(min({height},{width}/dar)/2)",
        eval="frame",
        flags=SCALER,
        **options,
    )


def _matrix_options(video: VideoFacts) -> dict[str, str]:
    """Colours without a mark are BT.601 in small pictures and BT.709 in large ones, as players take them."""
    options = {"out_color_matrix": "bt709", "out_range": "tv"}
    if video.matrix in _UNTAGGED:
        options["in_color_matrix"] = "bt709" if min(video.width, video.height) >= _HD_LINES else "bt601"
    return options


def _tone_mapped(stream: Any, video: VideoFacts) -> Any:
    matrix = "2020_ncl" if video.matrix in _UNTAGGED else video.matrix
    primaries = "2020" if video.primaries in _UNTAGGED else video.primaries
    linear = stream.filter(
        "zscale", tin=video.transfer, min=matrix, pin=primaries, transfer="linear", npl=203, primaries="709"
    )
    mapped = linear.filter("format", "gbrpf32le").filter("tonemap", "hable", desat=0)
    return mapped.filter("zscale", transfer="709", matrix="709", primaries="709", range="tv").filter(
        "format", "yuv420p"
    )
