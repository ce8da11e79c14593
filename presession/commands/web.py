"""`presession web`: the portal alone."""

from pathlib import Path

import click

from config.logs import configure_logs
from config.settings import load_settings
from pipeline.records.database import upgrade_schema
from presession.options import data_option, port_option
from presession.parts import build_portal
from presession.ports import refuse_taken_port, with_real_port


@click.command(
    epilog="""\b
Examples:
  presession web
  PRESESSION_WEB__HOST=0.0.0.0 presession web --port 8080"""
)
@data_option()
@port_option()
def web(data_dir: Path | None, port: int | None) -> None:
    """Run the portal alone: speakers, staff, published pages."""
    # Flask and gunicorn take long to import.
    from webapp.serving import serve  # noqa: PLC0415

    settings = with_real_port(load_settings(data_dir=data_dir, port=port))
    configure_logs(settings.log_level)
    refuse_taken_port(settings.web.host, settings.web.port)
    upgrade_schema(settings.effective_database_url)
    serve(
        build_portal(settings),
        host=settings.web.host,
        port=settings.web.port,
        threads=settings.web.threads,
        stall_seconds=settings.web.stall_seconds,
    )
