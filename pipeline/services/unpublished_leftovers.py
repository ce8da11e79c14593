"""Folders in published places that no release wants: left behind by publications that never came to an end.

A release that is under way is wanted, however long it takes; what it left when it was given up waits for this sweep,
and nothing leads to it meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping

import structlog
from sqlalchemy import select

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.records.database import Database
from pipeline.records.tables import Country
from pipeline.services.publication import find_kept_names
from pipeline.storage.keys import site_prefix
from pipeline.storage.store import ObjectStore

_log = structlog.get_logger(__name__)

_Folder = tuple[str, str]
"""`media` or `r`, and the name."""


def remove_unpublished(database: Database, store: ObjectStore, *, older_than_hours: float) -> int:
    """Remove such folders to which nothing was added for so long; how many they were."""
    with database.read() as db:
        places = [(country.id, country.pre_session.slug, country.code) for country in db.scalars(select(Country))]
    removed = 0
    for country_id, slug, code in places:
        for audience in RELEASE_AUDIENCES:
            prefix = site_prefix(slug, code, audience)
            # Looked at before asking what is wanted: whatever appears after that is begun meanwhile.
            found = _found(store, prefix)
            for kind, name in _unwanted(database, country_id, audience, found):
                if _is_older(store, found[kind, name], older_than_hours):
                    store.delete_prefix(f"{prefix}{kind}/{name}/")
                    _log.info("leftovers.removed", kind=kind, country_id=country_id)
                    removed += 1
    return removed


def _found(store: ObjectStore, prefix: str) -> Mapping[_Folder, Collection[str]]:
    found = defaultdict(list)
    for key in store.list_keys(prefix):
        kind, name, *rest = [*key.removeprefix(prefix).split("/"), "", ""][:3]
        if kind in {"media", "r"} and any(rest):
            found[kind, name].append(key)
    return found


def _unwanted(
    database: Database, country_id: int, audience: Audience, found: Mapping[_Folder, object]
) -> list[_Folder]:
    if not found:
        return []
    with database.read() as db:
        kept = find_kept_names(db, country_id, audience)
    wanted = {"media": kept.media, "r": kept.releases}
    return [(kind, name) for kind, name in sorted(found) if name not in wanted[kind]]


def _is_older(store: ObjectStore, keys: Collection[str], hours: float) -> bool:
    ages = (store.age_seconds(key) for key in keys)
    return all(age is None or age >= hours * 3600 for age in ages)
