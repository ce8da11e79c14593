"""`presession retention`: what each session keeps until when, and removing what is not kept any longer."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from config.settings import load_settings
from pipeline.services.retention import RetentionLine, apply_retention, read_retention
from pipeline.services.unwanted_cards import remove_unwanted_cards
from presession.options import data_option
from presession.parts import build_store, open_records


@click.command(
    epilog="""\b
Examples:
  presession retention --dry-run          # what is there, until when, and what would go now
  presession retention --dry-run --json
  presession retention                    # what the scheduler does by itself once a day

How many days each class is kept is written with the session; docs/operating.md has the defaults."""
)
@click.option("--dry-run", is_flag=True, help="Remove nothing; say what would go.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_option("Installation to look after.")
def retention(dry_run: bool, as_json: bool, data_dir: Path | None) -> None:
    """Remove what sessions keep no longer, and report it. Legal holds and what is published keep their things."""
    # Celery takes long to import.
    from workers.producer import CeleryProducer  # noqa: PLC0415

    settings, now = load_settings(data_dir=data_dir, makes_secret=False), datetime.now(UTC)
    with open_records(settings) as database:
        if dry_run:
            with database.read() as db:
                lines = read_retention(db)
        else:
            store = build_store(settings)
            lines = apply_retention(database, store, CeleryProducer(settings), now=now)
            remove_unwanted_cards(database, store)
    if as_json:
        click.echo(json.dumps([_facts(line, now.date(), is_done=not dry_run) for line in lines]))
    elif lines:
        _print(lines, now.date(), is_done=not dry_run)
    else:
        click.echo("Nothing is kept beyond its time.")


def _facts(line: RetentionLine, today: date, *, is_done: bool) -> dict[str, object]:
    counts = {"count": len(line.ids), "held": line.held, "published": line.published}
    due = {"until": line.due_on.isoformat(), "is_due": line.is_due(today), "is_removed": is_done}
    return {"session": line.slug, "class": line.kind.value, **due, **counts}


def _print(lines: list[RetentionLine], today: date, *, is_done: bool) -> None:
    table = Table("session", "what", "kept until", "there", "held", "published", "")
    for line in lines:
        said = "removed" if is_done else "goes now" if line.is_due(today) and line.ids else ""
        counts = (str(len(line.ids)), str(line.held), str(line.published))
        table.add_row(line.slug, line.kind.value.replace("_", " "), line.due_on.isoformat(), *counts, said)
    Console().print(table)
