"""`presession store`: tries what keeps the objects, and says what to change."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import click

from config.settings import Settings, load_settings
from pipeline.domain.errors import PresessionError
from pipeline.storage.folder import FolderStore
from presession.checkup.checks import Check, Level, problem
from presession.checkup.store_folder import check_folder
from presession.options import data_option
from presession.panel_places import json_option
from presession.parts import build_store

_MARKS = {Level.OK: "ok", Level.NOTE: "note", Level.PROBLEM: "PROBLEM"}


@click.group(
    epilog="""\b
Examples:
  presession store check
  PRESESSION_SETTINGS=/etc/presession/settings.toml presession store check --json"""
)
def store() -> None:
    """Look after what keeps the objects: a folder, or a bucket of any S3."""


@store.command("check")
@json_option()
@data_option("Installation whose store is tried.")
@click.pass_context
def check(ctx: click.Context, *, as_json: bool, data_dir: Path | None) -> None:
    """Try rights, headers, conditional writes, versions, CORS, clock and privacy, and say what to change.

    Small objects are written below `probes/` and removed again. Exit status 1 when something must be mended.
    """
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    found = list(check_store(settings))
    if as_json:
        click.echo(json.dumps({"checks": [one.to_json() for one in found]}, ensure_ascii=False))
    else:
        click.echo("\n".join(map(_line, found)))
    if any(one.level is Level.PROBLEM for one in found):
        ctx.exit(1)


def check_store(settings: Settings) -> Iterator[Check]:
    """Every trial of the store that the settings name; one that is away is a finding."""
    built = build_store(settings)
    try:
        if isinstance(built, FolderStore):
            yield from check_folder(built, settings.store_folder)
            return
        # boto3 takes a third of a second to import.
        from pipeline.storage.s3 import S3Store  # noqa: PLC0415
        from presession.checkup.store_s3 import check_bucket  # noqa: PLC0415

        address = urlsplit(settings.public_url)
        yield from check_bucket(cast("S3Store", built), origin=f"{address.scheme}://{address.netloc}")
    except PresessionError as error:
        yield problem("store", str(error), "mend it, then try again")


def _line(one: Check) -> str:
    mend = f"\n         {'→ ' + one.mend}" if one.mend and one.level is not Level.OK else ""
    return f"{_MARKS[one.level]:<8} {one.name}: {one.found}{mend}"
