"""A folder of recordings taken in for speakers: planned by name and never by guess, then one file after the other."""

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.file_matching import Place, match_name, without_rivals
from pipeline.domain.statements import StatementAction, is_allowed
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Country, PreSession, Recording, Speaker, Statement
from pipeline.services.events import Actor
from pipeline.services.jobs import JobProducer
from pipeline.services.originals import Originals
from pipeline.services.upload_completion import finish_upload
from pipeline.services.uploads import begin_upload, check_speaker_sends_nothing
from pipeline.storage.spool import Spool

VIDEO_SUFFIXES = frozenset({".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".webm"})


class Fate(StrEnum):
    """What becomes of a file of the folder."""

    TAKE = "take"
    THERE_ALREADY = "there_already"
    DOUBTFUL = "doubtful"
    CLOSED = "closed"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    LINK = "link"
    NO_VIDEO = "no_video"


@dataclass(frozen=True)
class PlannedFile:
    """One file: its path in the folder as it is told, what becomes of it, the places that its name speaks of.

    `source` is where it lies; `sha256` is of its bytes, empty where they were not read.
    """

    path: str
    source: Path
    fate: Fate
    places: tuple[Place, ...] = ()
    sha256: str = ""

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


def list_files(folder: Path, *, max_bytes: int) -> list[PlannedFile]:
    """Everything below a folder but hidden files, in order. `DOUBTFUL` are videos of which nothing is known yet."""
    found: list[PlannedFile] = []

    def leave_out(error: OSError) -> None:
        source = Path(os.fsdecode(error.filename))
        found.append(PlannedFile(told_path(source, folder), source, Fate.UNREADABLE))

    for place, folders, names in os.walk(folder, onerror=leave_out):
        folders[:] = [name for name in folders if not name.startswith(".")]
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in [*linked, *(name for name in names if not name.startswith("."))]:
            source = Path(place) / name
            found.append(PlannedFile(told_path(source, folder), source, _fate_by_itself(source, max_bytes)))
    return sorted(found, key=lambda file: file.path)


def told_path(source: Path, folder: Path) -> str:
    """A file's path below a folder as every program can write it: one spelling, no control signs, no broken letters."""
    path = source.relative_to(folder).as_posix()
    readable = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    one_spelling = unicodedata.normalize("NFC", readable)
    return "".join(c if c.isprintable() else c.encode("unicode-escape").decode() for c in one_spelling)


def plan_import(
    db: Session,
    spool: Spool,
    folder: Path,
    places: Sequence[Place],
    *,
    named: Mapping[str, int],
    max_bytes: int,
) -> list[PlannedFile]:
    """What would become of each file of a folder. `named` says by hand which statement a path is for.

    Raises `WrongUsage` for a statement that is not there, a path that is not there, and one statement named twice.
    """
    by_id = {place.statement_id: place for place in places}
    files = list_files(folder, max_bytes=max_bytes)
    _check_named(named, files, by_id)

    def placed(file: PlannedFile) -> PlannedFile:
        if file.fate is not Fate.DOUBTFUL:
            return file
        by_hand = (by_id[named[file.path]],) if file.path in named else None
        name = file.source.relative_to(folder).as_posix()
        return _read(replace(file, places=by_hand or match_name(name, places)))

    return _decided(db, spool, [placed(file) for file in files], frozenset(named))


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


def _check_named(named: Mapping[str, int], files: Sequence[PlannedFile], by_id: Mapping[int, Place]) -> None:
    unknown = sorted({number for number in named.values() if number not in by_id})
    if unknown:
        raise WrongUsage(f"These are no statements of the session: {', '.join(map(str, unknown))}.")
    there = Counter(file.path for file in files)
    missing = [path for path in named if there[path] != 1]
    if missing:
        raise WrongUsage(f"There is not exactly one such file in the folder: {', '.join(sorted(missing))}.")
    twice = sorted(number for number, times in Counter(named.values()).items() if times > 1)
    if twice:
        raise WrongUsage(f"More than one file is named for the same statement: {', '.join(map(str, twice))}.")


def _fate_by_itself(source: Path, max_bytes: int) -> Fate:
    """What becomes of a file whoever it is for; `DOUBTFUL` where that is the question."""
    try:
        if source.is_symlink():
            return Fate.LINK
        if source.suffix.lower() not in VIDEO_SUFFIXES or not source.is_file():
            return Fate.NO_VIDEO
        size = source.stat().st_size
    except OSError:
        return Fate.UNREADABLE
    if size == 0:
        return Fate.EMPTY
    return Fate.TOO_LARGE if size > max_bytes else Fate.DOUBTFUL


def _read(file: PlannedFile) -> PlannedFile:
    """A file of one place with the digest of its bytes."""
    if len(file.places) != 1:
        return file
    try:
        with file.source.open("rb") as opened:
            return replace(file, sha256=hashlib.file_digest(opened, "sha256").hexdigest())
    except OSError:
        return replace(file, fate=Fate.UNREADABLE)


def _decided(db: Session, spool: Spool, files: Sequence[PlannedFile], by_hand: frozenset[str]) -> list[PlannedFile]:
    """Files with their fates: what a person named goes before what a name says, and of that nothing that is wanted
    twice, or whose bytes are another speaker's.
    """
    held = _statements_by_bytes(db, files)
    sure = without_rivals((file.path, file.place) for file in files if file.sha256)
    taken = {file.place.statement_id for file in files if file.sha256 and file.path in by_hand}

    def fate_of(file: PlannedFile) -> Fate:
        if not file.sha256:
            return file.fate
        own = file.place.statement_id
        if own in held[file.sha256]:
            return Fate.THERE_ALREADY
        is_named = file.path in by_hand
        if not is_named and (own in taken or file.path not in sure or held[file.sha256] or _is_of_two(file, files)):
            return Fate.DOUBTFUL
        return _fate_at(db, spool, own)

    return [replace(file, fate=fate_of(file)) for file in files]


def _is_of_two(file: PlannedFile, files: Sequence[PlannedFile]) -> bool:
    """Whether the same bytes lie in the folder for another speaker."""
    return any(other.sha256 == file.sha256 and other.places != file.places for other in files)


def _statements_by_bytes(db: Session, files: Sequence[PlannedFile]) -> dict[str, set[int]]:
    """Which statements have a recording of the same bytes, by digest."""
    held: dict[str, set[int]] = {file.sha256: set() for file in files if file.sha256}
    for sha256, statement_id in _recorded(db, list(held)):
        held[sha256].add(statement_id)
    return held


def _recorded(db: Session, digests: Sequence[str]) -> Iterator[tuple[str, int]]:
    wanted = select(Recording.sha256, Recording.statement_id).where(Recording.sha256.in_(digests))
    yield from ((sha256, statement_id) for sha256, statement_id in db.execute(wanted))


def _fate_at(db: Session, spool: Spool, statement_id: int) -> Fate:
    statement = db.get_one(Statement, statement_id)
    if not is_allowed(statement.state, StatementAction.RECEIVE):
        return Fate.CLOSED
    try:
        check_speaker_sends_nothing(db, spool, statement)
    except ChangeNotAllowed:
        return Fate.CLOSED
    return Fate.TAKE
