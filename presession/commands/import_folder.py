"""`presession import`: a folder of recordings that speakers mailed or brought, handed in for them."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from pipeline.domain.delimited_text import NoTable, TextLine, read_delimited, write_delimited
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.file_matching import Place
from pipeline.domain.jobs import Queue
from pipeline.domain.roles import Role
from pipeline.records.database import Database
from pipeline.records.tables import StaffAccount
from pipeline.services.imports import Fate, Intake, PlannedFile, list_places, plan_import, take_in
from pipeline.services.originals import Originals
from pipeline.storage.sealing import KeyRing
from pipeline.storage.spool import Spool
from presession.options import data_option
from presession.parts import build_store, open_records

_COLUMNS = ("file", "statement", "could_be")
_MAY_SEND = frozenset({Role.STAFF, Role.ADMINISTRATOR})
_WORDS = {
    Fate.TAKE: "is taken in",
    Fate.THERE_ALREADY: "is there already",
    Fate.DOUBTFUL: "DOUBTFUL: say whose it is",
    Fate.CLOSED: "not taken: the statement takes no recording now",
    Fate.TOO_LARGE: "not taken: larger than a recording may be",
    Fate.EMPTY: "not taken: there is nothing in it",
    Fate.UNREADABLE: "not taken: it cannot be read",
    Fate.LINK: "not taken: a link to elsewhere",
    Fate.NO_VIDEO: "not taken: no video by its name",
}


class SweptLater:
    """Tells no worker: the scheduler of the running installation finds the work within seconds."""

    def send(self, job_id: int, queue: Queue) -> None:
        """Nothing is sent."""


@dataclass(frozen=True)
class _Wish:
    """What was asked for on the command line."""

    folder: Path
    slug: str
    by: str
    names: Path | None
    doubtful: Path
    is_trial: bool


@click.command(
    "import",
    epilog="""\b
Examples:
  presession import mailed/ --session 36 --by anna@example.org --dry-run
  presession import mailed/ --session 36 --by anna@example.org
  presession import mailed/ --session 36 --by anna@example.org --names doubtful.csv

\b
A file is for a speaker when its path has all words of the organisation's name, or of the speaker's,
and no other speaker's: “Bahamas/Organisation 3 final.mp4”. Nothing is guessed. Whatever is in doubt is
written to doubtful.csv with whom it could be for: fill in the column “statement”, and give the file
back with --names; what was filled in stays in it. Running it again takes nothing in twice.""",
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--session", "slug", required=True, metavar="SLUG", help="Session whose speakers the files are of.")
@click.option("--by", required=True, metavar="EMAIL", help="Staff account that is on record as having handed them in.")
@click.option("--dry-run", "is_trial", is_flag=True, help="Only say what would be done.")
@click.option(
    "--names", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Filled-in file of doubtful ones."
)
@click.option(
    "--doubtful",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("doubtful.csv"),
    show_default=True,
    help="Where doubtful ones are written.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@data_option("Installation that takes them in.")
def import_folder(
    *,
    folder: Path,
    slug: str,
    by: str,
    is_trial: bool,
    names: Path | None,
    doubtful: Path,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Hand in the videos of FOLDER for the speakers that their names leave no doubt about."""
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    with open_records(settings) as database:
        plan = _run(database, settings, _Wish(folder.resolve(), slug, by, names, doubtful, is_trial))
    _print_json(plan) if as_json else _print_report(plan, doubtful, is_trial=is_trial)


def _run(database: Database, settings: Settings, wish: _Wish) -> list[PlannedFile]:
    max_bytes, spool = settings.uploads.max_bytes, Spool(settings.spool_dir)
    named = _read_names(wish.names) if wish.names else {}
    _check_keeps_answers(wish.doubtful, named)
    with database.read() as db:
        account_id = _find_account(db, wish.by)
        places = list_places(db, wish.slug)
        plan = plan_import(db, spool, wish.folder, places, named=named, max_bytes=max_bytes)
    _write_doubtful(wish.doubtful, plan, named)
    if wish.is_trial:
        return plan
    intake = Intake(
        database=database,
        originals=Originals(build_store(settings), KeyRing(settings.master_keys)),
        spool=spool,
        producer=SweptLater(),
        account_id=account_id,
        max_bytes=max_bytes,
        expire_hours=settings.uploads.expire_hours,
    )
    return [_taken(intake, file) for file in plan]


