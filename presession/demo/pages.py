"""Reads what a visitor of a page uses: forms with their filled-in fields, values shown, notes for scripts."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from pipeline.domain.errors import FinalError


class PageUnexpected(FinalError):
    """A page of the portal lacks what somebody at work there needs."""


@dataclass
class Form:
    """A form as the page shows it; `fields` hold what would be sent if nobody touched it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Page:
    """One page: absolute addresses, forms in order, input values by id, JSON blocks by their `data-part`."""

    url: str
    forms: list[Form] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, Any] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)

    def form(self, ending: str) -> Form:
        """The first form whose address ends like this; raises `PageUnexpected`."""
        for form in self.forms:
            if form.action.endswith(ending):
                return form
        raise PageUnexpected(f"A page of the portal has no form for “{ending}”.")

    def own_form(self) -> Form:
        """The form that answers at the page's own address; raises `PageUnexpected`."""
        return self.form(self.url)

    def value(self, element_id: str) -> str:
        """What an input shows; raises `PageUnexpected`."""
        if element_id not in self.values:
            raise PageUnexpected(f"A page of the portal shows no “{element_id}”.")
        return self.values[element_id]

    def block(self, part: str) -> Any:
        """What the page tells its script under this name; raises `PageUnexpected`."""
        if part not in self.blocks:
            raise PageUnexpected(f"A page of the portal has no block “{part}”.")
        return self.blocks[part]


def read_portal_page(html: str, url: str) -> Page:
    """Read a page that was fetched from `url`."""
    reader = _Reader(url)
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.page = Page(url)
        self._form: Form | None = None
        self._text_of: tuple[str, str] | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        read = getattr(self, f"_begin_{tag}", None)
        if read is not None:
            read({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag in {"script", "textarea"}:
            self._text_of = None

    def handle_data(self, data: str) -> None:
        if self._text_of is None:
            return
        kind, name = self._text_of
        if kind == "block":
            self.page.blocks[name] = json.loads(data)
        elif self._form is not None:
            self._form.fields[name] = data.removeprefix("\n")

    def _begin_form(self, attributes: dict[str, str]) -> None:
        self._form = Form(urljoin(self.page.url, attributes.get("action") or self.page.url).partition("#")[0])
        self.page.forms.append(self._form)

    def _begin_input(self, attributes: dict[str, str]) -> None:
        if "id" in attributes:
            self.page.values[attributes["id"]] = attributes.get("value", "")
        name, kind = attributes.get("name", ""), attributes.get("type", "text")
        if self._form is None or not name or kind == "file":
            return
        if kind in {"radio", "checkbox"}:
            self._form.choices.setdefault(name, []).append(attributes.get("value", "on"))
            if "checked" not in attributes:
                return
        self._form.fields[name] = attributes.get("value", "")

    def _begin_button(self, attributes: dict[str, str]) -> None:
        if self._form is not None and "name" in attributes:
            self._form.buttons.setdefault(attributes["name"], []).append(attributes.get("value", ""))

    def _begin_select(self, attributes: dict[str, str]) -> None:
        self._select = attributes.get("name")

    def _begin_option(self, attributes: dict[str, str]) -> None:
        if self._form is None or self._select is None:
            return
        self._form.choices.setdefault(self._select, []).append(attributes.get("value", ""))
        if "selected" in attributes or self._select not in self._form.fields:
            self._form.fields[self._select] = attributes.get("value", "")

    def _begin_textarea(self, attributes: dict[str, str]) -> None:
        if self._form is not None and "name" in attributes:
            self._form.fields[attributes["name"]] = ""
            self._text_of = ("textarea", attributes["name"])

    def _begin_script(self, attributes: dict[str, str]) -> None:
        if attributes.get("type") == "application/json" and "data-part" in attributes:
            self._text_of = ("block", attributes["data-part"])

    def _begin_video(self, attributes: dict[str, str]) -> None:
        if "src" in attributes:
            self.page.sources.append(urljoin(self.page.url, attributes["src"]))
