"""Mails that are asked for: new links, invitations to a panel, reminders; and until when links work."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.mails import MailKind
from pipeline.records.database import Database
from pipeline.records.tables import Mail, SpeakerLink
from pipeline.services.deadlines import LinkTimes, end_of_day, link_end
from pipeline.services.links import issue_link, revoke_links
from pipeline.services.mail_requests import find_due_reminders, invite_speakers, queue_reminders, request_links
from tests.fixtures.panels import STAFF, country_of, hand_in, load_plan, session_plan, speaker_plan, statement_of

SHARED = "office@example.org"
LAST_DAY = date(2026, 10, 8)
TIMES = LinkTimes(expire_days=60, grace_days=30)


@pytest.fixture
def panel(database: Database) -> None:
    """Two at one address, one at another, one without."""
    addresses = [SHARED, SHARED.title(), "ana@example.org", ""]
    load_plan(database, session_plan(MW=[speaker_plan(n, email=email) for n, email in enumerate(addresses, start=1)]))


def let_in(db: Session, *positions: int, now: datetime, days: float = 10) -> None:
    for position in positions:
        until = now + timedelta(days=days)
        issue_link(db, statement=statement_of(db, "MW", position), expires_at=until, actor=STAFF, now=now)


def written(db: Session, kind: MailKind) -> list[int]:
    """Places on the panel to which mails of a kind were written."""
    statements = [statement_of(db, "MW", position).id for position in range(1, 5)]
    found = db.scalars(select(Mail.statement_id).where(Mail.kind == kind).order_by(Mail.id))
    return [statements.index(statement_id) + 1 for statement_id in found]


def test_a_new_link_goes_to_all_who_were_let_in_with_the_address(
    database: Database, panel: None, now: datetime
) -> None:
    with database.begin() as db:
        let_in(db, 1, 2, 3, 4, now=now)
        request_links(db, f" {SHARED.upper()} ", now=now)
        request_links(db, "nobody@example.org", now=now)
        request_links(db, "", now=now)
        request_links(db, "%", now=now)
        assert written(db, MailKind.NEW_LINK) == [1, 2]


def test_who_was_never_let_in_or_was_shut_out_gets_no_link(database: Database, panel: None, now: datetime) -> None:
    with database.begin() as db:
        let_in(db, 2, now=now)
        revoke_links(db, statement=statement_of(db, "MW", 2), actor=STAFF, now=now)
        request_links(db, SHARED, now=now)
        assert written(db, MailKind.NEW_LINK) == []
        let_in(db, 1, now=now, days=-1)
        request_links(db, SHARED, now=now)
        assert written(db, MailKind.NEW_LINK) == [1], "a link that has ended is what new ones are for"


def test_who_asks_twice_at_once_gets_one_mail(database: Database, panel: None, now: datetime) -> None:
    with database.begin() as db:
        let_in(db, 3, now=now)
        for minutes in (0, 9, 11):
            request_links(db, "ana@example.org", now=now + timedelta(minutes=minutes))
        assert written(db, MailKind.NEW_LINK) == [3, 3]


def test_a_panel_is_invited_but_for_who_is_in_and_who_has_no_address(
    database: Database, panel: None, now: datetime
) -> None:
    with database.begin() as db:
        let_in(db, 2, now=now)
        assert invite_speakers(db, country_of(db, "MW"), actor=STAFF, now=now) == 2
        assert invite_speakers(db, country_of(db, "MW"), actor=STAFF, now=now) == 0
        assert written(db, MailKind.INVITATION) == [1, 3]


def remind(database: Database, now: datetime, days: float = 3) -> int:
    with database.read() as db:
        due = find_due_reminders(db, days=days, now=now)
    with database.begin() as db:
        return queue_reminders(db, due, days=days, now=now)


def test_who_was_let_in_and_has_nothing_good_is_reminded_once_for_each_last_day(
    database: Database, panel: None, now: datetime
) -> None:
    near = end_of_day(LAST_DAY) - timedelta(days=2)
    with database.begin() as db:
        country_of(db, "MW").hand_in_until = LAST_DAY
        let_in(db, 1, 3, now=now)
        hand_in(db, statement_of(db, "MW", 3))
    assert remind(database, end_of_day(LAST_DAY) - timedelta(days=3, seconds=1)) == 0
    assert remind(database, near) == 1
    assert remind(database, near + timedelta(hours=1)) == 0
    assert remind(database, end_of_day(LAST_DAY)) == 0
    with database.begin() as db:
        assert written(db, MailKind.REMINDER) == [1]
        statement_of(db, "MW", 1).hand_in_until = LAST_DAY + timedelta(days=7)
    assert remind(database, near) == 0
    assert remind(database, near + timedelta(days=7)) == 1


def test_who_got_a_link_today_is_not_reminded_before_tomorrow(database: Database, panel: None) -> None:
    near = end_of_day(LAST_DAY) - timedelta(days=2)
    with database.begin() as db:
        country_of(db, "MW").hand_in_until = LAST_DAY
        let_in(db, 1, now=near)
    assert remind(database, near + timedelta(hours=23)) == 0
    assert remind(database, near + timedelta(hours=25)) == 1


def test_two_schedulers_remind_once(database: Database, panel: None, now: datetime) -> None:
    near = end_of_day(LAST_DAY) - timedelta(days=1)
    with database.begin() as db:
        country_of(db, "MW").hand_in_until = LAST_DAY
        let_in(db, 1, now=now)
    with database.read() as db:
        due = find_due_reminders(db, days=3, now=near)
    for _ in range(2):
        with database.begin() as db:
            queue_reminders(db, due, days=3, now=near)
    with database.read() as db:
        assert written(db, MailKind.REMINDER) == [1]


def test_a_link_ends_some_time_after_the_last_day_wherever_the_speaker_is(
    database: Database, panel: None, now: datetime
) -> None:
    with database.begin() as db:
        statement = statement_of(db, "MW")
        assert link_end(statement, TIMES, now=now) == now + timedelta(days=60)
        statement.speaker.country.pre_session.hand_in_until = date(2026, 10, 1)
        statement.speaker.country.hand_in_until = LAST_DAY
        assert link_end(statement, TIMES, now=now).isoformat() == "2026-11-08T12:00:00+00:00"
        late = end_of_day(LAST_DAY) + timedelta(days=90)
        assert link_end(statement, TIMES, now=late) == late + timedelta(days=30)
        assert db.scalars(select(SpeakerLink)).all() == []
