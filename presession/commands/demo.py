"""`presession demo`: the whole product at work on sample recordings that it makes itself."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import httpx

from config.settings import CONFIG_DIR, Settings, load_settings
from pipeline.domain.errors import PresessionError, WrongUsage
from pipeline.domain.limits import Limit
from pipeline.domain.pre_sessions import PreSessionPlan
from pipeline.processes import ServerProcess, find_program
from presession.demo.failures import DemoFailed
from presession.demo.installation import prepare, running
from presession.demo.place import fresh_installation, samples_folder
from presession.demo.show import Teller, perform
from presession.demo.table import print_table
from presession.demo.texts import demo_plan
from presession.ports import refuse_taken_port, with_real_port
from presession.services import log_dir
from presession.sole_use import sole_use
from presession.stopping import stopped_in_order

_USUAL_PORT = 8000
_REAL_LIMIT = Limit(300, 420, 5)
_KEPT_SETTINGS = "PRESESSION_MEDIA__"
_LOOK_SECONDS = 1.0


@click.command(
    epilog="""\b
Examples:
  presession demo
  presession demo --once --json
  presession demo --full --data /var/tmp/demo

Stop it with Ctrl-C; everything that it started stops too."""
)
@click.option("--once", is_flag=True, help="Stop at the end instead of serving on; exit 0 only when everything held.")
@click.option(
    "--data",
    "data_dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Folder for samples, which are kept, and for the installation, which is made anew.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the portal; 0 takes a free one. Default: 8000 or a free one."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one line of JSON, the last on stdout.")
@click.option("--full", is_flag=True, help="Recordings of five to seven minutes under the real limit; takes long.")
def demo(once: bool, data_dir: Path, port: int | None, as_json: bool, full: bool) -> None:
    """Show the whole product at work with sample recordings.

    Starts portal, workers and scheduler on their defaults, makes recordings (espeak-ng reads short invented
    statements over a moving picture), uploads them, reviews them, adds subtitles, publishes three countries, one
    statement for missions only, fetches every published address, and gives out and revokes missions' links.
    """
    teller = Teller(lambda line: click.echo(line, err=True))
    find_program("espeak-ng")
    data_dir = data_dir.expanduser().resolve()
    with stopped_in_order(), sole_use(data_dir):
        settings, plan = _settings(data_dir, port), _plan(full=full)
        account = prepare(settings, plan)
        teller.say("Starting portal, workers, scheduler and broker")
        with _told_where_the_logs_are(settings), running(settings) as server:
            samples = samples_folder(data_dir, full=full)
            outcome = perform(settings, plan, account=account, samples_dir=samples, say=teller.say)
            teller.say(f"Everything held; {outcome.addresses_checked} published addresses were fetched")
            if not as_json:
                print_table(
                    portal_url=settings.public_url,
                    account=account,
                    countries=outcome.countries,
                    missions=outcome.missions,
                    recordings=outcome.recordings,
                    parts=outcome.parts,
                )
            if as_json and not once:
                click.echo(json.dumps(outcome.to_json(teller.seconds), ensure_ascii=False))
            if not once:
                _serve_on(server)
    if once and as_json:
        click.echo(json.dumps(outcome.to_json(teller.seconds), ensure_ascii=False))


def _settings(data_dir: Path, port: int | None) -> Settings:
    """Defaults of this version in a fresh folder; of the environment only what names ffmpeg is used."""
    for name in [name for name in os.environ if name.startswith("PRESESSION_")]:
        if not name.startswith(_KEPT_SETTINGS):
            del os.environ[name]
    settings = load_settings(data_dir=fresh_installation(data_dir), port=_USUAL_PORT if port is None else port)
    if port is None and _is_taken(settings):
        settings = load_settings(data_dir=settings.data_dir, port=0)
    settings = with_real_port(settings)
    refuse_taken_port(settings.web.host, settings.web.port)
    return settings


def _is_taken(settings: Settings) -> bool:
    try:
        refuse_taken_port(settings.web.host, settings.web.port)
    except WrongUsage:
        return True
    return False


def _plan(*, full: bool) -> PreSessionPlan:
    plan = demo_plan(CONFIG_DIR / "sessions")
    return replace(plan, limit=_REAL_LIMIT) if full else plan


def _serve_on(server: ServerProcess) -> None:
    click.echo("\nEverything keeps running until Ctrl-C.", err=True)
    try:
        while server.wait(_LOOK_SECONDS) is None:
            pass
    except KeyboardInterrupt:
        click.echo("\nStopping.", err=True)
    else:
        raise DemoFailed("presession ended by itself; see its logs.")


@contextmanager
def _told_where_the_logs_are(settings: Settings) -> Iterator[None]:
    try:
        yield
    except PresessionError as error:
        raise DemoFailed(f"{error} Logs: {log_dir(settings)}") from error
    except httpx.HTTPError as error:
        raise DemoFailed(f"The portal stopped to answer ({type(error).__name__}). Logs: {log_dir(settings)}") from error
