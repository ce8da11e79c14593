"""The same acts as in `desk_model`, done as the portal and the workers do them: each a transaction of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.publishing import Question
from pipeline.records.database import Database
from pipeline.records.tables import Country, Job, Release, Statement
from pipeline.services import statements
from pipeline.services.approvals import approval_of, seen_now
from pipeline.services.claims import Failure, check_claim, claim_job, fail_job, finish_job
from pipeline.services.events import Actor
from pipeline.services.publication import check_still_allowed, record_published
from pipeline.services.publish_checks import confirm_publication, read_publish_check
from pipeline.services.recordings import lock_statement
from pipeline.services.releases import lock_country, newest_release, take_down_statement
from pipeline.services.statement_contents import Written
from pipeline.services.takedowns import renew_failed_takedowns, stop_publication
from pipeline.services.tracks import add_track
from pipeline.services.undoing import find_undoable, undo_decision
from pipeline.services.withdrawals import change_consent, change_content, withdraw_statement
from tests.fixtures.panels import country_of, statement_of
from tests.fixtures.standings import accept

SPEAKER = Actor("speaker", 1)
ALL_QUESTIONS = [question.value for question in Question]


@dataclass(frozen=True)
class Page:
    """What somebody has on the screen of one statement."""

    version: int
    recording_id: int
    seen: str
    event_id: int


class RealDesk:
    """A session's desk over a database; `now` moves on with every act."""

    def __init__(self, database: Database, actors: dict[str, Actor], now: datetime) -> None:
        self.database = database
        self.actors = actors
        self._now = now

    def tick(self) -> datetime:
        """Another moment."""
        self._now += timedelta(seconds=1)
        return self._now

    def look(self, place: int) -> Page:
        """Open the review of a statement."""
        with self.database.read() as db:
            statement = statement_of(db, "MW", place)
            undoable = find_undoable(db, statement)
            return Page(
                statement.version,
                statement.current_recording_id or 0,
                seen_now(statement),
                undoable.event_id if undoable else 0,
            )

    def stand(self, place: int) -> tuple[str, str, list[int | None], bool]:
        """State, word of the approvals, whose count, whether the last decision can be undone."""
        with self.database.read() as db:
            statement = statement_of(db, "MW", place)
            standing = approval_of(statement)
            people = sorted(look.account_id or 0 for look in standing.looks if look.is_current)
            return statement.state.value, standing.word.value, [*people], find_undoable(db, statement) is not None

    def act(self, kind: str, who: str, place: int, page: Page | None) -> bool:
        """Do something in a transaction; False when the person was told that it cannot be."""
        now = self.tick()
        try:
            with self.database.begin() as db:
                statement = statement_of(db, "MW", place)
                if page is None:
                    _SPEAKERS_SIDE[kind](db, statement, who, now)
                else:
                    statements.check_version(statement, page.version)
                    _STAFFS_SIDE[kind](db, statement, page, self.actors[who], now)
                db.flush()
        except (ChangeNotAllowed, StaleDataError):
            return False
        return True

    def look_at_publication(self) -> str:
        """Open the page that says what publishing means; what it stands for."""
        with self.database.read() as db:
            return read_publish_check(db, country_of(db, "MW")).seen

    def publish(self, who: str, seen: str) -> int | None:
        """Say yes to everything; the id of the release, None when the person was told that it cannot be."""
        now = self.tick()
        try:
            with self.database.begin() as db:
                country, actor = country_of(db, "MW"), self.actors[who]
                return confirm_publication(db, country, seen=seen, confirmed=ALL_QUESTIONS, actor=actor, now=now).id
        except ChangeNotAllowed:
            return None

    def stop(self, who: str) -> bool:
        """Stop what is on its way."""
        now = self.tick()
        try:
            with self.database.begin() as db:
                country = country_of(db, "MW")
                newest = newest_release(db, country.id)
                stop_publication(db, country, newest.id if newest else 0, actor=self.actors[who], now=now)
        except ChangeNotAllowed:
            return False
        return True

    def go_live(self) -> int | None:
        """What a worker does at the end of writing a release; its id once it is out, None where it must not be."""
        now = self.tick()
        with self.database.begin() as db:
            waiting = select(Job.id).where(Job.kind == JobKind.RELEASE, Job.state == JobState.QUEUED)
            job_id = db.scalars(waiting).first()
            claim = claim_job(db, job_id, now=now, lease_seconds=30) if job_id else None
        if claim is None:
            return None
        try:
            with self.database.begin() as db:
                release = db.get_one(Release, claim.subject_id)
                lock_country(db, release.country_id)
                check_claim(db, claim)
                check_still_allowed(db, release)
                record_published(db, release, "r/x/programme/master.m3u8", now=now)
                db.flush()
                finish_job(db, claim, now=now)
        except ChangeNotAllowed:
            with self.database.begin() as db:
                fail_job(db, claim, Failure("s", "o", is_final=True), now=now, retry_seconds=0)
            with self.database.begin() as db:
                renew_failed_takedowns(db, now=now + timedelta(minutes=3))
            return None
        return claim.subject_id


