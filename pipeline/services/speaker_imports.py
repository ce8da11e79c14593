"""Speakers of a session from a table: what importing it would do, line by line, then all of it or nothing.

Who is meant is found on the country's panel by the e-mail address, or else by name and organisation; so a table that is
imported again updates. Nobody is removed by an import. What was shown is named by `ImportPlan.seen`: where the session
changed in between, nothing is imported.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from pipeline.domain.errors import WrongUsage
from pipeline.domain.fingerprints import digest
from pipeline.domain.pre_sessions import MAX_PANELISTS, SpeakerPlan
from pipeline.domain.speaker_tables import CellProblem, Column, SpeakerLine, SpeakerTable, TableProblem, merged
from pipeline.records.tables import Country, PreSession, Speaker
from pipeline.services.events import Actor, record_event
from pipeline.services.import_undoing import keep_import
from pipeline.services.plan_rows import find_same, place_speaker, plan_of, set_changed, speaker_facts
from pipeline.services.plan_versions import check_seen, hold_panel, hold_session
from pipeline.services.sessions import DESK
from pipeline.services.sheet_kinds import follow_language


class LineFate(StrEnum):
    """What importing a line would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class ImportLine:
    """One line: who would be added or changed. `before` is None for somebody new, `changed` names the columns.

    `elsewhere` are codes of other countries of the session on whose panels somebody has the same address.
    """

    line: int
    country: str
    fate: LineFate
    speaker: SpeakerPlan
    before: SpeakerPlan | None
    speaker_id: int | None
    changed: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do, or why it cannot be done (`problems`).

    `not_named` is how many speakers of the session the table leaves alone, `overfull` panels that would have more
    than a panel should, with their sizes.
    """

    lines: tuple[ImportLine, ...]
    problems: tuple[TableProblem, ...]
    not_named: int
    overfull: tuple[tuple[str, int], ...]
    seen: str

    def count(self, fate: LineFate) -> int:
        """How many lines come to this."""
        return sum(line.fate is fate for line in self.lines)

    @property
    def does_something(self) -> bool:
        """Whether importing would change anything."""
        return not self.problems and any(line.fate is not LineFate.SAME for line in self.lines)


class TableWrong(WrongUsage):
    """A table with problems cannot be imported; nothing of it is."""


def plan_import(db: Session, pre_session: PreSession, table: SpeakerTable) -> ImportPlan:
    """What importing a table into a session would do now."""
    planning = _Planning(_load_panels(db, pre_session.id))
    for line in table.lines:
        planning.take(line)
    problems = sorted((*table.problems, *planning.problems), key=lambda problem: problem.line)
    lines = tuple(planning.lines)
    return ImportPlan(
        lines=lines,
        problems=tuple(problems),
        not_named=planning.count_not_named(),
        overfull=planning.overfull(),
        seen=digest([[line.line, line.country, line.speaker_id, vars(line.speaker), _before(line)] for line in lines]),
    )


def import_speakers(
    db: Session, pre_session_id: int, table: SpeakerTable, *, seen: str, actor: Actor, now: datetime
) -> ImportPlan:
    """Import a table whose plan a person saw; raises `ChangeNotAllowed` or `TableWrong`, and nothing is changed."""
    pre_session = hold_session(db, pre_session_id)
    countries = {country.code: hold_panel(db, country.id) for country in sorted(pre_session.countries, key=_by_id)}
    plan = plan_import(db, pre_session, table)
    check_seen(plan.seen, seen)
    if plan.problems:
        raise TableWrong("This table has mistakes; nothing was imported.")
    before: dict[int, dict[str, object] | None] = {}
    for line in plan.lines:
        if line.fate is not LineFate.SAME:
            speaker_id = _import_line(db, countries[line.country], line, actor=actor, now=now)
            before[speaker_id] = _before(line)
    if plan.does_something:
        keep_import(db, pre_session, before, now=now)
        counts = {fate.value: plan.count(fate) for fate in LineFate}
        facts = {**DESK, **counts}
        name = "session.speakers_imported"
        record_event(db, name, subject_kind="session", subject_id=pre_session.id, actor=actor, now=now, **facts)
    return plan


def list_speakers(db: Session, pre_session_id: int) -> list[tuple[str, Speaker]]:
    """Everybody of a session with the country's code, country by country in panel order; nobody who was erased."""
    return [
        (code, speaker) for code, country in _load_panels(db, pre_session_id).items() for speaker in _present(country)
    ]


