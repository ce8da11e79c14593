"""Speakers with what staff know of them, and comments, as scripts read and write them."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from pipeline.domain.desk import AssignmentKind, CommentReader
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.records.tables import Assignment as AssignmentRow
from pipeline.records.tables import Comment as CommentRow
from pipeline.records.tables import Country, StaffAccount
from pipeline.records.tables import Speaker as SpeakerRow
from pipeline.services.assignments import can_be_asked
from pipeline.services.plan_versions import version_of_panel, version_of_speaker
from pipeline.services.reminders import Reminded
from webapp.api.shapes import CountryCode, Id, Language, Sent, Text


class Person(BaseModel):
    """One speaker with address and gender. `version` is the ETag that a change names."""

    id: int
    statement_id: int
    position: int
    version: str
    name: str
    organisation: str
    kind: SpeakerKind
    language: str
    theme: str
    email: str
    gender: str

    @classmethod
    def of(cls, row: SpeakerRow) -> Self:
        """From the records."""
        names = cls.model_fields.keys() - {"statement_id", "version"}
        return cls(
            **{name: getattr(row, name) for name in names},
            statement_id=row.statement.id,
            version=version_of_speaker(row),
        )


class Panel(BaseModel):
    """A panel in order. `version` is the ETag that another order names."""

    version: str
    items: list[Person]

    @classmethod
    def of(cls, country: Country) -> Self:
        """From the records; who was erased is left out."""
        people = [Person.of(speaker) for speaker in country.speakers if speaker.erased_at is None]
        return cls(version=version_of_panel(country), items=people)


class OrderSent(Sent):
    """Every speaker of the panel by id, in the order wanted."""

    order: Annotated[list[Id], Field(max_length=100)]


class CountriesSent(Sent):
    """States under Review to add."""

    codes: Annotated[list[CountryCode], Field(min_length=1, max_length=200)]


class Comment(BaseModel):
    """A comment on a statement, at a moment of what is shown or of none."""

    id: int
    account_id: int | None
    reader: CommentReader
    at_seconds: float | None
    text: str
    created_at: datetime
    resolved_at: datetime | None

    @classmethod
    def of(cls, row: CommentRow) -> Self:
        """From the records."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Comments(BaseModel):
    """All comments on a statement, open ones first."""

    items: list[Comment]


class CommentSent(Sent):
    """What somebody wants to say, to staff alone or to the speaker too."""

    text: Text
    reader: CommentReader = CommentReader.STAFF
    at_seconds: Annotated[float | None, Field(ge=0, le=86400)] = None


class Assignment(BaseModel):
    """What is asked of somebody; `language` is that of the subtitles, empty for a review."""

    id: int
    account_id: int
    kind: AssignmentKind
    language: str
    created_at: datetime

    @classmethod
    def of(cls, row: AssignmentRow) -> Self:
        """From the records."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Assignments(BaseModel):
    """What is asked of whom for a statement now."""

    items: list[Assignment]


class Colleague(BaseModel):
    """Somebody who can be given work; `name` is the address where they gave none."""

    account_id: int
    name: str
    kinds: list[AssignmentKind]

    @classmethod
    def of(cls, row: StaffAccount) -> Self:
        """From the records."""
        kinds = [kind for kind in AssignmentKind if can_be_asked(row, kind)]
        return cls(account_id=row.id, name=row.name or row.email, kinds=kinds)


class Colleagues(BaseModel):
    """Everybody who can be given work, by name."""

    items: list[Colleague]


class AssignmentSent(Sent):
    """Who is asked for what."""

    account_id: Id
    kind: AssignmentKind
    language: Language | None = None


class ReminderSent(Sent):
    """Whether a speaker is to be reminded although that was done within a day."""

    again: bool = False


class Reminder(BaseModel):
    """What became of a wish to remind: `queued`, or why nothing was sent."""

    outcome: Reminded
