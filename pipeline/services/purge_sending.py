"""Telling caches what is gone: a program of the operator's with a list on its stdin, or a signed message."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain.errors import RetryableError
from pipeline.domain.webhooks import sign
from pipeline.processes import ProgramMissing, ProgramNotStarted, ProgramStalled, ProgramTimedOut, run_program
from pipeline.services.purges import NO_CACHES, Gone
from pipeline.services.webhook_deliveries import OutgoingMessage
from pipeline.services.webhook_sending import Answer, send_message

_SECONDS = 30.0


class CachesAway(RetryableError):
    """The caches did not take what they were told; it is tried again."""


@dataclass(frozen=True)
class CacheHook:
    """How caches are told: `kind` is `none`, `command` or `http`. `public_url` is where they serve `/watch/`."""

    kind: str
    command: Sequence[str]
    url: str
    secret: str
    public_url: str


def tell_caches(hook: CacheHook, gone: Gone, *, now: datetime) -> Answer:
    """Try once; whatever comes back is an answer and no error. Without caches of others there is nothing to tell."""
    if hook.kind == "command":
        return _run(hook, gone)
    if hook.kind == "http":
        return _send(hook, gone, now)
    return Answer(NO_CACHES, is_taken=True)


def addresses(hook: CacheHook, gone: Gone) -> list[str]:
    """What is gone, as addresses; those that end with a slash stand for everything below them."""
    return [f"{hook.public_url.rstrip('/')}/watch/{gone.slug}/{path}" for path in gone.paths]


def _run(hook: CacheHook, gone: Gone) -> Answer:
    lines = "".join(f"{address}\n" for address in addresses(hook, gone)).encode()
    try:
        ended = run_program(hook.command, deadline_seconds=_SECONDS, stdin=[lines], has_network=True)
    except (ProgramMissing, ProgramNotStarted):
        return Answer("no_program", is_taken=False)
    except (ProgramTimedOut, ProgramStalled):
        return Answer("timeout", is_taken=False)
    return Answer(f"exit_{ended.returncode}", is_taken=ended.returncode == 0)


def _send(hook: CacheHook, gone: Gone, now: datetime) -> Answer:
    body = json.dumps({"type": "caches.gone", "timestamp": now.isoformat(), "urls": addresses(hook, gone)}).encode()
    message_id, timestamp = f"purge_{gone.purge_id}", int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "presession",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(hook.secret, message_id, timestamp, body),
    }
    # The operator names the address in the settings, so it may be one of their own network.
    return send_message(OutgoingMessage(hook.url, headers, body), allows_private=True)
