"""Walking over a release as visitors and players do: pages, manifests, media, subtitles, images, all of them.

Where the bytes come from is the caller's: over HTTP from any web server, or straight out of a store.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from pipeline.domain.packages import ByteRange
from pipeline.site.dash import DASH_URI
from pipeline.site.film_rules import FILM_SUFFIXES, film_problems
from pipeline.site.manifest_reading import MediaKind, ReadPart, is_master, parts_in, renditions_in
from pipeline.site.manifest_rules import check_stream, check_subtitle_segment
from pipeline.site.mpd_reading import MpdUnreadable, ReadRepresentation, read_mpd
from pipeline.site.mpd_rules import check_mpd, representation_problems
from pipeline.site.page_reading import read_page
from pipeline.site.served_rules import Fetched, file_problems, suffix_of
from pipeline.site.storyboard_rules import check_storyboard, image_problems, read_tiles
from pipeline.site.storyboards import STORYBOARD_URI
from pipeline.site.track_reading import TrackLayout, TrackUnreadable, read_outline, read_track
from pipeline.site.track_rules import layout_problems, listing_problems, probed_ranges, range_problems

Fetch = Callable[[str], Fetched]
FetchRange = Callable[[str, ByteRange], Fetched]
SizeOf = Callable[[str], int | None]
"""How many bytes an address has, None where nothing is."""

_HEAD = ByteRange(0, 64 * 1024)
"""Beginning of a track file; its index is longer only where it lasts for hours."""

_OPENING = ByteRange(0, 16)
"""Of a film: enough to tell what kind of file it is."""


@dataclass
class WalkReport:
    """What a walk saw: each address with its size in bytes, and a sentence for each problem."""

    sizes: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def addresses_checked(self) -> int:
        """How many different addresses were fetched."""
        return len(self.sizes)


def walk_release(
    fetch: Fetch, start_url: str, *, fetch_range: FetchRange | None = None, size_of: SizeOf | None = None
) -> WalkReport:
    """Follow everything from a country's page, the pointer or one of a release, and check it.

    Checked: status, content type, how each file opens, manifests against `manifest_rules` and `mpd_rules`, every
    byte range that they list against the bytes of its file, and that nothing leads out of the country's published
    folder. With `fetch_range` the server is asked for some of the ranges too, as players do. With `size_of` as well,
    media are not fetched whole: their index, first and last fragment have to fit what lists them.
    """
    return _Walk(fetch, start_url, fetch_range, size_of).run()


class _Walk:
    def __init__(self, fetch: Fetch, start_url: str, fetch_range: FetchRange | None, size_of: SizeOf | None) -> None:
        self._fetch = fetch
        self._size_of = size_of
        self._fetch_range = fetch_range
        self._start_url = start_url
        self._report = WalkReport()
        self._bodies: dict[str, bytes] = {}
        self._tracks: dict[str, TrackLayout | None] = {}
        self._waiting: deque[str] = deque([start_url])
        self._queued = {start_url}
        self._root = ""

    def run(self) -> WalkReport:
        while self._waiting:
            self._visit(self._waiting.popleft())
        return self._report

    def _visit(self, url: str) -> None:
        if suffix_of(url) in FILM_SUFFIXES and self._fetch_range and self._size_of:
            self._visit_film(url, self._fetch_range, self._size_of(url) or 0)
            return
        body = self._get(url)
        if body is None:
            return
        suffix = suffix_of(url)
        if suffix == ".html":
            self._visit_page(url, body)
        elif suffix == ".m3u8" and is_master(_text(body)):
            self._visit_stream(url, _text(body))
            self._visit_mpd(urljoin(url, DASH_URI))
        elif url.endswith(f"/{STORYBOARD_URI}"):
            self._visit_storyboard(url, _text(body))

    def _get(self, url: str) -> bytes | None:
        """The body, None when there is none to look at; fetched and checked once."""
        if url in self._bodies:
            return self._bodies[url]
        if url in self._report.sizes:
            return None
        return self._checked(url, self._fetch)

    def _checked(self, url: str, fetch: Fetch, size: int | None = None) -> bytes | None:
        if self._root and not url.startswith(self._root):
            self._problem(url, "leads out of the published folder.")
            return None
        answer = fetch(url)
        self._report.sizes[url] = len(answer.body) if size is None else size
        if answer.status != 200:
            self._problem(url, f"answers with status {answer.status}.")
            return None
        for problem in file_problems(url, answer):
            self._problem(url, problem)
        if suffix_of(url) not in FILM_SUFFIXES:
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

    def _visit_film(self, url: str, fetch_range: FetchRange, size: int) -> None:
        """A film by its beginning and its length."""
        if self._checked(url, lambda url: fetch_range(url, _OPENING), size) is not None:
            for problem in film_problems(size, lambda span: fetch_range(url, span).body):
                self._problem(url, problem)

    def _visit_stream(self, url: str, master: str) -> None:
        manifests: dict[str, str] = {}
        for rendition in renditions_in(master):
            body = self._get(urljoin(url, rendition.uri))
            if body is not None:
                manifests[rendition.uri] = _text(body)
        for problem in check_stream(master, manifests):
            self._problem(url, problem)
        for rendition in renditions_in(master):
            for part in parts_in(manifests.get(rendition.uri, "")):
                self._visit_part(urljoin(url, rendition.uri), part, rendition.kind)

    def _visit_part(self, manifest_url: str, part: ReadPart, kind: MediaKind) -> None:
        if kind is MediaKind.SUBTITLES:
            self._visit_subtitles(manifest_url, part)
            return
        for uri in dict.fromkeys(segment.uri for segment in part.segments):
            url = urljoin(manifest_url, uri)
            track = self._track(url)
            for problem in listing_problems(part, kind, track) if track else ():
                self._problem(url, problem)

    def _visit_subtitles(self, manifest_url: str, part: ReadPart) -> None:
        texts: dict[tuple[str, str], None] = {}
        for segment in part.segments:
            url = urljoin(manifest_url, segment.uri)
            body = self._get(url) or b""
            texts[url, _text(body[segment.span.offset : segment.span.end] if segment.span else body)] = None
        for url, text in texts:
            for problem in check_subtitle_segment(text):
                self._problem(url, problem)

    def _visit_mpd(self, url: str) -> None:
        text = _text(self._get(url) or b"")
        for problem in check_mpd(text):
            self._problem(url, problem)
        for one in _representations(text):
            file_url = urljoin(url, one.uri)
            if one.kind == "text":
                self._get(file_url)
            elif track := self._track(file_url):
                for problem in representation_problems(one, track):
                    self._problem(file_url, problem)

    def _visit_storyboard(self, url: str, text: str) -> None:
        tiles = read_tiles(text)
        images = {tile.uri: body for tile in tiles if (body := self._get(urljoin(url, tile.uri)))}
        for problem in (*check_storyboard(text), *image_problems(tiles, images)):
            self._problem(url, problem)

    def _track(self, url: str) -> TrackLayout | None:
        if url not in self._tracks:
            self._tracks[url] = self._read_track(url)
        return self._tracks[url]

    def _read_track(self, url: str) -> TrackLayout | None:
        """What lies where in a file of media; its bytes are not kept."""
        if self._fetch_range and self._size_of:
            return self._read_outline(url, self._fetch_range, self._size_of(url))
        body = self._get(url)
        if body is None:
            return None
        try:
            track = read_track(body)
        except TrackUnreadable as error:
            self._problem(url, str(error))
            return None
        for problem in layout_problems(track):
            self._problem(url, problem)
        for span in probed_ranges(track) if self._fetch_range else ():
            self._probe(url, span, body)
        return track

    def _read_outline(self, url: str, fetch_range: FetchRange, size: int | None) -> TrackLayout | None:
        """What lies where in a file of media by its index, as a player learns it."""
        head = self._checked(url, lambda url: fetch_range(url, _HEAD), size)
        if head is None:
            return None
        try:
            track = read_outline(size or 0, head, lambda span: fetch_range(url, span).body)
        except TrackUnreadable as error:
            self._problem(url, str(error))
            return None
        for problem in layout_problems(track):
            self._problem(url, problem)
        return track

    def _probe(self, url: str, span: ByteRange, body: bytes) -> None:
        if self._fetch_range:
            answer = self._fetch_range(url, span)
            for problem in range_problems(span, answer.body, answer.status, body):
                self._problem(url, problem)

    def _problem(self, url: str, sentence: str) -> None:
        self._report.problems.append(f"{url} {sentence}")


def _representations(text: str) -> list[ReadRepresentation]:
    try:
        return [one for period in read_mpd(text).periods for one in period.representations]
    except MpdUnreadable:
        return []


def _without_query(url: str) -> str:
    return urlsplit(url)._replace(query="").geturl()


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")
