"""Films of whole programmes: which a release offers, under a name that belongs to just these parts in just this order.

Noted in the release's facts before the first byte is published, so that whatever removes what may not be out knows it:
a programme's film holds the pictures of everybody in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, Release
from pipeline.services.releases import live_release
from pipeline.services.takedowns import may_show

FILM = "film"


@dataclass(frozen=True)
class NotedFilm:
    """The folder among the published media; `height` is 0 as long as the film may not be whole."""

    name: str
    height: int


def note_film(db: Session, release_id: int, made_from: str) -> NotedFilm:
    """Where the film of a programme made from this (a digest) is published, noted in its release.

    What an earlier attempt began keeps its name, and so does what is out, unless anything beside it may not be out any
    more: then it is being taken away. The caller holds the country's lock.
    """
    release = db.get_one(Release, release_id)
    live = live_release(db, db.get_one(Country, release.country_id), release.audience)
    stays = live is not None and live.removed_at is None and all(may_show(db, live, item) for item in live.items)
    earlier = [release.facts, live.facts if live is not None and stays else {}]
    known = {facts[FILM]["made_from"]: facts[FILM] for facts in reversed(earlier) if FILM in facts}
    noted = known.get(made_from) or {"made_from": made_from, "name": new_name(), "height": 0}
    release.facts = {**release.facts, FILM: noted}
    return NotedFilm(noted["name"], noted["height"])


def note_height(db: Session, release_id: int, height: int) -> None:
    """The film that was noted is published whole."""
    release = db.get_one(Release, release_id)
    release.facts = {**release.facts, FILM: {**release.facts[FILM], "height": height}}


def film_in(facts: Mapping[str, Any]) -> NotedFilm | None:
    """The film of a release's programme that is published whole; None where there is none."""
    noted = facts.get(FILM)
    return NotedFilm(noted["name"], noted["height"]) if noted and noted["height"] else None


def film_names_in(facts: Mapping[str, Any]) -> set[str]:
    """Folders of published media that the film of a release's programme lies in: one, or none."""
    return {facts[FILM]["name"]} if FILM in facts else set()
