"""The outbox: use-cases ask for mails in their own transaction; staff hold, release, drop and send again."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Finding, FindingCode
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.mails import MailKind, MailState
from pipeline.domain.tokens import new_name
from pipeline.media.report import IntakeReport
from pipeline.records.database import Database
from pipeline.records.tables import Event, Job, Mail, Speaker, Statement
from pipeline.services.claims import claim_job
from pipeline.services.mails import (
    drop_mail,
    hold_mail,
    is_still_true,
    keep_page_language,
    queue_mail,
    reader_language_of,
    release_mail,
    send_mail_again,
)
from pipeline.services.publication import record_published
from pipeline.services.recordings import record_completion, record_intake, record_package, renew_recording
from pipeline.services.releases import publish_country
from pipeline.services.statements import approve_recording, send_back
from pipeline.services.withdrawals import withdraw_statement
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import (
    STAFF,
    country_of,
    give_consent,
    hand_in,
    load_plan,
    session_plan,
    small_package,
    speaker_plan,
    statement_of,
)

GOOD = IntakeReport((), 4.0)
BAD = IntakeReport((Finding(FindingCode.TOO_LONG, {}),), 400.0)


@pytest.fixture
def panel(database: Database) -> None:
    speakers = [speaker_plan(1, email="ana@example.org", language="fr"), speaker_plan(2)]
    load_plan(database, session_plan(MW=speakers))


@pytest.fixture
def sqlite_panel(sqlite_database: Database) -> None:
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(1, email="ana@example.org"), speaker_plan(2)]))


def kinds(db: Session) -> list[MailKind]:
    return list(db.scalars(select(Mail.kind).order_by(Mail.id)))


def invitation(db: Session, now: datetime) -> Mail:
    mail = queue_mail(db, statement_of(db, "MW"), MailKind.INVITATION, now=now)
    assert mail is not None
    return mail


def job_of(db: Session, mail: Mail) -> Job:
    jobs = select(Job).where(Job.kind == JobKind.MAIL, Job.subject_id == mail.id).order_by(Job.id.desc())
    return db.scalars(jobs.execution_options(populate_existing=True)).first()


def test_a_statements_way_is_told_step_by_step(database: Database, panel: None, now: datetime) -> None:
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = hand_in(db, statement)
        record_intake(db, recording, GOOD, now=now)
        assert kinds(db) == [MailKind.RECEIVED], "accepted so far is not accepted"
        record_package(db, recording, small_package(), package_prefix(new_name()), now=now)
        give_consent(db, statement)
        send_back(db, statement, reason="Please speak louder.", actor=STAFF, now=now)
        again = hand_in(db, statement, b"another")
        record_intake(db, again, GOOD, now=now)
        record_package(db, again, small_package(), package_prefix(new_name()), now=now)
        approve_recording(db, statement, again.id, actor=STAFF, now=now)
        for _ in range(2):
            release = publish_country(db, country_of(db, "MW"), actor=STAFF, now=now)
            record_published(db, release, "r/x/master.m3u8", now=now)
        withdraw_statement(db, statement=statement, actor=STAFF, now=now)
        assert kinds(db) == [
            MailKind.RECEIVED,
            MailKind.ACCEPTED,
            MailKind.SENT_BACK,
            MailKind.RECEIVED,
            MailKind.ACCEPTED,
            MailKind.APPROVED,
            MailKind.PUBLISHED,
            MailKind.WITHDRAWN,
        ]
        assert {mail.language for mail in db.scalars(select(Mail))} == {"fr"}


@pytest.mark.parametrize("judge", [record_intake, record_completion])
def test_a_refusal_is_told_once_whoever_finds_it(
    sqlite_database: Database, sqlite_panel: None, now: datetime, judge: Callable[..., None]
) -> None:
    with sqlite_database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        judge(db, recording, BAD, now=now)
        judge(db, recording, BAD, now=now)
        assert kinds(db) == [MailKind.RECEIVED, MailKind.REFUSED]


def test_a_verdict_that_turned_is_told_again(sqlite_database: Database, sqlite_panel: None, now: datetime) -> None:
    with sqlite_database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        record_intake(db, recording, BAD, now=now)
        renew_recording(db, recording, GOOD, actor=STAFF, now=now)
        record_package(db, recording, small_package(), package_prefix(new_name()), now=now)
        renew_recording(db, recording, GOOD, actor=STAFF, now=now)
        record_completion(db, recording, BAD, now=now)
        assert kinds(db) == [MailKind.RECEIVED, MailKind.REFUSED, MailKind.ACCEPTED, MailKind.REFUSED]


def test_a_package_made_anew_is_no_news(sqlite_database: Database, sqlite_panel: None, now: datetime) -> None:
    with sqlite_database.begin() as db:
        recording = hand_in(db, statement_of(db, "MW"))
        record_intake(db, recording, GOOD, now=now)
        for _ in range(2):
            record_package(db, recording, small_package(), package_prefix(new_name()), now=now)
        assert kinds(db) == [MailKind.RECEIVED, MailKind.ACCEPTED]


def test_who_has_no_address_is_not_written_to(sqlite_database: Database, sqlite_panel: None, now: datetime) -> None:
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW", 2))
        assert kinds(db) == []
        hand_in(db, statement_of(db, "MW", 1))
        assert kinds(db) == [MailKind.RECEIVED]


def test_nothing_of_a_mail_is_sent_when_its_cause_is_undone(
    sqlite_database: Database, sqlite_panel: None, now: datetime
) -> None:
    with pytest.raises(RuntimeError), sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
        assert kinds(db)
        raise RuntimeError
    with sqlite_database.read() as db:
        assert kinds(db) == []
        assert db.scalars(select(Job)).all() == []


@pytest.mark.parametrize(
    ("page", "spoken", "language"), [("ar", "fr", "ar"), ("", "fr", "fr"), ("", "mn", "en"), ("de", "es", "es")]
)
def test_mails_come_in_the_language_of_the_page_or_the_one_spoken(page: str, spoken: str, language: str) -> None:
    statement = Statement(page_language=page, speaker=Speaker(language=spoken))
    assert reader_language_of(statement) == language


def test_reading_the_page_in_another_language_puts_no_screen_of_staff_out_of_date(
    database: Database, panel: None
) -> None:
    with database.begin() as db:
        before = statement_of(db, "MW").version
        keep_page_language(db, statement_of(db, "MW").id, "ru")
    with database.read() as db:
        assert (statement_of(db, "MW").page_language, statement_of(db, "MW").version) == ("ru", before)


def test_held_waits_for_its_release_and_dropped_stays(database: Database, panel: None, now: datetime) -> None:
    with database.begin() as db:
        mail = invitation(db, now)
        hold_mail(db, mail, actor=STAFF, now=now)
        assert (mail.state, job_of(db, mail).state) == (MailState.HELD, JobState.CANCELLED)
        release_mail(db, mail, actor=STAFF, now=now)
        assert (mail.state, mail.is_released, job_of(db, mail).state) == (MailState.WAITING, True, JobState.QUEUED)
        drop_mail(db, mail, actor=STAFF, now=now)
        assert (mail.state, job_of(db, mail).state) == (MailState.DROPPED, JobState.CANCELLED)
        for change in (hold_mail, release_mail, drop_mail):
            with pytest.raises(ChangeNotAllowed):
                change(db, mail, actor=STAFF, now=now)
        send_mail_again(db, mail, actor=STAFF, now=now)
        assert (mail.state, job_of(db, mail).state) == (MailState.WAITING, JobState.QUEUED)


@pytest.mark.parametrize("change", [hold_mail, drop_mail])
def test_a_mail_that_a_worker_holds_in_its_hand_cannot_be_stopped(
    database: Database, panel: None, now: datetime, change: Callable[..., None]
) -> None:
    with database.begin() as db:
        mail = invitation(db, now)
        claim_job(db, job_of(db, mail).id, now=now, lease_seconds=30)
    with pytest.raises(ChangeNotAllowed, match="being sent"), database.begin() as db:
        change(db, db.get_one(Mail, mail.id), actor=STAFF, now=now)
    with database.read() as db:
        assert db.get_one(Mail, mail.id).state is MailState.WAITING
        assert job_of(db, mail).state is JobState.RUNNING


def test_what_is_no_longer_so_is_not_sent_again(sqlite_database: Database, sqlite_panel: None, now: datetime) -> None:
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        hand_in(db, statement)
        mail = db.scalars(select(Mail)).one()
        assert is_still_true(mail, statement)
        hand_in(db, statement, b"a newer one")
        assert not is_still_true(mail, statement)
        mail.state = MailState.SENT
        with pytest.raises(ChangeNotAllowed):
            send_mail_again(db, mail, actor=STAFF, now=now)


def test_the_history_has_kinds_and_ids_and_nothing_of_the_reader(
    sqlite_database: Database, sqlite_panel: None, now: datetime
) -> None:
    with sqlite_database.begin() as db:
        mail = invitation(db, now)
        hold_mail(db, mail, actor=STAFF, now=now)
        release_mail(db, mail, actor=STAFF, now=now)
        drop_mail(db, mail, actor=STAFF, now=now)
        events = db.scalars(select(Event).where(Event.name.like("mail.%")).order_by(Event.id)).all()
        assert [event.name for event in events] == ["mail.queued", "mail.held", "mail.released", "mail.dropped"]
        assert all(event.facts == {"mail_id": mail.id, "kind": "invitation"} for event in events)
        assert {event.subject_kind for event in events} == {"statement"}
