"""Telling another system of an event: one try; the message's row says what came of it and when the next is due."""

from pipeline.services.webhook_deliveries import prepare_delivery, record_try
from pipeline.services.webhook_sending import send_message
from workers.clock import utc_now
from workers.steps.run import JobRun, Record


def run_webhook(run: JobRun) -> Record:
    """Send a message, unless there is no need any more. It may go out twice when a worker dies as it sends one."""
    with run.context.database.read() as db:
        message = prepare_delivery(db, run.claim.subject_id, now=utc_now())
    if message is None:
        return lambda _db, _now: None
    answer = send_message(message, allows_private=run.context.settings.webhooks.allow_private)
    return lambda db, now: record_try(db, run.claim.subject_id, answer=answer.word, is_taken=answer.is_taken, now=now)
