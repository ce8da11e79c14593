"""What a statement still lacks before it can be shown, whoever has to move, as the board says it in a word."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pipeline.records.tables import StatementContent


class Missing(StrEnum):
    """Something that a statement lacks; subtitles are told language by language beside it."""

    ADDRESS = "address"
    RECORDING = "recording"
    CONSENT = "consent"
    NAME = "name"
    ALIAS = "alias"
    TEXT = "text"
    SECOND_LOOK = "second_look"
    APPROVAL = "approval"


QUESTIONS = frozenset({Missing.CONSENT, Missing.NAME, Missing.ALIAS})
"""What only the speaker can say: whether the recording may be shown, and under which name."""


def find_with_text(db: Session, statement_ids: Iterable[int]) -> frozenset[int]:
    """The statements that come with a written text or recommendations."""
    content = StatementContent
    newest = (
        select(func.max(content.id)).where(content.statement_id.in_(list(statement_ids))).group_by(content.statement_id)
    )
    has_words = or_(content.text != "", func.json_array_length(content.recommendations) > 0)
    return frozenset(db.scalars(select(content.statement_id).where(content.id.in_(newest), has_words)))
