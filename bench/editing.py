"""An interpreter at work in a real Chromium: how long a key, or a turn of the wheel, keeps them waiting."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.rows import Row
from bench.speakers.portals import BenchPortal
from pipeline.domain.sheets import SheetOrigin
from pipeline.services.accounts import add_account
from pipeline.services.sheets import NewCue, open_sheet
from pipeline.services.waveforms import keep_waveform
from tests.fixtures.browser import launch_options
from tests.fixtures.panels import STAFF, approve_new_recording, load_plan, session_plan, statement_of

_EMAIL, _PASSWORD = "anna@example.org", "a long enough sentence"
_CUES, _SECONDS_A_CUE = 150, 2.6
_AT_MOST_MS = 50.0
_SPOKEN = "We thank the 47 members for their recommendations, and Ms Abena Osei for hers."
_TYPED = "Nous remercions les 47 membres et Mme Abena Osei de leurs recommandations, "
_OTHER_CUES = 40
_WHEEL_TURNS = 60
_NOTED = {"median": 0.5, "95 of 100": 0.95, "most": 1.0}

_LISTEN = """() => {
  window.measured = {script: [], painted: []};
  const painted = new MessageChannel();
  let begun = 0;
  painted.port1.onmessage = ({ data }) => window.measured.painted.push(performance.now() - data);
  addEventListener("keydown", (event) => { begun = event.timeStamp; }, true);
  addEventListener("input", () => {
    window.measured.script.push(performance.now() - begun);
    const key = begun;
    requestAnimationFrame(() => painted.port2.postMessage(key));
  });
}"""
"""`script`: from a key until all that the page does about it is done; `painted`: until it is on the screen."""

_WHEEL = """async (turns) => {
  const canvas = document.querySelector("[data-part=timeline]");
  const times = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const begun = performance.now();
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: 40, bubbles: true, cancelable: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - begun);
  }
  return times;
}"""


def measure_editing(portal: BenchPortal) -> Iterator[Row]:
    """Keystrokes among 150 cues beside their source: with a line, without one and much unsent, and the waveform."""
    address = _fill(portal)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**launch_options())
        page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
        _sign_in(page, portal.url)
        page.goto(portal.url + address)
        page.locator(".cue-speed").nth(_CUES - 1).wait_for(state="attached")
        page.evaluate(_LISTEN)
        yield from _keys(page, "a key", _CUES // 2)
        page.context.set_offline(True)
        for number in range(_OTHER_CUES):
            page.locator(".cue-text").nth(number).fill("Sans connexion.")
        yield from _keys(page, f"a key without a connection, {_OTHER_CUES} changes waiting", _CUES - 2)
        yield _row("waveform: a turn of the wheel until painted, median", page.evaluate(_WHEEL, _WHEEL_TURNS), 0.5)
        chromium.close()


def _keys(page: Page, title: str, number: int) -> Iterator[Row]:
    page.evaluate("() => { window.measured.script = []; window.measured.painted = []; }")
    page.locator(".cue-text").nth(number).focus()
    page.keyboard.type(_TYPED, delay=40)
    page.wait_for_timeout(200)
    measured: dict[str, Any] = page.evaluate("window.measured")
    yield _row(f"{title}: the page's own work, 95 of 100", measured["script"], 0.95)
    yield _row(f"{title}: until painted, median", measured["painted"], 0.5)


def _row(title: str, times: list[float], part: float) -> Row:
    """What this part of the times stays below. When something is painted other work of the machine decides as well."""
    inside = sorted(times)
    found = {name: inside[min(len(inside) - 1, int(share * len(inside)))] for name, share in _NOTED.items()}
    note = ", ".join(f"{name} {value:.1f}" for name, value in found.items())
    return Row(title, inside[min(len(inside) - 1, int(part * len(inside)))], "ms", _AT_MOST_MS, note)


def _fill(portal: BenchPortal) -> str:
    """A transcript of 150 lines, and empty subtitles in another language; the editor's address."""
    now = datetime.now(UTC)
    load_plan(portal.database, session_plan(MW=1))
    with portal.database.begin() as db:
        add_account(db, email=_EMAIL, password=_PASSWORD, now=now)
        statement = statement_of(db, "MW", 1)
        recording = approve_new_recording(db, statement)
        seconds = _CUES * _SECONDS_A_CUE + 5
        recording.report = {**(recording.report or {}), "duration_seconds": seconds}
        keep_waveform(db, recording.sha256, bytes(n * 37 % 200 for n in range(round(seconds * 100))), now=now)
        lines = [NewCue(round(2600 * n), round(2600 * n + 2400), _SPOKEN) for n in range(_CUES)]
        spoken = statement.speaker.language
        open_sheet(db, recording, spoken, SheetOrigin.TYPED, cues=lines, actor=STAFF, now=now)
        written = "fr" if spoken != "fr" else "en"
        open_sheet(db, recording, written, SheetOrigin.TYPED, actor=STAFF, now=now)
        return f"/staff/statements/{statement.id}/subtitles/{written}/"


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#email", _EMAIL)
    page.fill("#password", _PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/staff/")
