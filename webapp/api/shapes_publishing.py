"""Publishing a country, as a script asks what it would mean and says yes."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from pipeline.domain.consents import Audience
from pipeline.domain.publishing import Fate, Item, Question, Visibility
from pipeline.records.tables import Release as ReleaseRow
from pipeline.services.publish_checks import PublishCheck
from webapp.api.shapes import Id, Sent


class Obstruction(BaseModel):
    """What keeps a country from being published; without a statement it is about the whole panel."""

    code: str
    statement_id: int | None
    sentence: str


class Asked(BaseModel):
    """A question that has to be confirmed, and the statements it is about."""

    question: Question
    statements: list[int]


class VisibleItem(BaseModel):
    """One item of a statement and who will see it."""

    item: Item
    visibility: Visibility
    detail: str


class CheckedStatement(BaseModel):
    """What becomes of one statement."""

    statement_id: int
    position: int
    fate: Fate
    items: list[VisibleItem]


class Publication(BaseModel):
    """What publishing a country now would mean. `seen` stands for all of it and goes back with the yes.

    A release is made for each of the `audiences`.
    """

    seen: str
    is_out: bool
    audiences: list[Audience]
    problems: list[Obstruction]
    asked: list[Asked]
    statements: list[CheckedStatement]

    @classmethod
    def of(cls, check: PublishCheck) -> Self:
        """From the check that people see."""
        return cls(
            seen=check.seen,
            is_out=check.is_out,
            audiences=list(check.audiences),
            problems=[
                Obstruction(code=one.code, statement_id=one.statement_id, sentence=one.sentence)
                for one in check.problems
            ],
            asked=[Asked(question=one.question, statements=sorted(one.details)) for one in check.asked],
            statements=[
                CheckedStatement(
                    statement_id=one.statement_id,
                    position=one.position,
                    fate=one.fate,
                    items=[VisibleItem(**vars(item)) for item in one.items],
                )
                for one in check.statements
            ],
        )


class PublicationSent(Sent):
    """A deliberate yes: what was seen, and each question that was asked."""

    seen: Annotated[str, Field(min_length=1, max_length=128)]
    confirmed: Annotated[list[Question], Field(max_length=20, default_factory=list)]


class StopSent(Sent):
    """The publication that was seen to be under way."""

    release_id: Id


class Release(BaseModel):
    """One published version of a country, or one on its way."""

    id: int
    number: int
    audience: Audience
    created_at: datetime
    published_at: datetime | None
    removed_at: datetime | None
    statements: list[int]

    @classmethod
    def of(cls, row: ReleaseRow) -> Self:
        """From the records."""
        return cls(
            id=row.id,
            number=row.number,
            audience=row.audience,
            created_at=row.created_at,
            published_at=row.published_at,
            removed_at=row.removed_at,
            statements=[item.statement_id for item in row.items],
        )


class Releases(BaseModel):
    """A country's releases, the newest first."""

    items: list[Release]
