"""A country's statements as a feed for podcast programs: RSS 2.0 with a file to fetch for each of them.

No speaker is named in it, and directories are asked not to list it: both would outlast a withdrawal.
"""

from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urljoin
from xml.etree import ElementTree as Xml

from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.site.page_addresses import address_in_release, playlist_entry
from pipeline.site.page_values import CountryPage, StatementForPage
from pipeline.site.words import WORDS
from pipeline.site.xml_text import printable, write_xml

FEED_URI = "feed.xml"

_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST = "https://podcastindex.org/namespace/1.0"
_ATOM = "http://www.w3.org/2005/Atom"
_SPACES = {"xmlns:itunes": _ITUNES, "xmlns:podcast": _PODCAST, "xmlns:atom": _ATOM}
_LANGUAGE = SITE_LANGUAGES[0]


def write_feed(page: CountryPage) -> bytes:
    """The feed of a page that has something to watch; see `page_addresses` for the addresses in it."""
    rss = Xml.Element("rss", {"version": "2.0", **_SPACES})
    channel = Xml.SubElement(rss, "channel")
    name = f"{country_name(page.country_code, _LANGUAGE)} – {page.session_title}"
    _add(channel, "title", name)
    _add(channel, "link", address_in_release(page, ""))
    _add(channel, "description", f"{name}. {WORDS[_LANGUAGE].not_official}")
    spoken = page.spoken_languages
    _add(channel, "language", spoken[0] if len(spoken) == 1 else _LANGUAGE)
    if page.address:
        Xml.SubElement(
            channel, "atom:link", {"rel": "self", "type": "application/rss+xml", "href": page.address + FEED_URI}
        )
        # Whoever subscribed to this release's own file is led to the address that outlives it.
        _add(channel, "itunes:new-feed-url", page.address + FEED_URI)
    _add(channel, "itunes:author", page.session_title)
    _add(channel, "itunes:block", "Yes")
    _add(channel, "itunes:explicit", "false")
    _add(channel, "itunes:type", "serial")
    Xml.SubElement(channel, "itunes:category", {"text": "Government"})
    Xml.SubElement(channel, "itunes:image", {"href": address_in_release(page, page.statements[0].poster_uri)})
    for statement in page.statements:
        _add_item(channel, page, statement)
    return write_xml(rss)


def _add_item(channel: Xml.Element, page: CountryPage, statement: StatementForPage) -> None:
    if not statement.files:
        return
    file = statement.film or statement.files[0]
    entry = playlist_entry(page, statement)
    address = address_in_release(page, file.uri)
    kind = "video/mp4" if file.height else "audio/mp4"
    item = Xml.SubElement(channel, "item")
    _add(item, "title", entry.line)
    _add(item, "link", f"{address_in_release(page, '')}#statement-{statement.position}")
    _add(item, "description", entry.line)
    Xml.SubElement(item, "enclosure", {"url": address, "length": str(file.size_bytes), "type": kind})
    Xml.SubElement(item, "guid", {"isPermaLink": "false"}).text = file.uri
    if page.uploaded_at:
        _add(item, "pubDate", format_datetime(datetime.fromisoformat(f"{page.uploaded_at}T00:00:00+00:00")))
    _add(item, "itunes:duration", str(round(statement.duration_seconds)))
    _add(item, "itunes:episode", str(statement.position))
    _add(item, "itunes:explicit", "false")
    Xml.SubElement(item, "itunes:image", {"href": address_in_release(page, statement.poster_uri)})
    for language, uri in statement.subtitle_uris.items():
        words = {"url": address_in_release(page, uri), "type": "text/vtt", "language": language, "rel": "captions"}
        Xml.SubElement(item, "podcast:transcript", words)


def feed_from(feed: bytes, address: str) -> bytes:
    """A feed as it is read at an address: what is relative in it becomes absolute, since readers know no base."""
    Xml.register_namespace("itunes", _ITUNES)
    Xml.register_namespace("podcast", _PODCAST)
    Xml.register_namespace("atom", _ATOM)
    rss = Xml.fromstring(feed)  # noqa: S314 - our own file
    for element in rss.iter():
        for name in {"url", "href"}.intersection(element.attrib):
            element.set(name, urljoin(address, element.attrib[name]))
        if element.tag == "link":
            element.text = urljoin(address, element.text or "")
    return write_xml(rss)


def _add(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = printable(text)
