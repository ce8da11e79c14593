"""`presession process`: intake, encode and package for one file, without a server."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from config.settings import Settings, load_settings
from pipeline.captions.cues import Cue
from pipeline.captions.reading import read_subtitles
from pipeline.domain.errors import ExitCode, WrongUsage
from pipeline.domain.languages import is_language
from pipeline.domain.limits import Limit
from pipeline.domain.packages import Package
from pipeline.media.encode import encode_recording
from pipeline.media.intake import check_recording
from pipeline.media.ladder import Ladder, parse_ladder
from pipeline.media.report import IntakeReport
from pipeline.site.manifests import MASTER_URI, write_package_manifests
from presession.built_beside import built_beside
from presession.parts import build_programs
from presession.recording_options import json_option, limit_option, print_verdict, progress_bar, recording_argument

PACKAGE_FOLDER = "package"
REPORT_FILE = "report.json"


@dataclass(frozen=True)
class _Wish:
    """What was asked for on the command line."""

    source: Path
    limit: Limit
    language: str
    subtitle_files: Mapping[str, Path]


@dataclass(frozen=True)
class _Outcome:
    """What came out; no package for a refused recording."""

    report: IntakeReport
    package: Package | None
    subtitle_languages: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """The report, and where the package lies."""
        return {**self.report.to_json(), "package": self._package_facts()}

    def _package_facts(self) -> dict[str, Any] | None:
        if self.package is None:
            return None
        return {
            "master": f"{PACKAGE_FOLDER}/{MASTER_URI}",
            "duration_seconds": self.package.duration_seconds,
            "segments": len(self.package.audio.segments),
            "subtitles": list(self.subtitle_languages),
            "renditions": [
                {
                    "name": video.name,
                    "width": video.width,
                    "height": video.height,
                    "frame_rate": video.frame_rate,
                    "codecs": video.codecs,
                    "peak_bits_per_second": video.peak_bits_per_second,
                    "average_bits_per_second": video.average_bits_per_second,
                }
                for video in self.package.videos
            ],
        }


def _language(_ctx: click.Context, _param: click.Parameter, code: str) -> str:
    if not is_language(code):
        raise click.BadParameter(f"“{code}” is not a language code. Write it like fr, mn or zh-Hant.")
    return code


def _subtitle_files(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for value in values:
        code, equals, name = value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"“{value}” is not LANGUAGE=FILE, for example en=statement.vtt.")
        if _language(ctx, param, code) in files:
            raise click.BadParameter(f"There are two files of subtitles in “{code}”.")
        if not Path(name).is_file():
            raise click.BadParameter(f"The file of subtitles “{name}” does not exist.")
        files[code] = Path(name)
    return files


@click.command(
    epilog="""\b
Examples:
  presession process statement.mp4 --out out/statement
  presession process statement.mp4 --out out/statement --language fr --subtitles en=statement.en.vtt
  presession process clip.webm --out out/clip --limit 20-40 --json

\b
Play the result from any web server:
  python3 -m http.server --directory out/statement/package

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
@click.option("--language", default="en", show_default=True, callback=_language, help="Language spoken.")
@click.option(
    "--subtitles",
    "subtitle_files",
    metavar="LANGUAGE=FILE",
    multiple=True,
    callback=_subtitle_files,
    help="Subtitles (WebVTT, SubRip); may be given several times.",
)
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
    as_json: bool,
) -> None:
    """Turn one recording into a streamable package: DIR/package/master.m3u8 and DIR/report.json.

    A refused recording gives the report alone.
    """
    settings = load_settings(makes_secret=False)
    with built_beside(out_dir) as fresh:
        outcome = _process(_Wish(source, limit, language, subtitle_files), settings, fresh)
        text = json.dumps(outcome.to_json(), ensure_ascii=False, indent=1)
        (fresh / REPORT_FILE).write_text(text + "\n", encoding="utf-8")
    if as_json:
        click.echo(json.dumps(outcome.to_json(), ensure_ascii=False))
    else:
        print_verdict(source, outcome.report, limit)
        if outcome.package:
            click.echo(f"  Stream: {out_dir / PACKAGE_FOLDER / MASTER_URI}")
    ctx.exit(ExitCode.OK if outcome.report.is_accepted else ExitCode.REFUSED)


def _process(wish: _Wish, settings: Settings, folder: Path) -> _Outcome:
    ladder = _ladder(settings)
    # Wrong subtitles are told before the recording is worked on; times are checked once its length is known.
    texts = {code: path.read_bytes() for code, path in wish.subtitle_files.items()}
    for data in texts.values():
        read_subtitles(data)
    programs = build_programs(settings)
    with progress_bar("Checking") as on_progress:
        report = check_recording(
            wish.source, limit=wish.limit, programs=programs, work_dir=folder, on_progress=on_progress
        )
    if not report.is_accepted:
        return _Outcome(report, None, ())
    subtitles = {code: read_subtitles(data, duration_seconds=report.duration_seconds) for code, data in texts.items()}
    package_dir = folder / PACKAGE_FOLDER
    package_dir.mkdir()
    with progress_bar("Encoding") as on_progress:
        package = encode_recording(
            wish.source, report, ladder=ladder, out_dir=package_dir, programs=programs, on_progress=on_progress
        )
    _write_manifests(package, wish.language, subtitles, package_dir)
    return _Outcome(report, package, sorted(subtitles))


def _ladder(settings: Settings) -> Ladder:
    path = settings.media.renditions_file
    try:
        return parse_ladder(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUsage(f"The ladder “{path}” cannot be read: {error.strerror}.") from error


def _write_manifests(
    package: Package, language: str, subtitles: Mapping[str, Sequence[Cue]], package_dir: Path
) -> None:
    for name, data in write_package_manifests(package, language=language, subtitles=subtitles).items():
        path = package_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
