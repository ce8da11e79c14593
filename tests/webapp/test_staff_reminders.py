"""Reminders from the board and from the list: pressed once, ticked for many, never doubled."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.mails import REMINDERS, MailKind
from pipeline.domain.standings import Standing
from pipeline.records.tables import Mail
from pipeline.services.links import issue_link
from pipeline.services.reminders import remind_speaker
from tests.fixtures.panels import STAFF, load_plan, session_plan, speaker_plan, statement_of
from tests.fixtures.standings import bring_to


@pytest.fixture
def invited(sqlite_database) -> None:
    """Three who were let in, the last without an address; one who was not; one whose recording is to be reviewed."""
    emails = ["ana@example.org", "ben@example.org", "", "dia@example.org", "eva@example.org"]
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(n, email=email) for n, email in enumerate(emails, 1)]))
    until = datetime.now(UTC) + timedelta(days=30)
    with sqlite_database.begin() as db:
        for position in (1, 2, 3, 5):
            issue_link(
                db, statement=statement_of(db, "MW", position), expires_at=until, actor=STAFF, now=datetime.now(UTC)
            )
        bring_to(db, statement_of(db, "MW", 5), Standing.TO_REVIEW)


def reminded(database) -> list[tuple[int, MailKind]]:
    with database.read() as db:
        wanted = select(Mail.statement_id, Mail.kind).where(Mail.kind.in_(REMINDERS)).order_by(Mail.id)
        return [(statement_id, kind) for statement_id, kind in db.execute(wanted)]


def test_one_button_reminds_and_says_so_on_the_board(anna, invited, sqlite_database):
    answer = anna.press("/staff/36/?show=speaker", "/statements/1/remind")
    assert (answer.status_code, answer.location) == (303, "/staff/36/?show=speaker#statement-1")
    assert reminded(sqlite_database) == [(1, MailKind.REMINDER)]
    page = anna.get("/staff/36/").text
    assert "Organisation 1: the reminder is on its way." in page
    assert "Reminder on its way" in page
    assert "/statements/1/remind" not in page, "the same button again would be a second mail"


def test_within_a_day_it_has_to_be_ticked(anna, invited, sqlite_database):
    stale = anna.open("/staff/36/").form("/statements/1/remind")
    anna.send(stale)
    with sqlite_database.read() as db:
        first = db.scalars(select(Mail.id).where(Mail.kind == MailKind.REMINDER)).one()
    again = anna.send(stale, **{"seen-1": first})
    assert again.location == "/staff/36/reminders#statement-1"
    listed = anna.open("/staff/36/reminders").form("/staff/36/reminders")
    anna.send(listed, statement_id="1")
    assert reminded(sqlite_database) == [(1, MailKind.REMINDER)] * 2


def test_what_a_colleague_did_meanwhile_is_told_and_not_done_twice(anna, invited, sqlite_database):
    seen = anna.open("/staff/36/").form("/statements/1/remind")
    with sqlite_database.begin() as db:
        remind_speaker(db, 1, seen=0, is_asked_again=False, actor=STAFF, now=datetime.now(UTC))
    answer = anna.send(seen)
    assert answer.status_code == 409
    assert "somebody else sent a reminder while you looked" in answer.text
    assert len(reminded(sqlite_database)) == 1


def test_the_list_ticks_who_was_not_reminded_today(anna, invited, sqlite_database):
    anna.press("/staff/36/", "/statements/2/remind")
    text = anna.get("/staff/36/reminders").text
    boxes = [line for line in text.splitlines() if 'type="checkbox"' in line]
    assert ["checked" in box for box in boxes] == [True, False, False, True]
    assert ["disabled" in box for box in boxes] == [False, False, True, False]
    assert "Organisation 4" not in text, "nobody let them in"
    form = anna.open("/staff/36/reminders").form("/staff/36/reminders")
    answer = anna.client.post(
        "/staff/36/reminders",
        data={**form.fields, "statement_id": ["1", "5"], "seen-1": "0", "seen-5": "0"},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 303
    assert reminded(sqlite_database) == [(2, MailKind.REMINDER), (1, MailKind.REMINDER), (5, MailKind.QUESTIONS)]
    assert "2 reminders are on their way." in anna.get("/staff/36/reminders").text


def test_what_is_not_there_is_not_found(anna, invited):
    assert anna.get("/staff/99/reminders").status_code == 404
    form = anna.open("/staff/36/").form("/statements/1/remind")
    form.action = form.action.replace("/1/", "/999/")
    assert anna.send(form).status_code == 404
