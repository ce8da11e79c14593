"""Reminders that staff send: of what is missing, in the speaker's language, once a day, never two at once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import NameForm
from pipeline.domain.mails import MailKind, MailState
from pipeline.domain.standings import Standing
from pipeline.records.database import Database
from pipeline.records.tables import Consent, Mail
from pipeline.services.boards import load_board
from pipeline.services.deadlines import LinkTimes
from pipeline.services.links import revoke_links
from pipeline.services.mail_sending import SendingRules, letter_of
from pipeline.services.mails import is_still_true
from pipeline.services.reminders import Reminded, remind_speaker
from pipeline.services.withdrawals import withdraw_statement
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    country_of,
    give_consent,
    load_plan,
    session_plan,
    speaker_plan,
    statement_of,
)
from tests.fixtures.standings import bring_to

RULES = SendingRules(holds=False, times=LinkTimes(60, 30), public_url="https://portal.example")
ANA = {"email": "ana@example.org", "language": "fr"}


@pytest.fixture
def panel(database: Database) -> None:
    load_plan(database, session_plan(MW=[speaker_plan(1, **ANA), speaker_plan(2)]))
    with database.begin() as db:
        for position in (1, 2):
            bring_to(db, statement_of(db, "MW", position), Standing.INVITED)


def remind(db: Session, now: datetime, *, position: int = 1, seen: int = 0, again: bool = False) -> Reminded:
    statement_id = statement_of(db, "MW", position).id
    return remind_speaker(db, statement_id, seen=seen, is_asked_again=again, actor=STAFF, now=now)


def sent(db: Session) -> list[Mail]:
    return list(db.scalars(select(Mail).order_by(Mail.id)))


def test_a_reminder_goes_out_once_a_day_unless_it_is_asked_for_again(database, panel, now):
    with database.begin() as db:
        assert remind(db, now) is Reminded.QUEUED
        (first,) = sent(db)
        assert (first.kind, first.language) == (MailKind.REMINDER, "fr")
        later = now + timedelta(hours=23)
        assert remind(db, later, seen=first.id) is Reminded.LATELY
        assert remind(db, later, seen=first.id, again=True) is Reminded.QUEUED
        second = sent(db)[1]
        assert remind(db, later + timedelta(hours=25), seen=second.id) is Reminded.QUEUED
        assert len(sent(db)) == 3


def test_the_second_of_two_who_press_at_once_sends_nothing(database, panel, now):
    with database.begin() as db:
        assert remind(db, now, again=True) is Reminded.QUEUED
        assert remind(db, now, again=True) is Reminded.CHANGED
        assert len(sent(db)) == 1


def test_a_dropped_reminder_was_none(database, panel, now):
    with database.begin() as db:
        remind(db, now)
        sent(db)[0].state = MailState.DROPPED
        db.flush()
        assert remind(db, now + timedelta(minutes=1)) is Reminded.QUEUED


def test_who_cannot_be_reminded_is_told_apart(database, panel, now):
    with database.begin() as db:
        assert remind(db, now, position=2) is Reminded.NO_ADDRESS
        assert load_board(db, "36", now=now).country("MW").to_remind
        for position in (1, 2):
            revoke_links(db, statement=statement_of(db, "MW", position), actor=STAFF, now=now)
        assert not load_board(db, "36", now=now).country("MW").to_remind
        assert remind(db, now) is Reminded.NOT_INVITED
        withdraw_statement(db, statement=statement_of(db, "MW"), actor=STAFF, now=now)
        assert remind(db, now) is Reminded.NOTHING_MISSING
        assert [mail.kind for mail in sent(db)] == [MailKind.WITHDRAWN]


def test_open_questions_are_asked_for_until_they_are_answered(database, panel, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        bring_to(db, statement, Standing.APPROVED)
        assert remind(db, now) is Reminded.NOTHING_MISSING
        db.execute(delete(Consent).where(Consent.statement_id == statement.id))
        db.expire(statement, ["consents"])
        assert remind(db, now) is Reminded.QUEUED
        asked = sent(db)[-1]
        assert (asked.kind, is_still_true(asked, statement)) == (MailKind.QUESTIONS, True)
        give_consent(db, statement)
        assert not is_still_true(asked, statement), "what is answered meanwhile is not asked for"
        statement.name_form, statement.alias = NameForm.ALIAS, ""
        assert is_still_true(asked, statement)


def test_the_board_offers_what_would_be_sent(database, panel, now):
    with database.begin() as db:
        remind(db, now)
        first, second = load_board(db, "36", now=now + timedelta(hours=3)).country("MW").speakers
        assert (first.reminder_kind, first.mail_language) == (MailKind.REMINDER, "fr")
        assert (first.reminder.state, first.reminder.is_lately) == (MailState.WAITING, True)
        assert (second.reminder_kind, second.reminder) == (MailKind.REMINDER, None)
        statement = statement_of(db, "MW", 2)
        bring_to(db, statement, Standing.APPROVED)
        approve_again(db, statement)
        tomorrow = now + timedelta(hours=25)
        first, second = load_board(db, "36", now=tomorrow).country("MW").speakers
        assert not first.reminder.is_lately
        assert second.reminder_kind is None


def test_after_the_last_day_only_who_was_asked_for_another_recording_is_reminded(database, panel, now):
    with database.begin() as db:
        country_of(db, "MW").hand_in_until = (now - timedelta(days=3)).date()
        statement = statement_of(db, "MW")
        assert remind(db, now) is Reminded.TOO_LATE
        assert load_board(db, "36", now=now).country("MW").to_remind == ()
        bring_to(db, statement, Standing.SENT_BACK)
        assert remind(db, now) is Reminded.QUEUED
        assert [line.row.position for line in load_board(db, "36", now=now).country("MW").to_remind] == [1]
        letter = letter_of(sent(db)[-1], statement, rules=RULES, token="t", now=now)
        assert letter.hand_in_until is None, "a day that is over is no day to send it"
