"""`presession process`: intake, encode, verdict and package for one file, without a server."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from config.settings import Settings, load_settings
from pipeline.captions.cues import Cue
from pipeline.domain.errors import ExitCode, FinalError
from pipeline.domain.limits import Limit
from pipeline.domain.packages import Package
from pipeline.media.encode import encode_recording
from pipeline.media.intake import complete_report, inspect_recording
from pipeline.media.ladder import Ladder, read_ladder
from pipeline.media.programs import MediaPrograms
from pipeline.media.report import IntakeReport
from pipeline.site.manifests import MASTER_URI, write_package_manifests
from presession.built_beside import built_beside
from presession.parts import build_programs
from presession.process_outcome import PACKAGE_FOLDER, Outcome
from presession.recording_options import (
    Stage,
    json_option,
    limit_option,
    print_verdict,
    progress_bar,
    recording_argument,
)
from presession.subtitle_options import (
    SubtitleFile,
    language_option,
    read_subtitle_files,
    subtitle_encoding_option,
    subtitles_option,
)

REPORT_FILE = "report.json"

_INSPECTED, _ENCODED = 0.05, 0.98
"""Shares of the work after which the first verdict is there, and the media are made."""


@dataclass(frozen=True)
class _Wish:
    """What was asked for on the command line."""

    source: Path
    limit: Limit
    language: str
    subtitles: Mapping[str, SubtitleFile]


@dataclass(frozen=True)
class _Job:
    """What an encode takes beside the report."""

    wish: _Wish
    ladder: Ladder
    programs: MediaPrograms
    subtitles: Mapping[str, Sequence[Cue]]


@click.command(
    epilog="""\b
Examples:
  presession process statement.mp4 --out out/statement
  presession process statement.mp4 --out out/statement --language fr --subtitles en=statement.en.vtt
  presession process clip.webm --out out/clip --limit 20-40 --json

\b
Play the result, or serve the folder with any web server that knows byte ranges:
  ffplay out/statement/package/master.m3u8

\b
Exit codes: 0 done, 3 refused, 2 wrong usage, 1 our fault."""
)
@recording_argument()
@click.option(
    "--out",
    "out_dir",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="New folder for `package/` and `report.json`.",
)
@limit_option()
@language_option()
@subtitles_option()
@subtitle_encoding_option()
@json_option()
@click.pass_context
def process(
    ctx: click.Context,
    *,
    source: Path,
    out_dir: Path,
    limit: Limit,
    language: str,
    subtitle_files: dict[str, Path],
    encodings: dict[str, str],
    as_json: bool,
) -> None:
    """Turn one recording into a streamable package: DIR/package/master.m3u8 and DIR/report.json.

    A refused recording gives the report alone, also where only the pictures, seen while encoding, refuse it.
    """
    settings = load_settings(makes_secret=False)
    with built_beside(out_dir) as fresh:
        # Wrong subtitles are told before the recording is worked on; times are checked once its length is known.
        subtitles = read_subtitle_files(subtitle_files, encodings)
        outcome = _process(_Wish(source, limit, language, subtitles), settings, fresh)
        text = json.dumps(outcome.to_json(), ensure_ascii=False, indent=1)
        (fresh / REPORT_FILE).write_text(text + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(outcome.to_json(), ensure_ascii=False))
    else:
        print_verdict(source, outcome.report, limit)
        if outcome.package:
            click.echo(f"  Stream: {out_dir / PACKAGE_FOLDER / MASTER_URI}")
    ctx.exit(ExitCode.OK if outcome.report.is_accepted else ExitCode.REFUSED)


def _process(wish: _Wish, settings: Settings, folder: Path) -> Outcome:
    ladder, programs = read_ladder(settings.media.renditions_file), build_programs(settings)
    with progress_bar() as begin:
        on_progress = begin("Checking", 0.0, _INSPECTED)
        report = inspect_recording(
            wish.source, limit=wish.limit, programs=programs, work_dir=folder, on_progress=on_progress
        )
        if not report.is_accepted:
            return Outcome(report)
        subtitles = {code: file.read(report.duration_seconds) for code, file in wish.subtitles.items()}
        return _encode(_Job(wish, ladder, programs, subtitles), report, folder / PACKAGE_FOLDER, begin)


def _encode(job: _Job, report: IntakeReport, package_dir: Path, begin: Stage) -> Outcome:
    """Encode what was accepted so far; the folder is left only when the pictures hold, too."""
    package_dir.mkdir()
    encoded = encode_recording(
        job.wish.source,
        report,
        ladder=job.ladder,
        out_dir=package_dir,
        programs=job.programs,
        on_progress=begin("Encoding", _INSPECTED, _ENCODED),
    )
    report = complete_report(report, encoded.picture, limit=job.wish.limit)
    if not report.is_accepted:
        shutil.rmtree(package_dir)
        return Outcome(report)
    if encoded.package is None:
        raise FinalError("The encode left no package of a recording whose pictures are good.")
    begin("Packaging", _ENCODED, 1.0)
    _write_manifests(encoded.package, job.wish.language, job.subtitles, package_dir)
    return Outcome(report, encoded.package, sorted(job.subtitles))


def _write_manifests(
    package: Package, language: str, subtitles: Mapping[str, Sequence[Cue]], package_dir: Path
) -> None:
    for name, data in write_package_manifests(package, language=language, subtitles=subtitles).items():
        path = package_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
