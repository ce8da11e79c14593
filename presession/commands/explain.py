"""`presession explain`: how each step of a recording stands, what is out of date and why, what waits for whom."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.settings import Settings, load_settings
from pipeline.domain.build_graph import Node, Step, StepState, input_words
from pipeline.domain.consents import Audience
from pipeline.domain.errors import WrongUsage
from pipeline.media.card_style import read_card_style
from pipeline.media.cards import CardMaking
from pipeline.media.ladder import read_ladder
from pipeline.records.database import Database, upgrade_schema
from pipeline.services.build_graph import BuildGraph, check_objects, find_current_recording, load_build_graph
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import transaction
from pipeline.services.rebuilding import rebuild
from pipeline.site.player_assets import read_player_assets
from pipeline.storage.store import StoreUnavailable
from presession.options import data_option
from presession.parts import build_database, build_store, require_records

_AUDIENCES = {Audience.PUBLIC: "everybody", Audience.MISSIONS: "missions"}

_STYLES = {
    StepState.BUILT: "green",
    StepState.STALE: "yellow",
    StepState.MISSING: "yellow",
    StepState.RUNNING: "cyan",
    StepState.WAITING: "cyan",
    StepState.FAILED: "bold red",
    StepState.REFUSED: "bold red",
}


@click.command(
    epilog="""\b
Where the numbers are: the address of a statement's page for staff ends with the number of the statement
(/staff/statements/7), that of its player's media has the number of the recording (/staff/recordings/12/media/).

\b
Examples:
  presession explain 12
  presession explain --statement 7
  presession explain 12 --json
  presession explain 12 --rebuild"""
)
@click.argument("recording_id", metavar="[RECORDING]", type=int, required=False)
@click.option("--statement", "statement_id", type=int, help="Explain the recording of this statement that counts.")
@click.option("--rebuild", "rebuilds", is_flag=True, help="Have made anew what is out of date, missing or failed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_option("Installation to look at.")
def explain(
    recording_id: int | None, statement_id: int | None, rebuilds: bool, as_json: bool, data_dir: Path | None
) -> None:
    """Say how each step of a RECORDING stands: built, out of date and why, running, or waiting for whom.

    Then says of the public and of missions what each sees of it now, and why.

    Prints numbers and codes, never a name. Changes nothing without --rebuild, which queues work and publishes nothing
    that people have not decided on.
    """
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    database = _open(settings)
    graph = _load(database, settings, recording_id, statement_id)
    note = ""
    try:
        graph = check_objects(graph, build_store(settings))
    except StoreUnavailable as error:
        note = f"What the store holds is not known: {error}"
    queued = _rebuild(database, settings, graph) if rebuilds else ()
    database.close()
    if as_json:
        queued_steps = [step.value for step in queued]
        click.echo(json.dumps({**graph.to_json(), "queued": queued_steps, "note": note}, ensure_ascii=False))
    else:
        _print(graph, note)
        _print_queued(queued, rebuilds=rebuilds)


def _open(settings: Settings) -> Database:
    """The records; looking must not make any."""
    require_records(settings)
    upgrade_schema(settings.effective_database_url)
    return build_database(settings)


def _load(database: Database, settings: Settings, recording_id: int | None, statement_id: int | None) -> BuildGraph:
    if (recording_id is None) == (statement_id is None):
        raise WrongUsage("Name one recording by its number, or a statement with --statement. See --help for where.")
    ladder = read_ladder(settings.media.renditions_file)
    making = CardMaking(ladder, read_card_style(settings.media.card_style_file))
    with database.read() as db:
        if statement_id is not None:
            recording_id = find_current_recording(db, statement_id)
        now, player = datetime.now(UTC), read_player_assets()
        graph = recording_id and load_build_graph(db, recording_id, making=making, player=player, now=now)
    if not graph:
        raise WrongUsage("There is no such recording in this installation; a statement may have none yet.")
    return graph


def _rebuild(database: Database, settings: Settings, graph: BuildGraph) -> tuple[Step, ...]:
    # Celery takes long to import.
    from workers.producer import CeleryProducer  # noqa: PLC0415

    with transaction(database, CeleryProducer(settings)) as db:
        return rebuild(db, graph, actor=SYSTEM, now=datetime.now(UTC))


def _print(graph: BuildGraph, note: str) -> None:
    console = Console()
    counts = "the one that counts" if graph.is_current else "not the one that counts"
    console.print(
        f"Recording {graph.recording_id}, attempt {graph.attempt} of statement {graph.statement_id}, {counts}: "
        f"{graph.country_code} in session {graph.session_slug}, place {graph.position}, {graph.state.value}.",
        highlight=False,
    )
    table = Table(box=None, show_header=False, padding=(0, 1))
    for node in graph.nodes:
        table.add_row(node.step.value, Text(node.state.value, style=_STYLES[node.state]), Text(_words(node)))
    console.print(table)
    _print_views(console, graph)
    if note:
        console.print(note, highlight=False)


def _print_views(console: Console, graph: BuildGraph) -> None:
    console.print("Who sees it now:")
    table = Table(box=None, show_header=False, padding=(0, 1))
    for view in graph.views:
        seen = ", ".join(view.sees)
        table.add_row(_AUDIENCES[view.audience], Text(seen or "nothing"), Text(_words(view.release)))
    console.print(table)


def _words(node: Node) -> str:
    parts = []
    if node.progress:
        parts.append(f"{node.progress.stage or 'beginning'}, {node.progress.share:.0%}.")
    if node.changed:
        parts.append(f"Changed since: {', '.join(input_words(node.step, name) for name in node.changed)}.")
    parts.append(node.because)
    if node.waits_for:
        parts.append(f"→ {node.waits_for.value}")
    return " ".join(part for part in parts if part)


def _print_queued(queued: tuple[Step, ...], *, rebuilds: bool) -> None:
    if queued:
        click.echo(f"Queued: {', '.join(step.value for step in queued)}. Ask again when it is done.")
    elif rebuilds:
        click.echo("Nothing is queued: all is built, under way, or waits for somebody to decide.")
