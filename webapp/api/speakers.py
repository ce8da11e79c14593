"""Letting speakers in by script: personal links, invitations, reminders, and the outbox."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import abort
from sqlalchemy import select

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.mails import MailAction, MailKind, MailState
from pipeline.domain.scopes import Scope
from pipeline.records.tables import Mail as MailRow
from pipeline.services import mails
from pipeline.services.deadlines import link_end
from pipeline.services.links import issue_link, link_address, revoke_links
from pipeline.services.mail_lists import find_mail, list_mails
from pipeline.services.reminders import Reminded, find_last_reminders, remind_speaker
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import statement_there
from webapp.api.shapes_people import Reminder, ReminderSent
from webapp.api.shapes_record import Link, Mail, MailPage, Mails
from webapp.database import current_db
from webapp.mail_rules import sending_rules

_TAG = "speakers"
_ONE = f"/statements/<{ID}:statement_id>"

_CHANGES: Mapping[MailAction, Callable[..., None]] = {
    MailAction.HOLD: mails.hold_mail,
    MailAction.RELEASE: mails.release_mail,
    MailAction.DROP: mails.drop_mail,
    MailAction.SEND_AGAIN: mails.send_mail_again,
}


@blueprint.post(f"{_ONE}/link")
@endpoint(Scope.SPEAKERS, Link, tag=_TAG, status=201)
def issue_new_link(statement_id: int) -> Answer:
    """Make a personal link to pass on; the ones before it stop to work. It is told once."""
    db, rules, now = current_db(), sending_rules(), datetime.now(UTC)
    statement = statement_there(statement_id)
    if statement.speaker.erased_at is not None:
        raise ChangeNotAllowed("This speaker was erased; there is nobody to let in.")
    until = link_end(statement, rules.times, now=now)
    token = issue_link(db, statement=statement, expires_at=until, actor=current_staff().actor, now=now)
    address = link_address(rules.public_url, token, mails.reader_language_of(statement))
    return Link(address=address, until=until), 201


@blueprint.delete(f"{_ONE}/link")
@endpoint(Scope.SPEAKERS, None, tag=_TAG, status=204)
def revoke_all_links(statement_id: int) -> Answer:
    """Close every personal link of a statement and every visit that came by one."""
    statement = statement_there(statement_id)
    revoke_links(current_db(), statement=statement, actor=current_staff().actor, now=datetime.now(UTC))
    return "", 204


@blueprint.post(f"{_ONE}/invitation")
@endpoint(Scope.SPEAKERS, Mail, tag=_TAG, status=202)
def mail_invitation(statement_id: int) -> Answer:
    """Mail an invitation with a link, in the speaker's language; links before it stay good."""
    return _invite(statement_id), 202


@blueprint.post(f"{_ONE}/reminder")
@endpoint(Scope.SPEAKERS, Reminder, tag=_TAG, status=202)
def mail_reminder(statement_id: int, json: ReminderSent) -> Answer:
    """Mail what is missing, in the speaker's language; within a day of the last reminder only when asked `again`."""
    db, now = current_db(), datetime.now(UTC)
    statement = statement_there(statement_id)
    last = find_last_reminders(db, [statement.id], now=now).get(statement.id)
    outcome = remind_speaker(
        db,
        statement.id,
        seen=last.mail_id if last else 0,
        is_asked_again=json.again,
        actor=current_staff().actor,
        now=now,
    )
    if outcome is not Reminded.QUEUED:
        raise ChangeNotAllowed(f"Nothing was sent: {outcome.value}.")
    return Reminder(outcome=outcome), 202


@blueprint.get("/mails")
@endpoint(Scope.READ, Mails, tag=_TAG)
def list_outbox(query: MailPage) -> Answer:
    """The outbox, the newest first; `after` goes on behind the last of a page."""
    lines = list_mails(current_db(), state=query.state, before_id=query.after or None, limit=query.limit)
    return Mails(items=[Mail.of(line) for line in lines], next_after=lines[-1].mail.id if lines else None)


@blueprint.post(f"/mails/<{ID}:mail_id>/<any(hold, release, drop, send_again):action>")
@endpoint(Scope.SPEAKERS, Mail, tag=_TAG)
def change_one_mail(mail_id: int, action: str) -> Answer:
    """Hold a mail, let it go, drop it, or have it sent again."""
    line = find_mail(current_db(), mail_id) or abort(404)
    _CHANGES[MailAction(action)](current_db(), line.mail, actor=current_staff().actor, now=datetime.now(UTC))
    current_db().flush()
    return _shown(mail_id)


def _invite(statement_id: int) -> Mail:
    db, statement = current_db(), statement_there(statement_id)
    if not statement.speaker.email:
        raise ChangeNotAllowed("This speaker has no e-mail address. Issue a link and send it yourself.")
    kind = MailKind.INVITATION
    waiting = (MailRow.statement_id == statement.id, MailRow.kind == kind, MailRow.state == MailState.WAITING)
    queued = db.scalars(select(MailRow).where(*waiting)).first()
    if queued is None:
        queued = mails.queue_mail(db, statement, kind, now=datetime.now(UTC), actor=current_staff().actor)
    if queued is None or not mails.is_still_true(queued, statement):
        raise ChangeNotAllowed("What this mail would say is not so, or was said already.")
    return _shown(queued.id)


def _shown(mail_id: int) -> Mail:
    return Mail.of(find_mail(current_db(), mail_id) or abort(404))
