"""Subtitles written in a real browser: by keys alone, by two people, with no connection, in Arabic, by the hundred."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.domain.roles import Role
from pipeline.domain.sheets import SheetOrigin
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Recording, SheetCue, StaffAccount
from pipeline.services.sheets import NewCue, find_sheet, open_sheet, read_cues
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix
from tests.fixtures.browser import OpenPage
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, PASSWORD, open_signed_in
from tests.fixtures.packages import make_package
from tests.fixtures.panels import STAFF, load_plan, session_plan, statement_of
from tests.fixtures.portal import PortalProcess
from tests.fixtures.standings import QUIET, accept

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SECOND = "ben@example.org"
WORDS = ("Ladies and gentlemen,", "we speak for the coalition.", "We recommend two things.")
MANY = 150
_KEPT = """() => new Promise((done) => { indexedDB.open("editor").onsuccess = ({ target }) => {
  const records = target.result.transaction("unsent").objectStore("unsent").count();
  records.onsuccess = () => done(records.result);
} })"""


@pytest.fixture(scope="module")
def desk(make_portal: Callable[..., PortalProcess], password_hash: str, tmp_path_factory) -> PortalProcess:
    """A portal with two people and four statements: three with a transcript of three cues, one with 150 cues."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=4))
    folder = tmp_path_factory.mktemp("media") / "package"
    package, prefix = make_package(folder, seconds=6), package_prefix(new_name())
    for uri in package.media_uris():
        portal.store.put_file(prefix + uri, folder / uri, content_type=content_type_of(uri))
    with portal.database.begin() as db:
        for email in (EMAIL, SECOND):
            account = {"email": email, "role": Role.STAFF, "password_hash": password_hash}
            db.add(StaffAccount(**account, session_key=new_name(), created_at=NOW))
        for position in (1, 2, 3, 4):
            statement = statement_of(db, "MW", position)
            accept(db, statement, QUIET, package=package, prefix=prefix)
            texts = WORDS if position < 4 else [f"This is the sentence number {n}." for n in range(MANY)]
            _write(db, statement.current_recording, texts)
    return portal


def _write(db, recording: Recording, texts) -> None:
    recording.report = {**recording.report, "duration_seconds": 2.0 * len(texts) + 5}
    cues = [NewCue(2000 * n + 100, 2000 * n + 1900, text) for n, text in enumerate(texts)]
    open_sheet(db, recording, "en", SheetOrigin.TYPED, cues=cues, actor=STAFF, now=NOW)


def _page_of(portal: PortalProcess, position: int, language: str = "en") -> str:
    with portal.database.read() as db:
        return f"/staff/statements/{statement_of(db, 'MW', position).id}/subtitles/{language}/"


def _texts(portal: PortalProcess, position: int, language: str = "en") -> list[str]:
    with portal.database.read() as db:
        recording = statement_of(db, "MW", position).current_recording
        return [cue.text for cue in read_cues(db, find_sheet(db, recording.id, language))]


def _wait_saved(page: Page) -> None:
    expect(page.get_by_text("Everything is saved.")).to_be_visible()


def _is_fine(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def _open_as_second(open_page: OpenPage, portal: PortalProcess) -> Page:
    page = open_page(base_url=portal.url).page
    page.goto("/sign-in")
    page.fill("#email", SECOND)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/staff/")
    return page


def test_a_whole_statement_is_written_in_arabic_by_keys_alone(desk, open_page):
    watched = open_signed_in(open_page, desk.url)
    page = watched.page
    page.goto(_page_of(desk, 1, "ar"))
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.locator(".cue")).to_have_count(3)
    expect(page.locator(".hint-stop").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    lines = ["سيداتي وسادتي،", "نتحدث باسم الائتلاف.", "نوصي بأمرين."]
    for line in lines:
        page.keyboard.type(line)
        page.keyboard.press("Control+Enter")
    _wait_saved(page)
    assert _texts(desk, 1, "ar") == lines
    text = page.locator(".cue-text").first
    assert text.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator(".cue-source").first.evaluate("element => getComputedStyle(element).direction") == "ltr"
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    assert watched.errors == []
    assert watched.requests_outside(desk.url) == []


def test_cues_are_split_joined_moved_and_all_is_undone_by_keys(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    page.goto(_page_of(desk, 2))
    expect(page.locator(".cue")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Home")
    for _sign in range(9):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.locator(".cue")).to_have_count(4)
    _wait_saved(page)
    assert _texts(desk, 2)[1:3] == ["we speak", "for the coalition."]
    page.keyboard.press("Control+z")
    expect(page.locator(".cue")).to_have_count(3)
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    expect(page.locator(".cue")).to_have_count(2)
    page.keyboard.press("u")
    expect(page.locator(".cue")).to_have_count(3)
    _wait_saved(page)
    assert _texts(desk, 2) == list(WORDS)


def test_a_minute_without_a_connection_and_a_closed_page_lose_nothing(desk, open_page):
    page, address = open_signed_in(open_page, desk.url).page, _page_of(desk, 3)
    page.goto(address)
    expect(page.locator(".cue")).to_have_count(3)
    _wait_saved(page)
    page.context.set_offline(True)
    page.locator(".cue-text").nth(0).fill("First, without a line.")
    page.locator(".cue-text").nth(1).fill("Second and third.")
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("x")  # “Second” and “and third.”
    expect(page.locator(".cue")).to_have_count(4)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+End")
    page.keyboard.type(" And more.")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    expect(page.locator(".cue")).to_have_count(3)
    page.keyboard.press("u")
    expect(page.locator(".cue")).to_have_count(4)
    page.locator(".cue").nth(2).focus()
    page.keyboard.press("m")  # with the last one
    expect(page.locator(".cue")).to_have_count(3)
    page.keyboard.press("w")  # all of it a tenth of a second later
    page.keyboard.press("t")
    page.keyboard.type("Is this her title?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=sent]")).to_contain_text("No connection")
    mine = ["First, without a line.", "Second", "and third. And more.\nWe recommend two things."]
    assert [text.input_value() for text in page.locator(".cue-text").all()] == mine
    ben = _open_as_second(open_page, desk)
    ben.goto(address)
    ben.locator(".cue-text").nth(0).fill("Words of Ben")
    ben.locator(".cue-text").nth(2).fill("Ben recommends.")
    ben.keyboard.press("Escape")
    _wait_saved(ben)
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-part=left]")).to_contain_text("were still on this device")
    expect(page.locator(".cue-conflict").first).to_contain_text("Words of Ben")
    expect(page.locator(".cue-text").first).to_have_value(mine[0])
    page.get_by_role("button", name="Keep mine").click()
    _wait_saved(page)
    assert _texts(desk, 3) == [*mine, "Ben recommends."]
    expect(page.locator(".cue").nth(2)).to_contain_text("Is this her title?")
    page.reload()
    expect(page.locator(".cue")).to_have_count(4)
    expect(page.locator("[data-part=left]")).to_be_hidden()


