"""Rounds of Pre-sessions, their countries, and who speaks for whom."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.consents import Audience
from pipeline.domain.pre_sessions import SpeakerKind
from pipeline.records.tables.base import IDS_USED_ONCE, Base

if TYPE_CHECKING:
    from pipeline.records.tables.releases import Release
    from pipeline.records.tables.statements import Statement


class PreSession(Base):
    """One round of Pre-sessions, loaded from a session file.

    `hand_in_until` is the last day on which recordings are taken; a country may have its own. With
    `wants_second_look` two people approve each statement; of one that `is_missions_only` nothing is public, whatever
    speakers agreed to. `retention_days` has days by retention class, where the session differs from the default.
    """

    __tablename__ = "pre_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    is_confirmed: Mapped[bool]
    place: Mapped[str] = mapped_column(String(200))
    applications_until: Mapped[date | None]
    hand_in_until: Mapped[date | None]
    min_seconds: Mapped[float]
    max_seconds: Mapped[float]
    tolerance_seconds: Mapped[float]
    subtitle_languages: Mapped[list[Any]]
    wants_second_look: Mapped[bool] = mapped_column(default=False)
    is_missions_only: Mapped[bool] = mapped_column(default=False)
    retention_days: Mapped[dict[str, Any]] = mapped_column(default=dict)

    countries: Mapped[list["Country"]] = relationship(back_populates="pre_session", order_by="Country.id")


class Country(Base):
    """A State under Review in one session.

    `live_release_id` is the pointer to what is out for everybody, `missions_release_id` to what is out for missions.
    """

    __tablename__ = "country"
    __table_args__ = (UniqueConstraint("pre_session_id", "code"), IDS_USED_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    pre_session_id: Mapped[int] = mapped_column(ForeignKey("pre_session.id"))
    code: Mapped[str] = mapped_column(String(2))
    applications_until: Mapped[date | None]
    hand_in_until: Mapped[date | None]
    live_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", use_alter=True))
    missions_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id", use_alter=True))

    pre_session: Mapped[PreSession] = relationship(back_populates="countries")
    speakers: Mapped[list["Speaker"]] = relationship(back_populates="country", order_by="Speaker.position, Speaker.id")
    live_release: Mapped["Release | None"] = relationship(foreign_keys=[live_release_id], post_update=True)

    def live_id(self, audience: Audience) -> int | None:
        """The release that is out for an audience."""
        return self.missions_release_id if audience is Audience.MISSIONS else self.live_release_id

    def point_at(self, audience: Audience, release_id: int | None) -> None:
        """Have a release be the one that is out for an audience."""
        if audience is Audience.MISSIONS:
            self.missions_release_id = release_id
        else:
            self.live_release_id = release_id


class Speaker(Base):
    """One panelist; `position` is the place in the panel, from 1. Without `email` nothing is mailed.

    `gender` is a word as the session's people use it, empty where nobody said; it is for the panel's balance alone and
    is never shown to the public. `erased_at` is when the person was erased: then only counts are left.
    """

    __tablename__ = "speaker"
    __table_args__ = IDS_USED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(300))
    kind: Mapped[SpeakerKind]
    language: Mapped[str] = mapped_column(String(16))
    theme: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(254), default="")
    gender: Mapped[str] = mapped_column(String(16), default="")
    erased_at: Mapped[datetime | None]

    country: Mapped[Country] = relationship(back_populates="speakers")
    statement: Mapped["Statement"] = relationship(back_populates="speaker", uselist=False)


class SpeakerImport(Base):
    """The last table of speakers that was imported into a session, so that it can be undone.

    `before` has what was said of each speaker until then, by id, and null for those who were added; `after` what stands
    for each as the import left them. The row goes with the next import, and when one of them is removed or erased.
    """

    __tablename__ = "speaker_import"
    __table_args__ = IDS_USED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    pre_session_id: Mapped[int] = mapped_column(ForeignKey("pre_session.id"), unique=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]
