"""A country's releases one after the other, and going back to an earlier one as far as it may be shown today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import digest
from pipeline.domain.publishing import ViewerChange
from pipeline.domain.statements import StatementAction, StatementState
from pipeline.records.tables import Country, Event, Release, StaffAccount, Statement
from pipeline.services.events import Actor, record_event
from pipeline.services.recordings import move_statement
from pipeline.services.release_comparison import Difference, compare_seen
from pipeline.services.release_contents import seen_if_kept, seen_in_release
from pipeline.services.release_keeping import keep_items
from pipeline.services.releases import is_under_way, live_release, lock_country, plan_from

_LOSSES = frozenset(
    {
        ViewerChange.SUBTITLES_REMOVED,
        ViewerChange.VOICE_REMOVED,
        ViewerChange.NAME_CHANGED,
        ViewerChange.TEXT_CHANGED,
        ViewerChange.PAPERS_CHANGED,
    }
)
"""What of a statement can have been taken away since it was shown."""


@dataclass(frozen=True)
class ReleaseLine:
    """One release in the list; `by` is the address of the person who asked for it, empty where nobody did."""

    release_id: int
    number: int
    audience: Audience
    created_at: datetime
    published_at: datetime | None
    removed_at: datetime | None
    is_live: bool
    is_coming: bool
    statements: int
    by: str


@dataclass(frozen=True)
class ReturnCheck:
    """What going back to a release would mean. `seen` stands for all of it: who confirms names it.

    `left_out` are the statements that were in it and may not be shown that way today; `lost` is what of the others was
    taken away since: subtitles, voices, names, texts, papers.
    """

    release_id: int
    number: int
    audience: Audience
    changes: tuple[Difference, ...]
    left_out: tuple[tuple[int, str], ...]
    lost: tuple[Difference, ...]
    stays: int
    seen: str

    @property
    def is_possible(self) -> bool:
        """Whether anything of it may be shown, and viewers would see something else than now."""
        return self.stays > 0 and bool(self.changes)


def list_country_releases(db: Session, country: Country) -> list[ReleaseLine]:
    """All of them, the newest first."""
    rows = db.scalars(select(Release).where(Release.country_id == country.id).order_by(Release.number.desc())).all()
    askers = _askers(db, [row.id for row in rows])
    live = {country.live_id(audience) for audience in RELEASE_AUDIENCES}
    return [
        ReleaseLine(
            release_id=row.id,
            number=row.number,
            audience=row.audience,
            created_at=row.created_at,
            published_at=row.published_at,
            removed_at=row.removed_at,
            is_live=row.id in live,
            is_coming=row.published_at is None and is_under_way(db, row),
            statements=len(row.items),
            by=askers.get(row.id, ""),
        )
        for row in rows
    ]


def find_release(db: Session, country: Country, number: int) -> Release | None:
    """A release of a country by its number."""
    return db.scalars(select(Release).where(Release.country_id == country.id, Release.number == number)).one_or_none()


def live_before(db: Session, release: Release) -> Release | None:
    """What was out when a release took its place."""
    of_place = (Release.country_id == release.country_id, Release.audience == release.audience)
    earlier = select(Release).where(*of_place, Release.published_at.is_not(None), Release.number < release.number)
    return db.scalars(earlier.order_by(Release.number.desc()).limit(1)).first()


def compare_releases(db: Session, before: Release | None, after: Release | None) -> tuple[Difference, ...]:
    """What is different for viewers; None stands for nothing being out."""
    seen = [seen_in_release(db, one) if one is not None else {} for one in (before, after)]
    return compare_seen(*seen)


def check_return(db: Session, country: Country, old: Release) -> ReturnCheck:
    """What would be shown again if people went back to a release, and what not."""
    live = live_release(db, country, old.audience)
    was = seen_in_release(db, old)
    kept = {one.item.statement_id: one for one in keep_items(db, old)}
    will = {one: seen_if_kept(was[one], found) for one, found in kept.items()}
    changes = compare_seen(seen_in_release(db, live) if live else {}, will)
    lost = [one for one in compare_seen({one: was[one] for one in kept}, will) if one.change in _LOSSES]
    left_out = tuple((one, seen.organisation) for one, seen in was.items() if one not in kept)
    differences = [[*map(str, vars(one).values())] for one in (*changes, *lost)]
    told = [old.id, live.id if live else 0, sorted(kept), differences]
    return ReturnCheck(old.id, old.number, old.audience, changes, left_out, tuple(lost), len(kept), digest(told))


def return_to_release(
    db: Session, country: Country, old: Release, *, seen: str, actor: Actor, now: datetime
) -> Release:
    """Have an earlier release written anew as it was, without what may not be shown today.

    What is out and was not in it is left out, still approved. Raises `ChangeNotAllowed` where things are no longer as
    they were seen, or nothing would change.
    """
    lock_country(db, country.id)
    check = check_return(db, country, old)
    if check.seen != seen or not check.is_possible:
        raise ChangeNotAllowed("This changed while you looked, so nothing was published. Look again.")
    release = plan_from(db, country, old, actor=actor, now=now)
    _leave_out(db, country, release, actor=actor, now=now)
    facts = {"country_id": country.id, "number": release.number, "returned_to": old.number}
    record_event(
        db, "release.returned_to", subject_kind="release", subject_id=release.id, actor=actor, now=now, **facts
    )
    return release


def leave_out(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """A published statement is out no more, without anybody having decided against it: it stays approved."""
    move_statement(statement, StatementAction.LEAVE_OUT, now=now)
    record_event(db, "statement.left_out", subject_kind="statement", subject_id=statement.id, actor=actor, now=now)


def _leave_out(db: Session, country: Country, release: Release, *, actor: Actor, now: datetime) -> None:
    shown = {item.statement_id for item in release.items} | _shown_to_others(db, country, release.audience)
    for speaker in country.speakers:
        is_out = speaker.statement.state is StatementState.PUBLISHED
        if is_out and speaker.statement.id not in shown:
            leave_out(db, speaker.statement, actor=actor, now=now)


def _shown_to_others(db: Session, country: Country, audience: Audience) -> set[int]:
    other = Audience.MISSIONS if audience is Audience.PUBLIC else Audience.PUBLIC
    live = live_release(db, country, other)
    return {item.statement_id for item in live.items} if live else set()


def _askers(db: Session, release_ids: list[int]) -> Mapping[int, str]:
    of_planning = (Event.name == "release.planned", Event.subject_kind == "release", Event.subject_id.in_(release_ids))
    by_person = (Event.actor_kind == "staff") & (StaffAccount.id == Event.actor_id)
    wanted = select(Event.subject_id, StaffAccount.email).join(StaffAccount, by_person).where(*of_planning)
    return {release_id: email for release_id, email in db.execute(wanted)}
