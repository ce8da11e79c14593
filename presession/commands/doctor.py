"""`presession doctor`: what is missing or wrong, and which command mends it."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.settings import load_settings
from pipeline.domain.errors import ExitCode
from presession.checkup.checkout import check_checkout
from presession.checkup.checks import Check, Level
from presession.checkup.installation import check_installation
from presession.checkup.machine import check_machine
from presession.options import data_option
from presession.parts import build_programs

_STYLES = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "bold red"}


@click.command(
    epilog="""\b
Examples:
  presession doctor
  presession doctor --data /srv/presession --json

Exit status: 0 when nothing must be mended, 1 otherwise."""
)
@data_option("Installation to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, data_dir: Path | None, as_json: bool) -> None:
    """Say what is missing or wrong, and which command mends it. Changes nothing."""
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    checks = [
        *check_machine(build_programs(settings), settings.media, settings.data_dir),
        *check_checkout(),
        *check_installation(settings),
    ]
    if as_json:
        click.echo(json.dumps([check.to_json() for check in checks], ensure_ascii=False))
    else:
        _print(checks)
    has_problem = any(check.level is Level.PROBLEM for check in checks)
    ctx.exit(ExitCode.OUR_FAULT if has_problem else ExitCode.OK)


def _print(checks: list[Check]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for check in checks:
        found = check.found + (f"\n→ {check.mend}" if check.mend else "")
        table.add_row(Text(check.level.value, style=_STYLES[check.level]), check.name, Text(found))
    console = Console()
    console.print(table)
    problems = sum(check.level is Level.PROBLEM for check in checks)
    console.print("Nothing must be mended." if not problems else f"{problems} to mend; see the lines with an arrow.")
