"""What all tables share: names of constraints, types, times in UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Enum, MetaData, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase

from pipeline.domain.accounts import KeyPurpose, SignInWay
from pipeline.domain.burning import BurnSize
from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.desk import AssignmentKind, CommentReader, DeliveryState
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.mails import MailKind, MailState
from pipeline.domain.papers import PaperKind, PaperState
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.domain.publishing import ScheduledDeed
from pipeline.domain.roles import Role
from pipeline.domain.sheets import SheetKind, SheetOrigin, SheetState
from pipeline.domain.statements import StatementState
from pipeline.domain.voices import Under, VoiceFault

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


IDS_USED_ONCE = {"sqlite_autoincrement": True}
"""For tables of which rows can be removed that events tell of: SQLite would give their ids to others."""


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time; aware in Python, UTC in the database (SQLite keeps no zone)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone was given to the database.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None else None


def _enum(kind: type) -> Enum:
    return Enum(kind, native_enum=False, length=24, values_callable=lambda members: [m.value for m in members])


class Base(DeclarativeBase):
    """Common base: types and constraint names that migrations can rely on."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's declared form
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        StatementState: _enum(StatementState),
        JobState: _enum(JobState),
        JobKind: _enum(JobKind),
        Verdict: _enum(Verdict),
        SpeakerKind: _enum(SpeakerKind),
        ConsentItem: _enum(ConsentItem),
        Audience: _enum(Audience),
        NameForm: _enum(NameForm),
        MailKind: _enum(MailKind),
        MailState: _enum(MailState),
        PaperKind: _enum(PaperKind),
        PaperState: _enum(PaperState),
        Role: _enum(Role),
        AssignmentKind: _enum(AssignmentKind),
        BurnSize: _enum(BurnSize),
        CommentReader: _enum(CommentReader),
        DeliveryState: _enum(DeliveryState),
        ScheduledDeed: _enum(ScheduledDeed),
        SignInWay: _enum(SignInWay),
        KeyPurpose: _enum(KeyPurpose),
        SheetKind: _enum(SheetKind),
        SheetState: _enum(SheetState),
        SheetOrigin: _enum(SheetOrigin),
        Under: _enum(Under),
        VoiceFault: _enum(VoiceFault),
    }
