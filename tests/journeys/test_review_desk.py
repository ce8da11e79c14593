"""A statement reviewed in a real browser by the keyboard alone, sent for a speaker, and given to an interpreter."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.domain.desk import AssignmentKind, CommentReader
from pipeline.domain.jobs import JobKind
from pipeline.domain.roles import Role
from pipeline.domain.standings import Standing
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Comment, Job, Recording, StaffAccount, Statement
from pipeline.services.assignments import assign_statement
from pipeline.services.comments import CommentWish, add_comment
from pipeline.services.proxies import proxy_inputs
from pipeline.services.recordings import record_completion, record_intake, record_package
from pipeline.services.results import KeptResult, keep_result
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix
from tests.fixtures.browser import OpenPage, tab_to
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, PASSWORD, open_signed_in
from tests.fixtures.packages import make_faulty_package
from tests.fixtures.panels import STAFF, give_consent, hand_in, load_plan, session_plan, small_package, statement_of
from tests.fixtures.portal import PortalProcess
from tests.fixtures.standings import QUIET, accept, bring_to

pytestmark = [pytest.mark.slow, pytest.mark.browser]

INTERPRETER = "ines@example.org"


@pytest.fixture(scope="module")
def desk(make_portal: Callable[..., PortalProcess], password_hash: str, tmp_path_factory) -> PortalProcess:
    """A portal with statements to review, the first with a real package of known faults, and two accounts."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=5, HN=1))
    folder = tmp_path_factory.mktemp("media") / "package"
    (package, report), prefix = make_faulty_package(folder), package_prefix(new_name())
    for uri in package.media_uris():
        portal.store.put_file(prefix + uri, folder / uri, content_type=content_type_of(uri))
    with portal.database.begin() as db:
        accounts = [
            _account(db, EMAIL, Role.STAFF, password_hash),
            _account(db, INTERPRETER, Role.INTERPRETER, password_hash),
        ]
        first = statement_of(db, "MW", 1)
        accept(db, first, QUIET)
        recording = hand_in(db, first)
        record_intake(db, recording, report, now=NOW)
        record_completion(db, recording, report, now=NOW)
        record_package(db, recording, package, prefix, now=NOW)
        for position in (2, 3):
            accept(db, statement_of(db, "MW", position))
        bring_to(db, statement_of(db, "MW", 5), Standing.PREPARING)
        accept(db, statement_of(db, "HN"))
        give_consent(db, statement_of(db, "HN"))
        told = {"actor": STAFF, "now": NOW}
        wish = CommentWish("Is this the right name?", CommentReader.SPEAKER, at_seconds=4.0)
        add_comment(db, first, wish, **told)
        assign_statement(db, first, accounts[1].id, AssignmentKind.INTERPRET, language="fr", **told)
        assign_statement(db, first, accounts[0].id, AssignmentKind.REVIEW, **told)
    return portal


def _account(db, email: str, role: Role, password_hash: str) -> StaffAccount:
    account = StaffAccount(email=email, role=role, password_hash=password_hash, session_key=new_name(), created_at=NOW)
    db.add(account)
    db.flush()
    return account


def _is_fine(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def _wait_for_keys(page: Page) -> None:
    """The page's script shows the card of keys once they work."""
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()


def _open_all(page: Page) -> None:
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")


@pytest.mark.parametrize(("width", "locale"), [(390, "fr"), (1280, "es"), (1280, "en")])
def test_the_desk_is_accessible_and_fits_with_everything_open(desk, open_page, width, locale):
    watched = open_signed_in(open_page, desk.url, width=width, locale=locale)
    for address in ("/staff/36/queue", "/staff/work/", "/staff/statements/1/", "/staff/work/1/"):
        watched.page.goto(address)
        _open_all(watched.page)
        _is_fine(watched.page)
    assert watched.errors == []
    assert watched.requests_outside(desk.url) == []


def test_a_statement_is_reviewed_by_the_keyboard_alone(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    page.goto("/staff/36/queue/next")
    expect(page).to_have_url(f"{desk.url}/staff/statements/1/")
    _wait_for_keys(page)
    for _ in range(3):
        page.keyboard.press("n")
    page.keyboard.press("c")
    expect(page.get_by_label("At the moment")).to_have_value("0:06")
    page.keyboard.type("A word is missing, j k a b.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A word is missing, j k a b.").first).to_be_visible()
    _wait_for_keys(page)
    page.keyboard.press("j")
    expect(page).not_to_have_url(f"{desk.url}/staff/statements/1/")
    second = page.url
    _wait_for_keys(page)
    page.keyboard.press("b")
    page.keyboard.press("Space")
    page.get_by_label("What should the speaker change?").focus()
    page.keyboard.type("And thank you.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Sent back.")
    with desk.database.read() as db:
        statement = db.get_one(Statement, int(second.rstrip("/").rpartition("/")[2]))
        assert statement.sent_back_reason.startswith("Your voice is hard to hear.")
        assert statement.sent_back_reason.endswith("\nAnd thank you.")


def test_the_lines_show_the_faults_and_lead_there(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    page.goto("/staff/statements/1/")
    _wait_for_keys(page)
    for told, at in (("black", "0:02"), ("right name", "0:04"), ("stands still", "0:06"), ("Silence", "0:14")):
        expect(page.locator(".moments li", has_text=told)).to_have_text(re.compile(f"^{at}"))
    for line in page.locator("[data-timeline]").all():
        box = line.bounding_box() or pytest.fail("A line that nobody sees.")
        line.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.5})
        expect(page.locator("#player")).to_have_js_property("seeking", value=False)
        assert page.evaluate("document.querySelector('#player').currentTime") == pytest.approx(10, abs=0.2)
        page.keyboard.press("ArrowLeft")
        assert page.evaluate("document.querySelector('#player').currentTime") == pytest.approx(5, abs=0.2)


