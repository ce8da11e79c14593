"""`presession restore`: an empty installation is filled from a backup."""

from pathlib import Path

import click

from config.settings import load_settings
from pipeline.services.original_keys import count_keys
from pipeline.storage.sealing import KeyRing
from presession.backups import restore as restore_backup
from presession.options import data_option
from presession.parts import open_records
from presession.sole_use import sole_use


@click.command(
    epilog="""\b
Examples:
  presession restore /mnt/backup/presession --data /srv/presession
  PRESESSION_SETTINGS=new.toml presession restore /mnt/backup/presession

Withdrawals and takedowns since the backup are undone with everything else: go through them again
before the portal is opened. Speakers' links, passwords and sessions are as they were."""
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_option("Installation to fill; its database must be empty.")
def restore(folder: Path, data_dir: Path | None) -> None:
    """Fill an empty database and a store from the backup in FOLDER, of the same kind or another."""
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    ring = KeyRing(settings.master_keys)
    with sole_use(settings.data_dir):
        done = restore_backup(settings, folder.resolve())
    click.echo(f"{done.rows} rows and {done.objects.copied + done.objects.kept} objects were restored.")
    with open_records(settings) as database, database.read() as db:
        unknown = count_keys(db, ring).unknown
    click.echo(
        "What was withdrawn or taken down since the backup was made stands in it again, published as it was. Go "
        "through it before the portal is started, or before anybody can reach the restored pages."
    )
    if unknown:
        click.echo(
            f"{unknown} originals are sealed with a master key that is NOT here. Before the start put the old "
            f"originals.key into {settings.data_dir}, or the key into the settings; without it everything is shown and "
            "published as it was, but no original can be opened."
        )
