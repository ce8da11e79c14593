"""Speakers in their browsers. A visit is bound to the link it came by: revoking or expiry of the link ends it.

A visit reaches the statement of its link and no other.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import g, session

from pipeline.records.tables import SpeakerLink
from pipeline.services.events import Actor
from webapp.database import current_db

_VISIT = "speaker_link"
_SHARED = "shared_browser"


@dataclass(frozen=True)
class SpeakerVisit:
    """A speaker who opened a personal link: what the link reaches."""

    link_id: int
    statement_id: int

    @property
    def actor(self) -> Actor:
        """Who did it, for the record: the link, not the person."""
        return Actor("speaker", self.link_id)


def begin_visit(link: SpeakerLink) -> None:
    """Let this browser act for the link's statement until the link ends."""
    session[_VISIT] = link.id
    session.permanent = not is_shared_browser()


def end_visit() -> None:
    """Let this browser forget the speaker's link."""
    session.pop(_VISIT, None)
    session.pop(_SHARED, None)


def share_visit(is_shared: bool) -> None:
    """Let a visit end when the browser is closed, because others use it too; or last as long as its link."""
    session[_SHARED] = is_shared
    session.permanent = not is_shared


def is_shared_browser() -> bool:
    """Whether the speaker said that others use this browser."""
    return bool(session.get(_SHARED))


def current_visit() -> SpeakerVisit:
    """The speaker who asks; only where the rule is `speaker`."""
    return cast(SpeakerVisit, g.speaker_visit)


def visit_if_any() -> SpeakerVisit | None:
    """The speaker who asks, where the rule is `public` and anybody may."""
    return find_visit(may_be_expired=False)


def find_visit(*, may_be_expired: bool) -> SpeakerVisit | None:
    """The speaker who asks; None where the link was revoked, or has expired and may not have."""
    link_id = session.get(_VISIT)
    link = current_db().get(SpeakerLink, link_id) if isinstance(link_id, int) else None
    if link is None or link.revoked_at is not None:
        return None
    if link.expires_at <= datetime.now(UTC) and not may_be_expired:
        return None
    return SpeakerVisit(link.id, link.statement_id)
