"""Decode the sound of a recording once, as stereo at 48 kHz, and measure it (EBU R128, true peak, silence)."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.media.decoding import DecodeLog, run_decode
from pipeline.media.probe import Stream
from pipeline.media.untrusted import UntrustedFile

STEREO = "aformat=sample_rates=48000:channel_layouts=stereo"
SILENCE_DB = -50
SILENCE_SECONDS = 1.0
BLOCK_SECONDS = 0.1
"""ebur128 speaks ten times a second."""

_FLOOR_LUFS = -70.0
_HISTOGRAM = re.compile(r"histogram_(\d+)db: (\d+)")
_SAMPLES = re.compile(r"n_samples: (\d+)")


@dataclass
class SoundMeasures:
    """What a full decode of the audio stream showed; times are seconds on ffmpeg's timeline of the file.

    `loudness_lufs` and `true_peak_dbtp` are of the stereo form that is encoded; None when nothing is heard.
    `samples` counts every channel, `blocks` tenths of a second. `near_peak_share` is the part of the samples
    within 1 dB of full scale, the mark of clipping.
    """

    samples: int = 0
    blocks: int = 0
    start_seconds: float = 0.0
    end_seconds: float = 0.0
    loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None
    longest_silence_seconds: float = 0.0
    silent_seconds: float = 0.0
    near_peak_share: float = 0.0
    log: DecodeLog = field(default_factory=DecodeLog)

    @property
    def is_decoded(self) -> bool:
        """Whether anything came out of the decoder."""
        return self.samples > 0 or self.blocks > 0

    @property
    def decoded_seconds(self) -> float:
        """Sound that came out of the decoder, to a tenth of a second."""
        return self.blocks * BLOCK_SECONDS

    @property
    def gap_seconds(self) -> float:
        """Time between its first and last moment in which the decoder gave no sound."""
        return max(0.0, self.end_seconds - self.start_seconds - self.decoded_seconds)


class _Blocks:
    """Reads the lines of `ametadata=print`: one frame line, then its keys."""

    def __init__(self, measures: SoundMeasures, on_seconds: Callable[[float], None] | None) -> None:
        self._measures = measures
        self._on_seconds = on_seconds
        self._silent_since: float | None = None

    def take(self, line: str) -> None:
        if line.startswith("frame:"):
            self._take_block(line)
            return
        name, _, value = line.partition("=")
        try:
            number = float(value)
        except ValueError:
            return
        if math.isfinite(number):
            self._take_value(name, number)

    def _take_block(self, line: str) -> None:
        try:
            seconds = float(line.rpartition("pts_time:")[2])
        except ValueError:
            return
        if not self._measures.blocks:
            self._measures.start_seconds = seconds
        self._measures.blocks += 1
        self._measures.end_seconds = seconds + BLOCK_SECONDS
        if self._on_seconds:
            self._on_seconds(seconds)

    def _take_value(self, name: str, value: float) -> None:
        measures = self._measures
        if name == "lavfi.r128.I":
            measures.loudness_lufs = value if value > _FLOOR_LUFS else None
        elif name == "lavfi.r128.true_peak":
            measures.true_peak_dbtp = 20 * math.log10(value) if value > 0 else None
        elif name == "lavfi.silence_start":
            self._silent_since = value
        elif name == "lavfi.silence_end":
            self._end_silence(value)

    def _end_silence(self, seconds: float) -> None:
        if self._silent_since is not None:
            length = max(0.0, seconds - self._silent_since)
            self._measures.silent_seconds += length
            self._measures.longest_silence_seconds = max(self._measures.longest_silence_seconds, length)
            self._silent_since = None

    def finish(self) -> None:
        """A silence that lasts to the end has no end line."""
        self._end_silence(self._measures.end_seconds)


class _Histogram:
    """Reads volumedetect's last words; they come at info level, between much else that is passed over."""

    def __init__(self, measures: SoundMeasures) -> None:
        self._measures = measures

    def take(self, line: str) -> None:
        self._measures.log.take(line)
        if "volumedetect" not in line:
            return
        if match := _SAMPLES.search(line):
            self._measures.samples = int(match[1])
        elif (match := _HISTOGRAM.search(line)) and match[1] == "0" and self._measures.samples:
            self._measures.near_peak_share = int(match[2]) / self._measures.samples


def measure_sound(
    file: UntrustedFile,
    stream: Stream,
    *,
    longest_seconds: float,
    on_seconds: Callable[[float], None] | None = None,
) -> SoundMeasures:
    """Decode the audio stream, at most `longest_seconds` of it. Damage shows in the result, never as an error."""
    measures = SoundMeasures()
    blocks = _Blocks(measures, on_seconds)
    # Clipping is seen before the stereo form: spreading one channel over two lowers its peak.
    graph = (
        f"[0:{stream.index}]asplit[whole][own];"
        f"[whole]{STEREO},ebur128=peak=true:metadata=1:framelog=verbose,"
        f"silencedetect=noise={SILENCE_DB}dB:duration={SILENCE_SECONDS},ametadata=mode=print:file=-[measured];"
        "[own]volumedetect[counted]"
    )
    # fmt: off
    measures.log.gave_up = run_decode(
        [
            "-loglevel", "repeat+level+info",
            *file.input_arguments,
            "-filter_complex", graph,
            "-map", "[measured]", "-t", f"{longest_seconds:.3f}", "-f", "null", "-",
            "-map", "[counted]", "-t", f"{longest_seconds:.3f}", "-f", "null", "-",
        ],
        file,
        on_stdout_line=blocks.take,
        on_stderr_line=_Histogram(measures).take,
    )
    # fmt: on
    blocks.finish()
    return measures
