"""Recording in a real browser with a made-up camera and microphone: takes, a browser that dies, a camera denied."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect
from sqlalchemy import select

from pipeline.domain.findings import Verdict
from pipeline.records.tables import PreSession, Statement, Upload
from tests.fixtures.browser import OpenPage, WatchedPage, launch_options, watch
from tests.fixtures.portal import BODY, TUS, InvitedSpeaker, PortalProcess
from tests.journeys.test_speaker_hands_in import work
from tests.journeys.test_speaker_keyboard import press, reach

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ALLOWED = ["camera", "microphone"]
KEPT = re.compile(r"^0:0[2-9], [\d.]+.[kM]B, recorded")
ARRIVED = "Your recording has arrived. Nothing of it is kept in this browser."
LEFT_IN_BROWSER = """async () => {
    const open = indexedDB.open("presession-takes");
    const database = await new Promise((resolve) => (open.onsuccess = () => resolve(open.result)));
    const stores = database.transaction(["takes", "slices"]);
    const counts = ["takes", "slices"].map((name) => stores.objectStore(name).count());
    await new Promise((resolve) => (stores.oncomplete = resolve));
    database.close();
    return counts.map((count) => count.result);
}"""


class Computer:
    """A speaker's own browser, with its profile on the disk; can be killed and opened again."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        self._type = browser.browser_type
        self._profile = profile
        self._context: BrowserContext | None = None

    def open(self, permissions: list[str], **options: object) -> WatchedPage:
        """Start it; its page."""
        self._context = self._type.launch_persistent_context(
            str(self._profile),
            **launch_options("--use-fake-device-for-media-stream"),
            **{"permissions": permissions, "locale": "en", **options},
        )
        self._context.set_default_timeout(60_000)
        return watch(self._context.pages[0])

    def kill(self) -> None:
        """End all its processes at once, as a flat battery would."""
        wanted = f"--user-data-dir={self._profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if wanted in (folder / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """Close it."""
        if self._context is not None:
            with suppress(Error):
                self._context.close()
        self._context = None


@pytest.fixture
def computer(browser: Browser, tmp_path: Path) -> Iterator[Computer]:
    """A browser of this test alone."""
    opened = Computer(browser, tmp_path / "profile")
    yield opened
    opened.close()


def enter(page: Page, invited: InvitedSpeaker, *, url: str | None = None) -> None:
    """Open the link, press its button, and go to the recorder."""
    page.goto(f"{url or invited.portal.url}/s/{invited.token}")
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_role("link", name="Open the recorder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Record your statement")


def set_limit(invited: InvitedSpeaker, shortest: float, longest: float) -> None:
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        pre_session = db.get_one(PreSession, statement.speaker.country.pre_session_id)
        pre_session.min_seconds, pre_session.max_seconds = shortest, longest


def turn_on(page: Page) -> None:
    """Camera and microphone on, without a countdown."""
    page.get_by_role("button", name="Turn on camera and microphone").click()
    page.get_by_label("Count 3, 2, 1").uncheck()


def record(page: Page) -> None:
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator("[data-part=studio-said]")).to_have_text("Recording")


def take(page: Page, number: int) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=f"Take {number}"))


def test_record_pause_watch_hand_in_and_shorten_by_keyboard_alone(
    portal_process: PortalProcess, invited: InvitedSpeaker, computer: Computer
) -> None:
    set_limit(invited, 1, 60)
    watched = computer.open(ALLOWED, viewport={"width": 390, "height": 844})
    page = watched.page
    page.goto(f"{invited.portal.url}/s/{invited.token}")
    press(page, page.get_by_role("button", name="Open my page"))
    press(page, page.get_by_role("link", name="Open the recorder"))
    press(page, page.get_by_role("button", name="Turn on camera and microphone"))
    record_button = page.get_by_role("button", name="Start recording")
    expect(record_button).to_be_focused()
    expect(page.locator("[data-part=level-words]")).to_have_text(re.compile("sound is good|Too loud"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=count]")).to_have_text("3")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(record_button).to_be_focused()
    page.keyboard.press("Enter")
    record_and_pause(page)
    watch_and_hand_in(page)
    assert page.evaluate(LEFT_IN_BROWSER) == [0, 0]
    set_limit(invited, 1, 2)
    work(portal_process)
    page.keyboard.press("Enter")
    shorten(page)
    assert 3.5 < (invited.recordings()[0].report or {})["duration_seconds"] < 7
    assert watched.errors == []
    assert watched.requests_outside(portal_process.url) == []


def record_and_pause(page: Page) -> None:
    """From the countdown's beginning to a take that was stopped; the focus is never lost."""
    expect(page.locator("[data-part=clock]")).to_have_text("0:02")
    expect(page.get_by_text("Long enough. The recording stops by itself at 1:00.")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Paused. Nothing is recorded now.")).to_be_visible()
    stopped_at = page.locator("[data-part=clock]").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("[data-part=clock]").inner_text() == stopped_at
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-part=clock]")).to_have_text("0:04")
    press(page, page.get_by_role("button", name="Stop"))
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.get_by_role("heading", name="Take 1")).to_be_focused()


