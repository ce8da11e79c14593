"""`presession erase`: a speaker is erased on request, with everything that they handed in."""

from datetime import UTC, datetime
from pathlib import Path

import click

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import Statement
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.erasures import erase_person
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import transaction
from pipeline.services.unwanted_cards import remove_unwanted_cards
from pipeline.storage.store import StoreUnavailable
from presession.options import data_option
from presession.parts import build_store, open_records


@click.command(
    epilog="""\b
Examples:
  presession erase 7                      # asks first
  presession erase 7 --yes

The address of a statement's page for staff ends with its number (/staff/statements/7/). It cannot be
undone. Make a backup afterwards: older ones still hold the person. If a session file or a table of
speakers names them, remove them there too, or they come back with it."""
)
@click.argument("statement_id", metavar="STATEMENT", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option("Installation to change.")
def erase(statement_id: int, yes: bool, data_dir: Path | None) -> None:
    """Erase the speaker of STATEMENT: name, address, texts, papers, recordings; what is published comes down."""
    # Celery takes long to import.
    from workers.producer import CeleryProducer  # noqa: PLC0415

    settings, now = load_settings(data_dir=data_dir, makes_secret=False), datetime.now(UTC)
    with open_records(settings) as database:
        with database.read() as db:
            statement = db.get(Statement, statement_id)
            if statement is None or statement.speaker.erased_at is not None:
                raise WrongUsage(f"There is no person to statement {statement_id}, or they were erased before.")
            said = f"{statement.speaker.name} ({statement.speaker.organisation})"
        if not yes:
            click.confirm(f"Erase {said} with everything they handed in? It cannot be undone", abort=True)
        with transaction(database, CeleryProducer(settings)) as db:
            erase_person(db, db.get_one(Statement, statement_id), actor=SYSTEM, now=now)
        try:
            store = build_store(settings)
            erase_withdrawn(database, store, now=now)
            remove_unwanted_cards(database, store)
        except StoreUnavailable as error:
            click.echo(f"The files follow when the store is back: {error}")
    click.echo("Erased. Counts are left, and the record's numbers and codes.")
