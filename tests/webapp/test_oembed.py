"""oEmbed: what the portal says of its public pages to whom asks by their address, and that it says nothing else."""

from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.domain.consents import Audience
from pipeline.records.tables import Release
from pipeline.storage.keys import site_prefix
from tests.fixtures.panels import country_of, load_plan, session_plan

NAME = "a" * 32
OURS = "https://portal.example"
DESCRIPTION = b'{"@graph": [{"thumbnailUrl": "../../media/b/poster.jpg"}]}'
FEED = b'<rss><channel><link>../../</link><item><enclosure url="../../media/b/f.mp4"/></item></channel></rss>'


@pytest.fixture
def ask(visit, sqlite_database, store):
    """Asks about an address, where Malawi is out for everybody and Honduras for missions."""
    load_plan(sqlite_database, session_plan("36", MW=1, HN=1))
    with sqlite_database.begin() as db:
        for code, audience, name in (("MW", Audience.PUBLIC, NAME), ("HN", Audience.MISSIONS, "b" * 32)):
            country, now = country_of(db, code), datetime.now(UTC)
            release = Release(country_id=country.id, number=1, audience=audience, name=name, created_at=now, facts={})
            db.add(release)
            db.flush()
            country.point_at(audience, release.id)
    prefix = site_prefix("36", "MW")
    store.put_bytes(f"{prefix}r/{NAME}/description.json", DESCRIPTION, content_type="application/json")
    store.put_bytes(f"{prefix}r/{NAME}/feed.xml", FEED, content_type="application/rss+xml; charset=utf-8")
    store.put_bytes(f"{prefix}index.html", b"<p>front", content_type="text/html; charset=utf-8")
    return lambda **query: visit().client.get("/oembed", query_string=query)


ADDRESSES = {
    f"{OURS}/watch/36/mw/": 200,
    f"{OURS}/watch/36/MW/r/{NAME}/fr.html": 200,
    f"{OURS}/watch/36/hn/": 404,
    f"{OURS}/watch/36/zz/": 404,
    f"{OURS}/watch/36/": 404,
    "http://elsewhere.example/watch/36/mw/": 404,
    "https://portal.example.org/watch/36/mw/": 404,
    f"{OURS}/m/{'A' * 43}/mw/": 401,
    f"{OURS}/staff/": 404,
    "http://[": 404,
    "": 400,
}


def test_only_what_is_public_is_told_of(ask):
    assert {address: ask(url=address).status_code for address in ADDRESSES} == ADDRESSES
    assert ask(url=f"{OURS}/watch/36/mw/", format="xml").status_code == 501


def test_a_page_is_described_with_its_player(ask):
    answer = ask(url=f"{OURS}/watch/36/mw/?lang=fr#t=30", format="json", maxwidth="480")
    told = answer.json

    assert (told["type"], told["version"], told["title"]) == ("video", "1.0", "Malawi – Session for tests")
    assert told["width"] == 480
    assert f'src="{OURS}/watch/36/mw/?embed&amp;lang=fr#t=30"' in told["html"]
    assert told["thumbnail_url"] == f"{OURS}/watch/36/mw/media/b/poster.jpg"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for limit in (1, 90, 300):
        small = ask(url=f"{OURS}/watch/36/mw/", maxwidth=limit, maxheight=limit).json
        assert (small["width"] <= limit, small["height"] <= limit) == (True, True)


def test_the_page_leads_there_and_its_feed_has_an_address_that_stays(ask, visit):
    with closing(visit().get("/watch/36/mw/")) as page:
        link = page.headers["Link"]
    address = urlsplit(link[1:].split(">")[0])
    assert ask(url=parse_qs(address.query)["url"][0]).status_code == 200

    feed = visit().get("/watch/36/mw/feed.xml")
    assert (feed.status_code, feed.headers["Cache-Control"]) == (302, "no-cache")
    assert visit().get(feed.location).data == FEED
    assert visit().get("/watch/36/hn/feed.xml").status_code == 404
