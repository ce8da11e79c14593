"""Options and output that `check` and `process` share: the file, the limit, a progress bar, the verdict."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from pipeline.domain.errors import WrongUsage
from pipeline.domain.limits import Limit, parse_limit
from pipeline.media.report import IntakeReport
from presession.options import Decorator
from presession.report_words import report_lines

TOLERANCE_SECONDS = 0.5
"""A recording stopped on the second is a few pictures longer; nobody is refused for that."""


def recording_argument() -> Decorator:
    """The recording: an existing file, not a folder or a device."""
    kind = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
    return click.argument("source", metavar="FILE", type=kind, callback=_regular_file)


def _regular_file(_ctx: click.Context, _param: click.Parameter, source: Path) -> Path:
    if not source.is_file():
        raise click.BadParameter(f"“{source}” is not a file that can be read from its beginning to its end.")
    return source


def limit_option() -> Decorator:
    """`--limit SHORTEST-LONGEST`."""
    return click.option(
        "--limit",
        metavar="LIMIT",
        callback=_limit,
        default="5:00-7:00",
        show_default=True,
        help="Shortest and longest length, in minutes and seconds or in seconds; half a second is forgiven.",
    )


def _limit(_ctx: click.Context, _param: click.Parameter, text: str) -> Limit:
    try:
        return parse_limit(text, TOLERANCE_SECONDS)
    except WrongUsage as error:
        raise click.BadParameter(str(error)) from error


def json_option() -> Decorator:
    """`--json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the report as JSON, and nothing else, on stdout."
    )


OnProgress = Callable[[float], None]
Stage = Callable[[str, float, float], OnProgress]


@contextmanager
def progress_bar() -> Iterator[Stage]:
    """One bar on stderr while a terminal watches, for work in several stages.

    Gives the function that begins a stage: its label, where on the bar it begins and ends (0..1). The answer is what
    the stage tells its own progress, 0..1.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=1.0)

        def begin(label: str, begins: float, ends: float) -> OnProgress:
            progress.update(task, description=label, completed=begins)
            return lambda done: progress.update(task, completed=begins + (ends - begins) * done)

        yield begin


def print_verdict(source: Path, report: IntakeReport, limit: Limit) -> None:
    """The verdict and every finding in words."""
    colour = "green" if report.is_accepted else "red"
    click.echo(f"{source.name}: {click.style(report.verdict.value, fg=colour, bold=True)}")
    for line in report_lines(report, limit):
        click.echo(line)
