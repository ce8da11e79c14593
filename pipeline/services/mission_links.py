"""Missions' links: made and shown once, opened without an account, revoked at once; only a hash is kept.

A link opens a session or one country of it. How often is counted by mission and country, never by person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.domain.contents import tidy_line
from pipeline.domain.errors import ChangeNotAllowed, InputRefused
from pipeline.domain.mission_tables import MissionRow
from pipeline.domain.retention import RetentionClass
from pipeline.domain.tokens import hash_token, new_token
from pipeline.records.tables import Country, MissionLink, MissionOpening, PreSession
from pipeline.services.events import Actor, record_event
from pipeline.services.retention import keeps_until

MAX_LABEL = 120
"""Signs in the name of a mission."""

_PURPOSE = "mission link"
_USUAL = timedelta(days=30)
_SOON = timedelta(days=7)


@dataclass(frozen=True)
class LinkLine:
    """A link as staff see it: the country's code where it opens only that, and its uses by country."""

    link: MissionLink
    country_code: str | None
    uses: Mapping[str, MissionOpening]

    @property
    def opened(self) -> int:
        """How often any of its countries was opened."""
        return sum(use.opened for use in self.uses.values())

    @property
    def played(self) -> int:
        """How often anything of it was begun to play."""
        return sum(use.played for use in self.uses.values())

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return is_good(self.link, now)

    @property
    def last_day(self) -> date:
        """The last day (UTC) on which it opens something."""
        return (self.link.expires_at - timedelta(microseconds=1)).date()

    def days_left(self, now: datetime) -> int:
        """Whole days for which it still opens something; 0 on its last one."""
        return (self.link.expires_at - now).days

    def ends_soon(self, now: datetime) -> bool:
        """Whether it ends within a week: somebody may still have to watch."""
        return self.is_good(now) and self.link.expires_at - now < _SOON


@dataclass(frozen=True)
class Reach:
    """What a token opens: a session, and the one country that was asked for, where it may be seen.

    `only` is the country of a link for one country. `audiences` are the places to look for a file in, the first before
    the others: where missions have no release of their own they watch what is public.
    """

    link_id: int
    slug: str
    only: str | None
    country_id: int | None = None
    audiences: Sequence[Audience] = (Audience.MISSIONS, Audience.PUBLIC)


def issue_mission_link(
    db: Session,
    pre_session: PreSession,
    *,
    label: str,
    country: Country | None,
    expires_at: datetime,
    actor: Actor,
    now: datetime,
) -> str:
    """Make a link and give its token, which cannot be had a second time.

    Raises `InputRefused` without a name for whoever gets it, or for an end that is over.
    """
    words = tidy_line(label)
    if not words or len(words) > MAX_LABEL:
        raise InputRefused(f"Say which mission the link is for, in at most {MAX_LABEL} signs.")
    if expires_at <= now:
        raise InputRefused("A link ends on a day that is still to come.")
    token = new_token()
    link = MissionLink(
        pre_session_id=pre_session.id,
        country_id=country.id if country else None,
        label=words,
        token_hash=hash_token(token, _PURPOSE),
        created_at=now,
        expires_at=expires_at,
    )
    db.add(link)
    db.flush()
    _record(db, "mission_link.issued", link, actor=actor, now=now)
    return token


def issue_mission_links(
    db: Session, pre_session: PreSession, rows: Iterable[MissionRow], *, until: date, actor: Actor, now: datetime
) -> list[tuple[MissionRow, str]]:
    """Make a link for each mission of a table, with its token, to the end of its last day (UTC); all or none.

    `until` holds where a mission has no last day of its own. Raises `InputRefused`.
    """
    countries = {country.code: country for country in pre_session.countries}
    dated = [row if row.until else replace(row, until=until) for row in rows]
    return [
        (
            row,
            issue_mission_link(
                db,
                pre_session,
                label=row.label,
                country=countries[row.country_code] if row.country_code else None,
                expires_at=end_of(row.until or until),
                actor=actor,
                now=now,
            ),
        )
        for row in dated
    ]


