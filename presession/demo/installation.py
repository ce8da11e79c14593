"""The demonstration's own installation: an empty one with the demo session and one account, run by `presession run`."""

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from config.settings import Settings
from pipeline.domain.pre_sessions import PreSessionPlan
from pipeline.processes import ServerProcess, start_server
from pipeline.records.database import upgrade_schema
from pipeline.services.accounts import add_account
from pipeline.services.events import SYSTEM
from pipeline.services.sessions import load_pre_session
from presession.demo.failures import DemoFailed
from presession.parts import build_database
from presession.services import log_dir, portal_answers

_READY_SECONDS = 120.0
_GRACE_SECONDS = 60.0


@dataclass(frozen=True)
class Account:
    """Who signs in as staff; the password is made anew for every run."""

    email: str
    password: str


def prepare(settings: Settings, plan: PreSessionPlan) -> Account:
    """Make the tables, load the session, add the account."""
    account = Account("staff@demo.example", secrets.token_urlsafe(12))
    now = datetime.now(UTC)
    upgrade_schema(settings.effective_database_url)
    database = build_database(settings)
    with database.begin() as db:
        load_pre_session(db, plan, actor=SYSTEM, now=now)
        add_account(db, email=account.email, password=account.password, now=now, is_operator=True)
    database.close()
    return account


@contextmanager
def running(settings: Settings) -> Iterator[ServerProcess]:
    """`presession run` as a child process for a block, stopped in order at its end; it runs when the block begins."""
    log = log_dir(settings) / "run.log"
    argv = [sys.executable, "-P", "-m", "presession", "run"]
    argv += ["--data", str(settings.data_dir), "--port", str(settings.web.port)]
    server = start_server(argv, log_path=log)
    try:
        _wait_until_ready(settings, server)
        yield server
    finally:
        server.stop(_GRACE_SECONDS)


def _wait_until_ready(settings: Settings, server: ServerProcess) -> None:
    until = time.monotonic() + _READY_SECONDS
    log = log_dir(settings) / "run.log"
    while not portal_answers(settings):
        if not server.is_running():
            said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise DemoFailed(f"presession did not start: {said[-1] if said else 'it said nothing'}")
        if time.monotonic() > until:
            raise DemoFailed(f"The portal did not answer within {_READY_SECONDS:g} s. Its log: {log.parent}")
        time.sleep(0.2)
