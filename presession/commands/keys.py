"""`presession keys`: the master keys that seal originals: a new one, how originals are sealed, sealing them anew."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from config.settings import Settings, load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.services.original_keys import count_keys, plain_originals, renew_keys, seal_original
from pipeline.services.originals import Originals
from pipeline.storage.sealing import KeyRing, new_master_key
from presession.options import data_option
from presession.parts import build_store, open_records


@click.group(
    epilog="""\b
Examples:
  presession keys new                     # a master key: first line of the key file, or the setting
  presession keys status
  presession keys renew                   # after another master key was put first
  presession keys seal                    # originals from before there was a key
"""
)
def keys() -> None:
    """Look after the keys that originals are sealed with."""


@keys.command("new")
def new_key() -> None:
    """Print a new master key. Nothing is changed; where to put it is in docs/operating.md, “Keys”."""
    click.echo(new_master_key())


@keys.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_option("Installation to look at.")
def key_status(as_json: bool, data_dir: Path | None) -> None:
    """Say how the originals are sealed."""
    settings, ring = _load(data_dir)
    with open_records(settings) as database, database.read() as db:
        count = count_keys(db, ring)
    if as_json:
        click.echo(json.dumps({"master_keys": len(settings.master_keys), **vars(count)}))
        return
    click.echo(f"{len(settings.master_keys)} master keys here; the first seals what is uploaded.")
    click.echo(f"{count.current} originals are sealed with the first, {count.older} with an older one.")
    if count.unknown:
        click.echo(f"{count.unknown} are sealed with a key that is NOT here: put it back, or they are lost.")
    if count.plain:
        click.echo(f"{count.plain} are not sealed: presession keys seal")


@keys.command("renew")
@data_option("Installation to change.")
def renew(data_dir: Path | None) -> None:
    """Seal the keys of all originals with the first master key; then the others can go.

    No original is written again: only their keys are. Every part must know both master keys already.
    """
    settings, ring = _load(data_dir)
    with open_records(settings) as database, database.begin() as db:
        renewed = renew_keys(db, _sealing(ring))
    click.echo(f"{renewed} keys were sealed anew. The older master keys open nothing of this installation any more.")


@keys.command("seal")
@data_option("Installation to change.")
def seal(data_dir: Path | None) -> None:
    """Seal originals that lie plain in the store, one after the other, while everything runs."""
    settings, ring = _load(data_dir)
    originals, work_dir = Originals(build_store(settings), _sealing(ring)), settings.work_dir / "sealing"
    with open_records(settings) as database:
        with database.read() as db:
            waiting = plain_originals(db)
        now = datetime.now(UTC)
        done = sum(seal_original(database, originals, one, work_dir=work_dir, now=now) for one in waiting)
    click.echo(f"{done} originals were sealed." if waiting else "No original lies plain.")
    if done < len(waiting):
        click.echo(f"{len(waiting) - done} are being read: do it again later for those.")


def _load(data_dir: Path | None) -> tuple[Settings, KeyRing]:
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    return settings, KeyRing(settings.master_keys)


def _sealing(ring: KeyRing) -> KeyRing:
    if not ring.seals:
        raise WrongUsage("There is no master key. `presession keys new` prints one; docs/operating.md says where to.")
    return ring
