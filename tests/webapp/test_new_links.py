"""Asking for a new link: who asks learns nothing, by the answer or by its time, and cannot ask without end."""

import logging
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.mails import MailKind
from pipeline.records.tables import Job, Mail
from pipeline.services import mail_requests
from pipeline.services.links import issue_link
from tests.fixtures.clock import NOW
from tests.fixtures.logs import logs_set_up
from tests.fixtures.panels import STAFF, load_plan, session_plan, speaker_plan, statement_of
from webapp.security import limiter
from webapp.views import new_links

KNOWN, UNKNOWN = "ana@example.org", "nobody@example.org"


@pytest.fixture(autouse=True)
def panel(sqlite_database, portal):
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(1, email=KNOWN)]))
    with sqlite_database.begin() as db:
        until = datetime.now(UTC) + timedelta(days=1)
        issue_link(db, statement=statement_of(db, "MW"), expires_at=until, actor=STAFF, now=NOW)
    with portal.app_context():
        limiter.reset()


def asked(visit, address):
    """The answer to asking, and the page behind it, without what differs from form to form."""
    browser = visit()
    answer = browser.press("/link/", "/link/", email=address)
    return answer.status_code, answer.location, answer.text, browser.get("/link/asked").text


def test_known_and_unknown_addresses_get_the_same_answer(visit, sqlite_database, monkeypatch):
    monkeypatch.setattr(new_links, "ANSWER_SECONDS", 0)
    known, unknown = asked(visit, f" {KNOWN.upper()}"), asked(visit, UNKNOWN)
    assert known[:3] == unknown[:3]
    assert known[0] == 303
    assert KNOWN not in known[3] + known[2]
    with sqlite_database.read() as db:
        assert [mail.kind for mail in db.scalars(select(Mail))] == [MailKind.NEW_LINK]
        assert len(db.scalars(select(Job)).all()) == 1


def test_both_take_as_long_whatever_the_broker_does(visit, producer, monkeypatch):
    monkeypatch.setattr(new_links, "ANSWER_SECONDS", 0.4)
    monkeypatch.setattr(producer, "send", lambda *_job: time.sleep(3600))
    for address in (KNOWN, UNKNOWN):
        began = time.monotonic()
        assert asked(visit, address)[0] == 303
        assert time.monotonic() - began >= 0.4
    assert producer.sent == []


@pytest.mark.parametrize("typed", ["", "ana", "ana@", "a" * 250 + "@example.org", "ana@example.org, bob@example.org"])
def test_what_is_no_address_is_said_in_the_form(visit, typed):
    answer = visit().press("/link/", "/link/", email=typed)
    assert answer.status_code == 422
    assert "name@example.org" in answer.text


def test_asking_in_a_speakers_name_turns_nobody_away_and_fills_no_mailbox(visit, sqlite_database, monkeypatch):
    monkeypatch.setattr(new_links, "ANSWER_SECONDS", 0)
    monkeypatch.setattr(mail_requests, "_PAUSE", timedelta(0))
    assert {asked(visit, KNOWN)[0] for _ in range(8)} == {303}
    with sqlite_database.read() as db:
        assert len(db.scalars(select(Mail)).all()) == 5


def test_asking_has_an_end_for_one_line_and_no_log_names_it(visit, monkeypatch, capfd):
    monkeypatch.setattr(new_links, "ANSWER_SECONDS", 0)
    browser = visit()
    form = browser.open("/link/").form("/link/")
    with logs_set_up(capfd) as read_logs:
        logging.getLogger("of-a-test").info("logs are read")
        assert [browser.send(form, email=UNKNOWN).status_code for _ in range(61)] == [303] * 60 + [429]
        said = read_logs()
    assert "logs are read" in said
    assert "127.0.0.1" not in said


def test_the_way_to_ask_is_where_it_is_needed(visit):
    browser = visit()
    for address in ("/", "/s/" + "A" * 43, "/speaker/"):
        assert 'href="/link/"' in browser.get(address).text
