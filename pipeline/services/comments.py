"""Comments on a statement: written at a moment of its recording or beside it, for staff alone or for the speaker too.

Whoever changes one holds the statement first, see `pipeline.services.statements.hold_statement`. Each change can be
undone by another: dealing with a comment by opening it again, showing it by keeping it internal, writing it by its
author's taking it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pipeline.domain.desk import CommentReader
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import Comment, Recording, StaffAccount, Statement
from pipeline.services.events import Actor, record_event

MAX_COMMENT_LENGTH = 2000


@dataclass(frozen=True)
class CommentWish:
    """What somebody wants to say; `at_seconds` is a moment of what is shown, None for no moment of it."""

    text: str
    reader: CommentReader = CommentReader.STAFF
    at_seconds: float | None = None


def list_comments(db: Session, statement_id: int) -> Sequence[Comment]:
    """Every comment on a statement with its author at hand: open ones first, each kind in the order of writing."""
    wanted = select(Comment).where(Comment.statement_id == statement_id).options(joinedload(Comment.account))
    return db.scalars(wanted.order_by(Comment.resolved_at.is_not(None), Comment.id)).all()


def list_comments_for_speaker(db: Session, statement_id: int) -> Sequence[Comment]:
    """The comments that a speaker reads: meant for them, and not dealt with."""
    wanted = select(Comment).where(
        Comment.statement_id == statement_id, Comment.reader == CommentReader.SPEAKER, Comment.resolved_at.is_(None)
    )
    return db.scalars(wanted.order_by(Comment.id)).all()


def add_comment(db: Session, statement: Statement, wish: CommentWish, *, actor: Actor, now: datetime) -> Comment:
    """Keep a comment on the recording that counts now. Raises `WrongUsage` for words that are missing or too many."""
    words = wish.text.strip()
    if not words or len(words) > MAX_COMMENT_LENGTH:
        raise WrongUsage(f"Write the comment, in at most {MAX_COMMENT_LENGTH} signs.")
    recording = statement.current_recording
    comment = Comment(
        statement_id=statement.id,
        recording_id=recording.id if recording else None,
        account_id=_account_of(db, actor),
        reader=wish.reader,
        at_seconds=_moment_in(recording, wish.at_seconds),
        text=words,
        created_at=now,
    )
    db.add(comment)
    db.flush()
    _record(db, "comment.added", comment, actor, now)
    return comment


def resolve_comment(db: Session, statement: Statement, comment_id: int, *, actor: Actor, now: datetime) -> None:
    """A comment was dealt with. Raises `ChangeNotAllowed` when somebody else said so before."""
    comment = _find(db, statement, comment_id, is_open=True)
    comment.resolved_at = now
    _record(db, "comment.resolved", comment, actor, now)


def reopen_comment(db: Session, statement: Statement, comment_id: int, *, actor: Actor, now: datetime) -> None:
    """A comment is not dealt with after all."""
    comment = _find(db, statement, comment_id, is_open=False)
    comment.resolved_at = None
    _record(db, "comment.reopened", comment, actor, now)


def change_comment_reader(
    db: Session, statement: Statement, comment_id: int, reader: CommentReader, *, actor: Actor, now: datetime
) -> None:
    """Show an open comment to the speaker, or keep it among staff again."""
    comment = _find(db, statement, comment_id, is_open=True)
    if comment.reader is reader:
        raise ChangeNotAllowed("Somebody else changed who reads this comment. Reload the page to see it.")
    comment.reader = reader
    _record(db, "comment.reader_changed", comment, actor, now)


def take_back_comment(db: Session, statement: Statement, comment_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a comment be as if it had not been written; for who wrote it, as long as it is open."""
    comment = _find(db, statement, comment_id, is_open=True)
    if comment.account_id is None or comment.account_id != _account_of(db, actor):
        raise ChangeNotAllowed("Only who wrote a comment can take it back. You can say that it was dealt with.")
    _record(db, "comment.taken_back", comment, actor, now)
    db.delete(comment)
    db.flush()


def move_comments(db: Session, recording: Recording, by_seconds: float) -> None:
    """Keep comments at the same words when another part of their recording is shown.

    A moment that is not shown any more stays behind the beginning or the end, so that it returns with what it is of.
    """
    placed = select(Comment).where(Comment.recording_id == recording.id, Comment.at_seconds.is_not(None))
    for comment in db.scalars(placed):
        comment.at_seconds = round((comment.at_seconds or 0.0) + by_seconds, 3)


def _account_of(db: Session, actor: Actor) -> int | None:
    account = db.get(StaffAccount, actor.id) if actor.kind == "staff" and actor.id is not None else None
    return account.id if account is not None else None


def _moment_in(recording: Recording | None, at_seconds: float | None) -> float | None:
    if recording is None or recording.duration_seconds is None or at_seconds is None:
        return None
    return round(min(max(at_seconds, 0.0), recording.duration_seconds), 1)


def _find(db: Session, statement: Statement, comment_id: int, *, is_open: bool) -> Comment:
    comment = db.get(Comment, comment_id)
    if comment is None or comment.statement_id != statement.id or (comment.resolved_at is None) != is_open:
        raise ChangeNotAllowed("Somebody else changed this comment while you looked. Reload the page to see it.")
    return comment


def _record(db: Session, name: str, comment: Comment, actor: Actor, now: datetime) -> None:
    db.flush()
    record_event(
        db,
        name,
        subject_kind="statement",
        subject_id=comment.statement_id,
        actor=actor,
        now=now,
        comment_id=comment.id,
        reader=comment.reader.value,
    )
