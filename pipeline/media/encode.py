"""Encode a recording that intake accepted: one ffmpeg process for all renditions, then cut, verify, describe."""

import contextlib
import json
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.domain.packages import MediaRendition, Package
from pipeline.media.codec_strings import codec_string, picture_size
from pipeline.media.fragments import FragmentedTrack, read_track
from pipeline.media.graph import SAMPLE_RATE, EncodePlan, encode_arguments, plan_encode
from pipeline.media.ladder import Ladder
from pipeline.media.poster import write_poster
from pipeline.media.programs import MediaPrograms
from pipeline.media.report import IntakeReport
from pipeline.media.segments import cut_points, without_priming, write_rendition
from pipeline.processes import ProgramResult, ProgramStalled, run_program

ENCODE_VERSION = 1
"""Grows whenever the same recording and ladder could give other bytes."""

POSTER_URI = "poster.jpg"
PACKAGE_FILE = "package.json"

_STALL_SECONDS = 120
_DEADLINE_BASE_SECONDS = 300
_SLOWEST_SPEED = 1 / 40

OnProgress = Callable[[float], None]


def encode_recording(
    source: Path,
    report: IntakeReport,
    *,
    ladder: Ladder,
    out_dir: Path,
    programs: MediaPrograms,
    on_progress: OnProgress | None = None,
) -> Package:
    """Write all renditions, a poster and `package.json` below `out_dir`, which should be fresh.

    `on_progress` gets 0..1. Raises `RetryableError` (disk full, killed, stalled) and `FinalError`.
    """
    if not report.is_accepted or report.video is None:
        raise FinalError("Only a recording that intake accepted can be encoded.")
    out_dir = out_dir.resolve()
    work_dir = out_dir / "encoding"
    with _disk_problems():
        work_dir.mkdir(parents=True, exist_ok=True)
        plan = plan_encode(report)
        arguments = encode_arguments(source.resolve(), report, plan, ladder=ladder, programs=programs)
        _run(arguments, plan, programs, work_dir, on_progress)
        package = _package(plan, ladder, work_dir, out_dir)
        (out_dir / PACKAGE_FILE).write_text(json.dumps(package.to_json(), indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(work_dir)
    return package


@contextlib.contextmanager
def _disk_problems() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetryableError(f"The encode could not write its files: {error.strerror}.") from error


def _run(
    arguments: list[str], plan: EncodePlan, programs: MediaPrograms, work_dir: Path, on_progress: OnProgress | None
) -> None:
    progress = _Progress(plan.duration_seconds, on_progress)
    result = run_program(
        [programs.ffmpeg, *arguments],
        deadline_seconds=_DEADLINE_BASE_SECONDS + plan.duration_seconds / _SLOWEST_SPEED,
        stall_seconds=_STALL_SECONDS,
        memory_bytes=programs.memory_bytes,
        on_stdout_line=progress.take,
        cwd=work_dir,
    )
    if result.returncode != 0:
        raise _explain(result)


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


def _package(plan: EncodePlan, ladder: Ladder, work_dir: Path, out_dir: Path) -> Package:
    tracks = {rung.name: read_track(work_dir / f"{rung.name}.mp4") for rung in ladder.videos}
    _verify_pictures(tracks, plan)
    sound = without_priming(read_track(work_dir / f"{ladder.audio.name}.mp4"))
    starts = cut_points(tracks[ladder.videos[0].name], ladder.segment_seconds)
    videos = tuple(
        _describe(write_rendition(track, starts, name=name, out_dir=out_dir, codecs=codec_string(track)), track, plan)
        for name, track in tracks.items()
    )
    audio = write_rendition(sound, starts, name=ladder.audio.name, out_dir=out_dir, codecs=codec_string(sound))
    _verify_sound(audio, plan)
    candidates = sorted(work_dir.glob("poster-*.png"))
    if not candidates:
        raise FinalError("The encode left no picture for a poster.")
    write_poster(candidates, out_dir / POSTER_URI)
    return Package(plan.duration_seconds, videos, replace(audio, channels=2), POSTER_URI)


def _describe(rendition: MediaRendition, track: FragmentedTrack, plan: EncodePlan) -> MediaRendition:
    width, height = picture_size(track)
    return replace(rendition, width=width, height=height, frame_rate=round(float(plan.rate), 3))


def _verify_pictures(tracks: dict[str, FragmentedTrack], plan: EncodePlan) -> None:
    """Every rendition has every frame, each equally long, and key frames at the same places."""
    keys = {tuple(n for n, sample in enumerate(track.samples) if sample.is_key) for track in tracks.values()}
    if len(keys) != 1:
        raise FinalError("The renditions' key frames do not lie at the same places.")
    for track in tracks.values():
        if len(track.samples) != plan.frames:
            raise FinalError(f"A rendition has {len(track.samples)} frames where {plan.frames} were expected.")
        whole = Fraction(sum(sample.duration for sample in track.samples), track.timescale)
        if abs(whole - plan.frames / plan.rate) > 1 / plan.rate:
            raise FinalError("A rendition is not as long as its recording.")


def _verify_sound(audio: MediaRendition, plan: EncodePlan) -> None:
    allowed = max(float(1 / plan.rate), 2048 / SAMPLE_RATE)
    if abs(audio.duration_seconds - plan.duration_seconds) > allowed:
        raise FinalError("The encoded sound is not as long as the picture.")
    if any(segment.duration_seconds <= 0 for segment in audio.segments):
        raise FinalError("A segment of the encoded sound is empty.")
