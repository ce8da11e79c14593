"""A mission watches by its link in a real Chromium, until the link is revoked; nothing of the token is written down."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from pipeline.domain.consents import Audience
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, MissionLink, MissionOpening, PreSession, Release
from pipeline.services.events import SYSTEM
from pipeline.services.mission_links import issue_mission_link, revoke_mission_link
from tests.fixtures.browser import OpenPage
from tests.fixtures.panels import load_plan, session_plan
from tests.fixtures.portal import PortalProcess
from tests.fixtures.releases import PublishedCountry

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAYS = "video => video.currentTime > 0.5"


@pytest.fixture
def token(published_country: PublishedCountry, portal_process: PortalProcess) -> str:
    """Of a link to a country that is out for missions alone, in a session of its own."""
    slug, now = f"m-{new_name()[:12]}", datetime.now(UTC)
    published_country.publish(audience=Audience.MISSIONS)
    shutil.copytree(published_country.root / "missions/36/mw", portal_process.data_dir / "store/missions" / slug / "mw")
    load_plan(portal_process.database, session_plan(slug, MW=1))
    with portal_process.database.begin() as db:
        session = db.query(PreSession).filter_by(slug=slug).one()
        country = db.query(Country).filter_by(pre_session_id=session.id).one()
        told = {"number": 1, "audience": Audience.MISSIONS, "name": new_name(), "created_at": now, "facts": {}}
        release = Release(country_id=country.id, **told)
        db.add(release)
        db.flush()
        country.point_at(Audience.MISSIONS, release.id)
        until = now + timedelta(days=1)
        return issue_mission_link(db, session, label="Norway", country=country, expires_at=until, actor=SYSTEM, now=now)


def test_playing_stops_when_the_link_is_revoked(open_page: OpenPage, portal_process: PortalProcess, token: str) -> None:
    watched = open_page(locale="fr")
    page = watched.page
    page.goto(f"{portal_process.url}/m/{token}/")
    expect(page).to_have_url(f"{portal_process.url}/m/{token}/mw/?lang=fr")
    page.evaluate("document.querySelector('video').loop = true")
    with page.expect_response(lambda answer: answer.url.endswith("?played")):
        page.get_by_role("listitem").filter(has_text="écoles").get_by_role("button").first.click()
    page.wait_for_function(f"() => ({PLAYS})(document.querySelector('video'))")

    with portal_process.database.begin() as db:
        link = db.query(MissionLink).order_by(MissionLink.id.desc()).first()
        revoke_mission_link(db, link, actor=SYSTEM, now=datetime.now(UTC))
        use = db.query(MissionOpening).filter_by(link_id=link.id).one()
        assert (use.opened, use.played) == (1, 1)

    expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("alert")).not_to_have_text("")
    standing = page.evaluate("(({ paused, buffered }) => [paused, buffered.length])(document.querySelector('video'))")
    assert standing == [True, 0], "nothing that was fetched ahead plays on"
    assert page.reload().status == 404
    expect(page.get_by_role("heading", name="Ce lien n’ouvre rien ici")).to_be_visible()
    assert watched.requests_outside(portal_process.url) == []
    assert token not in portal_process.log
