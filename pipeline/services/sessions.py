"""Loading a session's plan: countries and panels are added and brought up to date, and loading twice changes nothing.

What people did is never undone: a speaker who holds a link, an upload, a recording or an answer stays although the
plan no longer names them, and the order that staff gave a panel stays; new speakers come at its end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerPlan
from pipeline.domain.statements import StatementState
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import (
    Consent,
    Country,
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
from pipeline.services.links import revoke_mailed_links


@dataclass
class LoadReport:
    """What loading a plan did, as ids; `kept` are speakers whom the plan no longer names and who could not go."""

    pre_session_id: int
    is_new: bool
    added_countries: list[int] = field(default_factory=list)
    removed_countries: list[int] = field(default_factory=list)
    added_speakers: list[int] = field(default_factory=list)
    updated_speakers: list[int] = field(default_factory=list)
    removed_speakers: list[int] = field(default_factory=list)
    kept_speakers: list[int] = field(default_factory=list)

    @property
    def changed_something(self) -> bool:
        """Whether countries or speakers differ from before."""
        lists = (self.added_countries, self.removed_countries, self.added_speakers, self.updated_speakers)
        return self.is_new or any(lists) or bool(self.removed_speakers)


def load_pre_session(db: Session, plan: PreSessionPlan, *, actor: Actor, now: datetime) -> LoadReport:
    """Make the session what its plan says; see the module for what is left alone."""
    found = find_pre_session(db, plan.slug)
    pre_session = found or PreSession(slug=plan.slug)
    has_changed = _copy_facts(plan, pre_session)
    db.add(pre_session)
    db.flush()
    load = _Load(db, actor, now, LoadReport(pre_session.id, is_new=found is None))
    load.countries(pre_session, plan)
    if has_changed or load.report.changed_something:
        name = "session.updated" if found else "session.loaded"
        record_event(db, name, subject_kind="session", subject_id=pre_session.id, actor=actor, now=now)
    return load.report


def _copy_facts(plan: PreSessionPlan, pre_session: PreSession) -> bool:
    facts = {
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
    return _set_changed(pre_session, facts)


def _set_changed(row: object, facts: Mapping[str, object]) -> bool:
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


class _Load:
    """One load: the transaction, who asked, and the report as it grows."""

    def __init__(self, db: Session, actor: Actor, now: datetime, report: LoadReport) -> None:
        self._db = db
        self._actor = actor
        self._now = now
        self.report = report

    def countries(self, pre_session: PreSession, plan: PreSessionPlan) -> None:
        """Bring all countries up to date."""
        present = {country.code: country for country in pre_session.countries}
        for country_plan in plan.countries:
            country = present.pop(country_plan.code, None) or self._add_country(pre_session, country_plan.code)
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
        return country

    def _panel(self, country: Country, plan: CountryPlan) -> None:
        present = {(speaker.name, speaker.organisation): speaker for speaker in country.speakers}
        last = max((speaker.position for speaker in country.speakers), default=0)
        for speaker_plan in plan.speakers:
            speaker = present.pop((speaker_plan.name, speaker_plan.organisation), None)
            if speaker is None:
                last += 1
                self._add_speaker(country, speaker_plan, last)
            else:
                self._update_speaker(speaker, speaker_plan)
        for speaker in present.values():
            self._remove_speaker_if_untouched(speaker)
        self._db.flush()
        self._db.expire(country, ["speakers"])

    def _add_speaker(self, country: Country, plan: SpeakerPlan, position: int) -> None:
        speaker = Speaker(
            country_id=country.id,
            position=position,
            name=plan.name,
            organisation=plan.organisation,
            kind=plan.kind,
            language=plan.language,
            theme=plan.theme,
            email=plan.email,
        )
        self._db.add(speaker)
        self._db.flush()
        self._db.add(Statement(speaker_id=speaker.id, state=StatementState.INVITED, state_since=self._now))
        self.report.added_speakers.append(speaker.id)
        self._record("speaker.added", speaker)

    def _update_speaker(self, speaker: Speaker, plan: SpeakerPlan) -> None:
        facts = {"kind": plan.kind, "language": plan.language, "theme": plan.theme, "email": plan.email}
        if plan.email.lower() != speaker.email.lower():  # whoever reads the mailbox of before is not the speaker
            revoke_mailed_links(self._db, statement=speaker.statement, actor=self._actor, now=self._now)
        if _set_changed(speaker, facts):
            self.report.updated_speakers.append(speaker.id)
            self._record("speaker.updated", speaker)

    def _remove_speaker_if_untouched(self, speaker: Speaker) -> None:
        if self._is_touched(speaker.statement):
            self.report.kept_speakers.append(speaker.id)
            return
        self.report.removed_speakers.append(speaker.id)
        self._record("speaker.removed", speaker)
        self._db.delete(speaker.statement)
        self._db.flush()
        self._db.delete(speaker)

    def _is_touched(self, statement: Statement) -> bool:
        kinds = (Recording, SpeakerLink, Upload, Consent, StatementContent, Paper, Mail)
        return any(self._db.scalar(select(exists().where(kind.statement_id == statement.id))) for kind in kinds)

    def _remove_country_if_unused(self, country: Country) -> None:
        kinds = (Speaker, Release)
        if any(self._db.scalar(select(exists().where(kind.country_id == country.id))) for kind in kinds):
            return
        self.report.removed_countries.append(country.id)
        self._db.delete(country)

    def _record(self, name: str, speaker: Speaker) -> None:
        record_event(self._db, name, subject_kind="speaker", subject_id=speaker.id, actor=self._actor, now=self._now)
