"""`presession release`: what changed with each, going back to an earlier one, moments for publishing and ending."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.domain.publishing import Question, ScheduledDeed
from pipeline.records.tables import Release, ScheduledRelease
from pipeline.services.events import SYSTEM
from pipeline.services.release_comparison import Difference
from pipeline.services.release_history import (
    ReleaseLine,
    ReturnCheck,
    check_return,
    compare_releases,
    find_release,
    list_country_releases,
    live_before,
    return_to_release,
)
from pipeline.services.release_schedule import (
    cancel_schedule,
    moment_in,
    open_schedule,
    past_schedule,
    schedule_release,
)
from presession.options import data_option
from presession.panel_places import confirm_option, country_named, json_option, open_transaction, say


@click.group(
    epilog="""\b
Examples:
  presession release list 36 MW
  presession release show 36 MW 3
  presession release return 36 MW 3 --yes 1f0c9a77be402d18
  presession release schedule 36 MW publish 2026-12-01T09:00 --zone Europe/Zurich --confirm left_out
  presession release schedule 36 MW expire 2027-03-01T00:00
  presession release unschedule 36 MW 2"""
)
def release() -> None:
    """Look at a country's releases, go back to one, and set moments for publishing and ending."""


@release.command("list")
@click.argument("slug")
@click.argument("country")
@json_option()
@data_option()
def list_them(*, slug: str, country: str, as_json: bool, data_dir: Path | None) -> None:
    """Every release, the newest first, and the moments that are set."""
    with open_transaction(data_dir) as db:
        found = country_named(db, slug, country)
        lines = [_line_facts(line) for line in list_country_releases(db, found)]
        moments = [_moment_facts(row) for row in (*open_schedule(db, found.id), *past_schedule(db, found.id))]
    words = [f"{one['number']}  {one['audience']}  {one['standing']}  {one['statements']} statements" for one in lines]
    words += [f"{one['id']}: {one['deed']} at {one['at']}  {one['outcome'] or 'to come'}" for one in moments]
    say({"releases": lines, "schedule": moments}, "\n".join(words) or "There is none.", as_json=as_json)


@release.command("show")
@click.argument("slug")
@click.argument("country")
@click.argument("number", type=int)
@json_option()
@data_option()
def show(*, slug: str, country: str, number: int, as_json: bool, data_dir: Path | None) -> None:
    """What changed for viewers with one release, and what going back to it would mean today."""
    with open_transaction(data_dir) as db:
        found = country_named(db, slug, country)
        chosen = _chosen(find_release(db, found, number), slug, country)
        changes = compare_releases(db, live_before(db, chosen), chosen)
        is_earlier = chosen.published_at is not None and found.live_id(chosen.audience) != chosen.id
        check = check_return(db, found, chosen) if is_earlier else None
    facts = {"number": number, "changes": _facts(changes), "going_back": _return_facts(check) if check else None}
    words = [f"with it came: {_words(one)}" for one in changes] or ["viewers saw the same as before"]
    say(facts, "\n".join([*words, *(_return_words(check) if check else ())]), as_json=as_json)


@release.command("return")
@click.argument("slug")
@click.argument("country")
@click.argument("number", type=int)
@click.option("--yes", "seen", required=True, metavar="SEEN", help="What was seen, as `show` printed it.")
@json_option()
@data_option()
def go_back(*, slug: str, country: str, number: int, seen: str, as_json: bool, data_dir: Path | None) -> None:
    """Have an earlier release written anew, as far as that may be shown today."""
    with open_transaction(data_dir) as db:
        found = country_named(db, slug, country)
        old = _chosen(find_release(db, found, number), slug, country)
        if old.published_at is None:
            raise WrongUsage(f"Release {number} was never out. Go back to one that was.")
        made = return_to_release(db, found, old, seen=seen, actor=SYSTEM, now=datetime.now(UTC)).number
    say({"number": made, "returned_to": number}, f"Publishing has begun: release {made}.", as_json=as_json)


@release.command("schedule")
@click.argument("slug")
@click.argument("country")
@click.argument("deed", type=click.Choice([deed.value for deed in ScheduledDeed]))
@click.argument("at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]))
@click.option("--zone", default="", help="Time zone of the moment; default: the one that the settings name.")
@confirm_option("A question that is said yes to beforehand; several are possible.")
@json_option()
@data_option()
def schedule(
    *,
    slug: str,
    country: str,
    deed: str,
    at: datetime,
    zone: str,
    confirmed: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Set a moment at which a country is published, or its page ends; one for each."""
    zone = zone or load_settings(data_dir=data_dir, makes_secret=False).web.time_zone
    with open_transaction(data_dir) as db:
        row = schedule_release(
            db,
            country_named(db, slug, country),
            ScheduledDeed(deed),
            at=moment_in(zone, at),
            time_zone=zone,
            actor=SYSTEM,
            now=datetime.now(UTC),
            confirmed=[Question(code) for code in confirmed],
        )
        facts = _moment_facts(row)
    say(facts, f"Set: {deed} at {facts['at']}.", as_json=as_json)


@release.command("unschedule")
@click.argument("slug")
@click.argument("country")
@click.argument("moment", type=int)
@json_option()
@data_option()
def unschedule(*, slug: str, country: str, moment: int, as_json: bool, data_dir: Path | None) -> None:
    """Let a moment pass without anything happening."""
    with open_transaction(data_dir) as db:
        cancel_schedule(db, country_named(db, slug, country), moment, actor=SYSTEM, now=datetime.now(UTC))
    say({"id": moment, "outcome": "cancelled"}, f"Cancelled: {moment}", as_json=as_json)


def _chosen(found: Release | None, slug: str, country: str) -> Release:
    if found is None:
        raise WrongUsage(f"There is no such release. `presession release list {slug} {country}` shows them all.")
    return found


def _line_facts(line: ReleaseLine) -> dict[str, Any]:
    standing = "live" if line.is_live else "coming" if line.is_coming else "earlier" if line.published_at else "not out"
    return {
        "number": line.number,
        "audience": line.audience.value,
        "standing": "removed" if line.removed_at else standing,
        "created_at": line.created_at,
        "published_at": line.published_at,
        "statements": line.statements,
    }


def _moment_facts(row: ScheduledRelease) -> dict[str, Any]:
    return {"id": row.id, "deed": row.deed.value, "at": row.at, "time_zone": row.time_zone, "outcome": row.outcome}


def _return_facts(check: ReturnCheck) -> dict[str, Any]:
    return {
        "seen": check.seen,
        "is_possible": check.is_possible,
        "changes": _facts(check.changes),
        "left_out": [statement_id for statement_id, _organisation in check.left_out],
        "lost": _facts(check.lost),
    }


def _return_words(check: ReturnCheck) -> list[str]:
    if not check.is_possible:
        return ["going back: " + ("viewers would see what is out now" if check.stays else "nothing of it may be shown")]
    words = [f"going back: {_words(one)}" for one in check.changes]
    words += [f"stays away: {organisation}" for _id, organisation in check.left_out]
    words += [f"was taken away since: {_words(one)}" for one in check.lost]
    return [*words, f"seen: {check.seen}"]


def _facts(changes: tuple[Difference, ...]) -> list[dict[str, Any]]:
    return [
        {
            "change": one.change.value,
            "statement_id": one.statement_id,
            "language": one.language,
            "place_before": one.place_before,
            "place_after": one.place_after,
        }
        for one in changes
    ]


def _words(one: Difference) -> str:
    language = f" ({one.language})" if one.language else ""
    return f"{one.organisation}: {one.change.value.replace('_', ' ')}{language}"
