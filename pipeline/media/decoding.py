"""How a decode of untrusted bytes is run and what its log says: shared by the picture and the sound pass."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.media.untrusted import TookTooLong, UntrustedFile

_LEVEL = re.compile(r"^(?:\[[^\]]*@[^\]]*\]\s*)*\[(error|fatal|panic)\]")
_NOT_DAMAGE = (
    "non monoton",
    "to muxer",
    "marking filters as finished",
    "Conversion failed",
    "Nothing was written",
    # Other streams of the file, which are not decoded.
    "not on whitelist",
    "Failed to open codec in avformat_find_stream_info",
)


@dataclass
class DecodeLog:
    """What a decoder complained about. `corrupt_frames` were decoded but are known to be wrong; `gave_up` says why
    it did not come to its end (`slow`, `crash`).
    """

    error_lines: int = 0
    corrupt_frames: int = 0
    gave_up: str = ""

    def take(self, line: str) -> None:
        """Count one line of ffmpeg's log (run with `-loglevel repeat+level+…`)."""
        if "corrupt decoded frame" in line:
            self.corrupt_frames += 1
        elif _LEVEL.match(line) and not any(words in line for words in _NOT_DAMAGE):
            self.error_lines += 1


def run_decode(
    arguments: Sequence[str],
    file: UntrustedFile,
    *,
    on_stdout_line: Callable[[str], None],
    on_stderr_line: Callable[[str], None],
) -> str:
    """Run one decode; returns why it did not come to its end by itself (`slow`, `crash`) or nothing."""
    try:
        result = file.run(
            [file.programs.ffmpeg, "-hide_banner", "-nostdin", "-nostats", *arguments],
            on_stdout_line=on_stdout_line,
            on_stderr_line=on_stderr_line,
        )
    except TookTooLong:
        return "slow"
    return "crash" if result.returncode < 0 else ""
