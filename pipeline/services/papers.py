"""Papers that a speaker adds to a statement: received, cleaned by a job, refused, removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.contents import tidy_line
from pipeline.domain.errors import ChangeNotAllowed, InputRefused
from pipeline.domain.jobs import JobKind
from pipeline.domain.papers import MAX_PAPER_BYTES, MAX_PAPERS, MAX_TITLE_LENGTH, PaperKind, PaperState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Paper, Statement
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.recordings import lock_statement
from pipeline.storage.keys import paper_prefix, under


class PaperRefused(InputRefused):
    """A paper that cannot be taken; `code` says why in a word."""

    def __init__(self, code: str) -> None:
        super().__init__(f"This paper cannot be taken: {code}.")
        self.code = code


@dataclass(frozen=True)
class CleanPaper:
    """What cleaning gave: how large it is, and whether the speaker's name is written in it."""

    size_bytes: int
    says_name: bool


def standing_papers(statement: Statement) -> list[Paper]:
    """The papers that were not removed, refused ones too."""
    return [paper for paper in statement.papers if paper.state is not PaperState.REMOVED]


def clean_papers(statement: Statement) -> list[Paper]:
    """The papers that can be shown to others, if the speaker agrees."""
    return [paper for paper in statement.papers if paper.state is PaperState.CLEAN]


def check_room(statement: Statement, size_bytes: int) -> None:
    """Raise `PaperRefused` where another paper of this size is too much."""
    if size_bytes > MAX_PAPER_BYTES:
        raise PaperRefused("too_large")
    if size_bytes == 0:
        raise PaperRefused("empty")
    if sum(paper.state is not PaperState.REFUSED for paper in standing_papers(statement)) >= MAX_PAPERS:
        raise PaperRefused("too_many")


def add_paper(
    db: Session,
    *,
    statement: Statement,
    name: str,
    kind: PaperKind,
    title: str,
    size_bytes: int,
    actor: Actor,
    now: datetime,
) -> Paper:
    """Put a paper on record whose bytes lie in the store at `original_key_of(name)`, and have it cleaned.

    Raises `PaperRefused`, and `ChangeNotAllowed` for a statement that was withdrawn while the bytes came.
    """
    if lock_statement(db, statement.id).state is StatementState.WITHDRAWN:
        raise ChangeNotAllowed("This statement was withdrawn. Nothing is added to it.")
    check_room(statement, size_bytes)
    paper = Paper(
        name=name,
        title=tidy_line(title)[:MAX_TITLE_LENGTH],
        kind=kind,
        state=PaperState.RECEIVED,
        original_key=original_key_of(name),
        size_bytes=size_bytes,
        received_at=now,
    )
    statement.papers.append(paper)
    db.flush()
    _record(db, "paper.added", paper, actor, now, kind=kind.value, size_bytes=size_bytes)
    queue_job(db, JobKind.PAPER, paper.id, now=now, deadline=deadline_of(statement.speaker.country))
    return paper


def record_clean(db: Session, paper: Paper, clean: CleanPaper, *, now: datetime) -> None:
    """The paper lies without its metadata at `clean_key_of` it; one that was removed meanwhile stays removed."""
    if paper.state is not PaperState.RECEIVED:
        return
    paper.state = PaperState.CLEAN
    paper.clean_key = clean_key_of(paper)
    paper.size_bytes = clean.size_bytes
    paper.says_name = clean.says_name
    _record(db, "paper.cleaned", paper, SYSTEM, now, size_bytes=clean.size_bytes)


def record_refused(db: Session, paper: Paper, code: str, *, now: datetime) -> None:
    """The paper cannot be shown to anybody, and its bytes are not kept."""
    if paper.state is not PaperState.RECEIVED:
        return
    paper.state = PaperState.REFUSED
    paper.refused_because = code
    _record(db, "paper.refused", paper, SYSTEM, now, because=code)


def remove_paper(db: Session, paper: Paper, *, actor: Actor, now: datetime) -> bool:
    """Take a paper back; its bytes are erased soon after. False when it was removed before."""
    if paper.state is PaperState.REMOVED:
        return False
    cancel_open_jobs(db, JobKind.PAPER, paper.id, actor=actor, now=now)
    paper.state = PaperState.REMOVED
    paper.title = ""
    _record(db, "paper.removed", paper, actor, now)
    return True


def original_key_of(name: str) -> str:
    """Where a paper's bytes lie as they were sent."""
    return under(paper_prefix(name), "original")


def clean_key_of(paper: Paper) -> str:
    """Where a paper lies without its metadata."""
    return under(paper_prefix(paper.name), f"clean.{paper.kind.value}")


def _record(db: Session, name: str, paper: Paper, actor: Actor, now: datetime, **facts: Any) -> None:
    facts = {"paper_id": paper.id, **facts}
    record_event(db, name, subject_kind="statement", subject_id=paper.statement_id, actor=actor, now=now, **facts)
    db.flush()
