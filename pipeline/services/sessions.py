"""Loading a session's plan: countries and panels are added and brought up to date, and loading twice changes nothing.

What people did is never undone: a speaker who holds a link, an upload, a recording or an answer stays although the
plan no longer names them, and the order that staff gave a panel stays; new speakers come at its end. So does whatever
staff added or changed at their desk (events with `DESK` among their facts).
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerPlan
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Country, Event, PreSession, Speaker
from pipeline.services.events import Actor, record_event
from pipeline.services.links import revoke_mailed_links
from pipeline.services.plan_rows import (
    SESSION_FACTS,
    copy_facts,
    find_same,
    is_touched,
    is_used,
    place_speaker,
    remove_untouched,
    set_changed,
    speaker_facts,
)
from pipeline.services.sheet_kinds import follow_language
from pipeline.services.takedowns import take_down_untold

DESK = {"at": "desk"}
"""Among the facts of an event: staff did it at their desk, and loading a plan again leaves it alone."""


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
    pre_session = found or new_session(plan.slug)
    kept = _changed_at_desk(db, found)
    changed = copy_facts(plan, pre_session, but=kept)
    db.add(pre_session)
    db.flush()
    report = LoadReport(pre_session.id, is_new=found is None, kept_facts=sorted(kept))
    load = _Load(db, actor, now, report, made_at_desk(db))
    load.countries(pre_session, plan)
    if "is_missions_only" in changed:
        take_down_untold(db, pre_session.countries, actor=actor, now=now)
    if changed or report.changed_something:
        name = "session.updated" if found else "session.loaded"
        record_event(db, name, subject_kind="session", subject_id=pre_session.id, actor=actor, now=now)
    return report


def new_session(slug: str) -> PreSession:
    """A session of which nothing is said yet."""
    return PreSession(slug=slug, wants_second_look=False, is_missions_only=False, retention_days={})


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
        if plan.email.lower() != speaker.email.lower():  # whoever reads the mailbox of before is not the speaker
            revoke_mailed_links(self._db, statement=speaker.statement, actor=self._actor, now=self._now)
        if changed := set_changed(speaker, speaker_facts(plan)):
            if "language" in changed:
                follow_language(self._db, speaker.statement, now=self._now)
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
