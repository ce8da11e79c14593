"""`presession speaker`: everybody of a session as a table, and a table into a session."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.domain.conference_exports import read_speakers
from pipeline.domain.errors import WrongUsage
from pipeline.domain.speaker_tables import SpeakerTable, TableProblem, write_speaker_table
from pipeline.services.events import SYSTEM
from pipeline.services.plan_rows import plan_of
from pipeline.services.speaker_imports import ImportPlan, LineFate, import_speakers, list_speakers, plan_import
from presession.options import data_option
from presession.panel_places import json_option, open_transaction, say, session_named


@click.group(
    epilog="""\b
Examples:
  presession speaker list 36 --json
  presession speaker export 36 > speakers.csv
  presession speaker import 36 speakers.csv --dry-run
  presession speaker import 36 pretalx.json
"""
)
def speaker() -> None:
    """List, export and import the speakers of a session."""


@speaker.command("list")
@click.argument("slug")
@json_option()
@data_option()
def list_all(*, slug: str, as_json: bool, data_dir: Path | None) -> None:
    """Show everybody, country by country in panel order."""
    with open_transaction(data_dir) as db:
        found = list_speakers(db, session_named(db, slug).id)
        rows = [
            {
                "country": code,
                "position": one.position,
                "statement_id": one.statement.id,
                "state": one.statement.state.value,
                **vars(plan_of(one)),
            }
            for code, one in found
        ]
    lines = [
        f"{row['country']} {row['position']}  {row['name']} ({row['organisation']})  {row['state']}" for row in rows
    ]
    say(rows, "\n".join(lines) or "Nobody.", as_json=as_json)


@speaker.command("export")
@click.argument("slug")
@data_option()
def export(*, slug: str, data_dir: Path | None) -> None:
    """Print a table (CSV) that can be imported again."""
    with open_transaction(data_dir) as db:
        rows = [(code, plan_of(one)) for code, one in list_speakers(db, session_named(db, slug).id)]
    click.echo(write_speaker_table(rows, ","), nl=False)


@speaker.command("import")
@click.argument("slug")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@json_option()
@data_option()
def import_table(*, slug: str, table: Path, dry_run: bool, as_json: bool, data_dir: Path | None) -> None:
    """Add and change speakers as a table says, all of it or nothing; nobody is removed and nothing is mailed.

    TABLE is CSV, text between tabs or semicolons, or an export of pretalx or Indico (JSON).
    """
    read, _data = read_speakers(table.read_bytes())
    with open_transaction(data_dir) as db:
        pre_session = session_named(db, slug)
        plan = plan_import(db, pre_session, read)
        _refuse_problems(plan, read)
        if not dry_run:
            import_speakers(db, pre_session.id, read, seen=plan.seen, actor=SYSTEM, now=datetime.now(UTC))
    counts = {fate.value: sum(line.fate is fate for line in plan.lines) for fate in LineFate}
    done = "Would import" if dry_run else "Imported"
    words = f"{done}: {counts['new']} new, {counts['changed']} changed, {counts['same']} the same."
    say({"is_dry_run": dry_run, **counts}, words, as_json=as_json)


def _refuse_problems(plan: ImportPlan, read: SpeakerTable) -> None:
    problems = plan.problems or read.problems
    if problems:
        raise WrongUsage("Nothing was imported.\n" + "\n".join(map(_words, problems)))


def _words(problem: TableProblem) -> str:
    # The portal's words take long to import.
    from webapp.wording.staff_panels import problem_words  # noqa: PLC0415

    return f"  {problem.place}: {problem_words(problem)}" if problem.place else f"  {problem_words(problem)}"
