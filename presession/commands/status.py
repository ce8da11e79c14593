"""`presession status`: how each statement of a session stands, and what is missing."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.services.board_lines import CountryLine, SpeakerLine
from pipeline.services.boards import load_board
from presession.options import data_option
from presession.panel_places import country_named, json_option, open_transaction, say, session_named


@click.command(
    epilog="""\b
Examples:
  presession status 36
  presession status 36 MW --json
"""
)
@click.argument("slug")
@click.argument("country", required=False)
@json_option()
@data_option("Installation to look at.")
def status(*, slug: str, country: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Show how a session stands, or one country of it."""
    with open_transaction(data_dir) as db:
        only = country_named(db, slug, country).code if country else None
        session_named(db, slug)
        board = load_board(db, slug, now=datetime.now(UTC), only_country=only)
        lines = [(one, line) for one in (board.countries if board else ()) for line in one.speakers]
    rows = [_facts(one, line) for one, line in lines]
    say(rows, "\n".join(_words(one, line) for one, line in lines) or "Nobody.", as_json=as_json)


def _facts(country: CountryLine, line: SpeakerLine) -> dict[str, object]:
    return {
        "country": country.code,
        "position": line.row.position,
        "statement_id": line.row.statement_id,
        "standing": line.standing.value,
        "waits_for": line.waits_for.value,
        "missing": [one.value for one in line.missing],
        "missing_subtitles": list(line.missing_subtitles),
        "is_live": line.is_live,
    }


def _words(country: CountryLine, line: SpeakerLine) -> str:
    missing = [*(one.value for one in line.missing), *(f"subtitles {one}" for one in line.missing_subtitles)]
    more = f"  missing: {', '.join(missing)}" if missing else ""
    return f"{country.code} {line.row.position}  {line.row.organisation}  {line.standing.value}{more}"
