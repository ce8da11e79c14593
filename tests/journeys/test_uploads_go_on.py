"""Uploads that break off and go on: after a reload, in a browser that was ended, without the file, on a shared one.

The line crawls midway until the test tells it to hurry, so that nothing depends on how fast the machine is.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.records.tables import Statement
from pipeline.services.protection import protection_of
from tests.fixtures.bad_line import BadLine
from tests.fixtures.browser import OpenPage
from tests.fixtures.portal import InvitedSpeaker, PortalProcess
from tests.fixtures.speaker_pages import (
    HAS_ARRIVED,
    MEGABYTE,
    MIDWAY,
    PHONE,
    choose,
    enter,
    kept_in_browser,
    send,
    write_random,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SIZE = 12 * MEGABYTE

_LEAVE_FOR_FIFTY_SECONDS = """() => {
  const [now, seen] = [Date.now, (state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }];
  seen("hidden");
  Date.now = () => now() + 50_000;
  seen("visible");
}"""

_KEEP_ANOTHERS = """async () => {
  const root = await navigator.storage.getDirectory();
  const file = await (await root.getDirectoryHandle("picked")).getFileHandle("another-upload", { create: true });
  const target = await file.createWritable();
  await target.write("bytes");
  await target.close();
}"""
"""A copy that another speaker's page keeps in the same browser."""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A file to send."""
    return write_random(tmp_path / "recording.mp4", SIZE)


def begin(page: Page, invited: InvitedSpeaker, line: BadLine, recording: Path) -> None:
    """Send until the line crawls, and until the browser has a copy of the file where it keeps one."""
    page.on("dialog", lambda dialog: dialog.accept())
    enter(page, invited, url=line.url)
    send(page, recording)
    expect(page.get_by_text(MIDWAY)).to_be_visible()


def wait_for_copy(page: Page) -> None:
    """Until this browser has a whole copy of the picked file."""
    wait_until(page, lambda: list(kept_in_browser(page).values()) == [SIZE])


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Until something is so; fails after a minute."""
    for _ in range(600):
        if is_so():
            return
        page.wait_for_timeout(100)
    pytest.fail("It never came to be so.")


def test_after_a_reload_one_button_goes_on_and_in_the_end_nothing_is_kept(
    invited: InvitedSpeaker, slow_line: BadLine, open_page: OpenPage, recording: Path
) -> None:
    page = open_page(**PHONE, locale="en").page
    begin(page, invited, slow_line, recording)
    expect(page).to_have_title(re.compile(r"^\d+ % · "))
    page.evaluate(_LEAVE_FOR_FIFTY_SECONDS)
    expect(page.get_by_text(re.compile(r"This page was in the background for 5\d"))).to_be_visible()
    wait_for_copy(page)
    page.evaluate(_KEEP_ANOTHERS)
    page.reload()
    expect(page.get_by_text("This browser still has your file")).to_be_visible()
    slow_line.hurry()
    page.get_by_role("button", name="Continue sending").click()
    expect(page.get_by_text(HAS_ARRIVED).first).to_be_visible()
    assert invited.original() == recording.read_bytes()
    assert slow_line.sent_bytes < 1.4 * SIZE
    wait_until(page, lambda: kept_in_browser(page) == {"another-upload": 5})


def test_a_browser_that_was_ended_goes_on_another_day(
    invited: InvitedSpeaker, slow_line: BadLine, browser: Browser, recording: Path, tmp_path: Path
) -> None:
    options = {"executable_path": shutil.which("chromium"), "chromium_sandbox": False, "locale": "en"}
    profile = tmp_path / "profile"
    with browser.browser_type.launch_persistent_context(profile, **options) as first:  # type: ignore[arg-type]
        begin(first.pages[0], invited, slow_line, recording)
        wait_for_copy(first.pages[0])
    slow_line.hurry()
    with browser.browser_type.launch_persistent_context(profile, **options) as second:  # type: ignore[arg-type]
        page = second.pages[0]
        page.goto(f"{slow_line.url}/speaker/")
        page.get_by_role("button", name="Continue sending").click()
        expect(page.get_by_text(HAS_ARRIVED).first).to_be_visible()
    assert invited.original() == recording.read_bytes()


def test_a_file_that_the_phone_took_back_is_sent_from_the_copy(
    invited: InvitedSpeaker, slow_line: BadLine, open_page: OpenPage, recording: Path
) -> None:
    page = open_page(**PHONE, locale="en").page
    data = recording.read_bytes()
    begin(page, invited, slow_line, recording)
    wait_for_copy(page)
    recording.unlink()
    slow_line.hurry()
    expect(page.get_by_text(HAS_ARRIVED).first).to_be_visible()
    assert invited.original() == data


def test_on_a_shared_computer_nothing_is_kept_and_the_same_file_is_chosen_again(
    invited: InvitedSpeaker, slow_line: BadLine, open_page: OpenPage, recording: Path, tmp_path: Path
) -> None:
    page = open_page(**PHONE, locale="en").page
    enter(page, invited, url=slow_line.url)
    with page.expect_response("**/speaker/browser"):
        page.get_by_label("Other people use this device too").check()
    begin(page, invited, slow_line, recording)
    assert kept_in_browser(page) == {}
    assert [cookie["expires"] for cookie in page.context.cookies() if cookie["name"] == "presession"] == [-1]
    page.reload()
    expect(page.get_by_text("Choose the same file again")).to_be_visible()
    expect(page.get_by_label("Other people use this device too")).to_be_checked()
    choose(page, write_random(tmp_path / "other.mp4", SIZE))
    expect(page.get_by_text("This is another file")).to_be_visible()
    choose(page, recording)
    expect(page.get_by_text("This is the same file")).to_be_visible()
    page.get_by_text("Is it dangerous for you to be recognised?").click()
    page.get_by_label("Change my voice").check()  # saved without its own button, before anything is sent
    slow_line.hurry()
    page.get_by_role("button", name="Continue sending").click()
    expect(page.get_by_text("press “Leave this page”")).to_be_visible()
    with invited.portal.database.read() as db:
        assert protection_of(db.get_one(Statement, invited.statement_id)).alters_voice
    assert invited.original() == recording.read_bytes()
    assert kept_in_browser(page) == {}


def test_a_full_server_is_told_and_is_asked_more_and_more_seldom(
    make_portal: Callable[..., PortalProcess],
    invite: Callable[..., InvitedSpeaker],
    open_page: OpenPage,
    tmp_path: Path,
) -> None:
    page = open_page(**PHONE, locale="en").page
    page.clock.install()
    refusals = []
    page.on("response", lambda answer: refusals.append(answer.url) if answer.status == 507 else None)
    enter(page, invite(make_portal(file_bytes=400_000)))
    send(page, write_random(tmp_path / "recording.mp4", 3 * MEGABYTE))
    no_room = page.get_by_text("Our server has no room at the moment.")
    expect(no_room).to_be_visible()
    begun = page.evaluate("performance.now()")

    def asked_often() -> bool:
        if no_room.is_visible():
            page.clock.run_for(1000)
        return len(refusals) >= 6

    wait_until(page, asked_often)
    # One second twice, since what had arrived at first counts once.
    assert page.evaluate("performance.now()") - begun > (1 + 1 + 2 + 4 + 8 - 1) * 1000
