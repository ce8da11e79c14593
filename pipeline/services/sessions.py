"""Loading a session's plan: countries and panels are added and brought up to date, and loading twice changes nothing.

What people did is never undone: a speaker who holds a link, an upload, a recording or an answer stays although the
plan no longer names them, and the order that staff gave a panel stays; new speakers come at its end. So does whatever
staff added or changed at their desk (events with `DESK` among their facts).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerPlan
from pipeline.domain.statements import StatementState
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import (
    Assignment,
    Comment,
    Consent,
    Country,
    Event,
    Mail,
    Paper,
    PreSession,
    Recording,
    Release,
    Speaker,
    SpeakerLink,
    Statement,
    StatementContent,
    Upload,
)
from pipeline.services.events import Actor, record_event

DESK = {"at": "desk"}
"""Among the facts of an event: staff did it at their desk, and loading a plan again leaves it alone."""

SESSION_FACTS = (
    "title",
    "starts_on",
    "ends_on",
    "is_confirmed",
    "place",
    "applications_until",
    "hand_in_until",
    "min_seconds",
    "max_seconds",
    "tolerance_seconds",
    "subtitle_languages",
    "wants_second_look",
    "retention_days",
)
"""What a session says of itself, by column."""

SPEAKER_FACTS = ("name", "organisation", "kind", "language", "theme", "email", "gender")
"""What is said of a speaker, by column."""


@dataclass
class LoadReport:
    """What loading a plan did, as ids.

    `kept_speakers` are those whom the plan no longer names and who could not go, `kept_facts` columns of the session
    that staff changed at their desk.
    """

    pre_session_id: int
    is_new: bool
    added_countries: list[int] = field(default_factory=list)
    removed_countries: list[int] = field(default_factory=list)
    added_speakers: list[int] = field(default_factory=list)
    updated_speakers: list[int] = field(default_factory=list)
    removed_speakers: list[int] = field(default_factory=list)
    kept_speakers: list[int] = field(default_factory=list)
    kept_facts: list[str] = field(default_factory=list)

    @property
    def changed_something(self) -> bool:
        """Whether countries or speakers differ from before."""
        lists = (self.added_countries, self.removed_countries, self.added_speakers, self.updated_speakers)
        return self.is_new or any(lists) or bool(self.removed_speakers)


def load_pre_session(db: Session, plan: PreSessionPlan, *, actor: Actor, now: datetime) -> LoadReport:
    """Make the session what its plan says; see the module for what is left alone."""
    found = find_pre_session(db, plan.slug)
    pre_session = found or PreSession(slug=plan.slug, wants_second_look=False, retention_days={})
    kept = _changed_at_desk(db, found)
    changed = copy_facts(plan, pre_session, but=kept)
    db.add(pre_session)
    db.flush()
    report = LoadReport(pre_session.id, is_new=found is None, kept_facts=sorted(kept))
    load = _Load(db, actor, now, report, made_at_desk(db))
    load.countries(pre_session, plan)
    if changed or report.changed_something:
        name = "session.updated" if found else "session.loaded"
        record_event(db, name, subject_kind="session", subject_id=pre_session.id, actor=actor, now=now)
    return report


def copy_facts(plan: PreSessionPlan, pre_session: PreSession, *, but: Collection[str] = ()) -> list[str]:
    """Give a session the facts of a plan; the columns that changed. What the plan says nothing about stays."""
    facts: dict[str, object] = {
        "title": plan.title,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "is_confirmed": plan.is_confirmed,
        "place": plan.place,
        "applications_until": plan.applications_until,
        "hand_in_until": plan.hand_in_until,
        "min_seconds": plan.limit.min_seconds,
        "max_seconds": plan.limit.max_seconds,
        "tolerance_seconds": plan.limit.tolerance_seconds,
        "subtitle_languages": list(plan.subtitle_languages),
    }
    if plan.wants_second_look is not None:
        facts["wants_second_look"] = plan.wants_second_look
    if plan.retention_days is not None:
        facts["retention_days"] = dict(plan.retention_days)
    return set_changed(pre_session, {name: value for name, value in facts.items() if name not in but})


def set_changed(row: object, facts: Mapping[str, object]) -> list[str]:
    """Set the columns whose values differ; their names."""
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return sorted(changed)


def speaker_facts(plan: SpeakerPlan) -> dict[str, object]:
    """What a plan says of a speaker, by column."""
    return {name: getattr(plan, name) for name in SPEAKER_FACTS}


def plan_of(speaker: Speaker) -> SpeakerPlan:
    """What is said of a speaker, as a plan says it."""
    return SpeakerPlan(**{name: getattr(speaker, name) for name in SPEAKER_FACTS})


def find_same(speakers: Iterable[Speaker], plan: SpeakerPlan) -> Speaker | None:
    """Who of a panel is meant: by the e-mail address, or else by name and organisation together."""
    panel = [speaker for speaker in speakers if speaker.erased_at is None]
    by_address = (speaker for speaker in panel if plan.email and speaker.email.casefold() == plan.email.casefold())
    by_name = (speaker for speaker in panel if (speaker.name, speaker.organisation) == (plan.name, plan.organisation))
    return next(by_address, None) or next(by_name, None)


def is_touched(db: Session, statement: Statement) -> bool:
    """Whether a speaker holds anything, or anybody did anything with what they hand in."""
    kinds = (Recording, SpeakerLink, Upload, Consent, StatementContent, Paper, Mail, Assignment, Comment)
    return any(db.scalar(select(exists().where(kind.statement_id == statement.id))) for kind in kinds)


def remove_untouched(db: Session, speaker: Speaker) -> None:
    """Delete a speaker who holds nothing, and the empty statement."""
    db.delete(speaker.statement)
    db.flush()
    db.delete(speaker)
    db.flush()


def is_used(db: Session, country: Country) -> bool:
    """Whether a country has speakers or was ever published."""
    return any(db.scalar(select(exists().where(kind.country_id == country.id))) for kind in (Speaker, Release))


def place_speaker(db: Session, country: Country, plan: SpeakerPlan, position: int, *, now: datetime) -> Speaker:
    """Put a new speaker at a place of a panel, with a statement that waits for them."""
    speaker = Speaker(country_id=country.id, position=position, **speaker_facts(plan))
    db.add(speaker)
    db.flush()
    db.add(Statement(speaker_id=speaker.id, state=StatementState.INVITED, state_since=now))
    db.flush()
    return speaker


def made_at_desk(db: Session) -> frozenset[tuple[str, int]]:
    """Countries and speakers that staff added or changed at their desk, as kinds and ids."""
    actions = [f"{kind}.{what}" for kind in ("country", "speaker") for what in ("added", "updated", "removed")]
    found: set[tuple[str, int]] = set()
    for event in db.scalars(select(Event).where(Event.name.in_(actions)).order_by(Event.id)):
        subject = (event.subject_kind, event.subject_id)
        if event.name.endswith(".removed"):
            found.discard(subject)
        elif event.facts.items() >= DESK.items():
            found.add(subject)
    return frozenset(found)


def _changed_at_desk(db: Session, pre_session: PreSession | None) -> frozenset[str]:
    if pre_session is None:
        return frozenset()
    of_session = (Event.subject_kind == "session", Event.subject_id == pre_session.id)
    changes = select(Event).where(Event.name.in_(["session.added", "session.updated"]), *of_session)
    at_desk = [event for event in db.scalars(changes) if event.facts.items() >= DESK.items()]
    if any(event.name == "session.added" for event in at_desk):
        return frozenset(SESSION_FACTS)
    return frozenset(name for event in at_desk for name in event.facts["changed"])


class _Load:
    """One load: the transaction, who asked, the report as it grows, and what is staff's own."""

    def __init__(
        self, db: Session, actor: Actor, now: datetime, report: LoadReport, of_desk: frozenset[tuple[str, int]]
    ) -> None:
        self._db = db
        self._actor = actor
        self._now = now
        self.report = report
        self._of_desk = of_desk

    def countries(self, pre_session: PreSession, plan: PreSessionPlan) -> None:
        """Bring all countries up to date."""
        present = {country.code: country for country in pre_session.countries}
        for country_plan in plan.countries:
            country = present.pop(country_plan.code, None) or self._add_country(pre_session, country_plan.code)
            if ("country", country.id) not in self._of_desk:
                country.applications_until = country_plan.applications_until
                country.hand_in_until = country_plan.hand_in_until
            self._panel(country, country_plan)
        for country in present.values():
            self._panel(country, CountryPlan(country.code))
            self._remove_country_if_unused(country)
        self._db.flush()
        self._db.expire(pre_session, ["countries"])

    def _add_country(self, pre_session: PreSession, code: str) -> Country:
        country = Country(pre_session_id=pre_session.id, code=code)
        self._db.add(country)
        self._db.flush()
        self.report.added_countries.append(country.id)
        self._record("country.added", "country", country.id)
        return country

    def _panel(self, country: Country, plan: CountryPlan) -> None:
        present = list(country.speakers)
        last = max((speaker.position for speaker in country.speakers), default=0)
        for speaker_plan in plan.speakers:
            speaker = find_same(present, speaker_plan)
            if speaker is None:
                last += 1
                self._add_speaker(country, speaker_plan, last)
            else:
                present.remove(speaker)
                self._update_speaker(speaker, speaker_plan)
        for speaker in present:
            self._remove_speaker_if_untouched(speaker)
        self._db.flush()
        self._db.expire(country, ["speakers"])

    def _add_speaker(self, country: Country, plan: SpeakerPlan, position: int) -> None:
        speaker = place_speaker(self._db, country, plan, position, now=self._now)
        self.report.added_speakers.append(speaker.id)
        self._record("speaker.added", "speaker", speaker.id)

    def _update_speaker(self, speaker: Speaker, plan: SpeakerPlan) -> None:
        if ("speaker", speaker.id) in self._of_desk:
            return
        if set_changed(speaker, speaker_facts(plan)):
            self.report.updated_speakers.append(speaker.id)
            self._record("speaker.updated", "speaker", speaker.id)

    def _remove_speaker_if_untouched(self, speaker: Speaker) -> None:
        if ("speaker", speaker.id) in self._of_desk or is_touched(self._db, speaker.statement):
            self.report.kept_speakers.append(speaker.id)
            return
        self.report.removed_speakers.append(speaker.id)
        self._record("speaker.removed", "speaker", speaker.id)
        remove_untouched(self._db, speaker)

    def _remove_country_if_unused(self, country: Country) -> None:
        if ("country", country.id) in self._of_desk or is_used(self._db, country):
            return
        self.report.removed_countries.append(country.id)
        self._record("country.removed", "country", country.id)
        self._db.delete(country)

    def _record(self, name: str, kind: str, subject_id: int) -> None:
        record_event(self._db, name, subject_kind=kind, subject_id=subject_id, actor=self._actor, now=self._now)
