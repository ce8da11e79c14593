"""A session of 84 statements after a busy week: what the bench's board is filled with, through the real services."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.mails import MailKind, MailState
from pipeline.domain.papers import PaperKind
from pipeline.domain.standings import Standing
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Country, Job, Mail, Statement
from pipeline.services.consents import answer_consent
from pipeline.services.events import Actor
from pipeline.services.links import issue_link
from pipeline.services.mails import queue_mail
from pipeline.services.papers import CleanPaper, add_paper, record_clean
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.statements import send_back
from pipeline.services.tracks import add_track
from tests.fixtures.panels import STAFF, approve_again, load_plan, session_plan, speaker_plan
from tests.fixtures.standings import accept, bring_to, publish

COUNTRIES = ("AD", "BY", "BG", "HR", "HN", "JM", "LR", "LY", "MW", "MV", "MH", "MN", "PA", "US")
LANGUAGES = ("en", "fr")
LAST = (
    Standing.PUBLISHED,
    Standing.PUBLISHED,
    Standing.APPROVED,
    Standing.TO_REVIEW,
    Standing.SENT_BACK,
    Standing.PREPARING,
)
"""Where the six of each panel stand in the end; what is approved has got other subtitles since."""

_REVISIONS = 3
_WORDS = "The government has not yet taken up what it was recommended in the last review. " * 90
_CUES = "WEBVTT\n" + "".join(
    f"\n00:{n / 40:06.3f} --> 00:{(n + 1) / 40:06.3f}\n{'Words of a statement. ' * 4}\n" for n in range(90)
)


def fill_session(database: Database) -> None:
    """Make a session with every country's panel: attempts, answers, texts, papers, subtitles, mails, releases."""
    panels = {code: [speaker_plan(n, email=f"{code}{n}@example.org") for n in range(1, 7)] for code in COUNTRIES}
    load_plan(database, session_plan("36", **panels))
    for code in COUNTRIES:
        with database.begin() as db:
            _fill_country(db, db.scalars(select(Country).where(Country.code == code)).one())


def _fill_country(db: Session, country: Country) -> None:
    now = datetime.now(UTC)
    for speaker in country.speakers:
        _write_history(db, speaker.statement, now)
    for speaker, standing in zip(country.speakers, LAST, strict=True):
        if standing is not Standing.PUBLISHED and country.live_release_id is None:
            _end_other_jobs(db, now)
            publish(db, country)
        bring_to(db, speaker.statement, Standing.APPROVED if standing is Standing.PUBLISHED else standing)
        _add_subtitles(db, speaker.statement, now)
        if standing is Standing.PUBLISHED:
            approve_again(db, speaker.statement)
    _end_other_jobs(db, now)


def _write_history(db: Session, statement: Statement, now: datetime) -> None:
    speaker = Actor("speaker", statement.speaker_id)
    issue_link(db, statement=statement, expires_at=now + timedelta(days=60), actor=STAFF, now=now)
    queue_mail(db, statement, MailKind.INVITATION, now=now, actor=STAFF)
    for revision in range(_REVISIONS):
        words = Written(f"{revision} {_WORDS}", ("Ratify it.", "Pay for it."), "water", "en")
        save_content(db, statement=statement, wanted=words, actor=speaker, now=now)
        audience = Audience.PUBLIC if revision % 2 else Audience.MISSIONS
        answers = dict.fromkeys(ConsentItem, audience)
        answer_consent(db, statement=statement, answers=answers, actor=speaker, now=now)
        accept(db, statement)
        _add_subtitles(db, statement, now)
        send_back(db, statement, reason="Please speak up.", actor=STAFF, now=now)
        queue_mail(db, statement, MailKind.REMINDER, now=now, facts={"asked_at": str(revision)}, actor=STAFF)
    for number in range(2):
        paper = add_paper(
            db, statement=statement, name=new_name(), kind=PaperKind.PDF, title=f"Paper {number}", size_bytes=1000,
            actor=speaker, now=now,
        )  # fmt: skip
        record_clean(db, paper, CleanPaper(900, says_name=False), now=now)


def _add_subtitles(db: Session, statement: Statement, now: datetime) -> None:
    recording = statement.current_recording
    if recording is not None and recording.package_prefix is not None:
        for language in LANGUAGES:
            for _ in range(2):
                add_track(db, recording, language=language, data=_CUES.encode(), actor=STAFF, now=now)


def _end_other_jobs(db: Session, now: datetime) -> None:
    """What a worker would have done meanwhile, so that the queues are as on a usual day."""
    for mail in db.scalars(select(Mail).where(Mail.state == MailState.WAITING)):
        mail.state, mail.sent_at = MailState.SENT, now
    for job in db.scalars(select(Job).where(Job.state == "queued")):
        job.state, job.finished_at = "done", now  # type: ignore[assignment]
