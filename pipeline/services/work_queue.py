"""What there is to do next for one person across a session: statements that wait for a decision, most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.approvals import ApprovalWord
from pipeline.domain.standings import Standing
from pipeline.records.tables import Country, PreSession, StaffAccount
from pipeline.services.assignments import find_reviewers
from pipeline.services.board_lines import SpeakerLine
from pipeline.services.boards import load_board

_FAILED = frozenset({Standing.CHECK_FAILED, Standing.PREPARE_FAILED})
_DECIDED = frozenset({Standing.APPROVED, Standing.PUBLISHED})
_ORDER_OF_TURNS = (True, None, False)


class ToDo(StrEnum):
    """What a statement waits for."""

    FAILED = "failed"
    APPROVE_AGAIN = "approve_again"
    SECOND_LOOK = "second_look"
    REVIEW = "review"


@dataclass(frozen=True)
class WorkItem:
    """One statement to do something about.

    `is_mine` is True where this person was asked, False where only others were, None where nobody was. `due_on` is the
    country's last day to hand in: what came in for an earlier one is nearer to its publication.
    """

    line: SpeakerLine
    country_code: str
    to_do: ToDo
    reviewers: tuple[StaffAccount, ...]
    is_mine: bool | None
    due_on: date | None

    @property
    def statement_id(self) -> int:
        """Which statement."""
        return self.line.row.statement_id


@dataclass(frozen=True)
class WorkQueue:
    """A session's work for one person, what was asked of them first, what others were asked for last."""

    slug: str
    title: str
    items: tuple[WorkItem, ...]

    def after(self, statement_id: int) -> WorkItem | None:
        """What comes after a statement; behind the last one, or after one that is done, the first again."""
        return self._beside(statement_id, 1)

    def before(self, statement_id: int) -> WorkItem | None:
        """What comes before a statement; before the first one the last."""
        return self._beside(statement_id, -1)

    def _beside(self, statement_id: int, step: int) -> WorkItem | None:
        ids = [item.statement_id for item in self.items]
        if statement_id not in ids:
            return self.items[0] if self.items else None
        found = self.items[(ids.index(statement_id) + step) % len(ids)]
        return found if found.statement_id != statement_id else None


def load_work_queue(db: Session, slug: str, account_id: int, *, now: datetime) -> WorkQueue | None:
    """What there is to do in a session for one person; None when there is no such session."""
    board = load_board(db, slug, now=now)
    if board is None:
        return None
    reviewers = find_reviewers(db, board.session_id)
    days = _last_days(db, board.session_id)
    items = [
        WorkItem(
            line=line,
            country_code=country.code,
            to_do=to_do,
            reviewers=tuple(asked),
            is_mine=any(account.id == account_id for account in asked) if asked else None,
            due_on=days.get(country.code),
        )
        for country in board.countries
        for line in country.speakers
        if (to_do := to_do_about(line, account_id)) is not None
        for asked in [reviewers.get(line.row.statement_id, [])]
    ]
    return WorkQueue(board.slug, board.title, tuple(_by_urgency(items)))


def to_do_about(line: SpeakerLine, account_id: int) -> ToDo | None:
    """What this person can do about a statement now; None where it waits for somebody else, or for nobody."""
    if line.standing in _FAILED:
        return ToDo.FAILED
    if line.standing in _DECIDED:
        return ToDo.APPROVE_AGAIN if line.approval.word is ApprovalWord.STALE else None
    if line.standing is not Standing.TO_REVIEW or line.approval.is_by(account_id):
        return None
    return ToDo.SECOND_LOOK if line.approval.word is ApprovalWord.FIRST else ToDo.REVIEW


def _by_urgency(items: Sequence[WorkItem]) -> list[WorkItem]:
    """Own work first; then by the country's last day, by what is almost done, and by how long it has waited."""
    kinds = list(ToDo)

    def urgency(item: WorkItem) -> tuple[int, date, int, datetime, int]:
        turn = _ORDER_OF_TURNS.index(item.is_mine)
        return turn, item.due_on or date.max, kinds.index(item.to_do), item.line.row.state_since, item.statement_id

    return sorted(items, key=urgency)


def _last_days(db: Session, session_id: int) -> dict[str, date]:
    wanted = select(Country.code, Country.hand_in_until, PreSession.hand_in_until).join(Country.pre_session)
    found = db.execute(wanted.where(Country.pre_session_id == session_id))
    return {code: day for code, own, general in found if (day := own or general) is not None}
