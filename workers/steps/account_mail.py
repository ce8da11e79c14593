"""Sending a link to somebody's account: an invitation, or because the password was forgotten."""

from datetime import UTC, datetime

from pipeline.domain.errors import FinalError
from pipeline.services.accounts_keys import KeyMail, prepare_key_mail, record_key_refused, record_key_sent
from pipeline.services.mail_delivery import AddressRefused, build_message
from workers.clock import utc_now
from workers.steps.mail import carrier_of
from workers.steps.run import JobRun, Record


def run_account_mail(run: JobRun) -> Record:
    """Send a link, unless it has ended meanwhile; one whose mail did not go out is made anew by the next attempt."""
    with run.context.database.begin() as db:
        url = run.context.settings.public_url
        outgoing = prepare_key_mail(db, run.claim.subject_id, public_url=url, now=utc_now())
    if outgoing is None:
        return lambda _db, _now: None
    try:
        _deliver(run, outgoing)
    except AddressRefused:
        return lambda db, now: record_key_refused(db, run.claim.subject_id, now=now)
    return lambda db, now: record_key_sent(db, run.claim.subject_id, now=now)


def _deliver(run: JobRun, outgoing: KeyMail) -> None:
    writer, settings = run.context.mail_writer, run.context.settings
    if writer is None:
        raise FinalError("This worker was started without the words of mails. Start it with `presession worker`.")
    message = build_message(
        writer.write_key(outgoing.letter),
        sender=settings.mails.sender,
        reply_to=settings.mails.reply_to,
        address=outgoing.address,
        language=outgoing.letter.language,
        now=datetime.now(UTC),
    )
    carrier_of(settings).deliver(message)
