"""Which ffmpeg and ffprobe are used, within which bounds, and how they open bytes that nobody trusts."""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.media.codecs import ALLOWED_DECODERS
from pipeline.media.sniff import Container
from pipeline.processes import run_program

MAX_PIXELS = 4096 * 2304
"""Largest picture that is decoded: every 4K camera, nothing above. 25 frames of it fit into a gigabyte."""

_WITHOUT_HEADER = (Container.MPEG_TS, Container.MPEG_PS, Container.FLV)
_LATE_STREAM_SECONDS, _LATE_STREAM_BYTES = 60, 50_000_000
"""How far such a file is read for what its streams are: a sound may begin, or a first picture come, long after."""

_MANY_CORES = 8

INTAKE_MEMORY_BYTES = 2 * 1024**3
"""Address space of a program that reads a recording for the first time; resident memory stays far below."""


@dataclass(frozen=True)
class MediaPrograms:
    """Programs and bounds: `threads` of one process (0: ffmpeg decides), `memory_bytes` of address space."""

    ffmpeg: str = "ffmpeg"
    ffprobe: str = "ffprobe"
    threads: int = 0
    memory_bytes: int = 4 * 1024**3

    @property
    def encode_threads(self) -> int:
        """Threads of each decoder and encoder of an encode; 0 leaves it to ffmpeg, except on machines with so many
        cores that their threads alone would fill the address space.
        """
        if self.threads or (os.cpu_count() or 1) <= _MANY_CORES:
            return self.threads
        return _MANY_CORES

    @property
    def intake_memory_bytes(self) -> int:
        """Address space for probing and measuring."""
        return min(self.memory_bytes, INTAKE_MEMORY_BYTES)


def guarded_options(container: Container) -> dict[str, Any]:
    """Options, by name, for opening an untrusted file: the demuxer that the sniffed bytes call for, no other
    protocol than files, no file that another one names, known decoders only, a bound on the picture's size.
    """
    options: dict[str, Any] = {
        "f": container.demuxer,
        "protocol_whitelist": "file,pipe",
        "codec_whitelist": ",".join(ALLOWED_DECODERS),
        "max_pixels": MAX_PIXELS,
    }
    if container is Container.MOV:
        options |= {"enable_drefs": 0, "use_absolute_path": 0}
    if container in _WITHOUT_HEADER:
        options |= {"analyzeduration": _LATE_STREAM_SECONDS * 1_000_000, "probesize": _LATE_STREAM_BYTES}
    return options


def guarded_input(source: Path, container: Container) -> list[str]:
    """Arguments that open an untrusted file with `guarded_options`."""
    return [*as_arguments(guarded_options(container)), "-i", file_url(source)]


def as_arguments(options: Mapping[str, Any]) -> list[str]:
    """`{"f": "mov"}` as `-f mov`."""
    return [part for name, value in options.items() for part in (f"-{name}", str(value))]


def file_url(path: Path) -> str:
    """A path that ffmpeg takes for nothing but a path, whatever characters it holds."""
    return f"file:{path}"


@functools.cache
def available_filters(ffmpeg: str) -> frozenset[str]:
    """Names of the filters that this ffmpeg was built with."""
    result = run_program([ffmpeg, "-hide_banner", "-v", "error", "-filters"], deadline_seconds=30)
    rows = (line.split() for line in result.stdout.decode("utf-8", "replace").splitlines())
    return frozenset(row[1] for row in rows if len(row) >= 3 and "->" in row[2])