def test_signing_out_leaves_nothing_unsent_on_the_device(desk, open_page):
    page = _open_as_second(open_page, desk)
    page.goto(_page_of(desk, 2))
    _wait_saved(page)
    page.context.set_offline(True)
    page.locator(".cue-text").first.fill("Secret words")
    expect(page.locator("[data-part=sent]")).to_contain_text("No connection")
    context = page.context
    page.close()
    context.set_offline(False)
    page, asked = context.new_page(), []
    page.goto("/staff/")
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert "not sent yet" in asked[0]
    assert page.evaluate(_KEPT) == 0
    assert _texts(desk, 2)[0] == WORDS[0]


def test_two_people_see_each_other_and_lose_no_words(desk, open_page):
    address = _page_of(desk, 1)
    anna, ben = open_signed_in(open_page, desk.url).page, _open_as_second(open_page, desk)
    for page in (anna, ben):
        page.goto(address)
        expect(page.locator(".cue")).to_have_count(3)
    ben.locator(".cue-text").nth(1).focus()
    expect(anna.locator(".cue").nth(1)).to_contain_text(f"{SECOND} is here")
    anna.context.set_offline(True)
    anna.locator(".cue-text").first.fill("Words of Anna")
    ben.locator(".cue-text").first.fill("Words of Ben")
    ben.locator(".cue-text").nth(1).focus()
    _wait_saved(ben)
    anna.context.set_offline(False)
    expect(anna.locator(".cue-conflict").first).to_contain_text("Words of Ben")
    expect(anna.locator(".cue-text").first).to_have_value("Words of Anna")
    anna.get_by_role("button", name="Keep mine").click()
    expect(ben.locator(".cue-text").first).to_have_value("Words of Anna")
    with desk.database.read() as db:
        assert db.query(SheetCue).filter(SheetCue.text == "Words of Anna").count() == 1


def test_a_finger_moves_edges_of_the_chosen_cue_and_of_no_other(desk, open_page):
    page = open_signed_in(open_page, desk.url, width=820, height=1180, has_touch=True).page
    page.goto(_page_of(desk, 4))
    expect(page.locator(".cue")).to_have_count(MANY)
    ends = page.locator("[data-row=end]")
    page.locator(".cue-text").nth(1).tap()  # from 2.1 to 3.9 s; the whole waveform shows 20 s
    box, fingers = page.locator(".editor-timeline").bounding_box(), page.context.new_cdp_session(page)

    def drag(*seconds: float) -> None:
        points = [{"x": box["x"] + box["width"] * at / 20, "y": box["y"] + box["height"] / 2} for at in seconds]
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points[:1]})
        for point in points[1:]:
            fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    drag(3.9, 3.6, 3.4)
    expect(ends.nth(1)).to_have_value(re.compile(r"0:03\.[34]"))
    drag(9.9, 9.6, 9.4)  # the edge of another cue: time goes on below the finger
    _wait_saved(page)
    assert ends.nth(4).input_value() == "0:09.900"


@pytest.mark.parametrize(("width", "locale"), [(390, "fr"), (1280, "es"), (1280, "en")])
def test_the_editor_is_accessible_and_fits(desk, open_page, width, locale):
    watched = open_signed_in(open_page, desk.url, width=width, locale=locale)
    watched.page.goto(_page_of(desk, 2))
    expect(watched.page.locator(".cue")).to_have_count(3)
    expect(watched.page.locator(".cue-speed").first).not_to_be_empty()
    watched.page.locator(".cue-text").first.focus()
    _is_fine(watched.page)
    watched.page.locator('[data-do="help"]').click()
    _is_fine(watched.page)
    assert watched.errors == []


def test_a_hundred_and_fifty_cues_are_in_the_page_and_only_those_in_sight_are_drawn(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    page.goto(_page_of(desk, 4))
    expect(page.locator(".cue")).to_have_count(MANY)
    expect(page.locator(".cue-speed").first).not_to_be_empty()
    text = page.locator(".cue-text").nth(MANY - 1)
    text.focus()
    page.keyboard.type("!")
    _wait_saved(page)
    assert "!" in _texts(desk, 4)[MANY - 1]
