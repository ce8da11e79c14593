"""`presession worker`: checks and encodes recordings, writes releases."""

from pathlib import Path

import click

from config.settings import load_settings
from pipeline.domain.jobs import Queue
from pipeline.records.database import upgrade_schema
from presession.options import data_option
from presession.services import worker_parts
from presession.supervisor import Supervisor


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
    help="Take jobs of this queue only; may be given more than once. Default: a worker for each.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    help="Jobs at the same time; without --queue, encodes. Default: as in the settings PRESESSION_JOBS__….",
)
@click.pass_context
def worker(ctx: click.Context, data_dir: Path | None, queues: tuple[str, ...], concurrency: int | None) -> None:
    """Run workers alone: checks, encodes, releases.

    Told to stop by SIGTERM or Ctrl-C they finish what they can within PRESESSION_JOBS__DRAIN_SECONDS and hand back the
    rest.
    """
    settings = load_settings(data_dir=data_dir)
    upgrade_schema(settings.effective_database_url)
    if not queues:
        parts = worker_parts(settings, encodes=concurrency, has_logs=False)
        Supervisor(parts, say=lambda sentence: click.echo(sentence, err=True)).run()
        return
    # Celery takes long to import.
    from webapp.wording.mails import TranslatedMails  # noqa: PLC0415
    from workers.entry import run_worker  # noqa: PLC0415

    wanted = [Queue(queue) for queue in queues]
    ctx.exit(run_worker(settings, queues=wanted, concurrency=concurrency, mail_writer=TranslatedMails()))
