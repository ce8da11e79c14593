"""`presession captions list` and `align`: how subtitles of a session stand, and having texts timed that are not yet."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from pipeline.domain.sheets import wanted_languages
from pipeline.records.tables import Country, Recording
from pipeline.services.alignments import ask_for_alignment, is_aligning
from pipeline.services.sheets import list_sheets
from presession.options import data_option
from presession.panel_places import countries_named, json_option, open_transaction, say


@click.command(
    name="list",
    epilog="""\b
Examples:
  presession captions list 36
  presession captions list 36 MW --json

Prints numbers, languages and codes, never a name.""",
)
@click.argument("slug")
@click.argument("country", required=False)
@json_option()
@data_option()
def list_captions(*, slug: str, country: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Say how far the subtitles of a session are, or of one country of it."""
    with open_transaction(data_dir) as db:
        items = [item for one in countries_named(db, slug, country) for item in _standing(db, one)]
    lines = [
        f"statement {item['statement_id']}: "
        + ", ".join(f"{language} {state}" for language, state in item["languages"].items())
        for item in items
    ]
    say({"statements": items}, "\n".join(lines) or "There are no recordings.", as_json=as_json)


@click.command(
    epilog="""\b
Examples:
  presession captions align 36
  presession captions align 36 MW

What people work on already stays as it is; a text that was timed or refused is not timed again unless it changed."""
)
@click.argument("slug")
@click.argument("country", required=False)
@json_option()
@data_option()
def align(*, slug: str, country: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Have the texts of a session timed by their recordings, where that is not done."""
    with open_transaction(data_dir) as db:
        recordings = [found for one in countries_named(db, slug, country) for found in _current(one)]
        for recording in recordings:
            ask_for_alignment(db, recording, now=datetime.now(UTC))
        counts = Counter(is_aligning(db, recording.id) for recording in recordings)
    facts = {"asked": counts[True], "nothing_to_do": counts[False]}
    say(facts, f"asked for: {facts['asked']}, nothing to do: {facts['nothing_to_do']}", as_json=as_json)


def _current(country: Country) -> Iterator[Recording]:
    for speaker in country.speakers:
        if speaker.statement.current_recording is not None:
            yield speaker.statement.current_recording


def _standing(db: Session, country: Country) -> Iterator[dict[str, Any]]:
    for recording in _current(country):
        sheets = {sheet.language: sheet for sheet in list_sheets(db, recording.id)}
        speaker = recording.statement.speaker
        wanted = wanted_languages(country.pre_session.subtitle_languages, speaker.language)
        yield {
            "statement_id": recording.statement_id,
            "recording_id": recording.id,
            "is_aligning": is_aligning(db, recording.id),
            "languages": {
                language: sheets[language].state.value if language in sheets else "missing"
                for language in dict.fromkeys((speaker.language, *wanted, *sheets))
            },
        }
