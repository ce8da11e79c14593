"""`presession scheduler`: looks for lost work and expired uploads, again and again."""

from pathlib import Path

import click

from config.settings import load_settings
from pipeline.records.database import upgrade_schema
from presession.options import data_option


@click.command(
    epilog="""\b
Example:
  presession scheduler"""
)
@data_option()
@click.pass_context
def scheduler(ctx: click.Context, data_dir: Path | None) -> None:
    """Run the scheduler alone: sends lost jobs again, takes back those of dead workers."""
    # Celery takes long to import.
    from workers.entry import run_scheduler  # noqa: PLC0415

    settings = load_settings(data_dir=data_dir)
    upgrade_schema(settings.effective_database_url)
    ctx.exit(run_scheduler(settings))
