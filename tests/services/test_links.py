"""Personal links: one token each, kept as a hash, ended by time, by hand, by a newer one."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.records.database import Database
from pipeline.records.tables import Event, SpeakerLink
from pipeline.services.links import find_link, issue_link, open_link, revoke_links
from tests.fixtures.panels import STAFF, load_plan, session_plan, statement_of


@pytest.fixture
def token(sqlite_database: Database, now: datetime) -> str:
    load_plan(sqlite_database, session_plan(MW=2))
    return issue(sqlite_database, now)


def issue(database: Database, now: datetime, position: int = 1, **options: bool) -> str:
    with database.begin() as db:
        statement = statement_of(db, "MW", position)
        return issue_link(db, statement=statement, expires_at=now + timedelta(days=10), actor=STAFF, now=now, **options)


def opens(database: Database, token: str, now: datetime) -> bool:
    with database.begin() as db:
        return open_link(db, token, now=now) is not None


def test_a_token_has_256_bits_and_is_not_kept(sqlite_database: Database, token: str) -> None:
    assert len(token) >= 43
    with sqlite_database.read() as db:
        link = db.scalars(select(SpeakerLink)).one()
        assert len(link.token_hash) == 64
        assert token not in str(vars(link))


def test_it_opens_its_own_statement(sqlite_database: Database, token: str, now: datetime) -> None:
    other = issue(sqlite_database, now, position=2)
    with sqlite_database.read() as db:
        for given, position in ((token, 1), (other, 2)):
            link = find_link(db, given, now=now)
            assert link is not None
            assert link.statement_id == statement_of(db, "MW", position).id


@pytest.mark.parametrize("wrong", ["", "x", "A" * 43, "é" * 43, "\0", "a" * 10_000])
def test_wrong_tokens_open_nothing(sqlite_database: Database, token: str, now: datetime, wrong: str) -> None:
    assert not opens(sqlite_database, wrong, now)
    assert not opens(sqlite_database, token[:-1], now)
    assert not opens(sqlite_database, token + "A", now)


def test_it_ends_with_its_time(sqlite_database: Database, token: str, now: datetime) -> None:
    assert opens(sqlite_database, token, now + timedelta(days=10, seconds=-1))
    assert not opens(sqlite_database, token, now + timedelta(days=10))


def test_a_newer_link_ends_the_older_ones_unless_asked_not_to(
    sqlite_database: Database, token: str, now: datetime
) -> None:
    second = issue(sqlite_database, now, revokes_older=False)
    assert opens(sqlite_database, token, now)
    third = issue(sqlite_database, now)
    assert [opens(sqlite_database, given, now) for given in (token, second, third)] == [False, False, True]


def test_revoking_ends_all_of_a_statement_and_no_others(sqlite_database: Database, token: str, now: datetime) -> None:
    other = issue(sqlite_database, now, position=2)
    with sqlite_database.begin() as db:
        revoke_links(db, statement=statement_of(db, "MW"), actor=STAFF, now=now)
    assert not opens(sqlite_database, token, now)
    assert opens(sqlite_database, other, now)


def test_issuing_opening_and_revoking_are_on_record_and_looking_is_not(
    sqlite_database: Database, token: str, now: datetime
) -> None:
    with sqlite_database.begin() as db:
        find_link(db, token, now=now)
        open_link(db, token, now=now)
        revoke_links(db, statement=statement_of(db, "MW"), actor=STAFF, now=now)
    with sqlite_database.read() as db:
        names = [event.name for event in db.scalars(select(Event)) if event.name.startswith("link.")]
        assert names == ["link.issued", "link.opened", "link.revoked"]
