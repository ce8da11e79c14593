"""ffprobe: the streams of a recording and their packets. What it says is a claim, not yet a finding."""

import json
import re
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.domain.errors import FinalError
from pipeline.media.cadence import Cadence, Reordering
from pipeline.media.decoding import DecodeLog
from pipeline.media.untrusted import UntrustedFile

_PICTURE_SIZE = re.compile(r"Picture size (\d+)x(\d+)")
_NOT_ALLOWED = re.compile(r"Codec \((\S+)\) not on whitelist")
_INDEX = re.compile("[0-9]{1,4}")
_MOST_LENGTHS = 10_000
_KEPT_LINES = 1000

PICTURES = ("attached_pic", "still_image", "timed_thumbnails")


@dataclass(frozen=True)
class Stream:
    """One stream as its header describes it. `duration_seconds` and `frames` are claims."""

    index: int
    kind: str
    codec: str
    width: int = 0
    height: int = 0
    pixel_aspect: float = 1.0
    rotation: int = 0
    pixel_format: str = ""
    field_order: str = ""
    transfer: str = ""
    primaries: str = ""
    matrix: str = ""
    channels: int = 0
    sample_rate: int = 0
    language: str = ""
    start_seconds: float | None = None
    duration_seconds: float | None = None
    frames: int = 0
    is_default: bool = False
    is_picture: bool = False
    is_locked: bool = False

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height as shown: square pixels, turned upright."""
        width, height = round(self.width * self.pixel_aspect), self.height
        return (height, width) if self.rotation % 180 == 90 else (width, height)


@dataclass(frozen=True)
class Probe:
    """What ffprobe found; `oversize` is a picture that was too large to open, `forbidden_codec` one that may not be.

    ffmpeg's timeline of the file begins at `start_seconds`; `duration_seconds` is a claim.
    """

    streams: tuple[Stream, ...] = ()
    start_seconds: float = 0.0
    duration_seconds: float | None = None
    oversize: tuple[int, int] | None = None
    forbidden_codec: str = ""
    is_locked: bool = False

    def of_kind(self, kind: str) -> tuple[Stream, ...]:
        """Streams of `video` or `audio`."""
        return tuple(stream for stream in self.streams if stream.kind == kind)


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


def probe_streams(file: UntrustedFile) -> Probe:
    """Read the headers. A file that ffprobe cannot open gives a `Probe` without streams.

    Raises `FinalError` when ffprobe itself does not work.
    """
    errors: deque[str] = deque(maxlen=_KEPT_LINES)
    # fmt: off
    result = file.run(
        [
            file.programs.ffprobe, "-hide_banner", "-v", "warning", "-threads", "1",
            "-show_streams", "-show_format", "-of", "json",
            *file.input_arguments,
        ],
        on_stderr_line=errors.append,
    )
    # fmt: on
    sizes = [match for line in errors if "max pixel" in line and (match := _PICTURE_SIZE.search(line))]
    forbidden = [match[1] for line in errors if (match := _NOT_ALLOWED.search(line))]
    data = _parse_json(result.stdout, failed=result.returncode != 0)
    streams = tuple(_stream(raw) for raw in data.get("streams", ()))
    return Probe(
        streams=streams,
        start_seconds=_number(data.get("format", {}).get("start_time")) or 0.0,
        duration_seconds=_number(data.get("format", {}).get("duration")),
        oversize=(int(sizes[0][1]), int(sizes[0][2])) if sizes else None,
        forbidden_codec=forbidden[0] if forbidden else "",
        is_locked=any(stream.is_locked for stream in streams) or any("DRM protected" in line for line in errors),
    )


def read_packets(file: UntrustedFile) -> PacketReading:
    """Read every packet header of the file without decoding anything; memory stays flat.

    Raises `FinalError` when ffprobe itself does not work.
    """
    by_stream: dict[int, Packets] = {}
    strange: deque[str] = deque(maxlen=1)
    errors: deque[str] = deque(maxlen=_KEPT_LINES)
    log = DecodeLog()

    def take_error(line: str) -> None:
        errors.append(line)
        log.take(line)

    def take(line: str) -> None:
        fields = line.split(",")
        if len(fields) >= 5 and _INDEX.fullmatch(fields[0]):
            _count(by_stream.setdefault(int(fields[0]), Packets()), fields)
        elif line.strip(", "):
            strange.append(line)

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
    if result.returncode == 0 and strange and not by_stream:
        raise FinalError("ffprobe answered with something other than packets. Check the setting that names ffprobe.")
    for packets in by_stream.values():
        packets.order.finish()
    is_cut = any("partial file" in line or "ended prematurely" in line for line in errors)
    return PacketReading(by_stream, is_cut, log.general_errors)


def _count(packets: Packets, fields: list[str]) -> None:
    flags = fields[4]
    pts = _number(fields[1]) if fields[1] != "N/A" else _number(fields[2])
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
    duration = _number(fields[3]) or 0.0
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


def _parse_json(stdout: bytes, *, failed: bool) -> dict[str, Any]:
    try:
        data = json.loads(stdout.decode("utf-8", "replace"))
    except ValueError as error:
        if failed:
            return {}
        raise FinalError(
            "ffprobe answered with something other than its JSON. Check the setting that names ffprobe."
        ) from error
    return data if isinstance(data, dict) else {}


def _stream(raw: Mapping[str, Any]) -> Stream:
    disposition = raw.get("disposition", {})
    tags = {str(name).lower(): str(value) for name, value in raw.get("tags", {}).items()}
    return Stream(
        index=int(raw["index"]),
        kind=str(raw.get("codec_type", "data")),
        codec=str(raw.get("codec_name", "")),
        width=int(raw.get("width", 0)),
        height=int(raw.get("height", 0)),
        pixel_aspect=_pixel_aspect(str(raw.get("sample_aspect_ratio", "1:1"))),
        rotation=_rotation(raw.get("side_data_list", ())),
        pixel_format=str(raw.get("pix_fmt", "")),
        field_order=str(raw.get("field_order", "")),
        transfer=str(raw.get("color_transfer", "")),
        primaries=str(raw.get("color_primaries", "")),
        matrix=str(raw.get("color_space", "")),
        channels=int(raw.get("channels", 0)),
        sample_rate=int(raw.get("sample_rate", 0)),
        language=tags.get("language", "")[:8],
        start_seconds=_number(raw.get("start_time")),
        duration_seconds=_number(raw.get("duration")),
        frames=int(_number(raw.get("nb_frames")) or 0),
        is_default=bool(disposition.get("default")),
        is_picture=any(disposition.get(name) for name in PICTURES),
        is_locked="enc_key_id" in tags,
    )


def _pixel_aspect(text: str) -> float:
    across, _, down = text.partition(":")
    try:
        aspect = int(across) / int(down)
    except (ValueError, ZeroDivisionError):
        return 1.0
    return aspect if 0.1 <= aspect <= 10 else 1.0


def _rotation(side_data: Any) -> int:
    for entry in side_data:
        if "rotation" in entry:
            return round(float(entry["rotation"]))
    return 0


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e9 else None
