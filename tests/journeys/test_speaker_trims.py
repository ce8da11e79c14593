"""A speaker shortens a recording in the page, by keyboard alone, then looks at the preview and answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.domain.limits import Limit
from pipeline.domain.tokens import new_name
from pipeline.domain.trims import Trim
from pipeline.media.intake import inspect_recording
from pipeline.media.programs import MediaPrograms
from pipeline.records.tables import Recording, Statement
from pipeline.services.previews import Previewed, preview_of
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix, under
from tests.fixtures.browser import OpenPage
from tests.fixtures.packages import make_package
from tests.fixtures.portal import InvitedSpeaker
from tests.fixtures.standings import accept
from tests.fixtures.trimming import hand_in_too_long, keep_copy

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = {"width": 390, "height": 844}


def enter(open_page: OpenPage, invited: InvitedSpeaker) -> tuple[Page, list[str]]:
    watched = open_page(**PHONE, bypass_csp=True)
    watched.page.goto(f"{invited.portal.url}/s/{invited.token}")
    watched.page.get_by_role("main").get_by_role("button").first.click()
    return watched.page, watched.errors


def check(page: Page) -> None:
    """Nothing that axe objects to; nothing wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_too_long_is_shortened_by_keyboard(
    invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path], tmp_path: Path
) -> None:
    film = clips(seconds=3)
    report = inspect_recording(film, limit=Limit(0, 60), programs=MediaPrograms(), work_dir=tmp_path)
    with invited.portal.database.begin() as db:
        recording = hand_in_too_long(db, db.get_one(Statement, invited.statement_id))
        keep_copy(db, invited.portal.store, recording, film, report)
        recording_id = recording.id
    page, errors = enter(open_page, invited)
    page.get_by_role("link", name="Shorten my recording").press("Enter")
    left = page.locator('[data-part="left"]')
    expect(left).to_have_text("5:00 are left. That is a good length.")
    check(page)
    end = page.get_by_role("slider", name="End")
    end.press("End")
    expect(left).to_contain_text("too long")
    page.get_by_role("group", name="End").get_by_label("minutes").fill("4")
    page.get_by_role("group", name="End").get_by_label("seconds").fill("30")
    page.get_by_role("slider", name="Start").press("ArrowRight")
    page.get_by_role("button", name="End: −1 s", exact=True).press("Enter")
    expect(end).to_have_value("269")
    expect(left).to_have_text("4:17.9 are left. That is a good length.")
    check(page)
    page.get_by_role("button", name="Show only this part").press("Enter")
    expect(page.get_by_text("Only the part that you chose is shown: 4:18 min")).to_be_visible()
    assert errors == []
    with invited.portal.database.read() as db:
        assert db.get_one(Recording, recording_id).trim == Trim(11.1, 269.0)


def test_the_copy_plays_what_is_left_and_stops(
    invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path], tmp_path: Path
) -> None:
    film = clips(seconds=3)
    report = inspect_recording(film, limit=Limit(0, 60), programs=MediaPrograms(), work_dir=tmp_path)
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        pre_session = statement.speaker.country.pre_session
        facts = {"series": report.series, "silences": (), "trim": None, "duration_seconds": report.duration_seconds}
        recording = hand_in_too_long(db, statement, **facts)
        pre_session.min_seconds, pre_session.max_seconds, pre_session.tolerance_seconds = 1, 2, 0
        keep_copy(db, invited.portal.store, recording, film, report)
    page, errors = enter(open_page, invited)
    page.goto(f"{invited.portal.url}/speaker/trim/")
    page.get_by_role("group", name="Start").get_by_label("seconds").fill("1")
    page.get_by_role("group", name="End").get_by_label("seconds").fill("1.6")
    page.get_by_role("button", name="Play what is left").click()
    page.wait_for_function(
        "() => { const v = document.querySelector('video'); return v.paused && v.currentTime >= 1.6; }"
    )
    assert page.evaluate("document.querySelector('video').currentTime") < 2.9  # its own end
    page.get_by_role("button", name="End at this picture").click()
    assert float(page.get_by_role("slider", name="End").input_value()) >= 1.6
    assert errors == []


def test_the_preview_is_watched_and_answered(invited: InvitedSpeaker, open_page: OpenPage, tmp_path: Path) -> None:
    package, prefix = make_package(tmp_path / "package", seconds=2), package_prefix(new_name())
    with invited.portal.database.begin() as db:
        for uri in package.media_uris():
            data = (tmp_path / "package" / uri).read_bytes()
            invited.portal.store.put_bytes(under(prefix, uri), data, content_type=content_type_of(uri))
        recording_id = accept(db, db.get_one(Statement, invited.statement_id), package=package, prefix=prefix).id
    page, errors = enter(open_page, invited)
    page.locator("#preview").get_by_role("link", name="Open the preview").click()
    check(page)
    assert (
        page.evaluate("performance.getEntriesByType('resource').filter(e => e.name.includes('review-player')).length")
        == 0
    )
    page.get_by_role("button", name="Watch").press("Enter")
    page.wait_for_function("document.querySelector('video').currentTime > 0.2")
    page.get_by_label("Something is wrong").fill("The name of my organisation is wrong.")
    page.get_by_role("button", name="Tell the organiser").press("Enter")
    expect(page.locator("#preview").get_by_text("The organiser reads what you wrote.")).to_be_visible()
    page.reload()
    expect(page.locator("#preview").get_by_text("You told us what is wrong")).to_be_visible()
    assert errors == []
    with invited.portal.database.read() as db:
        said = preview_of(db.get_one(Recording, recording_id)).said
    assert said == Previewed("wrong", "The name of my organisation is wrong.")
