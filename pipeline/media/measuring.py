"""The branch of a decode on which every picture is measured: tiny grey pictures, told as lines on stdout.

The same branch hangs on the encode's one decode and on the decode of a check alone; `PictureReader` reads its lines.
"""

import zlib
from typing import Any

import ffmpeg

from pipeline.media.cadence import CLOCK

DECODING: dict[str, Any] = {"threads": 1, "reinit_filter": 0}
"""Options of an input whose pictures are measured. Decoders with several threads find another number of corrupt
pictures each time; a picture that changes its size on the way goes through the same filters, which adapt.
"""

WIDTH, HEIGHT = 64, 36
_SKIMMED = 4
"""Of large pictures only some points are looked at: all of them would cost as much as a decode."""

_DARK_LEVEL = 34
BLACK_SUM = f"0x{zlib.adler32(bytes(WIDTH * HEIGHT), 0):08x}"
"""ffmpeg's checksum (Adler-32 from 0) of a picture in which every dark level was set to zero."""

_BAR_LEVEL = 10
_STILL_NOISE, _STILL_SECONDS = 0.004, 5.0
"""Encoders change a picture that stands still by a third of this; a person who sits still changes it by three times."""

SAMPLE_SECONDS = 1.0
"""How often the brightness and the bars of a picture are looked at."""


def measuring_outputs(decoded: Any, *, longest_seconds: float | None = None) -> list[Any]:
    """Outputs for an ffmpeg-python graph: all pictures of a decoded stream with their times and checksums, and one a
    second with its brightness and its black borders. Nothing else of the process may write to stdout.

    Untouched means measured: no filter that drops or repeats pictures may stand before it.
    """
    bound = {"t": f"{longest_seconds:.3f}"} if longest_seconds is not None else {}
    tiny = (
        decoded.filter("scale", _SKIMMED * WIDTH, _SKIMMED * HEIGHT, flags="neighbor")
        .filter("scale", WIDTH, HEIGHT, flags="area")
        .filter("format", "gray")
        .filter_multi_output("split", 2)
    )
    marked = tiny[0].filter("lut", y=f"if(lt(val,{_DARK_LEVEL}),0,val)")
    # Lines must reach the pipe whole: two writers share it.
    options = {"fps_mode": "passthrough", "enc_time_base": f"1:{CLOCK}", "flush_packets": 1, "f": "framecrc"}
    return [
        ffmpeg.output(marked, "pipe:1", **options, **bound),
        ffmpeg.output(_sampled(tiny[1]), "-", **{"fps_mode": "passthrough", "f": "null"}, **bound),
    ]


def _sampled(tiny: Any) -> Any:
    return (
        tiny.filter("select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{SAMPLE_SECONDS})")
        .filter("freezedetect", noise=_STILL_NOISE, duration=_STILL_SECONDS)
        .filter("cropdetect", limit=_BAR_LEVEL, round=2, skip=0, reset_count=1)
        .filter("signalstats")
        .filter("metadata", mode="print", file="-", direct=1)
    )