def _import_line(db: Session, country: Country, line: ImportLine, *, actor: Actor, now: datetime) -> int:
    facts: dict[str, Any] = {**DESK}
    if line.speaker_id is None:
        last = max((speaker.position for speaker in country.speakers), default=0)
        speaker = place_speaker(db, country, line.speaker, last + 1, now=now)
        db.expire(country, ["speakers"])
    else:
        speaker = db.get_one(Speaker, line.speaker_id)
        facts["changed"] = set_changed(speaker, speaker_facts(line.speaker))
        db.flush()
        if "language" in facts["changed"]:
            follow_language(db, speaker.statement, now=now)
    name = "speaker.added" if line.speaker_id is None else "speaker.updated"
    record_event(db, name, subject_kind="speaker", subject_id=speaker.id, actor=actor, now=now, **facts)
    return speaker.id


def _load_panels(db: Session, pre_session_id: int) -> dict[str, Country]:
    wanted = select(Country).where(Country.pre_session_id == pre_session_id).order_by(Country.id)
    return {country.code: country for country in db.scalars(wanted.options(selectinload(Country.speakers)))}


def _present(country: Country) -> list[Speaker]:
    """A panel without who was erased."""
    return [speaker for speaker in country.speakers if speaker.erased_at is None]


def _by_id(country: Country) -> int:
    return country.id


def _before(line: ImportLine) -> dict[str, object] | None:
    return vars(line.before) if line.before is not None else None


@dataclass
class _Planning:
    """One plan as it grows; `panels` are the session's countries as they stand."""

    panels: Mapping[str, Country]
    lines: list[ImportLine] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)
    _named: dict[int, int] = field(default_factory=dict)
    _planned: dict[str, list[tuple[int, SpeakerPlan, int | None]]] = field(default_factory=dict)

    def take(self, line: SpeakerLine) -> None:
        """Say what a line would do, or what is wrong with it."""
        country = self.panels.get(line.country)
        if country is None:
            self._note(CellProblem.COUNTRY_NOT_HERE, line, Column.COUNTRY, line.country)
            return
        said = merged(line.values, None)
        found = find_same(country.speakers, said)
        before = plan_of(found) if found is not None else None
        speaker = merged(line.values, before)
        if found is not None and found.id in self._named:
            self._note(CellProblem.TWICE_HERE, line, Column.NAME, said.name, self._named[found.id])
        elif not self._is_taken(line, speaker, found):
            self._add(line, speaker, before, found)

    def count_not_named(self) -> int:
        """Speakers whom no line names."""
        return sum(len(_present(country)) for country in self.panels.values()) - len(self._named)

    def overfull(self) -> tuple[tuple[str, int], ...]:
        """Panels that would be larger than they should."""
        sizes = Counter({code: len(_present(country)) for code, country in self.panels.items()})
        sizes.update(line.country for line in self.lines if line.fate is LineFate.NEW)
        touched = {line.country for line in self.lines}
        return tuple((code, size) for code, size in sizes.items() if size > MAX_PANELISTS and code in touched)

    def _is_taken(self, line: SpeakerLine, speaker: SpeakerPlan, found: Speaker | None) -> bool:
        """Note where another line, or another speaker of the panel, is the same person."""
        for number, other, _speaker_id in self._planned.get(line.country, []):
            if _is_same(other, speaker):
                self._note(CellProblem.TWICE_HERE, line, Column.NAME, speaker.name, number)
                return True
        named = {other_id for _number, _plan, other_id in self._planned.get(line.country, [])}
        for there in _present(self.panels[line.country]):
            is_other = there is not found and there.id not in named
            if is_other and _is_same(plan_of(there), speaker):
                self._note(CellProblem.NAME_TAKEN, line, Column.NAME, speaker.name)
                return True
        return False

    def _add(self, line: SpeakerLine, speaker: SpeakerPlan, before: SpeakerPlan | None, found: Speaker | None) -> None:
        changed = tuple(name for name, value in vars(speaker).items() if before and vars(before)[name] != value)
        fate = LineFate.NEW if before is None else LineFate.CHANGED if changed else LineFate.SAME
        speaker_id = found.id if found is not None else None
        if speaker_id is not None:
            self._named[speaker_id] = line.line
        self._planned.setdefault(line.country, []).append((line.line, speaker, speaker_id))
        elsewhere = self._elsewhere(line.country, speaker) if fate is LineFate.NEW else ()
        self.lines.append(ImportLine(line.line, line.country, fate, speaker, before, speaker_id, changed, elsewhere))

    def _elsewhere(self, code: str, speaker: SpeakerPlan) -> tuple[str, ...]:
        if not speaker.email:
            return ()
        address = speaker.email.casefold()
        return tuple(
            other
            for other, country in self.panels.items()
            if other != code and any(there.email.casefold() == address for there in country.speakers)
        )

    def _note(self, problem: CellProblem, line: SpeakerLine, column: Column, found: str, number: int = 0) -> None:
        self.problems.append(TableProblem(problem, line.line, column, found, number))


def _is_same(one: SpeakerPlan, other: SpeakerPlan) -> bool:
    by_address = bool(one.email) and one.email.casefold() == other.email.casefold()
    return by_address or (one.name, one.organisation) == (other.name, other.organisation)
