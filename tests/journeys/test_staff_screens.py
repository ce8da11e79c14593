"""The staff screens in a real browser: pleasant at phone and desk width, in each language, by keyboard, live."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.roles import Role
from pipeline.domain.standings import Standing
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Job, Recording, StaffAccount
from pipeline.services.recordings import record_package
from pipeline.services.reminders import Reminded, remind_speaker
from pipeline.services.tracks import add_track
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix
from tests.fixtures.browser import OpenPage, WatchedPage, tab_to
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, PASSWORD, open_signed_in
from tests.fixtures.packages import make_package
from tests.fixtures.panels import STAFF, account_of, load_plan, session_plan, small_package, speaker_plan, statement_of
from tests.fixtures.portal import PortalProcess
from tests.fixtures.sheets import open_typed
from tests.fixtures.spoken import mixed_voice
from tests.fixtures.standings import QUIET, accept, bring_to
from webapp.wording.reasons import Reason

pytestmark = [pytest.mark.slow, pytest.mark.browser]

REVIEWED = 1
SCREENS = {
    "sessions": "/staff/",
    "board": "/staff/36/",
    "reminders": "/staff/36/reminders",
    "status": "/staff/36/status",
    "panel": "/staff/36/MW/",
    "edit": "/staff/36/edit",
    "speakers": "/staff/36/speakers/",
    "speaker": "/staff/speakers/1/",
    "publication": "/staff/36/HN/publish",
    "publications": "/staff/36/HN/releases/",
    "publish everything": "/staff/36/publish",
    "missions": "/staff/36/missions/",
    "review": f"/staff/statements/{REVIEWED}/",
    "beginning": f"/staff/statements/{REVIEWED}/subtitles/es/beginning",
    "voices": f"/staff/statements/{REVIEWED}/voices/",
    "account": "/staff/account/",
    "outbox": "/staff/mails/",
    "mail": "/staff/mails/1/",
    "record": "/staff/record/",
    "queue": "/staff/36/queue",
    "own work": "/staff/work/",
}
WEBVTT = b"WEBVTT\n\n00:00.100 --> 00:05.000\nGood water for all\n"
SIX = range(1, 7)
CYCLE = tuple(standing for standing in Standing if standing is not Standing.TO_REVIEW)


@pytest.fixture(scope="module")
def staffed(make_portal: Callable[..., PortalProcess], password_hash: str, tmp_path_factory) -> PortalProcess:
    """A portal with a session at every standing, a real package to watch, and an account."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=6, HN=6, AD=2))
    folder = tmp_path_factory.mktemp("media") / "package"
    with portal.database.begin() as db:
        for position in (1, 3):
            statement_of(db, "MW", position).speaker.email = f"speaker-{position}@example.org"
        _review_real_package(db, portal, folder)
        places = [("MW", 2), ("MW", 3), ("MW", 4), ("MW", 5), ("MW", 6), *(("HN", n) for n in range(1, 7)), ("AD", 1)]
        for (code, position), standing in zip(places, CYCLE, strict=True):
            bring_to(db, statement_of(db, code, position), standing)
        db.add(
            StaffAccount(
                email=EMAIL,
                role=Role.ADMINISTRATOR,
                password_hash=password_hash,
                session_key=new_name(),
                is_active=True,
                created_at=NOW,
            )
        )
    return portal


def _review_real_package(db, portal: PortalProcess, folder: Path) -> None:
    package, prefix = make_package(folder, seconds=6, colour="darkgreen"), package_prefix(new_name())
    for uri in package.media_uris():
        portal.store.put_file(prefix + uri, folder / uri, content_type=content_type_of(uri))
    recording = accept(db, statement_of(db, "MW", 1), QUIET, package=package, prefix=prefix)
    add_track(db, recording, language="en", data=WEBVTT, actor=STAFF, now=NOW)
    open_typed(db, recording, "fr", "De l'eau pour tous")
    mixed_voice(db, recording, by=account_of(db, "interpreter")).offset_ms = 4000


@pytest.fixture
def sign_in(staffed: PortalProcess, open_page: OpenPage) -> Callable[..., WatchedPage]:
    """Opens a page of a signed-in member of staff."""
    return partial(open_signed_in, open_page, staffed.url)


def _is_fine(page: Page, *, with_axe: bool = True) -> None:
    """Nothing that axe objects to; nothing wider than the screen."""
    if with_axe:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("locale", ["en", "fr", "es"])
