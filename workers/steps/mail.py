"""Sending one mail: words made now, a fresh link for who needs one, handed to the mail server or put into a folder."""

from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from pipeline.domain.errors import FinalError
from pipeline.services.deadlines import LinkTimes
from pipeline.services.mail_delivery import (
    AddressRefused,
    FolderCarrier,
    MailCarrier,
    SmtpCarrier,
    build_message,
)
from pipeline.services.mail_sending import (
    OutgoingMail,
    SendingRules,
    close_link,
    prepare_mail,
    record_refused,
    record_sent,
    was_tried,
)
from workers.clock import utc_now
from workers.steps.run import JobRun, Record

_log = structlog.get_logger(__name__)


def run_mail(run: JobRun) -> Record:
    """Send a mail, unless there is no need any more. A mail may go out twice when a worker dies as it sends one."""
    with run.context.database.read() as db:
        is_next_attempt = was_tried(db, run.claim.subject_id)
    if is_next_attempt:  # no link is issued for a server that is still away
        carrier_of(run.context.settings).check()
    with run.context.database.begin() as db:
        outgoing = prepare_mail(db, run.claim.subject_id, rules=sending_rules(run.context.settings), now=utc_now())
    if outgoing is None:
        return lambda _db, _now: None
    try:
        _deliver(run, outgoing)
    except AddressRefused:
        return lambda db, now: record_refused(db, run.claim.subject_id, outgoing.link_id, now=now)
    except Exception:
        _close_link(run, outgoing)
        raise
    return lambda db, now: record_sent(db, run.claim.subject_id, outgoing.letter.language, now=now)


def sending_rules(settings: Settings) -> SendingRules:
    """What the settings say about mails."""
    times = LinkTimes(settings.links.expire_days, settings.links.grace_days)
    return SendingRules(settings.mails.hold, times, settings.public_url)


def _deliver(run: JobRun, outgoing: OutgoingMail) -> None:
    writer, mails = run.context.mail_writer, run.context.settings.mails
    if writer is None:
        raise FinalError("This worker was started without the words of mails. Start it with `presession worker`.")
    message = build_message(
        writer.write(outgoing.letter),
        sender=mails.sender,
        reply_to=mails.reply_to,
        address=outgoing.address,
        language=outgoing.letter.language,
        now=datetime.now(UTC),
    )
    carrier_of(run.context.settings).deliver(message)


def carrier_of(settings: Settings) -> MailCarrier:
    """What takes this installation's mails to their readers."""
    mails = settings.mails
    if mails.kind == "folder":
        return FolderCarrier(settings.mail_dir)
    return SmtpCarrier(mails.host, mails.port, mails.security, mails.user, mails.password.get_secret_value())


def _close_link(run: JobRun, outgoing: OutgoingMail) -> None:
    """Nobody got the link of a mail that did not go out; the next attempt issues another."""
    try:
        with run.context.database.begin() as db:
            close_link(db, outgoing.link_id, now=utc_now())
    except SQLAlchemyError as error:  # it ends by itself, and nobody knows it
        _log.warning("link.not_closed", error=type(error).__name__)
