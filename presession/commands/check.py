"""`presession check`: intake alone, for one file, without a server."""

import json
import tempfile
from pathlib import Path

import click

from config.settings import load_settings
from pipeline.domain.errors import ExitCode
from pipeline.domain.limits import Limit
from pipeline.media.intake import check_recording
from presession.parts import build_programs
from presession.recording_options import json_option, limit_option, print_verdict, progress_bar, recording_argument


@click.command(
    epilog="""\b
Examples:
  presession check statement.mp4
  presession check statement.mp4 --limit 20-40
  presession check statement.mp4 --limit 5:00-7:00 --json

\b
Exit codes: 0 accepted, 3 refused, 2 wrong usage, 1 our fault."""
)
@recording_argument()
@limit_option()
@json_option()
@click.pass_context
def check(ctx: click.Context, source: Path, limit: Limit, as_json: bool) -> None:
    """Check one recording: is it a playable video, within the limit, audible and visible?

    Sound and pictures are decoded wholly; what the header claims does not count.
    """
    programs = build_programs(load_settings(makes_secret=False))
    with tempfile.TemporaryDirectory(prefix="presession-") as work_dir, progress_bar() as begin:
        report = check_recording(
            source,
            limit=limit,
            programs=programs,
            work_dir=Path(work_dir),
            on_progress=begin("Checking", 0.0, 1.0),
        )
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        print_verdict(source, report, limit)
    ctx.exit(ExitCode.OK if report.is_accepted else ExitCode.REFUSED)
