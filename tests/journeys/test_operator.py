"""The operator's pages in a real browser: at phone and desk width, in each language, by keyboard, live."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from pipeline.domain.jobs import JobKind, JobState, Queue
from pipeline.domain.standings import Standing
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Job, StaffAccount
from pipeline.services.running_parts import PartIdentity, beat_part
from tests.fixtures.browser import OpenPage, WatchedPage
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, open_signed_in
from tests.fixtures.panels import load_plan, session_plan, statement_of
from tests.fixtures.portal import PortalProcess
from tests.fixtures.standings import bring_to

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STANDINGS = (Standing.PREPARING, Standing.PREPARE_FAILED, Standing.CHECKING, Standing.PUBLISHED, Standing.PREPARING)
FOLLOWED, CHANGED = 1, 5
"""Places on the panel: whose job one test watches, and whose another cancels."""


@pytest.fixture(scope="module")
def operated(make_portal: Callable[..., PortalProcess], password_hash: str) -> PortalProcess:
    """A portal with jobs in several states, parts that live, one that is silent, and an operator's account."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=len(STANDINGS)))
    now = datetime.now(UTC)
    with portal.database.begin() as db:
        for position, standing in enumerate(STANDINGS, start=1):
            bring_to(db, statement_of(db, "MW", position), standing)
        beat_part(db, PartIdentity("a", "worker", "encoder-1", 1, "1", (Queue.ENCODE,), 1), now=now)
        beat_part(
            db, PartIdentity("b", "worker", "encoder-2", 1, "1", (Queue.ENCODE,), 1), now=now - timedelta(hours=1)
        )
        db.add(
            StaffAccount(
                email=EMAIL,
                password_hash=password_hash,
                session_key=new_name(),
                is_active=True,
                is_operator=True,
                created_at=NOW,
            )
        )
    return portal


@pytest.fixture
def sign_in(operated: PortalProcess, open_page: OpenPage) -> Callable[..., WatchedPage]:
    """Opens a page of the signed-in operator."""
    return partial(open_signed_in, open_page, operated.url)


def _encode_job(portal: PortalProcess, position: int) -> int:
    with portal.database.read() as db:
        recording_id = statement_of(db, "MW", position).current_recording_id
        wanted = select(Job.id).where(Job.kind == JobKind.ENCODE, Job.subject_id == recording_id)
        return db.scalars(wanted).one()


def _is_fine(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [390, 1280])
def test_every_screen_is_accessible_and_fits_in_each_language(sign_in, operated, width):
    watched = sign_in(width=width)
    page = watched.page
    addresses = ("/staff/operations/", f"/staff/operations/jobs/{_encode_job(operated, 2)}/")
    for language in ("en", "fr", "es"):
        for address in addresses:
            page.goto(f"{address}?lang={language}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            page.locator("details.failures summary").click()
            _is_fine(page)
    assert watched.errors == []
    assert watched.requests_outside(operated.url) == []


def test_the_page_follows_the_work_and_leaves_the_keyboard_where_it_is(sign_in, operated):
    page = sign_in().page
    job_id = _encode_job(operated, FOLLOWED)
    page.goto("/staff/operations/")
    row = page.locator("li.job", has=page.get_by_role("link", name=f"Job {job_id}", exact=True))
    expect(row).to_contain_text("running: 41 %")
    page.locator(f"#cancel-{job_id}").focus()
    page.evaluate("document.documentElement.dataset.same = 'yes'")
    with operated.database.begin() as db:
        job = db.get_one(Job, job_id)
        job.progress, job.stage = 0.83, "storing"
    expect(row).to_contain_text("running: 83 %", timeout=20_000)
    expect(row).to_contain_text("Storing the result")
    expect(page.locator(f"#cancel-{job_id}")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("data-same", "yes")


def _tab_to(page: Page, element_id: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    pytest.fail(f"{element_id} cannot be reached by the keyboard.")


def test_a_job_is_cancelled_and_tried_again_by_the_keyboard_alone(sign_in, operated):
    page = sign_in(width=390, height=844).page
    job_id = _encode_job(operated, CHANGED)
    page.goto("/staff/operations/?kind=encode&state=running")
    _tab_to(page, f"cancel-{job_id}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/jobs/{job_id}/")
    expect(page.get_by_role("status")).to_contain_text("Cancelled.")
    _tab_to(page, f"retry-{job_id}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It is being tried again.")
    expect(page.locator(".history li")).to_have_count(2)
    with operated.database.read() as db:
        assert db.get_one(Job, job_id).state is JobState.QUEUED


def test_staff_read_why_a_recording_waits_and_see_it_begin_without_loading_the_page(sign_in, operated):
    page = sign_in().page
    with operated.database.read() as db:
        statement = statement_of(db, "MW", 3)
        key, recording_id = f"statement-{statement.id}", statement.current_recording_id
    page.goto("/staff/36/")
    detail = page.locator(f"[data-live-detail='{key}']")
    expect(detail).to_contain_text("No worker for this has been seen yet.")
    page.evaluate("document.documentElement.dataset.same = 'yes'")
    with operated.database.begin() as db:
        job = db.scalars(select(Job).where(Job.kind == JobKind.INTAKE, Job.subject_id == recording_id)).one()
        job.state, job.progress, job.stage = JobState.RUNNING, 0.5, "checking"
        job.started_at, job.lease_until = NOW, NOW + timedelta(seconds=130)
    expect(detail).to_have_text("Checking file and sound · about 2 minutes left", timeout=20_000)
    expect(page.locator("html")).to_have_attribute("data-same", "yes")
