"""ffprobe: every packet of a recording, read without a decoder: how many there are, and the time that they cover."""

import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.domain.errors import FinalError
from pipeline.media.cadence import Cadence, Reordering
from pipeline.media.decoding import DecodeLog
from pipeline.media.probe import Stream, as_number
from pipeline.media.untrusted import UntrustedFile

_INDEX = re.compile("[0-9]{1,4}")
_MOST_LENGTHS = 10_000
_KEPT_LINES = 1000


@dataclass
class Packets:
    """The packets of one stream: how many there are to decode, and the time they cover.

    `leading` ones come before the first key frame, be it in the file or on the screen; `first_key_seconds` is known
    as long as no other key frame came.
    """

    count: int = 0
    start_seconds: float | None = None
    end_seconds: float | None = None
    last_duration_seconds: float = 0.0
    lengths: Counter[float] = field(default_factory=Counter)
    has_key: bool = False
    first_key_seconds: float | None = None
    shortest_wait_seconds: float = 0.0
    leading: int = 0
    order: Reordering = field(default_factory=Reordering)

    @property
    def cadence(self) -> Cadence:
        """When its pictures are shown, from the first key frame on; whole once all packets were read."""
        return self.order.cadence

    @property
    def media_seconds(self) -> float:
        """What the packets hold. In MP4 a packet before a pause claims the pause as well: no packet counts for more
        than the usual one does.
        """
        claimed = sum(seconds * count for seconds, count in self.lengths.items())
        usual = max(self.lengths, key=lambda seconds: self.lengths[seconds], default=0.0)
        return min(claimed, self.count * usual)

    @property
    def expected_frames(self) -> int:
        """Packets from the first key frame on: what a decoder can be held to."""
        return self.count - self.leading if self.has_key else self.count

    def shown_at(self, pts: float | None, dts: float | None) -> float | None:
        """When a packet is shown; where only the time of decoding is known, after the usual wait behind it."""
        if dts is None:
            return pts
        if pts is None:
            return dts + self.shortest_wait_seconds
        wait = pts - dts
        self.shortest_wait_seconds = min(wait, self.shortest_wait_seconds) if self.count else wait
        return pts

    def precedes_first_key(self, pts: float | None) -> bool:
        """Whether a packet right after the first key frame is shown before it, and so may lean on what was cut off."""
        return pts is not None and self.first_key_seconds is not None and pts < self.first_key_seconds


@dataclass(frozen=True)
class PacketReading:
    """Packets by stream index; whether the demuxer ran into the end of the file too early, how often it complained."""

    by_stream: Mapping[int, Packets] = field(default_factory=dict)
    is_cut: bool = False
    errors: int = 0

    def of(self, stream: Stream | None) -> Packets:
        """Packets of a stream; none when there is no such stream."""
        return self.by_stream.get(stream.index, Packets()) if stream else Packets()


def read_packets(file: UntrustedFile) -> PacketReading:
    """Read every packet header of the file without decoding anything; memory stays flat.

    Raises `FinalError` when ffprobe itself does not work.
    """
    by_stream: dict[int, Packets] = {}
    lines: Counter[bool] = Counter()
    errors: deque[str] = deque(maxlen=_KEPT_LINES)
    log = DecodeLog()

    def take_error(line: str) -> None:
        errors.append(line)
        log.take(line)

    def take(line: str) -> None:
        fields = line.split(",")
        is_packet = len(fields) >= 5 and _INDEX.fullmatch(fields[0]) is not None
        if is_packet:
            _count(by_stream.setdefault(int(fields[0]), Packets()), fields)
        if line.strip(", "):
            lines[is_packet] += 1

    # fmt: off
    result = file.run(
        [
            file.programs.ffprobe, "-hide_banner", "-v", "repeat+level+error", "-threads", "1",
            "-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,flags",
            "-of", "csv=print_section=0",
            *file.input_arguments,
        ],
        on_stdout_line=take,
        on_stderr_line=take_error,
    )
    # fmt: on
    if result.returncode == 0 and lines[False] > lines[True]:  # noise may look like a packet here and there
        raise FinalError("ffprobe answered with something other than packets. Check the setting that names ffprobe.")
    for packets in by_stream.values():
        packets.order.finish()
    is_cut = any("partial file" in line or "ended prematurely" in line for line in errors)
    return PacketReading(by_stream, is_cut, log.general_errors)


def _count(packets: Packets, fields: list[str]) -> None:
    flags = fields[4]
    pts = packets.shown_at(as_number(fields[1]), as_number(fields[2]))
    if "K" in flags:
        if not packets.has_key:
            packets.order.restart()
        packets.first_key_seconds = None if packets.has_key else pts
        packets.has_key = True
    if "D" in flags:
        # Decoded, but not shown: what comes before the place at which an editor cut.
        return
    packets.count += 1
    if not packets.has_key or packets.precedes_first_key(pts):
        packets.leading += 1
    duration = as_number(fields[3]) or 0.0
    if len(packets.lengths) < _MOST_LENGTHS:
        packets.lengths[duration] += 1
    if pts is None and packets.end_seconds is None:
        return
    if pts is None:
        # Bare streams say no times: each picture follows the one before.
        pts = packets.end_seconds or 0.0
    packets.order.add(pts)
    packets.start_seconds = pts if packets.start_seconds is None else min(packets.start_seconds, pts)
    if packets.end_seconds is None or pts + duration >= packets.end_seconds:
        packets.end_seconds = pts + duration
        packets.last_duration_seconds = duration