def live_release(db: Session) -> Release | None:
    """What is out of the country."""
    country = db.scalars(select(Country)).one()
    return db.get(Release, country.live_release_id) if country.live_release_id else None


def _approve(db: Session, statement: Statement, page: Page, actor: Actor, now: datetime) -> None:
    statements.approve_recording(db, statement, page.recording_id, seen=page.seen, actor=actor, now=now)


def _send_back(db: Session, statement: Statement, _page: Page, actor: Actor, now: datetime) -> None:
    statements.send_back(db, statement, reason="Please say it again.", actor=actor, now=now)


def _reopen(db: Session, statement: Statement, _page: Page, actor: Actor, now: datetime) -> None:
    statements.reopen(db, statement, actor=actor, now=now)


def _undo(db: Session, statement: Statement, page: Page, actor: Actor, now: datetime) -> None:
    undo_decision(db, statement, page.event_id, actor=actor, now=now)


def _take_down(db: Session, statement: Statement, _page: Page, actor: Actor, now: datetime) -> None:
    take_down_statement(db, statement, actor=actor, now=now)


def _invite_again(db: Session, statement: Statement, _page: Page, actor: Actor, now: datetime) -> None:
    statements.invite_again(db, statement, actor=actor, now=now)


def _hand_in(db: Session, statement: Statement, _who: str, _now: datetime) -> None:
    accept(db, lock_statement(db, statement.id))


def _withdraw(db: Session, statement: Statement, _who: str, now: datetime) -> None:
    withdraw_statement(db, statement=statement, actor=SPEAKER, now=now)


def _answer(db: Session, statement: Statement, audience: str, now: datetime) -> None:
    answers = {ConsentItem.RECORDING: Audience(audience)}
    change_consent(db, statement=statement, answers=answers, actor=SPEAKER, now=now)


def _write(db: Session, statement: Statement, words: str, now: datetime) -> None:
    change_content(db, statement=statement, wanted=Written(words), actor=SPEAKER, now=now)


def _subtitle(db: Session, statement: Statement, number: str, now: datetime) -> None:
    if statement.current_recording is None:
        raise ChangeNotAllowed("There is no recording.")
    data = f"WEBVTT\n\n00:00.500 --> 00:02.000\nWords {number}\n".encode()
    add_track(db, statement.current_recording, language="fr", data=data, actor=SPEAKER, now=now)


_STAFFS_SIDE = {
    "approve": _approve,
    "send_back": _send_back,
    "reopen": _reopen,
    "undo": _undo,
    "take_down": _take_down,
    "invite_again": _invite_again,
}
_SPEAKERS_SIDE = {
    "hand_in": _hand_in,
    "withdraw": _withdraw,
    "answer": _answer,
    "write": _write,
    "subtitle": _subtitle,
}
