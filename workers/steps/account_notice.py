"""Telling somebody what happened to the way into their account."""

from datetime import UTC, datetime

from pipeline.domain.errors import FinalError
from pipeline.services.accounts_notices import NoticeMail, prepare_notice
from pipeline.services.mail_delivery import AddressRefused, build_message
from workers.steps.mail import carrier_of
from workers.steps.run import JobRun, Record


def run_account_notice(run: JobRun) -> Record:
    """Send a notice; it may go out twice when a worker dies as it sends one."""
    with run.context.database.read() as db:
        outgoing = prepare_notice(db, run.claim.subject_id)
    if outgoing is not None:
        _deliver(run, outgoing)
    return lambda _db, _now: None


def _deliver(run: JobRun, outgoing: NoticeMail) -> None:
    writer, settings = run.context.mail_writer, run.context.settings
    if writer is None:
        raise FinalError("This worker was started without the words of mails. Start it with `presession worker`.")
    message = build_message(
        writer.write_notice(outgoing.letter),
        sender=settings.mails.sender,
        reply_to=settings.mails.reply_to,
        address=outgoing.address,
        language=outgoing.letter.language or "en",
        now=datetime.now(UTC),
    )
    try:
        carrier_of(settings).deliver(message)
    except AddressRefused as error:
        raise FinalError("The mail server refused the address of an account.") from error
