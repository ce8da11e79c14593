"""Signing in and out, and what ends a session."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.accounts import SESSION_HOURS, WRONG_PASSWORDS, WRONG_PASSWORDS_TIME
from pipeline.records.tables import Event, SignInTry, StaffAccount, StaffSession
from pipeline.services.accounts import find_account, set_password
from pipeline.services.accounts_roles import deactivate_account
from pipeline.services.events import SYSTEM
from tests.fixtures.desk import EMAIL, PASSWORD
from webapp.security import limiter


@pytest.mark.parametrize("email", [EMAIL, " ANNA@example.org "])
def test_staff_sign_in_and_see_their_sessions(visit, account_id, email):
    browser = visit()
    assert browser.sign_in(email).location == "/staff/"
    assert browser.get("/staff/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "wrong"), ("nobody@example.org", PASSWORD), ("", ""), (EMAIL, "x" * 5000)]
)
def test_every_refusal_reads_the_same(visit, account_id, email, password):
    browser = visit()
    answer = browser.sign_in(email, password)
    assert answer.status_code == 422
    assert "This address and password do not fit together." in answer.text
    assert password not in answer.text or not password
    assert browser.get("/staff/").status_code == 302


def test_tries_are_recorded_without_the_address(visit, account_id, sqlite_database):
    browser = visit()
    browser.sign_in(password="wrong")
    browser.sign_in()
    with sqlite_database.read() as db:
        events = db.query(Event).filter(Event.subject_kind == "account").order_by(Event.id).all()
        assert [event.name for event in events] == ["account.sign_in_failed", "account.signed_in"]
        assert [set(event.facts) for event in events] == [set(), {"session_id", "way"}]


def test_many_tries_at_one_account_are_slowed_down(visit, account_id):
    browser = visit()
    answers = [browser.sign_in(password="wrong").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert browser.sign_in().status_code == 429


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_tries_are_counted_for_all_portals_together(visit, account_id, sqlite_database, monkeypatch, email):
    monkeypatch.setattr(limiter, "enabled", False)  # what one portal counts by itself, another knows nothing of
    browser = visit()
    answers = [browser.sign_in(email, "wrong").status_code for _ in range(WRONG_PASSWORDS + 1)]
    assert answers == [422] * WRONG_PASSWORDS + [429]
    assert browser.sign_in(email).status_code == 429
    with sqlite_database.begin() as db:
        for one in db.query(SignInTry):
            assert email not in one.address_hash
            one.at -= WRONG_PASSWORDS_TIME
    assert browser.sign_in(email).status_code == (303 if email == EMAIL else 422)


def test_guessing_in_an_open_browser_counts_as_well(anna, account_id, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", False)
    typed = {"old_password": "wrong", "new_password": "another long sentence", "repeated": "another long sentence"}
    answers = [anna.press("/staff/account/", "/account/", **typed).status_code for _ in range(WRONG_PASSWORDS + 1)]
    assert answers == [422] * WRONG_PASSWORDS + [429]


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/staff/36/", "/staff/36/"),
        ("//evil.example", "/staff/"),
        ("https://evil.example/", "/staff/"),
        ("/\\evil.example", "/staff/"),
        ("javascript:alert(1)", "/staff/"),
    ],
)
def test_signing_in_leads_back_but_never_elsewhere(visit, account_id, wanted, target):
    answer = visit().press("/sign-in", "/sign-in", email=EMAIL, password=PASSWORD, next=wanted)
    assert answer.location == target


def test_signing_out_ends_the_session(anna):
    assert anna.press("/staff/", "/sign-out").status_code == 303
    assert anna.get("/staff/").status_code == 302


def test_a_changed_password_ends_every_other_session(anna, visit, account_id):
    elsewhere = visit()
    elsewhere.sign_in()
    new = "another long sentence"
    answer = anna.press("/staff/account/", "/account/", old_password=PASSWORD, new_password=new, repeated=new)
    assert answer.status_code == 303
    assert anna.get("/staff/").status_code == 200
    assert elsewhere.get("/staff/").status_code == 302
    assert visit().sign_in().status_code == 422
    assert visit().sign_in(password=new).status_code == 303


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"old_password": "wrong"}, "This is not your password."),
        ({"new_password": "short", "repeated": "short"}, "A password has at least 12 signs"),
        ({"repeated": "something else"}, "The two passwords are not the same."),
    ],
)
def test_a_wrong_change_of_password_says_why(anna, values, words):
    new = "another long sentence"
    fields = {"old_password": PASSWORD, "new_password": new, "repeated": new, **values}
    answer = anna.press("/staff/account/", "/account/", **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_operators_new_password_ends_the_session(anna, sqlite_database, now):
    with sqlite_database.begin() as db:
        set_password(db, find_account(db, EMAIL), password="one more long sentence", actor=SYSTEM, now=now)
    assert anna.get("/staff/").status_code == 302


def test_a_deactivated_account_is_out_at_once(anna, visit, sqlite_database, now):
    with sqlite_database.begin() as db:
        deactivate_account(db, find_account(db, EMAIL), actor=SYSTEM, now=now)
    assert anna.get("/staff/").status_code == 302
    assert visit().sign_in().status_code == 422


def test_a_session_ends_after_its_hours(anna, sqlite_database):
    long_ago = datetime.now(UTC) - timedelta(hours=SESSION_HOURS, seconds=1)
    with sqlite_database.begin() as db:
        db.scalars(select(StaffSession)).one().created_at = long_ago
    assert anna.get("/staff/").status_code == 302


def test_the_password_is_kept_as_an_argon2_hash(account_id, sqlite_database):
    with sqlite_database.read() as db:
        kept = db.get_one(StaffAccount, account_id).password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_the_front_door_leads_staff_on_and_tells_others_to_use_their_link(anna, visit):
    assert anna.get("/").location == "/staff/"
    assert "open the personal link" in visit().get("/").text
