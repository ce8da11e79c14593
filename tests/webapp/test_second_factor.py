"""The second step of signing in, setting factors up, and what an installation that demands them holds back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from config.settings import AccountSettings, Settings, WebSettings
from pipeline.domain.accounts import WRONG_FACTORS
from pipeline.records.tables import StaffAccount, StaffSession
from pipeline.services.accounts_recovery import make_recovery_codes
from pipeline.services.accounts_totp import new_totp_secret
from pipeline.services.events import SYSTEM
from presession.demo.pages import Form, read_portal_page
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, PASSWORD, Browser
from tests.fixtures.totp import code_of
from webapp.app import create_app
from webapp.portal import totp_box
from webapp.security import limiter

FACTORS = "/staff/account/second-factor/"
SECOND = "/sign-in/second/"


@pytest.fixture
def secret(portal, sqlite_database, account_id) -> str:
    """What the member's app makes codes from."""
    made = new_totp_secret()
    with portal.app_context(), sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).totp_secret = totp_box().seal(made)
    return made


@pytest.fixture
def half(visit, secret) -> Browser:
    """A browser past the password."""
    browser = visit()
    assert browser.sign_in().location == SECOND
    return browser


@pytest.fixture
def demanding(tmp_path, sqlite_database, store, producer, account_id):
    """A portal that demands a second factor of everybody."""
    settings = Settings(
        data_dir=tmp_path,
        secret_key=SecretStr("of-tests"),
        web=WebSettings(public_url="https://portal.example"),
        accounts=AccountSettings(second_factor="demanded"),
    )
    return create_app(settings, sqlite_database, store, producer, producer.waiting)


def _secret_on(page: str) -> str:
    return re.search(r'class="code-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def _offered(browser: Browser) -> tuple[Form, str]:
    """The form for a new app, and what that app would make codes from."""
    text = browser.get(FACTORS).text
    return read_portal_page(text, f"http://localhost{FACTORS}").form("/app"), _secret_on(text)


def _codes_on(page: str) -> list[str]:
    return re.findall(r'class="code-key">([A-Z2-7]{4}(?:-[A-Z2-7]{4})+)<', page)


def test_the_password_alone_opens_nothing(half):
    assert half.get("/staff/").status_code == 302
    assert half.get("/staff/").location.startswith("/sign-in?")
    assert half.get("/").status_code == 200


def test_a_code_completes_signing_in_and_leads_where_one_wanted_to_go(visit, secret):
    browser = visit()
    browser.press("/sign-in", "/sign-in", email=EMAIL, password=PASSWORD, next="/staff/36/")
    answer = browser.press(SECOND, "/code", code=code_of(secret))
    assert answer.location == "/staff/36/"
    assert browser.get("/staff/").status_code == 200
    assert browser.get(SECOND).status_code == 302


def test_a_wrong_code_is_said_and_many_end_it_in_every_browser(half, visit, secret, monkeypatch):
    answer = half.press(SECOND, "/code", code="000000")
    assert answer.status_code == 422
    assert "This code is not right" in answer.text
    monkeypatch.setattr(limiter, "enabled", False)
    for _ in range(WRONG_FACTORS - 1):
        half.press(SECOND, "/code", code="000000")
    other = visit()
    other.sign_in()
    assert other.press(SECOND, "/code", code=code_of(secret)).status_code == 429
    assert half.press(SECOND, "/recovery", recovery_code="AAAA").status_code == 429


def test_a_recovery_code_lets_in_once_and_leads_to_the_factors(half, visit, sqlite_database, account_id):
    with sqlite_database.begin() as db:
        codes = make_recovery_codes(db, db.get_one(StaffAccount, account_id), actor=SYSTEM, now=NOW)
    answer = half.press(SECOND, "/recovery", recovery_code=codes[0])
    assert answer.location == FACTORS
    assert "9 recovery codes are left." in half.get(FACTORS).text
    again = visit()
    again.sign_in()
    assert again.press(SECOND, "/recovery", recovery_code=codes[0]).status_code == 422


def test_the_second_step_ends_when_the_password_changes(half, sqlite_database, account_id):
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).session_key = "0" * 32
    assert half.get(SECOND).location.startswith("/sign-in")


def test_an_app_is_set_up_by_its_first_code_and_brings_recovery_codes(anna, visit):
    form, secret = _offered(anna)
    wrong = anna.send(form, code="000000")
    assert wrong.status_code == 422
    assert "This code is not right" in wrong.text
    assert _secret_on(wrong.text) == secret
    assert _offered(anna)[1] != secret
    taken = anna.send(form, code=code_of(secret))
    assert taken.status_code == 200
    assert len(_codes_on(taken.text)) == 10
    assert visit().sign_in().location == SECOND
    renewed = anna.press(FACTORS, "/codes")
    assert not set(_codes_on(renewed.text)) & set(_codes_on(taken.text))


def test_an_app_made_for_somebody_else_is_not_taken(anna, visit, portal):
    form, secret = _offered(anna)
    with portal.app_context():
        foreign = totp_box().seal(f"999:{secret}")
    answer = anna.send(form, sealed=foreign, code=code_of(secret))
    assert answer.status_code == 422


def test_what_is_grave_asks_for_the_password_when_one_signed_in_long_ago(anna, sqlite_database):
    with sqlite_database.begin() as db:
        db.query(StaffSession).one().created_at = datetime.now(UTC) - timedelta(hours=1)
    form, secret = _offered(anna)
    refused = anna.send(form, code=code_of(secret))
    assert refused.status_code == 422
    assert "This is not your password." in refused.text
    assert anna.send(form, code=code_of(secret), own_password=PASSWORD).status_code == 200


def test_a_second_factor_that_is_demanded_comes_before_everything_else(demanding, sqlite_database):
    browser = Browser(demanding)
    browser.sign_in()
    assert browser.get("/staff/").location == FACTORS
    assert browser.get("/staff/", headers={"Accept": "application/json"}).status_code == 403
    assert "Here everybody signs in with a password and something else" in browser.get(FACTORS).text
    form, secret = _offered(browser)
    assert browser.send(form, code=code_of(secret)).status_code == 200
    assert browser.get("/staff/").status_code == 200
    assert browser.press(FACTORS, "/app/remove").location == FACTORS
    assert browser.get("/staff/").location == FACTORS


def test_sessions_are_listed_and_ended_one_by_one_and_all_but_this(anna, visit):
    firefox = visit()
    firefox.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    firefox.sign_in()
    third = visit()
    third.sign_in()
    assert "Firefox, Windows" in anna.get("/staff/account/").text
    assert anna.press("/staff/account/", "/end-others").status_code == 303
    assert [one.get("/staff/").status_code for one in (anna, firefox, third)] == [200, 302, 302]
    firefox.sign_in()
    assert anna.press("/staff/account/", "/end").status_code == 303
    assert firefox.get("/staff/").status_code == 302


def test_that_a_session_is_in_use_is_noted_now_and_then(anna, sqlite_database):
    with sqlite_database.begin() as db:
        db.query(StaffSession).one().seen_at = NOW
    anna.get("/staff/")
    with sqlite_database.read() as db:
        assert datetime.now(UTC) - db.query(StaffSession).one().seen_at < timedelta(minutes=5)
