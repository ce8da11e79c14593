"""Short recordings, made once and then told apart by their last bytes: the same pictures, but other work each time."""

import struct
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.processes import run_program

SECONDS = 8
_SIZE = "640x360"


def make_clip(path: Path, *, seconds: float = SECONDS, size: str = _SIZE) -> Path:
    """A moving picture with a tone, made on first use."""
    if not path.exists():
        # fmt: off
        argv = [
            "ffmpeg", "-v", "error", "-nostdin", "-y",
            "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}",
            "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", str(path),
        ]
        # fmt: on
        result = run_program(argv, deadline_seconds=120)
        if result.returncode != 0:
            raise FinalError(f"The bench's clip could not be made: {result.last_words}")
    return path


def with_mark(clip: bytes, mark: bytes) -> bytes:
    """The same recording with a box at its end that every reader passes over; its digest is another one."""
    return clip + struct.pack(">I4s", 8 + len(mark), b"free") + mark
