"""Decode the sound of a recording once, as stereo at 48 kHz, and measure it: EBU R128, true peaks, clipping."""

import math
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.media.decoding import DecodeLog, begins_with_what_is_read, run_decode
from pipeline.media.untrusted import UntrustedFile

STEREO = "aformat=sample_rates=48000:channel_layouts=stereo"
BLOCK_SECONDS = 0.1
"""ebur128 speaks ten times a second."""

FLOOR_DB = -90.0
"""What is below is told as this."""

_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_BLOCK_TO_LAST_SAMPLE = BLOCK_SECONDS - 1 / 48_000
# Only what the filters themselves say: the log also holds the file's own texts, which may be made to look like it.
_BLOCK = re.compile(
    r"\[[^\]@]*ebur128[^\]@]* @ \w+\] \[info\] t:\s*(?P<t>\S+)\s+TARGET:.*?M:\s*(?P<moment>\S+)\s.*?"
    r"FTPK:\s*(?P<left>\S+)\s+(?P<right>\S+) dBFS"
)
_COUNTED = re.compile(r"\[[^\]@]*volumedetect[^\]@]* @ \w+\] \[info\] (?P<name>n_samples|histogram_0db): (?P<n>\d+)")


@dataclass
class SoundMeasures:
    """What a full decode of the audio stream showed; times are seconds on ffmpeg's timeline of the file.

    `loudness_lufs` and `true_peak_dbtp` are of the stereo form; None when nothing is heard. `left`, `right` (true
    peaks in dB) and `moments` (momentary loudness, LUFS) have one value for every tenth of a second from
    `start_seconds` on; where the decoder gave nothing they hold the floor. `samples` counts every channel, `blocks`
    tenths of a second that were decoded. `near_peak_share` is the part of the samples within 1 dB of full scale,
    the mark of clipping.
    """

    samples: int = 0
    blocks: int = 0
    start_seconds: float = 0.0
    end_seconds: float = 0.0
    loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None
    near_peak_share: float = 0.0
    changes_form: bool = False
    left: "array[float]" = field(default_factory=lambda: array("f"))
    right: "array[float]" = field(default_factory=lambda: array("f"))
    moments: "array[float]" = field(default_factory=lambda: array("f"))
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


class _Lines:
    """Reads ffmpeg's log: ebur128's line for every tenth of a second, volumedetect's last words, complaints."""

    def __init__(
        self, measures: SoundMeasures, longest_seconds: float, on_seconds: Callable[[float], None] | None
    ) -> None:
        self._measures = measures
        self._most_blocks = math.ceil(longest_seconds / BLOCK_SECONDS) + 1
        self._on_seconds = on_seconds
        self._near_peak = 0
        self._forms = 0

    def take(self, line: str) -> None:
        if block := _BLOCK.match(line):
            self._take_block(block)
        elif counted := _COUNTED.match(line):
            self._take_count(counted["name"], int(counted["n"]))
        else:
            self._measures.log.take(line)

    def _take_block(self, match: "re.Match[str]") -> None:
        seconds = _number(match["t"])
        if seconds is None:
            return
        measures = self._measures
        if not measures.blocks:
            measures.start_seconds = seconds - _BLOCK_TO_LAST_SAMPLE
        measures.blocks += 1
        measures.end_seconds = seconds + BLOCK_SECONDS - _BLOCK_TO_LAST_SAMPLE
        peaks = _level(match["left"]), _level(match["right"])
        if max(peaks) > (measures.true_peak_dbtp if measures.true_peak_dbtp is not None else FLOOR_DB):
            measures.true_peak_dbtp = max(peaks)
        self._place(seconds - _BLOCK_TO_LAST_SAMPLE, *peaks, _level(match["moment"]))
        if self._on_seconds:
            self._on_seconds(seconds)

    def _place(self, seconds: float, left: float, right: float, moment: float) -> None:
        """Put a block's values where they belong in time; holes before it are silent."""
        measures = self._measures
        place = round((seconds - measures.start_seconds) / BLOCK_SECONDS)
        missing = min(place, self._most_blocks) - len(measures.left)
        for series, value in ((measures.left, left), (measures.right, right), (measures.moments, moment)):
            if missing > 0:
                series.extend([FLOOR_DB] * missing)
            if len(series) < self._most_blocks:
                series.append(value)

    def _take_count(self, name: str, count: int) -> None:
        """Samples, and those near full scale, of every form that the sound had."""
        if name == "n_samples":
            self._forms += count > 0
            self._measures.samples += count
        else:
            self._near_peak += count

    def finish(self) -> None:
        measures = self._measures
        measures.near_peak_share = self._near_peak / max(measures.samples, 1)
        measures.loudness_lufs = _integrated(measures.moments)
        measures.changes_form = self._forms > 1


def _integrated(moments: "array[float]") -> float | None:
    """Integrated loudness by EBU R128: of all moments (400 ms long, 100 ms apart) above -70 LUFS, then of those not
    10 LU below what these have on average. ffmpeg's own begins anew when the form of the sound changes.
    """
    heard = [moment for moment in moments if moment > _GATE_LUFS]
    if not heard:
        return None
    gate = _average(heard) + _RELATIVE_GATE_LU
    return _average([moment for moment in heard if moment > gate])


def _average(levels: list[float]) -> float:
    """Of the energies, as a level again."""
    return 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _level(text: str) -> float:
    """A level in dB; nothing at all, and what is no number, is the floor."""
    number = _number(text)
    return FLOOR_DB if number is None else max(FLOOR_DB, number)


def measure_sound(
    file: UntrustedFile,
    index: int,
    *,
    beside: int,
    longest_seconds: float,
    on_seconds: Callable[[float], None] | None = None,
) -> SoundMeasures:
    """Decode the audio stream of this index, at most `longest_seconds` of it. Of the stream `beside` it, the
    picture, nothing is decoded.

    Damage shows in the result, never as an error.
    """
    measures = SoundMeasures()
    # Clipping is seen before the stereo form: spreading one channel over two lowers its peak.
    graph = (
        f"[0:{index}]asplit[whole][own];"
        f"[whole]{STEREO},ebur128=peak=true:framelog=info[measured];"
        "[own]volumedetect[counted]"
    )
    longest = ["-t", f"{longest_seconds:.3f}", "-f", "null", "-"]
    paced = ["-map", f"0:{beside}", "-c:v", "copy", *longest] if begins_with_what_is_read(file.container) else []
    # fmt: off
    lines = _Lines(measures, longest_seconds, on_seconds)
    measures.log.gave_up = run_decode(
        [
            "-loglevel", "repeat+level+info",
            *file.input_arguments,
            "-filter_complex", graph,
            "-map", "[measured]", *longest,
            "-map", "[counted]", *longest,
            *paced,
        ],
        file,
        on_stderr_line=lines.take,
    )
    # fmt: on
    lines.finish()
    return measures
