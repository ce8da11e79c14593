"""`presession remind`: ask speakers for what is missing, by mail, each in their own language."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from pipeline.records.tables import Country
from pipeline.services.events import SYSTEM
from pipeline.services.reminders import Reminded, find_last_reminders, remind_speaker
from presession.options import data_option
from presession.panel_places import countries_named, json_option, open_transaction, say


@click.command(
    epilog="""\b
Examples:
  presession remind 36
  presession remind 36 MW --again --json

Nobody is reminded twice within a day unless --again says so, and nobody of whom nothing is missing."""
)
@click.argument("slug")
@click.argument("country", required=False)
@click.option("--again", is_flag=True, help="Also who was reminded within a day.")
@json_option()
@data_option()
def remind(*, slug: str, country: str | None, again: bool, as_json: bool, data_dir: Path | None) -> None:
    """Remind the speakers of a session, or of one country of it."""
    with open_transaction(data_dir) as db:
        countries = countries_named(db, slug, country)
        counts = Counter(outcome for one in countries for outcome in _remind_panel(db, one, again=again))
    facts = {outcome.value: counts[outcome] for outcome in Reminded}
    say(facts, ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in facts.items()), as_json=as_json)


def _remind_panel(db: Session, country: Country, *, again: bool) -> list[Reminded]:
    now = datetime.now(UTC)
    ids = [speaker.statement.id for speaker in country.speakers]
    last = find_last_reminders(db, ids, now=now)
    return [
        remind_speaker(
            db,
            one,
            seen=last[one].mail_id if one in last else 0,
            is_asked_again=again,
            actor=SYSTEM,
            now=now,
        )
        for one in ids
    ]
