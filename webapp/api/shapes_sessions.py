"""Sessions, their countries and panels, as scripts read and write them."""

from datetime import date
from typing import Annotated, Self

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from pipeline.domain.limits import Limit
from pipeline.domain.plan_checks import MAX_RETENTION_DAYS
from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerKind, SpeakerPlan
from pipeline.domain.retention import RetentionClass
from pipeline.records.tables import PreSession
from pipeline.services.board_lines import Board, CountryLine, Show
from pipeline.services.boards import SessionLine
from webapp.api.shapes import CountryCode, Id, Language, Line, Name, Sent, Slug
from webapp.api.shapes_statements import StatementLine

_LONGEST = 4 * 3600.0


def _email(address: str) -> str:
    if not address:
        return ""
    try:
        return str(validate_email(address, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise ValueError("not an address like name@example.org") from None


RetentionDays = Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]


class SessionSummary(BaseModel):
    """One session in the list."""

    slug: str
    title: str
    place: str
    starts_on: date
    ends_on: date
    is_confirmed: bool
    hand_in_until: date | None
    countries: int
    speakers: int
    to_review: int
    published: int

    @classmethod
    def of(cls, line: SessionLine) -> Self:
        """From the list of sessions."""
        return cls(**vars(line))


class Sessions(BaseModel):
    """Every session, the latest first."""

    items: list[SessionSummary]


class CountrySummary(BaseModel):
    """One country of a session, and how its publication stands."""

    code: str
    last_day: date | None
    speakers: int
    waiting_for_staff: int
    waiting_for_speakers: int
    ready: int
    published: int
    can_be_published: bool
    is_publishing: bool
    is_up_to_date: bool

    @classmethod
    def of(cls, line: CountryLine) -> Self:
        """From the board."""
        return cls(
            code=line.code,
            last_day=line.last_day,
            speakers=len(line.speakers),
            waiting_for_staff=line.count(Show.STAFF),
            waiting_for_speakers=line.count(Show.SPEAKER),
            ready=line.count(Show.READY),
            published=line.count(Show.PUBLISHED),
            can_be_published=line.can_be_published,
            is_publishing=line.is_publishing,
            is_up_to_date=line.is_up_to_date,
        )


class Session(BaseModel):
    """One session and its countries."""

    slug: str
    title: str
    place: str
    starts_on: date
    ends_on: date
    is_confirmed: bool
    min_seconds: float
    max_seconds: float
    tolerance_seconds: float
    subtitle_languages: list[str]
    applications_until: date | None
    hand_in_until: date | None
    wants_second_look: bool
    is_missions_only: bool
    retention_days: dict[str, int]
    countries: list[CountrySummary]

    @classmethod
    def of(cls, row: PreSession, board: Board) -> Self:
        """From a session and its board."""
        return cls(
            slug=board.slug,
            title=board.title,
            place=board.place,
            starts_on=board.starts_on,
            ends_on=board.ends_on,
            is_confirmed=board.is_confirmed,
            **vars(board.limit),
            subtitle_languages=list(board.subtitle_languages),
            applications_until=row.applications_until,
            hand_in_until=row.hand_in_until,
            wants_second_look=row.wants_second_look,
            is_missions_only=row.is_missions_only,
            retention_days=dict(row.retention_days),
            countries=[CountrySummary.of(line) for line in board.countries],
        )


class Country(CountrySummary):
    """One country with its panel in order."""

    panel: list[StatementLine]


class SpeakerSent(Sent):
    """One panelist; without an address nothing is mailed."""

    name: Name
    organisation: Annotated[Line, Field(min_length=1)]
    kind: SpeakerKind
    language: Language
    theme: Line = ""
    email: Email = ""
    gender: Annotated[Line, Field(max_length=16)] = ""

    def plan(self) -> SpeakerPlan:
        """As a session file would say it."""
        return SpeakerPlan(**vars(self))


class CountrySent(Sent):
    """A State under Review and its panel in order."""

    code: CountryCode
    speakers: Annotated[list[SpeakerSent], Field(max_length=50, default_factory=list)]
    applications_until: date | None = None
    hand_in_until: date | None = None

    @model_validator(mode="after")
    def _has_each_once(self) -> Self:
        if len({(one.name, one.organisation) for one in self.speakers}) < len(self.speakers):
            raise ValueError("a person of one organisation is listed twice")
        return self


class SessionSent(Sent):
    """A session as it is planned. What it does not name any more goes, unless people have done something with it.

    `retention_days` are days by class where they differ from what is usual. Null for that, or for the second look,
    leaves them as they are.
    """

    title: Name
    starts_on: date
    ends_on: date
    is_confirmed: bool
    place: Name
    min_seconds: Annotated[float, Field(ge=0, le=_LONGEST)]
    max_seconds: Annotated[float, Field(gt=0, le=_LONGEST)]
    tolerance_seconds: Annotated[float, Field(ge=0, le=600)] = 0.0
    subtitle_languages: Annotated[list[Language], Field(max_length=20)]
    applications_until: date | None = None
    hand_in_until: date | None = None
    wants_second_look: bool | None = None
    is_missions_only: bool | None = None
    retention_days: dict[RetentionClass, RetentionDays] | None = None
    countries: Annotated[list[CountrySent], Field(max_length=200, default_factory=list)]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on is before starts_on")
        if self.max_seconds <= self.min_seconds:
            raise ValueError("max_seconds is not longer than min_seconds")
        if len({country.code for country in self.countries}) < len(self.countries):
            raise ValueError("a country is listed twice")
        return self

    def _days(self) -> dict[str, int] | None:
        days = self.retention_days
        return None if days is None else {kept.value: count for kept, count in days.items()}

    def plan(self, slug: str) -> PreSessionPlan:
        """As a session file would say it."""
        return PreSessionPlan(
            slug=slug,
            title=self.title,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_confirmed=self.is_confirmed,
            place=self.place,
            limit=Limit(self.min_seconds, self.max_seconds, self.tolerance_seconds),
            subtitle_languages=tuple(self.subtitle_languages),
            applications_until=self.applications_until,
            hand_in_until=self.hand_in_until,
            wants_second_look=self.wants_second_look,
            is_missions_only=self.is_missions_only,
            retention_days=self._days(),
            countries=tuple(
                CountryPlan(
                    one.code,
                    tuple(speaker.plan() for speaker in one.speakers),
                    one.applications_until,
                    one.hand_in_until,
                )
                for one in self.countries
            ),
        )


class SessionLoaded(BaseModel):
    """What bringing a session up to date did, as ids; `kept_speakers` hold something and so could not go."""

    slug: Slug
    is_new: bool
    added_countries: list[Id]
    removed_countries: list[Id]
    added_speakers: list[Id]
    updated_speakers: list[Id]
    removed_speakers: list[Id]
    kept_speakers: list[Id]
    kept_facts: list[str]
