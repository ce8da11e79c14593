"""What was published, version by version; when it is to begin or end; what caches of others were told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.consents import Audience
from pipeline.domain.publishing import ScheduledDeed
from pipeline.records.tables.base import Base


class Release(Base):
    """One immutable published version of a country's playlist; `name` is its folder's opaque name.

    `audience` is whom it is for; a country has one live release of each, and they share no file.

    `manifest_uri` is the programme's master manifest relative to the country's published folder; `published_at`
    is set once every object was verified and the pointer moved, `removed_at` once its files are gone again.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("country_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"))
    number: Mapped[int]
    audience: Mapped[Audience] = mapped_column(default=Audience.PUBLIC)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    manifest_uri: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    items: Mapped[list["ReleaseItem"]] = relationship(order_by="ReleaseItem.position")


class ReleaseItem(Base):
    """One statement in a release: exactly which recording, package and track revisions went out.

    `media_name` and `card_name` are the folders of its media and of its title card in the published folder.
    """

    __tablename__ = "release_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)
    position: Mapped[int]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    track_ids: Mapped[list[Any]]
    package_prefix: Mapped[str] = mapped_column(String(200))
    media_name: Mapped[str] = mapped_column(String(32))
    card_name: Mapped[str] = mapped_column(String(32))


class ScheduledRelease(Base):
    """A moment at which a country is published, or its page ends; over at `ended_at`, with what came of it in a word.

    `time_zone` is the one in which the person named the moment. `confirmed` are the questions that were answered with
    yes beforehand: what is asked beyond them at that moment keeps the country from being published.
    """

    __tablename__ = "scheduled_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), index=True)
    deed: Mapped[ScheduledDeed]
    at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64))
    confirmed: Mapped[list[Any]]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(24), default="")


class CachePurge(Base):
    """What caches in front of the published pages are told is gone: paths below the session's published folder.

    `answer` is what came back last: an HTTP status, a program's exit status, or a word where there was none.
    """

    __tablename__ = "cache_purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_id: Mapped[int] = mapped_column(ForeignKey("country.id"), index=True)
    paths: Mapped[list[Any]]
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(String(24), default="")
    told_at: Mapped[datetime | None]
