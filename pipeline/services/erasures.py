"""A person erased on request, or because the time is over: what is left are counts, and events with ids and codes.

Everything is withdrawn first, so that what is out comes down by the same way as ever; the bytes follow (`erasing`).
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pipeline.domain.mails import MailState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import (
    Approval,
    Assignment,
    Comment,
    Consent,
    LegalHold,
    Mail,
    Paper,
    Recording,
    SpeakerLink,
    Statement,
    StatementContent,
    Upload,
)
from pipeline.services.erasing import destroy_keys, forget_details
from pipeline.services.events import Actor, record_event
from pipeline.services.holds import HeldBack, held_statements
from pipeline.services.links import revoke_links
from pipeline.services.mails import drop_mail
from pipeline.services.plan_rows import forget_imports
from pipeline.services.release_words import forget_words
from pipeline.services.sheet_removal import remove_sheets
from pipeline.services.voice_removal import end_voices
from pipeline.services.withdrawals import withdraw_statement


def erase_person(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Erase the speaker of a statement with everything that they handed in; nothing happens the second time.

    Raises `HeldBack` where a legal hold lasts, `ChangeNotAllowed` where a mail to them is being sent at this moment.
    """
    if statement.id in held_statements(db):
        raise HeldBack
    if statement.speaker.erased_at is not None:
        return
    statement.speaker.email = ""  # nobody is written to about it
    if statement.state is not StatementState.WITHDRAWN:
        withdraw_statement(db, statement=statement, actor=actor, now=now)
    _close_ways(db, statement, actor, now)
    _forget_speaker(db, statement, now)
    _forget_words(db, statement, now)
    _forget_recordings(db, statement, actor, now)
    record_event(
        db,
        "speaker.erased",
        subject_kind="speaker",
        subject_id=statement.speaker_id,
        actor=actor,
        now=now,
        statement_id=statement.id,
        recordings=len(statement.recordings),
        papers=len(statement.papers),
    )
    db.flush()


def _close_ways(db: Session, statement: Statement, actor: Actor, now: datetime) -> None:
    """Links, mails that wait and uploads."""
    revoke_links(db, statement=statement, actor=actor, now=now)
    waiting = select(Mail).where(Mail.statement_id == statement.id, Mail.state.in_((MailState.WAITING, MailState.HELD)))
    for mail in db.scalars(waiting).all():
        drop_mail(db, mail, actor=actor, now=now)
    db.flush()
    for table in (SpeakerLink, Upload):
        db.execute(delete(table).where(table.statement_id == statement.id))


def _forget_speaker(db: Session, statement: Statement, now: datetime) -> None:
    speaker = statement.speaker
    forget_imports(db, speaker)
    speaker.name = speaker.organisation = speaker.theme = speaker.email = speaker.gender = ""
    speaker.erased_at = now
    statement.alias = statement.sent_back_reason = statement.page_language = ""


def _forget_words(db: Session, statement: Statement, now: datetime) -> None:
    """Texts, answers, comments, titles of papers, and what approvals were bound to."""
    for table in (StatementContent, Consent, Comment):
        db.execute(delete(table).where(table.statement_id == statement.id))
    db.execute(update(Paper).where(Paper.statement_id == statement.id).values(title=""))
    db.execute(update(Approval).where(Approval.statement_id == statement.id).values(bound={}))
    reasons = update(LegalHold).where(LegalHold.subject_kind == "statement", LegalHold.subject_id == statement.id)
    db.execute(reasons.values(reason=""))  # none lasts
    forget_words(db, statement.id)
    unended = update(Assignment).where(Assignment.statement_id == statement.id, Assignment.ended_at.is_(None))
    db.execute(unended.values(ended_at=now))
    db.expire(statement, ["contents", "consents", "papers", "approvals"])


def _forget_recordings(db: Session, statement: Statement, actor: Actor, now: datetime) -> None:
    """Keys and words of subtitles at once; details of what is erased already now, of the others with their bytes."""
    destroy_keys(db, [recording.id for recording in statement.recordings])
    end_voices(db, statement.recordings, actor=actor, now=now)
    remove_sheets(db, statement.recordings)
    gone = Recording.statement_id == statement.id, Recording.erased_at.is_not(None)
    for recording in db.scalars(select(Recording).where(*gone)):
        forget_details(recording)
