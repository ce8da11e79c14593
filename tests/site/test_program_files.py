"""What a release holds for other programs: read back by strict parsers, with words that could break them."""

import json
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from lxml import etree

from pipeline.domain.consents import Audience
from pipeline.site.feeds import feed_from
from pipeline.site.page_values import CountryPage, FileForPage
from pipeline.site.program_files import program_file_names, write_program_files
from tests.site.test_pages import country, html, statement

HOSTILE = "<&\"'> ]]> مرحبا 👩🏽‍⚖️\x0b\nTwo"
PRINTED = "<&\"'> ]]> مرحبا 👩🏽‍⚖️ Two"
ADDRESS = "https://watch.example/36/mw/"
XSPF = "{http://xspf.org/ns/0/}"
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


@pytest.fixture
def page() -> CountryPage:
    films = (FileForPage("media/1/small.mp4", 900, 360), FileForPage("media/1/film.mp4", 4000, 720))
    subtitles = {"fr": "r/0123/s/1/subtitles/fr.vtt"}
    first = statement(
        1, organisation=HOSTILE, files=(FileForPage("media/1/a.mp4", 500), *films), subtitle_uris=subtitles
    )
    second = statement(3, files=(FileForPage("media/3/a.mp4", 500),))
    return replace(country(first, second), address=ADDRESS, uploaded_at="2026-11-23")


def test_every_statement_is_in_every_file_at_its_address(page: CountryPage) -> None:
    files = write_program_files(page)
    film, stream = f"{ADDRESS}media/1/film.mp4", f"{ADDRESS}r/0123/s/3/master.m3u8"

    m3u = files["playlist.m3u"].decode().splitlines()
    assert [line for line in m3u if not line.startswith("#")] == [film, stream]
    assert f"#EXTINF:372,1. {PRINTED} – Water" in m3u

    tracks = etree.fromstring(files["playlist.xspf"]).findall(f"{XSPF}trackList/{XSPF}track")
    assert [track.findtext(f"{XSPF}location") for track in tracks] == [film, stream]
    assert " ".join((tracks[0].findtext(f"{XSPF}creator") or "").split()) == PRINTED
    assert tracks[0].findtext(f"{XSPF}duration") == "372400"

    items = etree.fromstring(files["feed.xml"]).findall("channel/item")
    enclosures = [dict(item.find("enclosure").attrib) for item in items]
    assert enclosures[0] == {"url": film, "length": "4000", "type": "video/mp4"}
    assert enclosures[1] == {"url": f"{ADDRESS}media/3/a.mp4", "length": "500", "type": "audio/mp4"}
    assert [item.findtext(f"{ITUNES}duration") for item in items] == ["372", "372"]
    assert items[0].findtext("pubDate") == "Mon, 23 Nov 2026 00:00:00 +0000"

    programme, listed = json.loads(files["description.json"])["@graph"]
    assert programme["contentUrl"] == f"{ADDRESS}r/0123/programme/master.m3u8"
    assert [one["item"]["contentUrl"] for one in listed["itemListElement"]] == [film, stream]


def test_where_no_address_is_known_a_feed_gets_it_when_it_is_read(page: CountryPage) -> None:
    known, unknown = (write_program_files(one)["feed.xml"] for one in (page, replace(page, address="")))

    assert b"https://watch" not in unknown
    read = feed_from(unknown, f"{ADDRESS}r/0123/feed.xml")
    assert enclosures(read) == enclosures(known)
    assert etree.fromstring(read).findtext("channel/link") == ADDRESS


def test_missions_have_playlists_alone_which_hold_under_every_link(page: CountryPage) -> None:
    public = write_program_files(page)
    missions = replace(page, audience=Audience.MISSIONS, address="")
    files = write_program_files(missions)

    assert set(files) == set(program_file_names(missions)) == {"playlist.m3u", "playlist.xspf"}
    assert set(public) == set(program_file_names(page)) == {*files, "feed.xml", "description.json"}
    own = "https://watch.example/m/TOKEN/mw/"
    addresses = [line for line in files["playlist.m3u"].decode().splitlines() if not line.startswith("#")]
    assert [urljoin(f"{own}r/0123/playlist.m3u", one) for one in addresses] == [
        f"{own}media/1/film.mp4",
        f"{own}r/0123/s/3/master.m3u8",
    ]
    assert "feed.xml" not in html(missions)


def test_nobody_is_named_in_what_programs_keep(page: CountryPage) -> None:
    assert "Thoko Banda" in html(page)
    assert all(b"Thoko Banda" not in data for data in write_program_files(page).values())


def enclosures(feed: bytes) -> list[dict[str, str]]:
    return [dict(found.attrib) for found in etree.fromstring(feed).iter("enclosure")]