def test_every_screen_is_accessible_and_fits(sign_in, staffed, width, locale):
    # What axe looks at does not follow from the words: at desk width, one language is enough.
    is_fine = partial(_is_fine, with_axe=width == 390 or locale == "en")
    watched = sign_in(width=width, locale=locale)
    for address in SCREENS.values():
        watched.page.goto(address)
        expect(watched.page.locator("html")).to_have_attribute("lang", locale)
        is_fine(watched.page)
    watched.page.goto(SCREENS["panel"])
    watched.page.locator("form[action$='/statements/4/link'] button").click()
    expect(watched.page.locator("#link")).to_be_visible()
    is_fine(watched.page)
    watched.page.goto(SCREENS["missions"])
    watched.page.fill("#missions", "Norway")
    watched.page.locator("form[action$='/36/missions/'] button").press("Enter")
    watched.page.locator("details:has(#mail-1) summary").press("Enter")
    expect(watched.page.locator("#mail-1")).to_be_visible()
    is_fine(watched.page)
    assert watched.errors == []
    assert watched.requests_outside(staffed.url) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_signing_in_and_problems_are_accessible(open_page, staffed, width):
    page = open_page(base_url=staffed.url, width=width).page
    for address in ("/sign-in", "/", "/nothing-here"):
        page.goto(address)
        _is_fine(page)
    page.goto("/sign-in")
    page.fill("#email", "nobody@example.org")
    page.fill("#password", "wrong")
    page.press("#password", "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    _is_fine(page)


def _becomes_true(page: Page, expression: str) -> None:
    """Asks again and again from outside: the page's own policy forbids scripts made of texts."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"Never true: {expression}")


def test_a_recording_plays_with_its_subtitles(sign_in):
    watched = sign_in()
    page = watched.page
    page.goto(SCREENS["review"])
    _becomes_true(page, "document.querySelector('video').readyState >= 2")
    page.evaluate("[...document.querySelector('video').textTracks].forEach(track => { track.mode = 'showing' })")
    page.evaluate("document.querySelector('video').play()")
    _becomes_true(page, "document.querySelector('video').currentTime > 1")
    _becomes_true(
        page,
        "[...document.querySelector('video').textTracks].some("
        "track => [...(track.activeCues || [])].some(cue => cue.text.includes('Good water')))",
    )
    assert watched.errors == []


def test_a_statement_is_sent_back_by_the_keyboard_alone(sign_in, staffed):
    watched = sign_in()
    page = watched.page
    with staffed.database.begin() as db:
        statement_id = _fresh_review(db, 2)
    page.goto(f"/staff/statements/{statement_id}/")
    tab_to(page, "Send back")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in Reason:
        page.keyboard.press("Tab")
    page.keyboard.type("Please speak up.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Sent back.")
    expect(page.get_by_text("Your voice is hard to hear.").first).to_be_visible()
    expect(page.get_by_text("Please speak up.")).to_be_visible()


def _fresh_review(db, position: int) -> int:
    """A country of its own for a test that changes something."""
    statement = statement_of(db, "AD", position)
    accept(db, statement)
    return statement.id


@pytest.fixture
def without_scripts(browser, staffed) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=staffed.url, java_script_enabled=False)
    yield context
    context.close()


def test_everything_that_matters_works_without_scripts(without_scripts, staffed):
    page = without_scripts.new_page()
    page.goto("/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.goto(SCREENS["panel"])
    page.get_by_role("button", name=re.compile("^Move down: Organisation 5")).click()
    expect(page.locator(".speaker-list h3").nth(4)).to_have_text("Organisation 6")
    page.locator("form[action$='/link'] button").last.click()
    expect(page.get_by_label("Link", exact=True)).to_have_value(re.compile(r"/s/[\w-]{43}\?lang=en$"))


def test_a_screen_follows_the_work(sign_in, staffed):
    page = sign_in().page
    with staffed.database.read() as db:
        job = db.query(Job).filter(Job.kind == JobKind.ENCODE, Job.state == JobState.RUNNING).first()
        job_id, recording_id = job.id, job.subject_id
    page.goto("/staff/36/?show=machine")
    page.locator("[data-standing=preparing]").first.wait_for()
    address = page.locator("li", has=page.locator("[data-standing=preparing]")).first.locator("a").get_attribute("href")
    page.goto(address)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0.41")
    with staffed.database.begin() as db:
        db.get_one(Job, job_id).progress = 0.83
    expect(page.get_by_text("Being prepared: 83 %").first).to_be_visible()
    with staffed.database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        record_package(db, recording, small_package(), package_prefix(new_name()), now=NOW)
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()


def test_the_board_changes_in_place_and_who_is_on_it_stays(sign_in, staffed):
    page = sign_in().page
    page.goto("/staff/36/")
    page.evaluate("window.isSamePage = true")
    reminder = page.locator("[id^=remind-]").first
    statement_id = int(str(reminder.get_attribute("id")).removeprefix("remind-"))
    reminder.focus()
    with staffed.database.begin() as db:
        now = datetime.now(UTC)
        done = remind_speaker(db, statement_id, seen=0, is_asked_again=False, actor=STAFF, now=now)
        assert done is Reminded.QUEUED
    cell = page.locator(f"#statement-{statement_id}")
    expect(cell.get_by_text("Reminder on its way")).to_be_visible(timeout=30_000)
    expect(cell.get_by_role("link", name="Remind again")).to_be_focused()
    assert page.evaluate("window.isSamePage") is True


@pytest.fixture
def fourteen(staffed) -> None:
    """A session of 84 with long names."""
    names = {"organisation": "Coalition for the rights of everybody " * 4, "email": "", "theme": "water"}
    codes = ("AR", "BE", "BR", "CA", "CH", "CL", "DE", "DK", "EG", "FI", "GH", "IN", "IT", "JP")
    load_plan(staffed.database, session_plan("37", **{code: [speaker_plan(n, **names) for n in SIX] for code in codes}))


def test_on_a_phone_a_country_is_a_line_until_it_is_opened(sign_in, fourteen):
    page = sign_in(width=390).page
    page.goto("/staff/37/")
    fold, panel = page.locator("[data-fold=JP]"), page.locator("#panel-JP")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * 844
    fold.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")
    _is_fine(page)
    statement = panel.locator("li").last.get_attribute("id")
    page.reload()
    expect(panel).to_be_visible()
    fold.click()
    page.goto(f"/staff/37/#{statement}")
    expect(page.locator(f"#{statement}")).to_be_in_viewport()


def test_the_status_of_fourteen_full_panels_is_printed_on_one_page(sign_in, fourteen):
    page = sign_in(width=1280, locale="fr").page
    page.goto("/staff/37/status")
    expect(page.locator("tbody tr")).to_have_count(14)
    assert len(PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1
