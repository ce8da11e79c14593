"""`presession voices`: spoken interpretation handed in for a statement, and how that of a session stands."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.domain.tokens import new_name
from pipeline.domain.voices import Under
from pipeline.records.tables import Country
from pipeline.services.events import SYSTEM
from pipeline.services.originals import Originals, StoredOriginal
from pipeline.services.voice_intake import store_voice
from pipeline.services.voices import add_voice, listed_voices, state_of_voice
from pipeline.storage.sealing import KeyRing
from pipeline.storage.spool import Spool
from presession.options import data_option
from presession.panel_places import countries_named, json_option, open_transaction, say, statement_at
from presession.parts import build_store, open_records

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_PIECE_BYTES = 1024**2


@click.group(
    epilog="""\b
Examples:
  presession voices add 36 MW 1 fr interpretation.mp3 --agreed
  presession voices list 36 MW"""
)
def voices() -> None:
    """Hand in spoken interpretation, and say how that of a session stands."""


@voices.command(
    epilog="""\b
Example:
  presession voices add 36 MW 1 fr interpretation.mp3 --agreed --under none

The file is checked and mixed by the worker of the running installation; a person approves it in the portal."""
)
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@click.argument("language")
@click.argument("file", type=_FILE)
@click.option("--under", type=click.Choice([one.value for one in Under]), default="low", help="The original below it.")
@click.option("--agreed", is_flag=True, help="Whoever speaks agrees to having this voice published.")
@json_option()
@data_option()
def add(
    *,
    slug: str,
    country: str,
    position: int,
    language: str,
    file: Path,
    under: str,
    agreed: bool,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Hand in FILE as the interpretation of the statement at a place of a panel into LANGUAGE."""
    if not agreed:
        raise WrongUsage("Say with --agreed that whoever speaks agrees to having this voice published.")
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    originals = Originals(build_store(settings), KeyRing(settings.master_keys))
    spool, name = Spool(settings.spool_dir), new_name()
    made: list[int] = []
    with open_records(settings) as database:

        def record(stored: StoredOriginal) -> None:
            with database.begin() as db:
                recording = statement_at(db, slug, country, position).current_recording
                if recording is None:
                    raise WrongUsage("This statement has no recording yet.")
                level, now = Under(under), datetime.now(UTC)
                voice = add_voice(db, recording, language=language, original=stored, under=level, actor=SYSTEM, now=now)
                made.append(voice.id)

        _spool_file(spool, name, file)
        store_voice(originals, spool, name, record)
    say({"voice_id": made[0]}, f"voice {made[0]}: handed in, is being mixed", as_json=as_json)


@voices.command(
    name="list",
    epilog="""\b
Examples:
  presession voices list 36
  presession voices list 36 MW --json

Prints numbers, languages and codes, never a name.""",
)
@click.argument("slug")
@click.argument("country", required=False)
@json_option()
@data_option()
def list_voices(*, slug: str, country: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Say how the spoken interpretation of a session stands, or of one country of it."""
    with open_transaction(data_dir) as db:
        items = [item for one in countries_named(db, slug, country) for item in _standing(one)]
    lines = [
        f"statement {item['statement_id']}: voice {item['voice_id']} {item['language']} {item['state']}"
        + (f" ({item['fault']})" if item["fault"] else "")
        for item in items
    ]
    say({"voices": items}, "\n".join(lines) or "There is no spoken interpretation.", as_json=as_json)


def _spool_file(spool: Spool, name: str, path: Path) -> None:
    spool.create(name)
    with path.open("rb") as source, spool.hold(name) as file:
        while piece := source.read(_PIECE_BYTES):
            file.append(piece)


def _standing(country: Country) -> Iterator[dict[str, Any]]:
    for speaker in country.speakers:
        recording = speaker.statement.current_recording
        for voice in listed_voices(recording) if recording else ():
            yield {
                "statement_id": speaker.statement.id,
                "voice_id": voice.id,
                "language": voice.language,
                "state": state_of_voice(voice).value,
                "fault": voice.fault.value if voice.fault else None,
                "under": voice.under.value,
            }
