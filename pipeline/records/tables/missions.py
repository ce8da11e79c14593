"""Links by which missions watch, and how often each was used: counts per mission and country, nothing about people."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.records.tables.base import IDS_USED_ONCE, Base


class MissionLink(Base):
    """One mission's way to watch a session, or one country of it; only the hash of its token is kept.

    `label` is what staff call whoever has it: a mission, never a person.
    """

    __tablename__ = "mission_link"
    __table_args__ = IDS_USED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    pre_session_id: Mapped[int] = mapped_column(ForeignKey("pre_session.id"), index=True)
    country_id: Mapped[int | None] = mapped_column(ForeignKey("country.id"))
    label: Mapped[str] = mapped_column(String(120))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MissionOpening(Base):
    """How often a country was opened, and begun to play, by one link; `last_on` is the last day (UTC) of either."""

    __tablename__ = "mission_opening"
    __table_args__ = (UniqueConstraint("link_id", "country_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("mission_link.id"))
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"))
    opened: Mapped[int] = mapped_column(default=0)
    played: Mapped[int] = mapped_column(default=0)
    last_on: Mapped[date]
