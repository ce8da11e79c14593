"""Fetches every published address, from the portal and from a plain web server over the published folder.

The portal is asked for ranges of bytes as well, as players do; the plain web server knows none.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from pipeline.domain.packages import ByteRange
from pipeline.processes import start_server
from pipeline.site.served_rules import Fetched
from pipeline.site.walking import Fetch, FetchRange, WalkReport, walk_release
from presession.demo.failures import DemoFailed
from presession.demo.outcome import PublishedCountry
from presession.ports import free_port

_TIMEOUT_SECONDS = 60
_SERVER_SECONDS = 20
_HOST = "127.0.0.1"


def walk_published(countries: Sequence[PublishedCountry]) -> int:
    """Walk every country both ways; the number of the portal's addresses. Raises `DemoFailed` with what is wrong."""
    with open_client() as client:
        from_portal = [walk_portal(client, country.url) for country in countries]
        from_files = [_walk_plain_folder(client, country.release_dir) for country in countries]
    demand_right(from_portal + from_files)
    return sum(report.addresses_checked for report in from_portal)


def open_client() -> httpx.Client:
    """A browser without cookies."""
    return httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False)


def walk_portal(client: httpx.Client, url: str) -> WalkReport:
    """Walk a country's page and all that belongs to it, with ranges of bytes as players ask for them."""
    return walk_release(_fetch_with(client), url, fetch_range=_fetch_range_with(client))


def demand_right(reports: Sequence[WalkReport]) -> None:
    """Raise `DemoFailed` with the first of what is wrong, if anything is."""
    problems = [problem for report in reports for problem in report.problems]
    if problems:
        raise DemoFailed(f"{len(problems)} published addresses are wrong. The first: {problems[0]}")


def _walk_plain_folder(client: httpx.Client, folder: Path) -> WalkReport:
    """Serve the folder as `python -m http.server` does, which knows nothing of us, and walk it."""
    port = free_port(_HOST)
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", _HOST, "--directory", str(folder)]
    server = start_server(argv)
    try:
        address = f"http://{_HOST}:{port}/"
        _wait_for(client, address)
        return walk_release(_fetch_with(client), address)
    finally:
        server.stop(1)


def _fetch_with(client: httpx.Client) -> Fetch:
    def fetch(url: str) -> Fetched:
        answer = client.get(url)
        return Fetched(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)

    return fetch


def _fetch_range_with(client: httpx.Client) -> FetchRange:
    def fetch(url: str, span: ByteRange) -> Fetched:
        answer = client.get(url, headers={"Range": f"bytes={span.offset}-{span.end - 1}"})
        return Fetched(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)

    return fetch


def _wait_for(client: httpx.Client, address: str) -> None:
    until = time.monotonic() + _SERVER_SECONDS
    while time.monotonic() < until:
        try:
            client.get(address)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise DemoFailed("A plain web server over a published folder did not start.")
