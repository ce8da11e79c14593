"""`presession restore`: an empty installation is filled from a backup."""

from pathlib import Path

import click

from config.settings import load_settings
from presession.backups import restore as restore_backup
from presession.options import data_option
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
    settings = load_settings(data_dir=data_dir)
    with sole_use(settings.data_dir):
        done = restore_backup(settings, folder.resolve())
    click.echo(f"{done.rows} rows and {done.objects.copied + done.objects.kept} objects were restored.")