def watch_and_hand_in(page: Page) -> None:
    """From the take to the link that leads to the verdict."""
    press(page, page.get_by_role("button", name="Watch"))
    page.wait_for_function("() => document.querySelector('.take video').duration < 8")
    expect(page.locator(".take video")).to_be_focused()
    press(page, page.get_by_role("button", name="Hand in this take"))
    expect(page.get_by_text(ARRIVED)).to_be_visible()
    expect(page.get_by_role("link", name="See what we say about it")).to_be_focused()


def shorten(page: Page) -> None:
    """From a verdict that says "too long" to a part that is not."""
    press(page, page.get_by_role("link", name="Shorten my recording"))
    reach(page, page.get_by_role("slider", name="End"))
    page.keyboard.press("End")
    expect(page.locator("[data-part=left]")).to_contain_text("too long")
    press(page, page.get_by_role("button", name="Use our suggestion"))
    expect(page.locator("[data-part=left]")).to_contain_text("That is a good length.")
    expect(page.get_by_role("button", name="Use our suggestion")).to_be_focused()
    press(page, page.get_by_role("button", name="Show only this part"))
    expect(page.get_by_text("Saved. Only the part that you chose is shown.")).to_be_visible()


def test_a_browser_that_dies_in_the_middle_loses_seconds(
    portal_process: PortalProcess, invited: InvitedSpeaker, computer: Computer
) -> None:
    set_limit(invited, 1, 60)
    page = computer.open(ALLOWED).page
    enter(page, invited)
    turn_on(page)
    record(page)
    expect(take(page, 1)).to_contain_text(re.compile("0:0[5-9]"))
    expect(take(page, 1)).to_contain_text("All of it so far has been sent.")
    computer.kill()
    watched = computer.open(ALLOWED)
    page = watched.page
    enter(page, invited)
    expect(take(page, 1)).to_contain_text("This take ended when the browser or the device stopped.")
    expect(page.get_by_role("heading", name="An interrupted recording")).to_be_hidden()
    take(page, 1).get_by_role("button", name="Hand in this take").click()
    expect(page.get_by_text(ARRIVED)).to_be_visible()
    assert not [url for url in watched.requests if url.endswith("/uploads/")], "it went on where it had stopped"
    work(portal_process)
    recording = invited.recordings()[0]
    assert recording.verdict is Verdict.ACCEPTED
    assert (recording.duration_seconds or 0) > 1, "a machine that encodes late loses more"


def test_several_takes_are_kept_sent_along_and_deleted(invited: InvitedSpeaker, computer: Computer) -> None:
    set_limit(invited, 1, 4)
    page = computer.open(ALLOWED, bypass_csp=True).page
    page.on("dialog", lambda dialog: dialog.accept())
    enter(page, invited)
    turn_on(page)
    page.context.set_offline(True)
    record(page)
    expect(page.get_by_text(re.compile("are over, so the recording has stopped"))).to_be_visible()
    expect(take(page, 1)).to_contain_text(re.compile("No connection"))
    page.context.set_offline(False)
    expect(take(page, 1)).to_contain_text("All of it so far has been sent.")
    page.get_by_label("Other people use this device").check()
    record(page)
    expect(take(page, 2)).to_contain_text("All of it so far has been sent.")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("It is kept only while this page is open.")).to_be_visible()
    assert page.evaluate(LEFT_IN_BROWSER)[0] == 1, "the second take is in no database"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert invited.recordings() == [], "nothing is handed in by itself"
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as deleted:
        take(page, 2).get_by_role("button", name="Delete").click()
    assert deleted.value.status == 204
    expect(take(page, 2)).to_be_hidden()
    page.get_by_role("link", name="Back to your page").click()
    page.get_by_role("button", name="Delete all takes from this browser").click()
    expect(page.get_by_text("Nothing is kept in this browser any more.")).to_be_focused()
    assert page.evaluate(LEFT_IN_BROWSER) == [0, 0]
    with invited.portal.database.read() as db:
        assert db.scalars(select(Upload).where(Upload.statement_id == invited.statement_id)).all() == []


def test_a_camera_that_is_denied_is_told_in_plain_words(invited: InvitedSpeaker, computer: Computer) -> None:
    page = computer.open([]).page
    enter(page, invited)
    page.get_by_role("button", name="Turn on camera and microphone").click()
    expect(page.get_by_text("This page may not use your camera and microphone.")).to_be_visible()
    expect(page.get_by_role("button", name="Turn on camera and microphone")).to_be_visible()


def test_what_arrived_from_a_lost_device_can_be_handed_in(
    invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]
) -> None:
    arrived = clips(seconds=3).read_bytes()
    with closing(invited.visit()) as lost:
        begun = lost.post("/uploads/", headers={**TUS, "Upload-Defer-Length": "1"})
        sent = lost.patch(begun.headers["Location"], content=arrived, headers={**BODY, "Upload-Offset": "0"})
        assert sent.status_code == 204
    page = open_page(locale="en").page
    page.goto(f"{invited.portal.url}/s/{invited.token}")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("You began to record in the browser.")).to_be_visible()
    page.get_by_role("link", name="Open the recorder").click()
    page.get_by_role("button", name="Hand in what has arrived").click()
    expect(page.get_by_text(ARRIVED)).to_be_visible()
    assert invited.original() == arrived
