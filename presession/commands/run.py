"""`presession run`: everything on this machine, watched and started again, until Ctrl-C or SIGTERM."""

from pathlib import Path

import click

from config.settings import Settings, load_settings
from pipeline.records.database import upgrade_schema
from pipeline.services.accounts import list_accounts
from presession.options import data_option, port_option
from presession.parts import build_database
from presession.ports import refuse_taken_port, with_real_port
from presession.services import log_dir, service_parts
from presession.sole_use import sole_use
from presession.supervisor import Supervisor


@click.command(
    epilog="""\b
Examples:
  presession run
  presession run --data /srv/presession --port 8080

Stop it with Ctrl-C or SIGTERM; encodes under way go on the next time."""
)
@data_option()
@port_option()
def run(data_dir: Path | None, port: int | None) -> None:
    """Run everything on this machine: portal, worker, scheduler.

    Starts an embedded broker too, unless PRESESSION_BROKER_URL names one. A part that ends is started again.
    """
    settings = with_real_port(load_settings(data_dir=data_dir, port=port))
    with sole_use(settings.data_dir):
        refuse_taken_port(settings.web.host, settings.web.port)
        upgrade_schema(settings.effective_database_url)
        Supervisor(service_parts(settings), say=_say).run(on_ready=lambda: _say_ready(settings))
    _say("Stopped.")


def _say_ready(settings: Settings) -> None:
    _say(f"presession runs at {settings.public_url}/ — data in {settings.data_dir}, logs in {log_dir(settings)}")
    database = build_database(settings)
    with database.read() as db:
        has_accounts = any(account.is_active for account in list_accounts(db))
    database.close()
    if not has_accounts:
        _say("Nobody can sign in yet. Add yourself: presession account add you@example.org")


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
