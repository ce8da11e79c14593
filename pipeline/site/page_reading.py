"""Reading a published page back: the addresses that it uses, as a browser would resolve them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

_ADDRESSES = {"href", "src", "poster"}
_DATA = "application/ld+json"
"""A script of this type is read by other programs and never run."""


@dataclass
class PageRead:
    """What a page says about itself. `base_url` is what its relative addresses start from."""

    base_url: str
    language: str = ""
    policy: str = ""
    has_inline_script: bool = False
    urls: dict[str, None] = field(default_factory=dict)


def read_page(html: str, url: str) -> PageRead:
    """The page at `url`; its addresses are absolute, in order, without fragments, each once."""
    reader = _Reader(PageRead(url))
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, page: PageRead) -> None:
        super().__init__()
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "base":
            self.page.base_url = urljoin(self.page.base_url, values.get("href", ""))
            return
        self._note(tag, values)
        if _leads_elsewhere(values):
            return
        for name, value in values.items():
            if _holds_address(name) and value and not value.startswith("data:"):
                self.page.urls[urldefrag(urljoin(self.page.base_url, value)).url] = None

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if tag == "html":
            self.page.language = values.get("lang", "")
        elif tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.page.policy = values.get("content", "")
        elif tag == "script" and "src" not in values and values.get("type") != _DATA:
            self.page.has_inline_script = True


def _leads_elsewhere(values: dict[str, str]) -> bool:
    """To what is no part of the country's folder: the page of all countries, and whom to ask about embedding."""
    return values.get("rel") == "up" or values.get("type") == "application/json+oembed"


def _holds_address(name: str) -> bool:
    return name in _ADDRESSES or (name.startswith("data-") and name.endswith("-uri"))
