"""A speaker's way in a real browser, at phone width: the link, consent, the upload on a bad line, the verdict."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect
from pydantic import SecretStr
from sqlalchemy import select

from config.settings import JobSettings, MediaSettings, OriginalSettings, Settings
from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.jobs import JobState
from pipeline.domain.statements import StatementAction
from pipeline.media.card_style import read_card_style
from pipeline.media.ladder import parse_ladder
from pipeline.media.programs import MediaPrograms
from pipeline.records.tables import Job, Statement
from pipeline.services.consents import audience_of
from pipeline.services.recordings import move_statement
from pipeline.services.statement_contents import newest_content, written
from tests.fixtures.bad_line import BadLine
from tests.fixtures.browser import OpenPage
from tests.fixtures.clock import NOW
from tests.fixtures.installation import SMALL_LADDER, Outbox, run_job
from tests.fixtures.portal import InvitedSpeaker, PortalProcess
from tests.fixtures.speaker_pages import MEGABYTE, MIDWAY, PHONE, choose, enter, write_random
from workers.context import WorkerContext

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def work(portal: PortalProcess) -> None:
    """Run what waits for a worker, as a worker does."""
    settings = Settings(
        data_dir=portal.data_dir,
        database_url=portal.database.url,
        media=MediaSettings(renditions_file=SMALL_LADDER, threads=1),
        jobs=JobSettings(heartbeat_seconds=0.5, lease_seconds=10),
        originals=OriginalSettings(master_keys=SecretStr((portal.data_dir / "originals.key").read_text())),
    )
    context = WorkerContext(
        settings=settings,
        database=portal.database,
        store=portal.store,
        producer=Outbox(),
        programs=MediaPrograms("ffmpeg", "ffprobe", 1, settings.media.memory_bytes),
        ladder=parse_ladder(SMALL_LADDER.read_text(encoding="utf-8")),
        card_style=read_card_style(settings.media.card_style_file),
        is_stopping=lambda: False,
    )
    with portal.database.read() as db:
        waiting = list(db.scalars(select(Job.id).where(Job.state == JobState.QUEUED)))
    for job_id in waiting:
        run_job(context, job_id)


def test_from_the_link_to_the_verdict(
    portal_process: PortalProcess, invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]
) -> None:
    watched = open_page(**PHONE, locale="en")
    page = enter(watched.page, invited)
    assert invited.token not in page.content()
    expect(page.get_by_role("heading", level=1)).to_have_text("Statement on Malawi")
    page.get_by_label("Yes, publish it").check()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    page.get_by_label("No, show only my organisation").check()
    page.get_by_role("link", name="Your written text").click()
    page.get_by_label("Your statement in writing").fill("What I say.")
    choose(page, clips(seconds=3))
    expect(page.get_by_text(re.compile(r"^Your file: \d+"))).to_be_visible()
    expect(page.get_by_text("Sound: found.")).to_be_visible()
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible()
    expect(page.get_by_role("heading", name="Your recording has arrived and is being checked")).to_be_visible()
    assert invited.original() == clips(seconds=3).read_bytes()
    work(portal_process)
    expect(page.get_by_role("heading", name="We have your recording, and it passed the first check")).to_be_visible()
    work(portal_process)
    expect(page.get_by_role("heading", name="Your recording is accepted")).to_be_visible()
    with portal_process.database.read() as db:
        statement = db.get_one(Statement, invited.statement_id)
        assert audience_of(statement, ConsentItem.RECORDING) is Audience.PUBLIC
        assert audience_of(statement, ConsentItem.NAME) is Audience.NOBODY
        assert written(newest_content(statement)).text == "What I say."
    assert watched.errors == []
    assert watched.requests_outside(portal_process.url) == []
    assert not [url for url in watched.requests if invited.token in url and "/s/" not in url]


def test_a_file_that_is_no_video_is_refused_in_french(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker], open_page: OpenPage, tmp_path: Path
) -> None:
    invited = invite(portal_process, language="fr")
    watched = open_page(**PHONE, locale="fr-FR")
    page = enter(watched.page, invited)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator("#file").set_input_files(write_random(tmp_path / "notes.mp4", 20_000))
    page.get_by_role("button", name="Envoyer cet enregistrement").click()
    expect(page.get_by_role("heading", name=re.compile("est arrivé"))).to_be_visible()
    work(portal_process)
    expect(page.get_by_role("heading", name=re.compile("ne peut pas être utilisé"))).to_be_visible()
    expect(page.locator(".findings .refuse")).to_contain_text("vidéo")
    assert watched.errors == []


def test_what_was_done_before_the_script_came_counts(
    portal_process: PortalProcess, invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]
) -> None:
    """On a slow line the page stands there long before its script."""
    page = open_page(**PHONE, locale="en").page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/built/upload.js*", hold)
    page.goto(f"{invited.portal.url}/s/{invited.token}")
    page.get_by_role("main").get_by_role("button").click(no_wait_after=True)
    choose(page, clips(seconds=3))
    page.get_by_label("Yes, publish it").check()
    page.locator("#contents > summary").click()
    page.get_by_label("Your statement in writing").fill("What I say.")
    expect(page.locator("[data-part=send]")).to_have_css("visibility", "hidden")
    held.pop().continue_()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible()
    with portal_process.database.read() as db:
        statement = db.get_one(Statement, invited.statement_id)
        assert audience_of(statement, ConsentItem.RECORDING) is Audience.PUBLIC
        assert written(newest_content(statement)).text == "What I say."


def test_a_line_that_is_cut_again_and_again_delivers_every_byte(
    invited: InvitedSpeaker, cut_line: BadLine, open_page: OpenPage, tmp_path: Path
) -> None:
    page = enter(open_page(**PHONE, locale="en").page, invited, url=cut_line.url)
    path = write_random(tmp_path / "recording.mp4", 12 * MEGABYTE)
    choose(page, path)
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible(timeout=90_000)
    assert invited.original() == path.read_bytes()
    assert cut_line.cuts == 3
    assert cut_line.sent_bytes < 1.25 * path.stat().st_size


def test_pausing_going_on_and_stopping(
    invited: InvitedSpeaker, steady_line: BadLine, open_page: OpenPage, tmp_path: Path
) -> None:
    page = enter(open_page(**PHONE, locale="en").page, invited, url=steady_line.url)
    page.on("dialog", lambda dialog: dialog.accept())
    choose(page, write_random(tmp_path / "recording.mp4", 16 * MEGABYTE))
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text(re.compile(r"per second, .* left"))).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(re.compile("Paused at"))).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(re.compile("^Sending"))).to_be_visible()
    page.get_by_role("button", name="Stop and delete").click()
    expect(page.get_by_text("Stopped. What was sent is deleted.")).to_be_visible()
    page.wait_for_timeout(1000)
    assert invited.recordings() == []
    assert not page.locator("progress").is_visible()


def test_a_server_that_goes_away_is_waited_for(make_portal, invite, open_page: OpenPage, tmp_path: Path) -> None:
    portal = make_portal()
    invited = invite(portal)
    line = BadLine(portal.port, bytes_per_second=4_000_000, crawls_after=3_000_000)
    page = enter(open_page(**PHONE, locale="en").page, invited, url=line.url)
    path = write_random(tmp_path / "recording.mp4", 12 * MEGABYTE)
    choose(page, path)
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text(MIDWAY)).to_be_visible()
    portal.kill()
    expect(page.get_by_text(re.compile("nothing is lost"))).to_be_visible()
    line.hurry()
    portal.start()
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible()
    assert invited.original() == path.read_bytes()
    line.close()


def test_without_scripts_a_plain_form_hands_in(
    invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]
) -> None:
    page = enter(open_page(**PHONE, locale="en", java_script_enabled=False).page, invited)
    page.get_by_label("Yes, publish it").check()
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    choose(page, clips(seconds=3))
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text("Your recording has arrived.", exact=True)).to_be_visible()
    assert invited.original() == clips(seconds=3).read_bytes()


def test_the_reason_of_being_sent_back_is_shown_and_another_recording_can_follow(
    portal_process: PortalProcess, invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]
) -> None:
    page = enter(open_page(**PHONE, locale="en").page, invited)
    choose(page, clips(seconds=3))
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible()
    work(portal_process)
    with portal_process.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        move_statement(statement, StatementAction.SEND_BACK, now=NOW)
        statement.sent_back_reason = "Please say your name at the beginning."
    page.reload()
    expect(page.get_by_role("heading", name="The organiser asks you for another recording")).to_be_visible()
    expect(page.get_by_text("Please say your name at the beginning.")).to_be_visible()
    choose(page, clips(seconds=4))
    page.get_by_role("button", name="Send this recording").click()
    expect(page.get_by_role("heading", name="Your recording has arrived and is being checked")).to_be_visible()
    assert len(invited.recordings()) == 2


def test_withdrawing_asks_first_and_then_says_so(invited: InvitedSpeaker, open_page: OpenPage) -> None:
    page = enter(open_page(**PHONE, locale="en").page, invited)
    page.get_by_role("link", name="Withdraw my statement").click()
    page.get_by_role("link", name="No, go back").click()
    page.get_by_role("link", name="Withdraw my statement").click()
    page.get_by_role("button", name="Yes, withdraw my statement").click()
    expect(page.get_by_role("heading", name="You have withdrawn your statement")).to_be_visible()
    expect(page.get_by_label("Choose your video file")).to_be_hidden()


def test_by_keyboard_alone(invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]) -> None:
    page = enter(open_page(**PHONE, locale="en").page, invited)
    choose(page, clips(seconds=3))
    expect(page.get_by_role("button", name="Send this recording")).to_be_visible()
    page.get_by_label("Choose your video file").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send this recording")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible()
    expect(page.get_by_label("Choose your video file")).to_be_focused()
