"""A speaker changes their mind: withdraws, or no longer consents. What is out and may not be comes down at once."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.mails import MailKind
from pipeline.domain.statements import StatementAction, StatementState
from pipeline.records.tables import Statement
from pipeline.services.consents import answer_consent, audience_of
from pipeline.services.events import Actor, record_event
from pipeline.services.mails import queue_mail
from pipeline.services.recordings import lock_statement, move_statement
from pipeline.services.releases import after_withdrawal, lock_country, take_down_statement, take_out
from pipeline.services.uploads import forget_upload, unfinished_upload


def withdraw_statement(db: Session, *, statement: Statement, actor: Actor, now: datetime) -> None:
    """Withdraw from any state: work on it stops, what is out comes down, and no consent is left standing.

    Raises `ChangeNotAllowed` when it is withdrawn already.
    """
    lock_country(db, statement.speaker.country_id)
    lock_statement(db, statement.id)
    move_statement(statement, StatementAction.WITHDRAW, now=now)
    statement.approved_recording_id = None
    nobody = dict.fromkeys(ConsentItem, Audience.NOBODY)
    answer_consent(db, statement=statement, answers=nobody, actor=actor, now=now)
    record_event(db, "statement.withdrawn", subject_kind="statement", subject_id=statement.id, actor=actor, now=now)
    unfinished = unfinished_upload(db, statement_id=statement.id, now=now)
    if unfinished is not None:
        forget_upload(db, unfinished, actor=actor, now=now)
    after_withdrawal(db, statement, actor=actor, now=now)
    queue_mail(db, statement, MailKind.WITHDRAWN, now=now)


def change_consent(
    db: Session, *, statement: Statement, answers: Mapping[ConsentItem, Audience], actor: Actor, now: datetime
) -> None:
    """Keep answers about consent; a recording, or a name, that may no longer be shown is taken out of what is out."""
    lock_country(db, statement.speaker.country_id)
    lock_statement(db, statement.id)
    before = {item: audience_of(statement, item) for item in ConsentItem}
    answer_consent(db, statement=statement, answers=answers, actor=actor, now=now)
    lost = {
        item
        for item in ConsentItem
        if before[item] is Audience.PUBLIC and audience_of(statement, item) is not Audience.PUBLIC
    }
    if ConsentItem.RECORDING in lost and statement.state is StatementState.PUBLISHED:
        take_down_statement(db, statement, actor=actor, now=now)
    elif lost:
        take_out(db, statement, actor=actor, now=now)