def test_the_quick_preview_comes_and_goes_by_itself_and_what_is_typed_stays(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    with desk.database.read() as db:
        recording = statement_of(db, "MW", 5).current_recording
        statement_id, recording_id, copy = recording.statement_id, recording.id, proxy_inputs(recording.sha256)
    page.goto(f"/staff/statements/{statement_id}/")
    page.get_by_label("Comment", exact=True).fill("I have begun to write")
    page.evaluate("window.isSamePage = true")
    expect(page.get_by_text("A quick preview is being made.")).to_be_visible()
    with desk.database.begin() as db:
        assert db.query(Job).filter(Job.kind == JobKind.PROXY, Job.subject_id == recording_id).count() == 1
        keep_result(db, copy, KeptResult({}, package_prefix("3" * 32)), now=NOW)
    expect(page.locator("#quick video")).to_be_visible()
    with desk.database.begin() as db:
        db.get_one(Statement, statement_id).blurs_faces = True
    expect(page.locator("#quick video")).to_have_count(0)
    with desk.database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        record_package(db, recording, small_package(), package_prefix(new_name()), now=NOW)
    expect(page.get_by_text("This has changed meanwhile.")).to_be_visible()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("I have begun to write")
    assert page.evaluate("window.isSamePage") is True


def test_a_statement_is_approved_published_and_all_of_it_undone_by_the_keyboard_alone(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    with desk.database.read() as db:
        address = f"/staff/statements/{statement_of(db, 'HN').id}/"
    page.goto(address)
    _wait_for_keys(page)
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Your approval is kept.")
    for name, leads_to in (("To publication", "HN/#publish-title"), ("Publish …", "HN/publish")):
        tab_to(page, name)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{desk.url}/staff/36/{leads_to}")
        page.wait_for_load_state()
    _is_fine(page)
    for _ in page.locator("input[name=confirmed]").all():
        _tab_to_a_question(page)
        page.keyboard.press("Space")
    tab_to(page, "Publish 1 statement for everybody")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Publishing has begun.")).to_be_visible()
    tab_to(page, "Stop it")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Stopped. Nothing new was published.")).to_be_visible()
    page.goto(address)
    tab_to(page, "Undo: Approved")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undone. Everything is as it was before.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()


def _tab_to_a_question(page: Page) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'confirmed' && !document.activeElement.checked"):
            return
    pytest.fail("A question cannot be reached by the keyboard.")


def test_keys_can_be_turned_off(desk, open_page):
    page = open_signed_in(open_page, desk.url).page
    page.goto("/staff/statements/1/")
    page.get_by_label("Use keys on this page").uncheck()
    page.reload()
    _wait_for_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.get_by_label("Comment", exact=True)).not_to_be_focused()
    expect(page).to_have_url(f"{desk.url}/staff/statements/1/")


def test_a_file_is_handed_in_for_a_speaker(desk, open_page, tmp_path: Path):
    page = open_signed_in(open_page, desk.url).page
    with desk.database.read() as db:
        statement_id = statement_of(db, "MW", 4).id
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a film")
    page.goto(f"/staff/statements/{statement_id}/")
    page.get_by_text("Send a video file").click()
    page.get_by_label("Video file").set_input_files(film)
    page.get_by_role("button", name="Send this file").click()
    expect(page.get_by_role("heading", name="Recording 1")).to_be_visible()
    with desk.database.read() as db:
        assert db.query(Recording).filter(Recording.statement_id == statement_id).one().size_bytes == 6


def test_an_interpreter_sees_what_was_asked_and_brings_subtitles(desk, open_page: OpenPage, tmp_path: Path):
    page = open_page(base_url=desk.url).page
    page.goto("/sign-in")
    page.fill("#email", INTERPRETER)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/staff/work/")
    page.get_by_role("link", name="Organisation 1").click()
    expect(page.get_by_label("Language of the subtitles").locator("option")).to_have_text(["French"])
    subtitles = tmp_path / "fr.vtt"
    subtitles.write_text("WEBVTT\n\n00:00.100 --> 00:05.000\nBonjour\n", encoding="utf-8")
    page.get_by_label("Subtitle file (.vtt, .srt, .ttml or .ass)").set_input_files(subtitles)
    page.get_by_role("button", name="Add subtitles").click()
    expect(page.get_by_role("status")).to_contain_text("Subtitles added: French")
    assert page.goto("/staff/statements/1/").status == 403
    with desk.database.read() as db:
        assert db.query(Comment).first().text not in page.content()
