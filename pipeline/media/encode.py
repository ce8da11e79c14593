"""Encode a recording that intake accepted: one ffmpeg process for everything, then cut, verify, describe."""

import contextlib
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.domain.packages import Package
from pipeline.media.encode_plan import EncodePlan, plan_encode
from pipeline.media.graph import encode_arguments
from pipeline.media.ladder import Ladder
from pipeline.media.packaging import package_encode
from pipeline.media.picture import PictureMeasures, PictureReader
from pipeline.media.programs import MediaPrograms
from pipeline.media.report import IntakeReport
from pipeline.processes import ProgramResult, ProgramStalled, run_program

ENCODE_VERSION = 2
"""Grows whenever the same recording and ladder could give other bytes."""

PACKAGE_FILE = "package.json"

_STALL_SECONDS = 120
_DEADLINE_BASE_SECONDS = 300
_SLOWEST_SPEED = 1 / 40

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class Encoded:
    """What an encode left: the package, None where the pictures were too broken to make one, and what they showed."""

    package: Package | None
    picture: PictureMeasures


def encode_recording(
    source: Path,
    report: IntakeReport,
    *,
    ladder: Ladder,
    out_dir: Path,
    programs: MediaPrograms,
    on_progress: OnProgress | None = None,
) -> Encoded:
    """Write all renditions, images and `package.json` below `out_dir`, which should be fresh.

    Every picture is measured on the way: complete the report with the measures before the package is used.
    `on_progress` gets 0..1. Raises `RetryableError` (disk full, killed, stalled) and `FinalError`.
    """
    if not report.is_accepted or report.video is None:
        raise FinalError("Only a recording that intake accepted can be encoded.")
    out_dir = out_dir.resolve()
    work_dir = out_dir / "encoding"
    with _disk_problems():
        work_dir.mkdir(parents=True, exist_ok=True)
        plan = plan_encode(report, ladder)
        arguments = encode_arguments(source.resolve(), report, plan, programs)
        picture = _run(arguments, plan, programs, work_dir, on_progress)
        package = package_encode(plan, work_dir, out_dir)
        (out_dir / PACKAGE_FILE).write_text(json.dumps(package.to_json(), indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(work_dir)
    return Encoded(package, picture)


@contextlib.contextmanager
def _disk_problems() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetryableError(f"The encode could not write its files: {error.strerror}.") from error


def _run(
    arguments: list[str], plan: EncodePlan, programs: MediaPrograms, work_dir: Path, on_progress: OnProgress | None
) -> PictureMeasures:
    picture = PictureMeasures()
    reader = PictureReader(picture)
    progress = _Progress(plan.duration_seconds, on_progress)

    def take_log(line: str) -> None:
        progress.take(line)
        picture.log.take(line)

    result = run_program(
        [programs.ffmpeg, *arguments],
        deadline_seconds=_DEADLINE_BASE_SECONDS + plan.duration_seconds / _SLOWEST_SPEED,
        stall_seconds=_STALL_SECONDS,
        memory_bytes=programs.memory_bytes,
        on_stdout_line=reader.take_line,
        on_stderr_line=take_log,
        cwd=work_dir,
    )
    reader.finish()
    if result.returncode != 0:
        raise _explain(result)
    return picture


class _Progress:
    """Reads ffmpeg's `-progress` lines; a clock that stands still for two minutes ends the encode."""

    def __init__(self, whole_seconds: float, on_progress: OnProgress | None) -> None:
        self._whole = max(whole_seconds, 0.001)
        self._on_progress = on_progress
        self._reached = 0.0
        self._reports_since = 0

    def take(self, line: str) -> None:
        name, _, value = line.partition("=")
        if name != "out_time_us" or not value.lstrip("-").isdigit():
            return
        done = min(1.0, max(0.0, int(value) / 1e6 / self._whole))
        if done > self._reached:
            self._reached, self._reports_since = done, 0
            if self._on_progress:
                self._on_progress(done)
            return
        # ffmpeg reports twice a second, whether or not anything moves.
        self._reports_since += 1
        if self._reports_since > 2 * _STALL_SECONDS:
            raise ProgramStalled(f"ffmpeg made no progress for {_STALL_SECONDS} s and was stopped.")


def _explain(result: ProgramResult) -> Exception:
    if "No space left on device" in result.stderr_tail:
        return RetryableError("The disk is full: the encode could not write its files. Free some space, then retry.")
    if "Cannot allocate memory" in result.stderr_tail:
        return FinalError("ffmpeg ran out of the memory it may use. Raise the setting PRESESSION_MEDIA__MEMORY_BYTES.")
    if result.returncode < 0:
        name = signal.Signals(-result.returncode).name
        return RetryableError(f"ffmpeg was ended by {name} in the middle of an encode; it can be tried again.")
    return FinalError(f"ffmpeg could not encode the recording (status {result.returncode}): {result.last_words}")