def _taken(intake: Intake, file: PlannedFile) -> PlannedFile:
    """What became of a file: one that its statement takes no more is told, and the others go on."""
    if file.fate is not Fate.TAKE:
        return file
    try:
        take_in(intake, file.source, file.place.statement_id, now=datetime.now(UTC))
    except ChangeNotAllowed:
        return replace(file, fate=Fate.CLOSED)
    except (FileNotFoundError, PermissionError):
        return replace(file, fate=Fate.UNREADABLE)
    return file


def _find_account(db: Session, email: str) -> int:
    account = db.scalar(select(StaffAccount).where(StaffAccount.email == email.strip().lower()))
    if account is None or not account.is_active or account.role not in _MAY_SEND:
        raise WrongUsage("--by names no active account of staff. `presession account` shows and adds them.")
    return account.id


def _read_names(path: Path) -> dict[str, int]:
    """Which file is for which statement, by what was filled in; a table as any spreadsheet saves it."""
    wrong = f"{path} is not as `presession import` wrote it: columns file and statement (a number)."
    try:
        head, *lines = read_delimited(path.read_bytes()).lines
        file, statement = (head.cells.index(column) for column in _COLUMNS[:2])
        told = [(_cell(line, file), _cell(line, statement)) for line in lines]
        answered = [(unicodedata.normalize("NFC", name), int(number)) for name, number in told if number]
    except (OSError, ValueError, NoTable) as error:
        raise WrongUsage(wrong) from error
    if len(dict(answered)) != len(answered):
        raise WrongUsage(f"{path} names the same file more than once.")
    return dict(answered)


def _cell(line: TextLine, column: int) -> str:
    return line.cells[column] if column < len(line.cells) else ""


def _check_keeps_answers(doubtful: Path, named: Mapping[str, int]) -> None:
    """Nobody's answers are written over: what was filled in where doubtful ones go was given back."""
    if doubtful.exists() and not _read_names(doubtful).items() <= named.items():
        raise WrongUsage(
            f"{doubtful} is filled in: give it back with --names, or have doubtful ones written elsewhere with "
            "--doubtful."
        )


def _write_doubtful(path: Path, plan: Sequence[PlannedFile], named: Mapping[str, int]) -> None:
    """Those to be said by hand, and those that were, so that the file can be given back again."""
    doubtful = [file for file in plan if file.fate is Fate.DOUBTFUL]
    if not doubtful:
        return
    rows = [
        (file.path, str(named.get(file.path, "")), " | ".join(_place_words(place) for place in file.places))
        for file in plan
        if file.fate is Fate.DOUBTFUL or file.path in named
    ]
    path.write_bytes(write_delimited([_COLUMNS, *rows]))


def _place_words(place: Place) -> str:
    return f"{place.statement_id} = {place.country_code} {place.organisation}, {place.speaker}"


def _print_json(plan: Sequence[PlannedFile]) -> None:
    rows = [
        {"file": file.path, "fate": file.fate.value, "statements": [place.statement_id for place in file.places]}
        for file in plan
    ]
    click.echo(json.dumps(rows, ensure_ascii=False))


def _print_report(plan: Sequence[PlannedFile], doubtful: Path, *, is_trial: bool) -> None:
    table = Table("file", "for", "what")
    for file in plan:
        places = "\n".join(_place_words(place) for place in file.places) or "nobody"
        table.add_row(Text(file.path), Text(places), _WORDS[file.fate])
    Console().print(table)
    if is_trial:
        click.echo("Nothing was done: this was a dry run.")
    if any(file.fate is Fate.DOUBTFUL for file in plan):
        click.echo(f"Doubtful ones are in {doubtful}: fill in the column “statement”, and give it back with --names.")
