"""`presession backup`: records and objects into a folder, while everything runs."""

from pathlib import Path

import click

from config.settings import load_settings
from presession.backups import back_up
from presession.options import data_option


@click.command(
    epilog="""\b
Examples:
  presession backup /mnt/backup/presession
  presession backup /mnt/backup/monday

A folder that holds a backup already is brought up to date: only new objects are copied, and what
was removed from the store since is removed from the backup too."""
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@data_option("Installation to back up.")
def backup(folder: Path, data_dir: Path | None) -> None:
    """Copy records and objects into FOLDER, whatever database and store are set. Nothing has to be stopped."""
    done = back_up(load_settings(data_dir=data_dir, makes_secret=False), folder.resolve())
    click.echo(
        f"{done.rows} rows and {done.objects.copied + done.objects.kept} objects are in {folder} "
        f"({done.objects.copied} copied now, {done.removed} removed that the store no longer has)."
    )
