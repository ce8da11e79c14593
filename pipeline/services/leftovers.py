"""Packages and papers in the store that nothing points at any more: left behind by who was killed while storing.

What a running job writes bears names that follow from its row, so it is never taken for left behind, however long it
takes. Originals and what is published are no business of this module.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.tokens import name_within
from pipeline.records.database import Database
from pipeline.records.tables import Job, Paper, Recording, Release, ReleaseItem, StepResult, Voice
from pipeline.services.release_voices import prefixes_in
from pipeline.storage.keys import (
    PACKAGES,
    PAPERS,
    package_of,
    package_prefix,
    paper_of,
    paper_prefix,
)
from pipeline.storage.store import ObjectStore

_log = structlog.get_logger(__name__)


def remove_leftovers(database: Database, store: ObjectStore, *, older_than_hours: float) -> int:
    """Remove packages that no record points at and that nothing was added to for so long; how many they were.

    Nothing is removed when the records point at nothing that is in the store: they are not the records of this store.
    """
    # Looked at before asking what is wanted: whatever appears after that belongs to work that is begun meanwhile.
    found = _found(store, PACKAGES, package_of)
    with database.read() as db:
        wanted = find_wanted_packages(db)
    if found and not found.keys() & wanted:
        _log.warning("leftovers.not_ours", packages=len(found))
        return 0
    leftovers = [
        prefix for prefix in sorted(found.keys() - wanted) if _is_older(store, found[prefix], older_than_hours)
    ]
    for prefix in leftovers:
        store.delete_prefix(prefix)
        _log.info("leftovers.removed", prefix=prefix)
    return len(leftovers)


def remove_leftover_papers(database: Database, store: ObjectStore, *, older_than_hours: float) -> int:
    """Remove papers that are on no record, and what came of one after it was erased; how many they were.

    Nothing is removed when the records know none of the papers in the store, as with packages.
    """
    found = _found(store, PAPERS, paper_of)
    with database.read() as db:
        known = {name: erased_at for name, erased_at in db.execute(select(Paper.name, Paper.erased_at))}
    if found and not found.keys() & known.keys():
        _log.warning("leftovers.not_ours", papers=len(found))
        return 0
    erased = {name for name, erased_at in known.items() if erased_at is not None} & found.keys()
    nobodys = {name for name in found.keys() - known.keys() if _is_older(store, found[name], older_than_hours)}
    for name in sorted(erased | nobodys):
        store.delete_prefix(paper_prefix(name))
        _log.info("leftovers.removed", prefix=paper_prefix(name))
    return len(erased | nobodys)


def remove_attempt(database: Database, store: ObjectStore, token: str) -> None:
    """Remove the packages that an attempt wrote which was given up; a title card that it had finished is kept."""
    with database.read() as db:
        unpublished = select(Release.id).where(Release.published_at.is_(None), Release.removed_at.is_(None))
        cards = db.scalars(select(ReleaseItem.card_name).where(ReleaseItem.release_id.in_(unpublished)))
        written = {package_prefix(name) for name in (token, *(card_package_name(token, card) for card in cards))}
        kept = set(db.scalars(select(StepResult.prefix).where(StepResult.prefix.in_(written))))
    for prefix in sorted(written - kept):
        store.delete_prefix(prefix)


def find_wanted_packages(db: Session) -> frozenset[str]:
    """Prefixes of all packages that a record points at, or that a running job may be writing."""
    columns = (Recording.package_prefix, StepResult.prefix, ReleaseItem.package_prefix, Voice.package_prefix)
    pointed_at = {prefix for column in columns for prefix in db.scalars(select(column).distinct())}
    for facts in db.scalars(select(Release.facts).where(Release.removed_at.is_(None))):
        pointed_at |= prefixes_in(facts)
    return frozenset({prefix for prefix in pointed_at if prefix} | set(_being_written(db)))


def card_package_name(token: str, card_name: str) -> str:
    """The name under which an attempt at a release stores the package of one of its title cards."""
    return name_within(token, card_name)


def _being_written(db: Session) -> Iterator[str]:
    running = select(Job.kind, Job.subject_id, Job.lease_token).where(Job.state == JobState.RUNNING)
    for kind, subject_id, token in db.execute(running).all():
        if token is None:
            continue
        yield package_prefix(token)
        if kind is JobKind.RELEASE:
            yield from _cards_being_written(db, subject_id, token)


def _cards_being_written(db: Session, release_id: int, token: str) -> Iterable[str]:
    cards = db.scalars(select(ReleaseItem.card_name).where(ReleaseItem.release_id == release_id))
    return [package_prefix(card_package_name(token, card_name)) for card_name in cards]


def _found(store: ObjectStore, prefix: str, whose: Callable[[str], str | None]) -> Mapping[str, Collection[str]]:
    """The keys below a prefix by whose they are; those that bear no name of ours are left out."""
    found = defaultdict(list)
    for key in store.list_keys(prefix):
        if owner := whose(key):
            found[owner].append(key)
    return found


def _is_older(store: ObjectStore, keys: Iterable[str], hours: float) -> bool:
    ages = (store.age_seconds(key) for key in keys)
    return all(age is None or age >= hours * 3600 for age in ages)
