"""`presession bucket`: makes the S3 bucket that the settings name."""

from pathlib import Path

import click

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from presession.options import data_option
from presession.parts import build_store


@click.command(
    epilog="""\b
Example:
  PRESESSION_SETTINGS=/etc/presession/settings.toml presession bucket"""
)
@data_option("Installation whose bucket is made.")
def bucket(data_dir: Path | None) -> None:
    """Make the S3 bucket that the settings name, unless it is there. On Amazon, make it where you manage it."""
    # boto3 takes a third of a second to import.
    from pipeline.storage.s3 import S3Store  # noqa: PLC0415

    settings = load_settings(data_dir=data_dir, makes_secret=False)
    store = build_store(settings)
    if not isinstance(store, S3Store):
        raise WrongUsage("Objects are kept in a folder (PRESESSION_STORE__KIND), which needs no bucket.")
    made = store.make_bucket()
    click.echo(f"The bucket “{settings.store.bucket}” {'was made' if made else 'is there'}.")
