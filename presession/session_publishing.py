"""`presession publish SESSION --all`: what it would mean for each country, the yes to it, and a bar that follows it."""

import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from config.settings import load_settings
from pipeline.domain.errors import FinalError
from pipeline.domain.jobs import OPEN_STATES, JobState
from pipeline.records.database import Database
from pipeline.services.events import SYSTEM
from pipeline.services.session_publication import (
    CountryFate,
    CountryProgress,
    SessionCheck,
    publish_session,
    read_progress,
    read_session_check,
)
from presession.panel_places import open_transaction, say, session_named
from presession.parts import open_records

_LOOK_SECONDS = 0.5
_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())


def publish_all(
    slug: str, *, seen: str, confirmed: Collection[str], waits: bool, as_json: bool, data_dir: Path | None
) -> None:
    """Say what publishing every country would mean, or with `seen` do it; `waits` follows it to its end."""
    with open_transaction(data_dir) as db:
        pre_session = session_named(db, slug)
        if not seen:
            check = read_session_check(db, pre_session)
            say(_facts(check), _words(check), as_json=as_json)
            return
        now = datetime.now(UTC)
        begun = publish_session(db, pre_session, seen=seen, confirmed=confirmed, actor=SYSTEM, now=now)
        ids = [release.id for release in begun]
    if waits:
        _follow(slug, data_dir)
    say({"releases": ids}, f"Publishing has begun: {len(ids)} countries.", as_json=as_json)


def _facts(check: SessionCheck) -> dict[str, object]:
    problems = {one.country.code: [problem.code for problem in one.check.problems] for one in check.countries}
    return {
        "seen": check.seen,
        "countries": {one.country.code: one.fate.value for one in check.countries},
        "asked": {question.value: count for question, count in check.asked.items()},
        "problems": {code: codes for code, codes in problems.items() if codes},
    }


def _words(check: SessionCheck) -> str:
    lines = [f"{one.country.code}  {one.fate.value.replace('_', ' ')}" for one in check.countries]
    for one in check.with_fate(CountryFate.IN_THE_WAY):
        lines += [f"in the way in {one.country.code}: {problem.sentence}" for problem in one.check.problems]
    lines += [f"asked: {question.value} ({count})" for question, count in check.asked.items()]
    goes_out = check.with_fate(CountryFate.GOES_OUT)
    return "\n".join([*lines, f"seen: {check.seen}" if goes_out else "nothing to publish"])


def _follow(slug: str, data_dir: Path | None) -> None:
    """A bar for each country on stderr until none is waited for. Raises `FinalError` where one failed."""
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    with open_records(settings) as database, Progress(*_COLUMNS, console=Console(stderr=True)) as bars:
        shown: dict[str, TaskID] = {}
        while True:
            found = _look(database, slug)
            for one in found:
                if one.code not in shown:
                    shown[one.code] = bars.add_task(one.code, total=1.0)
                bars.update(shown[one.code], completed=one.share)
            if not any(one.state in OPEN_STATES for one in found):
                break
            time.sleep(_LOOK_SECONDS)
    failed = [one.code for one in found if one.state is JobState.FAILED]
    if failed:
        raise FinalError(f"Not published: {', '.join(failed)}. The staff's page of each country says why.")


def _look(database: Database, slug: str) -> list[CountryProgress]:
    with database.read() as db:
        return read_progress(db, session_named(db, slug))