def end_of(day: date) -> datetime:
    """The moment at which a link's last day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, UTC)


def last_day_for(pre_session: PreSession, now: datetime) -> date:
    """The last day that is offered for a link: a month after the session, or after today where that is later."""
    return max(pre_session.ends_on, now.date()) + _USUAL


def revoke_mission_link(db: Session, link: MissionLink, *, actor: Actor, now: datetime) -> None:
    """Have a link open nothing from now on; raises `ChangeNotAllowed` where it is so already."""
    if link.revoked_at is not None:
        raise ChangeNotAllowed("This link was revoked already.")
    link.revoked_at = now
    _record(db, "mission_link.revoked", link, actor=actor, now=now)


def revoke_mission_links(db: Session, links: Iterable[MissionLink], *, actor: Actor, now: datetime) -> list[int]:
    """Have all of these open nothing from now on that still do; the ids of those that did."""
    good = [link for link in links if is_good(link, now)]
    for link in good:
        revoke_mission_link(db, link, actor=actor, now=now)
    return [link.id for link in good]


def mission_address(public_url: str, token: str) -> str:
    """What a mission opens."""
    return f"{public_url}/m/{token}/"


def find_reach(db: Session, token: str, country_code: str, *, now: datetime) -> Reach | None:
    """What a token opens of a country, or of its session where the code is empty. Changes nothing.

    None alike, and after the same one question, for a token that is wrong, expired or revoked, and for a country that
    is not its own or that does not exist.
    """
    wanted = (
        select(MissionLink, PreSession.slug, Country)
        .join(PreSession, PreSession.id == MissionLink.pre_session_id)
        .outerjoin(Country, _is_meant(country_code))
        .where(MissionLink.token_hash == hash_token(token, _PURPOSE))
    )
    row = db.execute(wanted).first()
    if row is None:
        return None
    link, slug, country = row
    if not is_good(link, now) or (country_code and (country is None or link.country_id not in (None, country.id))):
        return None
    only = country.code if country is not None and link.country_id is not None else None
    found = Reach(link.id, slug, only, country.id if country_code else None)
    own = (country,) if country_code and country else _countries_of(db, link)
    is_public = all(one.missions_release_id is None for one in own)
    return Reach(**{**vars(found), "audiences": RELEASE_AUDIENCES}) if is_public else found


def _countries_of(db: Session, link: MissionLink) -> Sequence[Country]:
    """The countries of the session that a link is for."""
    return db.scalars(select(Country).where(Country.pre_session_id == link.pre_session_id)).all()


def is_good(link: MissionLink, now: datetime) -> bool:
    """Whether a link was neither revoked nor has ended."""
    return link.revoked_at is None and now < link.expires_at


def count_use(db: Session, reach: Reach, *, is_playing: bool, now: datetime) -> None:
    """Count that a country was opened, or begun to play, by a mission."""
    db.scalars(select(MissionLink).where(MissionLink.id == reach.link_id).with_for_update()).one()
    wanted = MissionOpening.link_id == reach.link_id, MissionOpening.country_id == reach.country_id
    use = db.scalar(select(MissionOpening).where(*wanted))
    if use is None:
        use = MissionOpening(link_id=reach.link_id, country_id=reach.country_id, opened=0, played=0)
        db.add(use)
    use.opened += not is_playing
    use.played += is_playing
    use.last_on = now.date()


def list_mission_links(db: Session, pre_session: PreSession) -> list[LinkLine]:
    """Every link of a session by name, those that have ended too; a constant number of queries."""
    links = db.scalars(
        select(MissionLink)
        .where(MissionLink.pre_session_id == pre_session.id)
        .order_by(MissionLink.label, MissionLink.id)
    ).all()
    codes = {country.id: country.code for country in pre_session.countries}
    uses: dict[int, dict[str, MissionOpening]] = {link.id: {} for link in links}
    for use in db.scalars(select(MissionOpening).where(MissionOpening.link_id.in_(uses))):
        uses[use.link_id][codes[use.country_id]] = use
    return [LinkLine(link, codes.get(link.country_id or 0), uses[link.id]) for link in links]


def session_links(db: Session, pre_session: PreSession) -> Sequence[MissionLink]:
    """Every link of a session, in the order in which they were made."""
    of_session = MissionLink.pre_session_id == pre_session.id
    return db.scalars(select(MissionLink).where(of_session).order_by(MissionLink.id)).all()


def find_session_link(db: Session, pre_session: PreSession, link_id: int) -> MissionLink | None:
    """One link of a session."""
    return db.scalar(select(MissionLink).where(MissionLink.id == link_id, MissionLink.pre_session_id == pre_session.id))


def forget_old_mission_links(db: Session, *, now: datetime) -> int:
    """Remove links with their counts that ended so long ago that the session keeps no personal data any more; how many.

    What happened stays in the record of events.
    """
    gone = [link.id for link in db.scalars(select(MissionLink)) if _is_past_keeping(db, link, now)]
    db.execute(delete(MissionOpening).where(MissionOpening.link_id.in_(gone)))
    db.execute(delete(MissionLink).where(MissionLink.id.in_(gone)))
    return len(gone)


def _is_past_keeping(db: Session, link: MissionLink, now: datetime) -> bool:
    pre_session = db.get_one(PreSession, link.pre_session_id)
    return link.expires_at < now and keeps_until(db, pre_session, RetentionClass.PERSONAL_DATA) <= now.date()


def _is_meant(country_code: str) -> ColumnElement[bool]:
    """The country that was asked for; without a code the one that the link is for."""
    of_session = Country.pre_session_id == MissionLink.pre_session_id
    is_named = Country.code == country_code.upper() if country_code else Country.id == MissionLink.country_id
    return and_(of_session, is_named)


def _record(db: Session, name: str, link: MissionLink, *, actor: Actor, now: datetime) -> None:
    facts = {"link_id": link.id, "country_id": link.country_id}
    record_event(db, name, subject_kind="session", subject_id=link.pre_session_id, actor=actor, now=now, **facts)
