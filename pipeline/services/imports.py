"""A folder of recordings taken in for speakers: planned by name and never by guess, then one file after the other."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import WrongUsage
from pipeline.domain.file_matching import Place, match_name, without_rivals
from pipeline.domain.statements import StatementAction, is_allowed
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Country, PreSession, Recording, Speaker, Statement
from pipeline.services.events import Actor
from pipeline.services.jobs import JobProducer
from pipeline.services.originals import Originals
from pipeline.services.upload_completion import finish_upload
from pipeline.services.uploads import begin_upload
from pipeline.storage.spool import Spool

VIDEO_SUFFIXES = frozenset({".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".webm"})


class Fate(StrEnum):
    """What becomes of a file of the folder."""

    TAKE = "take"
    THERE_ALREADY = "there_already"
    DOUBTFUL = "doubtful"
    CLOSED = "closed"
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class PlannedFile:
    """One file: its path in the folder, what becomes of it, and the places that its name speaks of."""

    path: str
    fate: Fate
    places: tuple[Place, ...]

    @property
    def place(self) -> Place:
        """Where it goes; for one that has exactly one place."""
        (place,) = self.places
        return place


@dataclass(frozen=True)
class Intake:
    """What taking in a file needs: where bytes and rows go, who is told, who sends, and how large one may be."""

    database: Database
    originals: Originals
    spool: Spool
    producer: JobProducer
    account_id: int
    max_bytes: int
    expire_hours: float


def list_places(db: Session, slug: str) -> list[Place]:
    """Every statement of a session. Raises `WrongUsage` where there is no such session."""
    if db.scalar(select(PreSession.id).where(PreSession.slug == slug)) is None:
        raise WrongUsage(f"There is no session “{slug}”. `presession session list` shows those that are loaded.")
    wanted = (
        select(Statement.id, Country.code, Speaker.name, Speaker.organisation)
        .join(Statement.speaker)
        .join(Speaker.country)
        .join(Country.pre_session)
        .where(PreSession.slug == slug)
        .order_by(Country.code, Speaker.position)
    )
    return [Place(*row) for row in db.execute(wanted)]


def find_videos(folder: Path) -> list[Path]:
    """The videos below a folder, by their suffix; nothing hidden, and nothing that is a link to elsewhere."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in VIDEO_SUFFIXES)
    plain = (path for path in found if path.is_file() and not path.is_symlink())
    return sorted(path for path in plain if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def plan_import(
    db: Session, folder: Path, places: Sequence[Place], *, named: Mapping[str, int], max_bytes: int
) -> list[PlannedFile]:
    """What would become of each video of a folder. `named` says by hand which statement a path is for."""
    by_id = {place.statement_id: place for place in places}
    unknown = sorted({number for number in named.values() if number not in by_id})
    if unknown:
        raise WrongUsage(f"These are no statements of the session: {', '.join(map(str, unknown))}.")
    paths = [path.relative_to(folder).as_posix() for path in find_videos(folder)]
    spoken_of = {path: (by_id[named[path]],) if path in named else match_name(path, places) for path in paths}
    sure = without_rivals((path, found[0]) for path, found in spoken_of.items() if len(found) == 1)
    return [
        PlannedFile(path, _fate_of(db, folder / path, sure.get(path), max_bytes=max_bytes), found)
        for path, found in spoken_of.items()
    ]


def take_in(intake: Intake, path: Path, statement_id: int, *, now: datetime) -> None:
    """Hand in one file for a speaker, as an upload of staff is. Raises `ChangeNotAllowed` and what a store raises."""
    name = new_name()
    intake.spool.create(name)
    try:
        with intake.spool.hold(name) as file:
            file.append_file(path)
            file.sync()
            size_bytes = file.size_bytes
        with intake.database.begin() as db:
            begin_upload(
                db,
                intake.spool,
                statement=db.get_one(Statement, statement_id),
                length_bytes=size_bytes,
                max_bytes=intake.max_bytes,
                expire_hours=intake.expire_hours,
                actor=Actor("staff", intake.account_id),
                now=now,
                spooled_as=name,
                account_id=intake.account_id,
            )
    except BaseException:
        intake.spool.remove(name)
        raise
    finish_upload(intake.database, intake.originals, intake.spool, intake.producer, name=name, now=now)


def _fate_of(db: Session, path: Path, place: Place | None, *, max_bytes: int) -> Fate:
    if place is None:
        return Fate.DOUBTFUL
    if path.stat().st_size > max_bytes:
        return Fate.TOO_LARGE
    known = select(Recording.id).where(Recording.statement_id == place.statement_id, Recording.sha256 == _sha256(path))
    if db.scalars(known).first() is not None:
        return Fate.THERE_ALREADY
    statement = db.get_one(Statement, place.statement_id)
    return Fate.TAKE if is_allowed(statement.state, StatementAction.RECEIVE) else Fate.CLOSED


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
