"""A small private copy of a whole recording, for its speaker alone to choose what is shown: quick to make and to load.

It is no part of anything that is published: a small picture, few pictures a second, one sound track, and a strip of
stills. Its time begins where the recording's does.
"""

from pathlib import Path
from typing import Any

import ffmpeg

from pipeline.domain.errors import FinalError
from pipeline.media.encode_plan import SAMPLE_RATE
from pipeline.media.encode_runs import EncodeRuns, OnProgress, Progress, explain_failure
from pipeline.media.programs import MediaPrograms, file_url, guarded_options
from pipeline.media.report import IntakeReport
from pipeline.media.sniff import Container

PROXY_FILE = "proxy.mp4"
STILLS_FILE = "stills.jpg"
POSTER_FILE = "poster.jpg"
PROXY_FILES = (PROXY_FILE, STILLS_FILE, POSTER_FILE)
STILLS = 6
"""Pictures side by side in one image, each from the middle of an equal stretch of the recording."""

_WIDTH, _HEIGHT, _RATE = 426, 240, 12
_STILL_WIDTH, _STILL_HEIGHT = 160, 90
_KEY_SECONDS = 2
_LONGEST_SECONDS = 3600.0
"""Nobody cuts a statement out of more than an hour."""

_VIDEO = {
    "c:v": "libx264", "preset": "ultrafast", "tune": "fastdecode", "crf": 31, "maxrate": 220_000, "bufsize": 440_000,
    "g": _KEY_SECONDS * _RATE, "pix_fmt": "yuv420p",
}  # fmt: skip
_SOUND = {"c:a": "aac", "b:a": 40_000, "ar": 32_000, "ac": 1}
_ANONYMOUS = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact", "movflags": "+faststart", "f": "mp4"}


def make_proxy(
    source: Path,
    report: IntakeReport,
    *,
    out_dir: Path,
    programs: MediaPrograms,
    on_progress: OnProgress | None = None,
) -> None:
    """Write `PROXY_FILES` into a folder. Raises `RetryableError` and `FinalError`."""
    if report.video is None:
        raise FinalError("A recording without a picture has no copy to cut.")
    out_dir.mkdir(parents=True, exist_ok=True)
    seconds = min(report.duration_seconds, _LONGEST_SECONDS)
    progress = Progress(seconds, on_progress)
    runs = EncodeRuns(programs, out_dir, report.duration_seconds)
    result = runs.run(_arguments(source.resolve(), report, seconds), on_stderr_line=progress.take)
    if result.returncode != 0 or not (out_dir / PROXY_FILE).exists():
        raise explain_failure(result)


def _arguments(source: Path, report: IntakeReport, seconds: float) -> list[str]:
    assert report.video is not None  # noqa: S101 - asked before
    options = guarded_options(Container(report.container))
    # What deblocking would mend in a large picture is not seen in a small one; it is a fifth of a decode.
    opened = ffmpeg.input(file_url(source), skip_loop_filter="all", reinit_filter=0, **options)
    starts = [report.video.start_seconds] + ([report.audio.start_seconds] if report.audio else [])
    picture = _picture(opened[str(report.video.index)], min(starts), seconds).filter_multi_output("split", 3)
    streams = [picture[0]]
    if report.audio:
        streams.append(_sound(opened[str(report.audio.index)], min(starts), seconds))
    film = ffmpeg.output(*streams, f"file:{PROXY_FILE}", **_VIDEO, **(_SOUND if report.audio else {}), **_ANONYMOUS)
    images = (_stills(picture[1], seconds), _poster(picture[2], seconds))
    arguments: list[str] = ffmpeg.merge_outputs(film, *images).get_args(overwrite_output=True)
    return ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:2", *arguments]


def _picture(stream: Any, start_seconds: float, seconds: float) -> Any:
    """Few and small pictures from the recording's start to its end; the last one stays while sound goes on."""
    return (
        stream.filter("setpts", f"PTS-{start_seconds:.6f}/TB")
        .filter("fps", fps=_RATE, start_time=0)
        .filter(
            "scale",
            w=f"2*round(min({_WIDTH},{_HEIGHT}*dar)/2)",
            h=f"2*round(min({_HEIGHT},{_WIDTH}/dar)/2)",
            flags="fast_bilinear",
            eval="frame",
        )
        .filter("pad", _WIDTH, _HEIGHT, "(ow-iw)/2", "(oh-ih)/2", color="black", eval="frame")
        .filter("setsar", 1)
        .filter("format", "yuv420p")
        .filter("tpad", stop_mode="clone", stop_duration=f"{seconds:.3f}")
        .filter("trim", end_frame=max(1, round(seconds * _RATE)))
    )


def _sound(stream: Any, start_seconds: float, seconds: float) -> Any:
    return (
        stream.filter("asetpts", f"PTS-{start_seconds:.6f}/TB")
        .filter("aresample", SAMPLE_RATE, first_pts=0, min_hard_comp=0.1, **{"async": 1})
        .filter("aformat", channel_layouts="mono")
        .filter("atrim", end=f"{seconds:.3f}")
    )


def _stills(stream: Any, seconds: float) -> Any:
    every = max(1, int(seconds * _RATE / STILLS))
    picked = stream.filter("select", f"eq(mod(n,{every}),{every // 2})").filter("scale", _STILL_WIDTH, _STILL_HEIGHT)
    strip = picked.filter("tile", f"{STILLS}x1", nb_frames=STILLS)
    return _image(strip, STILLS_FILE)


def _poster(stream: Any, seconds: float) -> Any:
    """A picture from near the start: the first one is often black, or a hand."""
    place = min(2 * _RATE, int(seconds * _RATE / 2))
    return _image(stream.filter("select", f"eq(n,{place})"), POSTER_FILE)


def _image(stream: Any, name: str) -> Any:
    options = {"frames:v": 1, "fps_mode": "passthrough", "c:v": "mjpeg", "q:v": 7, "f": "image2", "update": 1}
    return ffmpeg.output(stream, f"file:{name}", **options, map_metadata=-1, fflags="+bitexact")
