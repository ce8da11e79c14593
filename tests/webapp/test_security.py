"""Headers on every answer, cookies, and what may be kept by browsers."""

import pytest
from pydantic import SecretStr

from config.settings import Settings, WebSettings
from tests.fixtures.desk import Browser
from tests.webapp.observatory import modifiers, score
from webapp.access import public
from webapp.app import create_app

ANSWERS = [
    "/",
    "/sign-in",
    "/staff/",
    "/nothing-here",
    "/healthz",
    "/static/css/base.css",
    "/watch/36/mw/",
    "/speaker/",
]


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_security_headers(visit, address):
    with visit().get(address) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("address", ["/sign-in", "/nothing-here", "/speaker/"])
def test_pages_are_not_kept_by_browsers(visit, address):
    assert visit().get(address).headers["Cache-Control"] == "no-store"


def test_private_pages_are_not_kept_by_browsers(anna):
    assert anna.get("/staff/").headers["Cache-Control"] == "no-store"


def test_style_sheets_are_kept_for_good_under_their_digest(visit):
    page = visit().get("/sign-in").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    with visit().get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with visit().get(address.partition("?")[0]) as answer:
        assert "immutable" not in answer.headers["Cache-Control"]


def test_cookies_are_not_for_scripts_or_other_sites(visit, account_id):
    cookie = visit().sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


@pytest.fixture
def secure_portal(tmp_path, sqlite_database, store, producer):
    web = WebSettings(secure_cookies=True, trusted_proxies=1)
    settings = Settings(data_dir=tmp_path, secret_key=SecretStr("of-tests"), web=web)
    return create_app(settings, sqlite_database, store, producer, producer.waiting)


def test_behind_tls_cookies_are_secure_and_browsers_are_told_to_stay_there(secure_portal, account_id):
    browser = Browser(secure_portal)
    proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "portal.example"}
    answer = browser.get("/sign-in", headers=proxy)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-presession=")
    assert "Secure" in cookie
    chosen = browser.get("/sign-in?lang=fr", headers=proxy)
    assert "Secure" in next(one for one in chosen.headers.getlist("Set-Cookie") if one.startswith("__Host-language="))


def test_no_page_has_scripts_or_styles_in_it(anna, visit):
    for page in (anna.get("/staff/").text, visit().get("/sign-in").text, visit().get("/").text):
        assert "<style" not in page
        assert " style=" not in page
        assert "onclick" not in page


PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "portal.example"}


@pytest.mark.parametrize("address", ["/", "/sign-in", "/forgotten", "/link/"])
def test_the_observatory_gives_pages_its_highest_score(secure_portal, address):
    answer = Browser(secure_portal).get(address, headers=PROXY)
    assert score(answer.headers, answer.text) == 135, modifiers(answer.headers, answer.text)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *[(address, None) for address in ANSWERS],
        ("/static/nothing.css", 404),
        ("/staff/", 302),
        ("/account/" + "x" * 43, 404),
        ("/uploads/" + "0" * 32, 405),
        ("/s/" + "x" * 43 + "?lang=fr", 404),
    ],
)
def test_no_answer_loses_a_point(secure_portal, address, status):
    with Browser(secure_portal).get(address, headers=PROXY) as answer:
        found = modifiers(answer.headers, answer.text)
        assert status in {None, answer.status_code}
        assert {name: points for name, points in found.items() if points < 0} == {}
        assert score(answer.headers, answer.text) >= 130


def test_an_answer_that_fails_keeps_its_headers(secure_portal, account_id):
    @secure_portal.get("/fails")
    @public
    def fails() -> str:
        raise RuntimeError

    answer = Browser(secure_portal).get("/fails", headers=PROXY)
    assert answer.status_code == 500
    assert score(answer.headers, answer.text) >= 130


@pytest.mark.parametrize(
    ("name", "value", "lost"),
    [
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'", 35),
        ("Set-Cookie", "session=1; Secure; SameSite=Lax", 35),
        ("Strict-Transport-Security", "max-age=600", 10),
        ("Referrer-Policy", "unsafe-url", 10),
        ("X-Content-Type-Options", "", 5),
        ("Cross-Origin-Resource-Policy", "cross-origin", 10),
    ],
)
def test_the_score_falls_where_a_header_is_worse(secure_portal, name, value, lost):
    answer = Browser(secure_portal).get("/sign-in", headers=PROXY)
    answer.headers[name] = value
    assert 135 - score(answer.headers, answer.text) >= lost
