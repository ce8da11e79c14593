"""`presession captions burn`: films with subtitles in the picture, asked for and fetched."""

from datetime import UTC, datetime
from pathlib import Path

import click

from config.settings import load_settings
from pipeline.domain.burning import BurnSize
from pipeline.domain.errors import WrongUsage
from pipeline.services.burned_films import BurnedState, ask_for_film, list_films
from pipeline.services.events import SYSTEM
from pipeline.services.tracks import current_tracks
from pipeline.storage.opening import open_store
from presession.options import data_option
from presession.panel_places import json_option, open_transaction, say, statement_at


@click.command(
    epilog="""\b
Examples:
  presession captions burn 36 MW 1 fr --size large
  presession captions burn 36 MW 1 fr --size large --to statement.mp4

A worker for the queue `captions` makes the film; asking once more says how it stands."""
)
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@click.argument("language")
@click.option("--size", type=click.Choice([size.value for size in BurnSize]), default="medium", show_default=True)
@click.option("--to", "path", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Fetch it there.")
@json_option()
@data_option()
def burn(
    *,
    slug: str,
    country: str,
    position: int,
    language: str,
    size: str,
    path: Path | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Have a film made with the subtitles of one statement in the picture."""
    with open_transaction(data_dir) as db:
        recording = statement_at(db, slug, country, position).current_recording
        track = current_tracks(recording).get(language) if recording is not None else None
        if recording is None or track is None:
            raise WrongUsage(f"There are no subtitles in “{language}” that a film could show yet.")
        ask_for_film(db, track, BurnSize(size), actor=SYSTEM, now=datetime.now(UTC))
        line = next(one for one in list_films(db, recording) if (one.track, one.size) == (track, size))
        facts = {"track_id": track.id, "state": line.state.value, "missing": list(line.missing)}
    if path is not None:
        _fetch(line.key, path, data_dir)
    lacking = f" No font for: {' '.join(line.missing)}." if line.missing else ""
    say(facts, f"The film is {_WORDS[line.state]}.{lacking}", as_json=as_json)


_WORDS = {BurnedState.MAKING: "being made", BurnedState.READY: "ready", BurnedState.FAILED: "not made yet"}


def _fetch(key: str | None, path: Path, data_dir: Path | None) -> None:
    if key is None:
        raise WrongUsage("The film is not there yet. Ask once more in a few minutes.")
    open_store(**load_settings(data_dir=data_dir, makes_secret=False).store_values).fetch_file(key, path)
