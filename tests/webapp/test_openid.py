"""Signing in by an OpenID provider that really runs; and tokens that are not what they should be."""

import time
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from config.settings import AccountSettings, OpenIdSettings, Settings, WebSettings
from pipeline.records.tables import StaffAccount, StaffIdentity, StaffSession
from pipeline.services.accounts_totp import new_totp_secret
from tests.fixtures.desk import Browser
from tests.fixtures.openid_provider import CLIENT_ID, CLIENT_SECRET, Provider
from webapp.app import create_app
from webapp.portal import totp_box

pytestmark = pytest.mark.slow

START = "/sign-in/openid/"


def _portal(parts, provider: Provider, **options: bool):
    tmp_path, database, store, producer = parts
    settings = Settings(
        data_dir=tmp_path,
        secret_key=SecretStr("of-tests"),
        web=WebSettings(public_url="http://localhost"),
        accounts=AccountSettings(second_factor="offered"),
        openid=OpenIdSettings(
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            name="Our house",
            **options,
        ),
    )
    return create_app(settings, database, store, producer, producer.waiting)


@pytest.fixture
def parts(tmp_path, sqlite_database, store, producer, account_id):
    return tmp_path, sqlite_database, store, producer


@pytest.fixture
def browser(parts, openid_provider) -> Browser:
    return Browser(_portal(parts, openid_provider))


def _come_in(browser: Browser, start: str = START):
    """Press the button, say yes at the provider, and come back."""
    sent = browser.get(start)
    assert sent.status_code == 302
    back = urlsplit(httpx.get(sent.location).headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://localhost/sign-in/openid/back"
    return browser.get(f"{back.path}?{back.query}")


def _is_refused(browser: Browser, answer) -> bool:
    return answer.location == "/sign-in" and browser.get("/staff/").status_code == 302


def test_whom_the_provider_vouches_for_comes_in_and_where_one_wanted_to_go(browser, sqlite_database):
    assert "Sign in with Our house" in browser.get("/sign-in").text
    assert _come_in(browser, f"{START}?next=/staff/36/").location == "/staff/36/"
    assert browser.get("/staff/").status_code == 200
    with sqlite_database.read() as db:
        assert db.query(StaffIdentity).one().subject == "person-1"
        assert db.query(StaffSession).one().way == "openid"


def test_the_second_factor_of_here_is_asked_unless_the_provider_has_one(parts, openid_provider, sqlite_database):
    theirs = _portal(parts, openid_provider, has_second_factor=True)
    with theirs.app_context(), sqlite_database.begin() as db:
        db.query(StaffAccount).one().totp_secret = totp_box().seal(new_totp_secret())
    half = Browser(_portal(parts, openid_provider))
    assert _come_in(half).location == "/sign-in/second/"
    assert half.get("/staff/").status_code == 302
    assert _come_in(Browser(theirs)).location == "/staff/"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": None},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_is_not_for_this_moment_and_place_lets_nobody_in(browser, openid_provider, claims):
    openid_provider.claims = claims
    assert _is_refused(browser, _come_in(browser))


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email": "stranger@example.org"}], ids=["unverified", "stranger"]
)
def test_who_was_not_invited_is_told_to_ask(browser, openid_provider, claims):
    openid_provider.claims = claims
    answer = _come_in(browser)
    assert "You are not known here" in browser.get(answer.location).text
    assert browser.get("/staff/").status_code == 302


def test_a_signature_of_another_key_lets_nobody_in(browser, openid_provider):
    openid_provider.told_key = RSAKey.generate_key(2048, {"kid": "1"})
    assert _is_refused(browser, _come_in(browser))


def test_coming_back_without_having_gone_or_twice_lets_nobody_in(browser, openid_provider):
    assert _is_refused(browser, browser.get("/sign-in/openid/back?code=1&state=2"))
    sent = browser.get(START)
    back = urlsplit(httpx.get(sent.location).headers["Location"])
    stranger = Browser(browser.client.application)
    assert _is_refused(stranger, stranger.get(f"{back.path}?{back.query}"))


def test_a_provider_that_is_away_is_said_and_passwords_go_on(parts, openid_provider):
    openid_provider.issuer = "http://127.0.0.1:9"
    browser = Browser(_portal(parts, openid_provider))
    answer = browser.get(START)
    assert "did not let you in, or did not answer" in browser.get(answer.location).text
    assert browser.sign_in().status_code == 303


def test_without_a_provider_there_is_nothing(visit):
    assert visit().get(START).status_code == 404
    assert visit().get("/sign-in/openid/back").status_code == 404
    assert "openid" not in visit().get("/sign-in").text
