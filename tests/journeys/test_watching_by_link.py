"""A mission watches by its link in a real Chromium, until the link is revoked; nothing of the token is written down."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from pipeline.domain.consents import Audience
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Country, MissionLink, MissionOpening, PreSession, Release
from pipeline.services.events import SYSTEM
from pipeline.services.mission_links import issue_mission_link, revoke_mission_link
from pipeline.storage.attributes import content_type_of
from pipeline.storage.s3 import S3Store
from tests.fixtures.browser import OpenPage
from tests.fixtures.panels import load_plan, session_plan
from tests.fixtures.portal import PortalProcess
from tests.fixtures.releases import PublishedCountry
from tests.fixtures.s3 import Bucket
from webapp.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAYS = "video => video.currentTime > 0.5"


@pytest.fixture
def token(published_country: PublishedCountry, portal_process: PortalProcess) -> str:
    """Of a link to a country that is out for missions alone, in a session of its own."""
    slug = f"m-{new_name()[:12]}"
    published_country.publish(audience=Audience.MISSIONS)
    shutil.copytree(published_country.root / "missions/36/mw", portal_process.data_dir / "store/missions" / slug / "mw")
    load_plan(portal_process.database, session_plan(slug, MW=1))
    return put_out_for_missions(portal_process.database, slug)


def put_out_for_missions(database: Database, slug: str) -> str:
    """The records say that Malawi is out for missions; the token of a link to it."""
    now = datetime.now(UTC)
    with database.begin() as db:
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


SIGNED_SECONDS = 3


@pytest.fixture
def portal_on_s3(
    published_country: PublishedCountry, portal_settings, sqlite_database, producer, s3_bucket: Bucket
) -> Iterator[tuple[str, str]]:
    """A portal that lets browsers read missions' media in a bucket; its address, and a link's token."""
    store = S3Store(**asdict(s3_bucket), browser_url=s3_bucket.endpoint_url)
    published_country.publish(audience=Audience.MISSIONS)
    for path in (published_country.root / "missions").rglob("*.*"):
        key = str(path.relative_to(published_country.root))
        store.put_bytes(key, path.read_bytes(), content_type=content_type_of(key))
    briefly = portal_settings.store.model_copy(update={"signed_seconds": SIGNED_SECONDS})
    settings = portal_settings.model_copy(update={"store": briefly})
    app = create_app(settings, sqlite_database, store, producer, producer.waiting)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    rules = {"AllowedOrigins": [url], "AllowedMethods": ["GET", "HEAD"], "AllowedHeaders": ["range"]}
    store.connection.client.put_bucket_cors(Bucket=s3_bucket.bucket, CORSConfiguration={"CORSRules": [rules]})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    load_plan(sqlite_database, session_plan("36", MW=1))
    yield url, put_out_for_missions(sqlite_database, "36")
    server.shutdown()
    thread.join()
    store.close()


def test_signed_addresses_that_ended_are_replaced_while_playing_until_the_link_is_revoked(
    open_page: OpenPage, portal_on_s3: tuple[str, str], s3_bucket: Bucket, sqlite_database
) -> None:
    url, token = portal_on_s3
    watched = open_page()
    page, fetched = watched.page, []
    page.on("request", lambda request: fetched.append(request) if "X-Amz-" in request.url else None)
    page.goto(f"{url}/m/{token}/")
    page.evaluate("document.querySelector('video').loop = true")
    page.get_by_role("listitem").filter(has_text="écoles").get_by_role("button").first.click()
    page.wait_for_function(f"() => ({PLAYS})(document.querySelector('video'))")
    first = fetched[0]
    assert first.url.startswith(s3_bucket.endpoint_url)
    assert token not in first.url + str(first.all_headers())

    time.sleep(SIGNED_SECONDS + 1)
    assert httpx.get(first.url).status_code == 403, "what was handed out works for some seconds only"
    before = len(fetched)
    page.locator("a.alone").first.click()
    page.wait_for_function(f"() => ({PLAYS})(document.querySelector('video'))")
    assert len(fetched) > before

    with sqlite_database.begin() as db:
        revoke_mission_link(db, db.query(MissionLink).one(), actor=SYSTEM, now=datetime.now(UTC))
    expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)
    assert httpx.get(f"{url}/m/{token}/mw/").status_code == 404
