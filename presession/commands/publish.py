"""`presession publish`: what publishing a country or a session would mean, and the deliberate yes to it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.domain.errors import WrongUsage
from pipeline.domain.publishing import Fate
from pipeline.services.events import SYSTEM
from pipeline.services.publish_checks import PublishCheck, confirm_publication, read_publish_check
from presession.options import data_option
from presession.panel_places import confirm_option, country_named, json_option, open_transaction, say
from presession.session_publishing import publish_all


@click.command(
    epilog="""\b
Examples:
  presession publish 36 MW
  presession publish 36 MW --yes 1f0c9a77be402d18 --confirm left_out
  presession publish 36 --all
  presession publish 36 --all --yes 9b1d06c2f8aa7e53 --confirm left_out --wait

Without --yes it only says what would be visible and what is asked. --yes names what was seen, as the first call
printed it; where something changed meanwhile nothing is published."""
)
@click.argument("slug")
@click.argument("country", required=False)
@click.option("--all", "is_all", is_flag=True, help="Every country of the session that can be published.")
@click.option("--wait", "waits", is_flag=True, help="With --all: show how far it is, and come back when it is done.")
@click.option("--yes", "seen", default="", metavar="SEEN", help="Publish what was seen.")
@confirm_option("A question that is answered with yes; several are possible.")
@json_option()
@data_option()
def publish(
    *,
    slug: str,
    country: str | None,
    is_all: bool,
    waits: bool,
    seen: str,
    confirmed: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Look at what publishing a country, or with --all a whole session, would mean; or publish it."""
    if is_all == bool(country):
        raise WrongUsage("Name a country, or say --all for every country of the session.")
    if is_all:
        publish_all(slug, seen=seen, confirmed=confirmed, waits=waits, as_json=as_json, data_dir=data_dir)
        return
    with open_transaction(data_dir) as db:
        found = country_named(db, slug, country or "")
        if not seen:
            check = read_publish_check(db, found)
            say(_facts(check), _words(check), as_json=as_json)
            return
        release = confirm_publication(db, found, seen=seen, confirmed=confirmed, actor=SYSTEM, now=datetime.now(UTC))
        facts = {"release_id": release.id, "number": release.number}
    say(facts, f"Publishing has begun: release {facts['number']}.", as_json=as_json)


def _facts(check: PublishCheck) -> dict[str, object]:
    return {
        "seen": check.seen,
        "is_out": check.is_out,
        "problems": [
            {"code": one.code, "statement_id": one.statement_id, "sentence": one.sentence} for one in check.problems
        ],
        "asked": {one.question.value: sorted(one.details) for one in check.asked},
        "audiences": [audience.value for audience in check.audiences],
        "shown_to_missions": [one.statement_id for one in check.with_fate(Fate.SHOWN_TO_MISSIONS)],
        "shown": [one.statement_id for one in check.with_fate(Fate.SHOWN)],
        "left_out": [one.statement_id for one in check.with_fate(Fate.LEFT_OUT)],
    }


def _words(check: PublishCheck) -> str:
    lines = [f"{one.position}  {one.organisation}: {one.fate.value.replace('_', ' ')}" for one in check.statements]
    for statement in (*check.with_fate(Fate.SHOWN), *check.with_fate(Fate.SHOWN_TO_MISSIONS)):
        items = [f"{one.item.value} ({one.visibility.value})" for one in statement.items]
        lines.append(f"visible of {statement.position}: {', '.join(items)}")
    lines += [f"in the way: {one.sentence}" for one in check.problems]
    lines += [f"asked: {one.question.value} ({len(one.details)})" for one in check.asked]
    return "\n".join([*lines, "this is out already" if check.is_out else f"seen: {check.seen}"])
