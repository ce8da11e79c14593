"""Somebody at a browser: keeps cookies, opens pages, sends forms with the tokens that the pages carry."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import httpx

from pipeline.domain.errors import FinalError
from presession.demo.pages import Form, Page, read_portal_page

_TIMEOUT_SECONDS = 60


class AnswerUnexpected(FinalError):
    """The portal answered otherwise than somebody who did nothing wrong may expect."""


class Visitor:
    """One person's browser; use it as a context."""

    def __init__(self, base_url: str, *, language: str = "en") -> None:
        headers = {"Accept-Language": language, "User-Agent": "presession-demo"}
        self.http = httpx.Client(
            base_url=base_url, headers=headers, timeout=_TIMEOUT_SECONDS, follow_redirects=True, trust_env=False
        )

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def open(self, address: str) -> Page:
        """Open a page."""
        return _page(self.http.get(address))

    def read_json(self, address: str) -> Any:
        """Ask what a page's script asks."""
        return _expected(self.http.get(address, headers={"Accept": "application/json"})).json()

    def fetch(self, address: str) -> bytes:
        """Load a file that a page shows."""
        return _expected(self.http.get(address)).content

    def send(
        self,
        form: Form,
        *,
        files: dict[str, tuple[str, bytes, str]] | None = None,
        ticked: Mapping[str, Sequence[str]] | None = None,
        **values: str,
    ) -> Page:
        """Fill in a form and send it; `ticked` are boxes by name. Values for what it does not have are our mistake."""
        sent = {**values, **(ticked or {})}
        unknown = set(sent) - set(form.fields) - set(form.choices) - set(form.buttons)
        if unknown:
            raise AnswerUnexpected(f"A form of the portal has no field “{', '.join(sorted(unknown))}”.")
        return _page(self.http.post(form.action, data={**form.fields, **sent}, files=files))


def _page(answer: httpx.Response) -> Page:
    return read_portal_page(_expected(answer).text, str(answer.url))


def _expected(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        # A personal link's address holds its token.
        path = "/s/…" if answer.url.path.startswith("/s/") else answer.url.path
        raise AnswerUnexpected(f"{answer.request.method} {path} was answered with status {answer.status_code}.")
    return answer
