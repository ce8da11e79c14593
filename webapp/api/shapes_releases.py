"""Earlier releases and moments that are set, as a script reads and asks for them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, NaiveDatetime

from pipeline.domain.publishing import Question, ScheduledDeed, ViewerChange
from pipeline.records.tables import ScheduledRelease
from pipeline.services.release_comparison import Difference
from pipeline.services.release_history import ReturnCheck
from webapp.api.shapes import Line, Sent


class ChangeForViewers(BaseModel):
    """One thing that is different for viewers; `language` of subtitles and voices, places where a statement moved."""

    change: ViewerChange
    statement_id: int
    language: str
    place_before: int | None
    place_after: int | None

    @classmethod
    def of(cls, one: Difference) -> Self:
        """From what staff see."""
        return cls(
            change=one.change,
            statement_id=one.statement_id,
            language=one.language,
            place_before=one.place_before,
            place_after=one.place_after,
        )


class ReturnToRelease(BaseModel):
    """What going back to a release would mean today. `seen` stands for all of it and goes back with the yes.

    `left_out` are statements that may not be shown that way, `lost` is what of the others was taken away since.
    """

    seen: str
    is_possible: bool
    changes: list[ChangeForViewers]
    left_out: list[int]
    lost: list[ChangeForViewers]

    @classmethod
    def of(cls, check: ReturnCheck) -> Self:
        """From the check that people see."""
        return cls(
            seen=check.seen,
            is_possible=check.is_possible,
            changes=[ChangeForViewers.of(one) for one in check.changes],
            left_out=[statement_id for statement_id, _organisation in check.left_out],
            lost=[ChangeForViewers.of(one) for one in check.lost],
        )


class ComparedRelease(BaseModel):
    """What changed for viewers with a release; `going_back` where it was out and something else is now."""

    number: int
    changes: list[ChangeForViewers]
    going_back: ReturnToRelease | None


class ReturnSent(Sent):
    """A deliberate yes: what was seen."""

    seen: Annotated[str, Field(min_length=1, max_length=128)]


class Moment(BaseModel):
    """A moment that is set; `outcome` is empty as long as it is to come."""

    id: int
    deed: ScheduledDeed
    at: datetime
    time_zone: str
    confirmed: list[str]
    ended_at: datetime | None
    outcome: str

    @classmethod
    def of(cls, row: ScheduledRelease) -> Self:
        """From the records."""
        return cls(
            id=row.id,
            deed=row.deed,
            at=row.at,
            time_zone=row.time_zone,
            confirmed=list(row.confirmed),
            ended_at=row.ended_at,
            outcome=row.outcome,
        )


class Moments(BaseModel):
    """A country's moments: those to come, the next first, then those that are over, the last first."""

    items: list[Moment]


class MomentSent(Sent):
    """What is to happen when: `at` is what clocks of the zone show then, like `2026-12-01T09:00`.

    `confirmed` are the questions that are said yes to beforehand; with others open, nothing is published.
    """

    deed: ScheduledDeed
    at: NaiveDatetime
    time_zone: Annotated[Line, Field(min_length=1)]
    confirmed: Annotated[list[Question], Field(max_length=20, default_factory=list)]
