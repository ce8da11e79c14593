"""How a decode of untrusted bytes is run, and what its log says of the picture and of the sound."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.domain.errors import FinalError
from pipeline.media.codecs import SOUND_DECODERS
from pipeline.media.sniff import Container
from pipeline.media.untrusted import TookTooLong, UntrustedFile

_LEVEL = re.compile(r"^(?:\[[^\]]*@[^\]]*\]\s*)*\[(error|fatal|panic)\]")
_SPEAKERS = re.compile(r"\[(?:dec:)?([^\]@\s]+)[^\]@]*@")
_OF_STREAM = re.compile(r"stream #0:(\d+)|\[[av]ist#0:(\d+)")
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

_TIMED_BY_WHAT_IS_READ = frozenset({Container.MPEG_TS, Container.MPEG_PS, Container.OGG})


def begins_with_what_is_read(container: Container) -> bool:
    """Whether ffmpeg's timeline of a file begins with the streams that are read, and not with all: sound that is
    read alone must then have the picture beside it, undecoded, or its times are not those of an encode.
    """
    return container in _TIMED_BY_WHAT_IS_READ


@dataclass
class DecodeLog:
    """What decoders complained about, told apart by whom it concerns: one process may decode picture and sound.

    `general_errors` come from the container or the picture's decoder, `sound_errors` from a decoder of sound,
    `stream_errors` name a stream. `corrupt_frames` were decoded but are known to be wrong; `gave_up` says why the
    decode did not come to its end (`slow`, `crash`).
    """

    general_errors: int = 0
    sound_errors: int = 0
    stream_errors: Counter[int] = field(default_factory=Counter)
    corrupt_frames: int = 0
    gave_up: str = ""

    def take(self, line: str) -> None:
        """Count one line of ffmpeg's log (run with `-loglevel repeat+level+…`)."""
        if "corrupt decoded frame" in line:
            self.corrupt_frames += 1
        elif _LEVEL.match(line) and not any(words in line for words in _NOT_DAMAGE):
            self._take_error(line)

    def _take_error(self, line: str) -> None:
        stream = _OF_STREAM.search(line)
        if stream:
            self.stream_errors[int(stream[1] or stream[2])] += 1
        elif any(name in SOUND_DECODERS for name in _SPEAKERS.findall(line)):
            self.sound_errors += 1
        else:
            self.general_errors += 1

    def errors_of_picture(self, index: int) -> int:
        """Error lines that may concern the picture, which is the stream of this index."""
        return self.general_errors + self.stream_errors[index]

    def errors_of_sound(self, index: int) -> int:
        """Error lines that may concern the sound, which is the stream of this index."""
        return self.general_errors + self.sound_errors + self.stream_errors[index]

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "general_errors": self.general_errors,
            "sound_errors": self.sound_errors,
            "stream_errors": sorted(self.stream_errors.items()),
            "corrupt_frames": self.corrupt_frames,
            "gave_up": self.gave_up,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "DecodeLog":
        """Read back what `to_json` wrote."""
        return cls(**{**data, "stream_errors": Counter({int(index): int(n) for index, n in data["stream_errors"]})})


def run_decode(
    arguments: Sequence[str],
    file: UntrustedFile,
    *,
    on_stdout_line: Callable[[str], None] | None = None,
    on_stderr_line: Callable[[str], None],
) -> str:
    """Run one decode; returns why it did not come to its end by itself (`slow`, `crash`) or nothing.

    Raises `FinalError` for an ffmpeg that says nothing at all: that is not the recording's fault.
    """
    try:
        result = file.run(
            [file.programs.ffmpeg, "-hide_banner", "-nostdin", "-nostats", *arguments],
            on_stdout_line=on_stdout_line,
            on_stderr_line=on_stderr_line,
        )
    except TookTooLong:
        return "slow"
    if result.returncode == 0 and result.is_silent:
        raise FinalError("ffmpeg ended without a word. Check the setting that names it: PRESESSION_MEDIA__FFMPEG.")
    return "crash" if result.returncode < 0 else ""
