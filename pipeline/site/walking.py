"""Walking over a release as visitors and players do: page, manifests, segments, subtitles, images, all of them.

Where the bytes come from is the caller's: over HTTP from any web server, or straight out of a store.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from pipeline.site.manifest_reading import is_master, parts_in, renditions_in
from pipeline.site.manifest_rules import check_stream, check_subtitle_segment
from pipeline.site.page_reading import read_page
from pipeline.site.served_rules import Fetched, file_problems, suffix_of

Fetch = Callable[[str], Fetched]


@dataclass
class WalkReport:
    """What a walk saw: each address with its size in bytes, and a sentence for each problem."""

    sizes: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def addresses_checked(self) -> int:
        """How many different addresses were fetched."""
        return len(self.sizes)


def walk_release(fetch: Fetch, start_url: str) -> WalkReport:
    """Follow everything from a country's page, the pointer or one of a release, and check it.

    Checked: status, content type, how each file opens, manifests against `manifest_rules`, rates against the bytes
    that were fetched, and that nothing leads out of the country's published folder.
    """
    return _Walk(fetch, start_url).run()


class _Walk:
    def __init__(self, fetch: Fetch, start_url: str) -> None:
        self._fetch = fetch
        self._start_url = start_url
        self._report = WalkReport()
        self._bodies: dict[str, bytes] = {}
        self._waiting: deque[str] = deque([start_url])
        self._queued = {start_url}
        self._root = ""

    def run(self) -> WalkReport:
        while self._waiting:
            self._visit(self._waiting.popleft())
        return self._report

    def _visit(self, url: str) -> None:
        body = self._get(url)
        if body is None:
            return
        suffix = suffix_of(url)
        if suffix == ".html":
            self._visit_page(url, body)
        elif suffix == ".m3u8" and is_master(_text(body)):
            self._visit_stream(url, _text(body))

    def _get(self, url: str) -> bytes | None:
        """The body, None when there is none to look at; fetched and checked once."""
        if url in self._bodies:
            return self._bodies[url]
        if url in self._report.sizes:
            return None
        if self._root and not url.startswith(self._root):
            self._problem(url, "leads out of the published folder.")
            return None
        answer = self._fetch(url)
        self._report.sizes[url] = len(answer.body)
        if answer.status != 200:
            self._problem(url, f"answers with status {answer.status}.")
            return None
        for problem in file_problems(url, answer):
            self._problem(url, problem)
        if suffix_of(url) in {".html", ".m3u8", ".vtt"}:
            self._bodies[url] = answer.body
        return answer.body

    def _visit_page(self, url: str, body: bytes) -> None:
        page = read_page(_text(body), url)
        self._root = self._root or page.base_url
        if not page.language:
            self._problem(url, "does not say its language.")
        if "script-src 'self'" not in page.policy or page.has_inline_script:
            self._problem(url, "does not keep scripts to its own files.")
        found = dict.fromkeys(map(_without_query, page.urls))
        self._waiting.extend(each for each in found if each not in self._queued)
        self._queued.update(found)

    def _visit_stream(self, url: str, master: str) -> None:
        manifests: dict[str, str] = {}
        for rendition in renditions_in(master):
            body = self._get(urljoin(url, rendition.uri))
            if body is not None:
                manifests[rendition.uri] = _text(body)
        for problem in check_stream(master, manifests):
            self._problem(url, problem)
        for uri, text in manifests.items():
            for segment in _segments(urljoin(url, uri), text):
                self._visit_segment(segment)

    def _visit_segment(self, url: str) -> None:
        if url in self._report.sizes:
            return
        body = self._get(url)
        if body is not None and suffix_of(url) == ".vtt":
            for problem in check_subtitle_segment(_text(body)):
                self._problem(url, problem)

    def _problem(self, url: str, sentence: str) -> None:
        self._report.problems.append(f"{url} {sentence}")


def _segments(manifest_url: str, text: str) -> Iterator[str]:
    for part in parts_in(text):
        for uri in (*(init.uri for init in part.inits), *(segment.uri for segment in part.segments)):
            yield urljoin(manifest_url, uri)


def _without_query(url: str) -> str:
    return urlsplit(url)._replace(query="").geturl()


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")
