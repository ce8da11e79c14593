"""What a full decode of the pictures showed, kept as little as the verdict needs; read from the measuring branch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ffmpeg

from pipeline.media.borders import Samples
from pipeline.media.cadence import CLOCK, Cadence
from pipeline.media.decoding import DecodeLog, begins_with_what_is_read, run_decode
from pipeline.media.hearing import Span
from pipeline.media.measuring import BLACK_SUM, DECODING, measuring_outputs
from pipeline.media.programs import file_url, guarded_options
from pipeline.media.untrusted import UntrustedFile

_CROP = "lavfi.cropdetect."
_STILL = "lavfi.freezedetect."
_HIGH_VALUE = "lavfi.signalstats.YHIGH"
_LAST_VALUE = "lavfi.signalstats.YMAX"
_BLACK_SPAN_SECONDS, _STILL_SPAN_SECONDS = 1.0, 3.0
_MOST_SPANS = 20
"""More stretches of one kind than that nobody looks at one by one."""


@dataclass
class PictureMeasures:
    """What a full decode of the video stream showed; times are seconds on ffmpeg's timeline of the file.

    `black` and `still` say where the picture was black or stood still for long enough to look at.
    """

    cadence: Cadence = field(default_factory=Cadence)
    longest_hold_seconds: float = 0.0
    black_seconds: float = 0.0
    samples: Samples = field(default_factory=Samples)
    log: DecodeLog = field(default_factory=DecodeLog)
    black: list[Span] = field(default_factory=list)
    still: list[Span] = field(default_factory=list)

    @property
    def frames(self) -> int:
        """Pictures that came out of the decoder."""
        return self.cadence.frames

    def to_json(self) -> dict[str, Any]:
        """JSON types only: what records keep, so that a verdict can be given again without a decode."""
        return {
            "cadence": self.cadence.to_json(),
            "longest_hold_seconds": self.longest_hold_seconds,
            "black_seconds": self.black_seconds,
            "samples": self.samples.to_json(),
            "log": self.log.to_json(),
            "black": [list(span) for span in self.black],
            "still": [list(span) for span in self.still],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PictureMeasures":
        """Read back what `to_json` wrote."""
        return cls(
            cadence=Cadence.from_json(data["cadence"]),
            longest_hold_seconds=data["longest_hold_seconds"],
            black_seconds=data["black_seconds"],
            samples=Samples.from_json(data["samples"]),
            log=DecodeLog.from_json(data["log"]),
            black=[(start, end) for start, end in data.get("black", ())],
            still=[(start, end) for start, end in data.get("still", ())],
        )


class PictureReader:
    """Fills measures from the lines of the measuring branch; call `finish` after the last one."""

    def __init__(self, measures: PictureMeasures, on_seconds: Callable[[float], None] | None = None) -> None:
        self._measures = measures
        self._on_seconds = on_seconds
        self._last_sum = ""
        self._held_since = 0
        self._black_since: int | None = None
        self._still_since: float | None = None
        self._values: dict[str, float] = {}

    def take_line(self, line: str) -> None:
        """Take a picture (stream, dts, pts, duration, size, checksum) or a value of a sample; pass over the rest."""
        if line.startswith("lavfi."):
            self._take_value(line)
            return
        fields = [field.strip() for field in line.split(",")]
        if len(fields) >= 6 and fields[2].lstrip("-").isdigit():
            self._take_picture(int(fields[2]), fields[5])

    def _take_picture(self, ticks: int, checksum: str) -> None:
        cadence = self._measures.cadence
        if not cadence.frames:
            self._held_since = ticks
        elif self._last_sum == BLACK_SUM:
            self._measures.black_seconds += (ticks - cadence.last_ticks) / CLOCK
        self._follow_black(ticks, is_black=checksum == BLACK_SUM)
        if checksum != self._last_sum:
            self._end_hold(ticks)
        cadence.add(ticks)
        self._last_sum = checksum
        if self._on_seconds:
            self._on_seconds(cadence.last_seconds)

    def _follow_black(self, ticks: int, *, is_black: bool) -> None:
        if is_black and self._black_since is None:
            self._black_since = ticks
        elif not is_black and self._black_since is not None:
            _add_span(self._measures.black, self._black_since / CLOCK, ticks / CLOCK, at_least=_BLACK_SPAN_SECONDS)
            self._black_since = None

    def _take_value(self, line: str) -> None:
        name, _, value = line.partition("=")
        try:
            self._values[name] = float(value)
        except ValueError:
            return
        if name == _STILL + "freeze_start":
            self._still_since = self._values[name]
        elif name == _STILL + "freeze_end":
            self._end_still(self._values[name])
        elif name == _LAST_VALUE:
            self._end_sample()

    def _end_sample(self) -> None:
        values, self._values = self._values, {}
        left, right, top, bottom = (int(values.get(_CROP + name, 0)) for name in ("x1", "x2", "y1", "y2"))
        self._measures.samples.add(
            (left, right, top, bottom), high_level=values.get(_HIGH_VALUE, 255), highest_level=values[_LAST_VALUE]
        )

    def _end_still(self, seconds: float) -> None:
        if self._still_since is not None:
            held = seconds - self._still_since
            self._measures.longest_hold_seconds = max(self._measures.longest_hold_seconds, held)
            _add_span(self._measures.still, self._still_since, seconds, at_least=_STILL_SPAN_SECONDS)
            self._still_since = None

    def _end_hold(self, ticks: int) -> None:
        held = (ticks - self._held_since) / CLOCK
        self._measures.longest_hold_seconds = max(self._measures.longest_hold_seconds, held)
        _add_span(self._measures.still, self._held_since / CLOCK, ticks / CLOCK, at_least=_STILL_SPAN_SECONDS)
        self._held_since = ticks

    def finish(self) -> None:
        """Count the last picture for as long as the others on average."""
        cadence = self._measures.cadence
        if not cadence.frames:
            return
        interval = cadence.mean_interval_seconds
        self._end_still(cadence.last_seconds + interval)
        self._end_hold(cadence.last_ticks + round(interval * CLOCK))
        if self._last_sum == BLACK_SUM:
            self._measures.black_seconds += interval
        self._follow_black(cadence.last_ticks + round(interval * CLOCK), is_black=False)


def _add_span(spans: list[Span], start: float, end: float, *, at_least: float) -> None:
    """Note a stretch that is long enough; one that overlaps the last is the same one."""
    if end - start < at_least:
        return
    if spans and start <= spans[-1][1]:
        spans[-1] = (min(start, spans[-1][0]), max(end, spans[-1][1]))
    elif len(spans) < _MOST_SPANS:
        spans.append((start, end))


def measure_picture(
    file: UntrustedFile,
    index: int,
    *,
    beside: int | None,
    longest_seconds: float,
    on_seconds: Callable[[float], None] | None = None,
) -> PictureMeasures:
    """Decode the video stream of this index for nothing but its measures, at most `longest_seconds` of it. Of the
    stream `beside` it, the sound, nothing is decoded. Damage shows in the result, never as an error.
    """
    measures = PictureMeasures()
    reader = PictureReader(measures, on_seconds)
    opened = ffmpeg.input(file_url(file.path), **guarded_options(file.container), **DECODING)
    outputs = measuring_outputs(opened[str(index)], longest_seconds=longest_seconds)
    if beside is not None and begins_with_what_is_read(file.container):
        outputs.append(ffmpeg.output(opened[str(beside)], "-", c="copy", f="null", t=longest_seconds))
    arguments: list[str] = ffmpeg.merge_outputs(*outputs).get_args()
    measures.log.gave_up = run_decode(
        ["-loglevel", "repeat+level+warning", *arguments],
        file,
        on_stdout_line=reader.take_line,
        on_stderr_line=measures.log.take,
    )
    reader.finish()
    return measures
