"""Gets the sound of a recording as spectra, by ffmpeg, block by block."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.captions.alignment.spectra import FRAME_SECONDS, Floats, SpectrumStream
from pipeline.captions.alignment.speech import Runs, runs_of_sound
from pipeline.captions.alignment.voices import SAMPLE_RATE
from pipeline.domain.errors import FinalError, InputRefused
from pipeline.media.decoding import begins_with_what_is_read
from pipeline.media.programs import MediaPrograms, guarded_input
from pipeline.media.sniff import Container, sniff_file
from pipeline.processes import run_program

_DEADLINE_SECONDS = 900.0
_STALL_SECONDS = 120.0


@dataclass(frozen=True)
class Streams:
    """Indices in the file: of the sound that is listened to, and of the picture it belongs to."""

    audio: int
    video: int


@dataclass(frozen=True)
class Heard:
    """Spectra of a whole recording, and where there is sound in it."""

    spectra: Floats
    runs: Runs

    @property
    def seconds(self) -> float:
        """Length of the recording's sound, from the beginning of the recording."""
        return len(self.spectra) * FRAME_SECONDS


def hear(recording: Path, streams: Streams | None, work_dir: Path, programs: MediaPrograms) -> Heard:
    """Without `streams` the first sound is heard, and its file is taken to begin with it.

    Raises `InputRefused` for what is no recording or has no sound that can be decoded.
    """
    stream = SpectrumStream()
    is_whole = read_sound(recording, streams, work_dir, programs, stream.take)
    spectra = stream.finish()
    if not is_whole and not len(spectra):
        raise InputRefused("No sound could be read from this recording.")
    return Heard(spectra, runs_of_sound(spectra))


def read_sound(
    recording: Path,
    streams: Streams | None,
    work_dir: Path,
    programs: MediaPrograms,
    take: Callable[[bytes], None],
    *,
    rate: int = SAMPLE_RATE,
) -> bool:
    """Give a recording's sound to `take` in blocks of 16-bit samples, one channel, `rate` a second.

    Whether ffmpeg read it to its end. Raises `InputRefused` for what is no recording.
    """
    container = sniff_file(recording)
    if not isinstance(container, Container):
        raise InputRefused("This file is not a recording with sound.")
    # fmt: off
    argv = [
        programs.ffmpeg, "-v", "error", "-nostdin", *guarded_input(recording, container),
        "-map", f"0:{streams.audio}" if streams else "0:a:0",
        # Times are those of the recording, also where its sound begins late or has a gap.
        "-af", f"aresample={rate}:async=1:first_pts=0",
        "-ac", "1", "-f", "s16le", "pipe:1",
        *(_beside(streams, container) if streams else []),
    ]
    # fmt: on
    result = run_program(
        argv,
        cwd=work_dir,
        deadline_seconds=_DEADLINE_SECONDS,
        stall_seconds=_STALL_SECONDS,
        memory_bytes=programs.memory_bytes,
        on_stdout_bytes=take,
    )
    if result.was_killed:
        raise FinalError("Reading the sound of a recording was stopped.")
    return result.returncode == 0


def _beside(streams: Streams, container: Container) -> list[str]:
    """The picture, read but not decoded, where it decides when the file's timeline begins."""
    if not begins_with_what_is_read(container):
        return []
    return ["-map", f"0:{streams.video}", "-c:v", "copy", "-f", "null", "-"]
