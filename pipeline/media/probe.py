"""ffprobe: the streams of a recording by their headers. What they say is a claim, not yet a finding."""

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.domain.errors import FinalError
from pipeline.media.untrusted import UntrustedFile

_PICTURE_SIZE = re.compile(r"Picture size (\d+)x(\d+)")
_NOT_ALLOWED = re.compile(r"Codec \((\S+)\) not on whitelist")
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
        start_seconds=as_number(data.get("format", {}).get("start_time")) or 0.0,
        duration_seconds=as_number(data.get("format", {}).get("duration")),
        oversize=(int(sizes[0][1]), int(sizes[0][2])) if sizes else None,
        forbidden_codec=forbidden[0] if forbidden else "",
        is_locked=any(stream.is_locked for stream in streams) or any("DRM protected" in line for line in errors),
    )


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
        start_seconds=as_number(raw.get("start_time")),
        duration_seconds=as_number(raw.get("duration")),
        frames=int(as_number(raw.get("nb_frames")) or 0),
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


def as_number(text: Any) -> float | None:
    """What ffprobe prints as a number; None for anything else, and for numbers beyond all measure."""
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e9 else None
