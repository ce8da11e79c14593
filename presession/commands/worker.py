"""`presession worker`: checks and encodes recordings, writes releases."""

from pathlib import Path

import click

from config.settings import load_settings
from pipeline.domain.jobs import Queue
from pipeline.records.database import upgrade_schema
from presession.options import data_option


@click.command(
    epilog="""\b
Examples:
  presession worker
  presession worker --queue encode --concurrency 4"""
)
@data_option()
@click.option(
    "--queue",
    "queues",
    type=click.Choice([queue.value for queue in Queue]),
    multiple=True,
    help="Take jobs of this queue only; may be given more than once. Default: all.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Jobs at the same time. Default: PRESESSION_JOBS__CONCURRENCY.",
)
@click.pass_context
def worker(ctx: click.Context, data_dir: Path | None, queues: tuple[str, ...], concurrency: int | None) -> None:
    """Run a worker alone: checks, encodes, releases."""
    # Celery takes long to import.
    from workers.entry import run_worker  # noqa: PLC0415

    settings = load_settings(data_dir=data_dir)
    upgrade_schema(settings.effective_database_url)
    chosen = tuple(Queue(queue) for queue in queues) or tuple(Queue)
    ctx.exit(run_worker(settings, queues=chosen, concurrency=concurrency))
