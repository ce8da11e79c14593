"""`presession session`: the sessions that ship, those that are loaded, and loading one."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from config.settings import CONFIG_DIR, Settings, load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.domain.pre_sessions import MAX_PANELISTS, PreSessionPlan
from pipeline.domain.session_files import read_session_file
from pipeline.records.database import upgrade_schema
from pipeline.records.tables import PreSession
from pipeline.services.events import SYSTEM
from pipeline.services.sessions import LoadReport, load_pre_session
from presession.options import data_option
from presession.parts import build_database

SESSIONS_DIR = CONFIG_DIR / "sessions"


@click.group(
    epilog="""\b
Examples:
  presession session list
  presession session load 36
  presession session load my-session.toml --data /srv/presession
"""
)
def session() -> None:
    """List sessions and load a session file."""


@session.command("list")
@data_option("Folder whose loaded sessions are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_sessions(data_dir: Path | None, as_json: bool) -> None:
    """Show the sessions that ship with presession and those that are loaded."""
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    loaded = _loaded(settings)
    rows = [_facts(plan, is_loaded=loaded.pop(plan.slug, None) is not None) for plan in shipped_plans()]
    rows += [_loaded_facts(row) for row in loaded.values()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        _print_table(rows)


@session.command("load")
@click.argument("which", metavar="FILE.toml|NUMBER")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: what was done, as ids.")
@data_option()
def load_session(which: str, as_json: bool, data_dir: Path | None) -> None:
    """Load a session file, or one that ships with presession by its number.

    Loading again brings countries and speakers up to date and never undoes what people did.
    """
    plan = read_session_file(_session_path(which))
    settings = load_settings(data_dir=data_dir)
    upgrade_schema(settings.effective_database_url)
    database = build_database(settings)
    with database.begin() as db:
        report = load_pre_session(db, plan, actor=SYSTEM, now=datetime.now(UTC))
    database.close()
    if as_json:
        click.echo(json.dumps({"slug": plan.slug, **vars(report)}))
    else:
        _print_report(plan, report)


def shipped_plans() -> list[PreSessionPlan]:
    """The sessions that ship with presession."""
    return [read_session_file(path) for path in sorted(SESSIONS_DIR.glob("*.toml"))]


def _session_path(which: str) -> Path:
    path = Path(which)
    if path.suffix == ".toml" or path.exists():
        return path
    shipped = {path.stem: path for path in SESSIONS_DIR.glob("*.toml")}
    if which not in shipped:
        raise WrongUsage(
            f"“{which}” is neither a session file nor one that ships with presession ({', '.join(sorted(shipped))})."
        )
    return shipped[which]


def _loaded(settings: Settings) -> dict[str, PreSession]:
    """Loaded sessions by slug; looking must not make a database."""
    if not settings.database_url and not (settings.data_dir / "presession.sqlite3").exists():
        return {}
    upgrade_schema(settings.effective_database_url)
    database = build_database(settings)
    with database.read() as db:
        rows = {row.slug: row for row in db.scalars(select(PreSession).order_by(PreSession.slug))}
        for row in rows.values():
            len(row.countries)
        db.expunge_all()
    database.close()
    return rows


def _facts(plan: PreSessionPlan, *, is_loaded: bool) -> dict[str, object]:
    return {
        "slug": plan.slug,
        "title": plan.title,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "is_confirmed": plan.is_confirmed,
        "place": plan.place,
        "limit": str(plan.limit),
        "countries": [country.code for country in plan.countries],
        "ships": True,
        "is_loaded": is_loaded,
    }


def _loaded_facts(row: PreSession) -> dict[str, object]:
    return {
        "slug": row.slug,
        "title": row.title,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "is_confirmed": row.is_confirmed,
        "place": row.place,
        "limit": f"{row.min_seconds:g}-{row.max_seconds:g} s",
        "countries": [country.code for country in row.countries],
        "ships": False,
        "is_loaded": True,
    }


def _print_table(rows: list[dict[str, object]]) -> None:
    table = Table("session", "dates", "place", "limit", "countries", "loaded")
    for row in rows:
        codes = row["countries"]
        dates = f"{row['starts_on']} to {row['ends_on']}" + ("" if row["is_confirmed"] else " (provisional)")
        table.add_row(
            str(row["slug"]),
            dates,
            str(row["place"]),
            str(row["limit"]),
            str(len(codes)) if isinstance(codes, list) else "",
            "yes" if row["is_loaded"] else "no",
        )
    Console().print(table)


def _print_report(plan: PreSessionPlan, report: LoadReport) -> None:
    done = "Loaded" if report.is_new else "Brought up to date"
    click.echo(f"{done}: {plan.title} ({len(plan.countries)} countries).")
    changes = {
        "speakers added": report.added_speakers,
        "speakers changed": report.updated_speakers,
        "speakers removed": report.removed_speakers,
        "countries removed": report.removed_countries,
    }
    for what, ids in changes.items():
        if ids:
            click.echo(f"  {what}: {len(ids)}")
    if report.kept_speakers:
        click.echo(
            f"  kept although the file no longer names them, because they hold something: {len(report.kept_speakers)}"
        )
    if report.kept_facts:
        click.echo(f"  kept as staff changed it in the portal: {', '.join(report.kept_facts)}")
    for country in plan.countries:
        if len(country.speakers) > MAX_PANELISTS:
            click.echo(
                f"  note: {country.code} has {len(country.speakers)} speakers; a panel has {MAX_PANELISTS} at most."
            )
