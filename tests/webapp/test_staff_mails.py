"""The outbox: staff read each mail as its reader will see it, without the secret, and decide what becomes of it."""

import pytest
from sqlalchemy import select

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.mails import MailKind, MailState
from pipeline.records.tables import Job, Mail, SpeakerLink
from pipeline.services.mails import queue_mail
from tests.fixtures.clock import NOW
from tests.fixtures.panels import load_plan, session_plan, speaker_plan, statement_of


@pytest.fixture
def panel(sqlite_database):
    speakers = [
        speaker_plan(1, email="ana@example.org", language="ar"),
        speaker_plan(2, email="bob@example.org", language="fr"),
        speaker_plan(3),
    ]
    load_plan(sqlite_database, session_plan(MW=speakers))


@pytest.fixture
def mail_id(sqlite_database, panel):
    with sqlite_database.begin() as db:
        return queue_mail(db, statement_of(db, "MW"), MailKind.INVITATION, now=NOW).id


def state_of(database, mail_id):
    with database.read() as db:
        return db.get_one(Mail, mail_id).state


def press(browser, mail_id, action):
    return browser.press(f"/staff/mails/{mail_id}/", f"/{action}")


def buttons(browser, mail_id):
    """What can be done with a mail, as its page offers it."""
    forms = browser.open(f"/staff/mails/{mail_id}/").forms
    actions = [form.action.rsplit("/", 1)[1] for form in forms if f"/mails/{mail_id}/" in form.action]
    return set(actions)


def test_a_mail_is_shown_as_its_reader_will_see_it_without_the_secret(anna, mail_id, sqlite_database):
    page = anna.get(f"/staff/mails/{mail_id}/").text
    assert 'lang="ar" dir="rtl"' in page
    assert "https://portal.example/s/…?lang=ar" in page
    assert "ana@example.org" in page
    with sqlite_database.read() as db:
        assert db.scalars(select(SpeakerLink)).all() == [], "reading a mail issues no link"


def test_a_mail_is_held_let_go_dropped_and_sent_again(anna, mail_id, sqlite_database):
    assert buttons(anna, mail_id) == {"hold", "drop"}
    for action, state, offered in (
        ("hold", MailState.HELD, {"release", "drop"}),
        ("release", MailState.WAITING, {"hold", "drop"}),
        ("drop", MailState.DROPPED, {"send_again"}),
        ("send_again", MailState.WAITING, {"hold", "drop"}),
    ):
        assert press(anna, mail_id, action).status_code == 303
        assert state_of(sqlite_database, mail_id) is state
        assert buttons(anna, mail_id) == offered


def test_of_two_people_who_decide_at_once_the_second_is_told(anna, mail_id, sqlite_database):
    form = anna.open(f"/staff/mails/{mail_id}/").form("/hold")
    assert anna.send(form).status_code == 303
    assert anna.send(form).status_code == 303
    assert "Nothing was done" in anna.get(f"/staff/mails/{mail_id}/").text
    assert state_of(sqlite_database, mail_id) is MailState.HELD


def test_a_mail_that_nobody_tries_any_more_is_shown_as_not_sent(anna, mail_id, sqlite_database):
    with sqlite_database.begin() as db:
        db.query(Job).filter_by(kind=JobKind.MAIL).update({"state": JobState.FAILED})
    assert "mail server answers again" in anna.get(f"/staff/mails/{mail_id}/").text
    assert "Nothing here" not in anna.get("/staff/mails/?state=failed").text
    assert "Nothing here" in anna.get("/staff/mails/?state=waiting").text
    assert buttons(anna, mail_id) == {"send_again", "drop"}
    everywhere = anna.get("/staff/").text
    assert "could not be sent" in everywhere
    assert "to look at" in everywhere
    assert f'href="/staff/mails/{mail_id}/"' in everywhere
    press(anna, mail_id, "send_again")
    assert "Nothing here" not in anna.get("/staff/mails/?state=waiting").text


def test_one_speaker_is_invited_by_mail(anna, panel, sqlite_database):
    answer = anna.press("/staff/statements/2/", "/statements/2/invite")
    assert answer.status_code == 303
    assert "/s/…?lang=fr" in anna.get(answer.location).text


def test_who_has_no_address_is_invited_by_hand(anna, panel, sqlite_database):
    assert not [form for form in anna.open("/staff/statements/3/").forms if form.action.endswith("/invite")]
    form = anna.open("/staff/statements/2/").form("/statements/2/invite")
    form.action = form.action.replace("/2/", "/3/")
    anna.send(form)
    assert "no e-mail address" in anna.get("/staff/statements/3/").text


def test_a_panel_is_invited_at_once_and_only_once(anna, panel, sqlite_database):
    for words in ("2 invitations are on their way", "has been invited already"):
        anna.press("/staff/36/MW/", "/36/MW/invite")
        assert words in anna.get("/staff/36/MW/").text
    with sqlite_database.read() as db:
        assert len(db.scalars(select(Mail)).all()) == 2


def test_the_history_of_a_statement_tells_of_its_mails(anna, mail_id):
    press(anna, mail_id, "hold")
    page = anna.get("/staff/statements/1/").text
    assert "Mail asked for: Invitation" in page
    assert "Mail held: Invitation" in page


def test_the_message_to_copy_is_the_invitation(anna, panel, sqlite_database):
    page = anna.press("/staff/statements/2/", "/statements/2/link").text
    assert "Bonjour Speaker 2" in page
    assert page.count("https://portal.example/s/") == 2
