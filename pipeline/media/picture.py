"""Decode every picture of a recording once, at a thumbnail's size, and keep what the verdict needs."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipeline.media.decoding import DecodeLog, run_decode
from pipeline.media.probe import Stream
from pipeline.media.untrusted import UntrustedFile

_CLOCK = 90_000
_WIDTH, _HEIGHT = 64, 36
_DARK_LEVEL = 34
_BLACK_SUM = f"0x{zlib.adler32(bytes(_WIDTH * _HEIGHT), 0):08x}"
"""ffmpeg's checksum (Adler-32 from 0) of a thumbnail in which every dark level was set to zero."""

MEASURING_FILTERS: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("scale", (_WIDTH, _HEIGHT), {"flags": "area"}),
    ("format", ("gray",), {}),
    ("lut", (), {"y": f"if(lt(val,{_DARK_LEVEL}),0,val)"}),
)
"""Name, positional and named arguments of the filters behind which every picture is measured."""

MEASURING_OUTPUT: dict[str, Any] = {
    # Every frame as it is: no constant rate, no rounding to one.
    "fps_mode": "passthrough",
    "enc_time_base": f"1:{_CLOCK}",
    "flush_packets": 1,
    "f": "framecrc",
}
"""Options of the output whose lines `PictureReader` reads."""

_STEADY_SHARE = 0.9
_GAP_INTERVALS = 6
_GAP_SECONDS = 0.4


@dataclass
class PictureMeasures:
    """What a full decode of the video stream showed; times are seconds on ffmpeg's timeline of the file."""

    frames: int = 0
    start_seconds: float = 0.0
    last_seconds: float = 0.0
    longest_hold_seconds: float = 0.0
    longest_gap_seconds: float = 0.0
    black_seconds: float = 0.0
    log: DecodeLog = field(default_factory=DecodeLog)
    intervals: dict[int, int] = field(default_factory=dict)
    """How often each distance between two frames occurred, in 1/90000 s."""

    @property
    def mean_interval_seconds(self) -> float:
        """Average distance of two frames; 0 with fewer than two."""
        return (self.last_seconds - self.start_seconds) / (self.frames - 1) if self.frames > 1 else 0.0

    @property
    def frame_rate(self) -> float:
        """Frames per second: the usual distance's where nearly all are alike, else frames over time; 0 with fewer
        than two. A first or last distance of another length (delayed pictures) does not count.
        """
        if self.is_steady and (near := self._usual_intervals()):
            return _CLOCK * sum(near.values()) / sum(ticks * n for ticks, n in near.items())
        return 1 / self.mean_interval_seconds if self.mean_interval_seconds > 0 else 0.0

    @property
    def gap_seconds(self) -> float:
        """Time without a picture: what intervals far above the usual one have too much."""
        usual = self._usual_interval()
        far = max(_GAP_INTERVALS * usual, _GAP_SECONDS * _CLOCK)
        return sum(n * (ticks - usual) for ticks, n in self.intervals.items() if ticks > far) / _CLOCK

    def _usual_interval(self) -> int:
        """The median distance of two frames, in ticks."""
        half = sum(self.intervals.values()) / 2
        seen = 0
        for ticks, count in sorted(self.intervals.items()):
            seen += count
            if seen >= half:
                return ticks
        return 0

    @property
    def is_steady(self) -> bool:
        """Whether nearly all frames are equally far apart."""
        return sum(self._usual_intervals().values()) >= _STEADY_SHARE * sum(self.intervals.values())

    def _usual_intervals(self) -> dict[int, int]:
        """Distances like the median one; 2 ms are forgiven, since WebM counts in milliseconds."""
        usual = self._usual_interval()
        allowed = max(0.1 * usual, 0.002 * _CLOCK)
        return {ticks: n for ticks, n in self.intervals.items() if ticks > 0 and abs(ticks - usual) <= allowed}


class PictureReader:
    """Reads ffmpeg's `framecrc` lines: stream, dts, pts, duration, size, checksum."""

    def __init__(self, measures: PictureMeasures, on_seconds: Callable[[float], None] | None = None) -> None:
        self._measures = measures
        self._on_seconds = on_seconds
        self._last_ticks: int | None = None
        self._last_sum = ""
        self._held_since = 0

    def take_line(self, line: str) -> None:
        """Count one picture; lines that are none are passed over."""
        fields = [field.strip() for field in line.split(",")]
        if len(fields) < 6 or not fields[2].lstrip("-").isdigit():
            return
        self._take_frame(int(fields[2]), fields[5])

    def _take_frame(self, ticks: int, checksum: str) -> None:
        measures = self._measures
        seconds = ticks / _CLOCK
        if self._last_ticks is None:
            measures.start_seconds = seconds
            self._held_since = ticks
        else:
            self._take_interval(ticks - self._last_ticks)
        if checksum != self._last_sum:
            self._end_hold(ticks)
        measures.frames += 1
        measures.last_seconds = seconds
        self._last_ticks, self._last_sum = ticks, checksum
        if self._on_seconds:
            self._on_seconds(seconds)

    def _take_interval(self, ticks: int) -> None:
        measures = self._measures
        if ticks in measures.intervals or len(measures.intervals) < 10_000:
            measures.intervals[ticks] = measures.intervals.get(ticks, 0) + 1
        measures.longest_gap_seconds = max(measures.longest_gap_seconds, ticks / _CLOCK)
        if self._last_sum == _BLACK_SUM:
            measures.black_seconds += ticks / _CLOCK

    def _end_hold(self, ticks: int) -> None:
        held = (ticks - self._held_since) / _CLOCK
        self._measures.longest_hold_seconds = max(self._measures.longest_hold_seconds, held)
        self._held_since = ticks

    def finish(self) -> None:
        """Count the last picture for as long as the others on average."""
        if self._last_ticks is None:
            return
        interval = self._measures.mean_interval_seconds
        self._end_hold(self._last_ticks + round(interval * _CLOCK))
        if self._last_sum == _BLACK_SUM:
            self._measures.black_seconds += interval


def measure_picture(
    file: UntrustedFile,
    stream: Stream,
    *,
    longest_seconds: float,
    on_seconds: Callable[[float], None] | None = None,
) -> PictureMeasures:
    """Decode the video stream, at most `longest_seconds` of it. Damage shows in the result, never as an error."""
    measures = PictureMeasures()
    frames = PictureReader(measures, on_seconds)
    # fmt: off
    measures.log.gave_up = run_decode(
        [
            "-loglevel", "repeat+level+warning",
            "-threads", str(file.programs.threads or 2),
            *file.input_arguments,
            "-map", f"0:{stream.index}",
            "-t", f"{longest_seconds:.3f}",
            "-vf", f"scale={_WIDTH}:{_HEIGHT}:flags=area,format=gray,lut=y='if(lt(val,{_DARK_LEVEL}),0,val)'",
            # Every frame as it is: no constant rate, no rounding to one.
            "-fps_mode", "passthrough",
            "-enc_time_base", f"1:{_CLOCK}",
            "-f", "framecrc", "pipe:1",
        ],
        file,
        on_stdout_line=frames.take_line,
        on_stderr_line=measures.log.take,
    )
    # fmt: on
    frames.finish()
    return measures
