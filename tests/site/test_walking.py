"""Walking over a real release: nothing is missed, and each fault is noticed."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.domain.packages import ByteRange
from pipeline.site.store_walk import walk_in_store
from pipeline.site.walking import Fetched, WalkReport, walk_release
from tests.fixtures.releases import PublishedCountry
from tests.site.stores import ADDRESS, StoreWeb

pytestmark = pytest.mark.slow

Change = Callable[[Fetched], Fetched]


def walk(country: PublishedCountry, changes: dict[str, Change] | None = None) -> WalkReport:
    web = StoreWeb(country.store, "site/36/mw/")

    def fetch(url: str) -> Fetched:
        answer = web.fetch(url)
        for ending, change in (changes or {}).items():
            if url.endswith(ending):
                answer = change(answer)
        return answer

    return walk_release(fetch, ADDRESS)


def replaced(old: bytes, new: bytes, count: int = -1) -> Change:
    def change(answer: Fetched) -> Fetched:
        assert old in answer.body
        return replace(answer, body=answer.body.replace(old, new, count))

    return change


def on_lines(beginning: bytes, more: int) -> Change:
    """Makes the lengths of the byte ranges on such lines larger by so much."""

    def change(answer: Fetched) -> Fetched:
        assert beginning in answer.body
        lines = [
            re.sub(rb"(\d+)@", lambda found: b"%d@" % (int(found[1]) + more), line)
            if line.startswith(beginning)
            else line
            for line in answer.body.split(b"\n")
        ]
        return replace(answer, body=b"\n".join(lines))

    return change


def test_a_good_release_is_walked_completely(published_country: PublishedCountry) -> None:
    published_country.publish()

    report = walk(published_country)

    stored = {ADDRESS + key.removeprefix("site/36/mw/") for key in published_country.store.list_keys("site/36/mw/")}
    assert report.problems == []
    assert stored - set(report.sizes) == {ADDRESS + "index.html"}
    assert report.sizes[ADDRESS] > 0


def test_a_release_can_be_walked_before_the_pointer_moves(published_country: PublishedCountry) -> None:
    plan = published_country.publish()
    published_country.store.delete("site/36/mw/index.html")

    assert walk_in_store(published_country.store, plan).problems == []


@pytest.mark.parametrize(
    ("ending", "change", "problem"),
    [
        ("v180.mp4", lambda a: replace(a, status=404), "answers with status 404"),
        ("v180.mp4", lambda a: replace(a, body=b""), "is empty"),
        ("v180.mp4", lambda a: replace(a, body=b"<html>"), "does not begin as its kind of file does"),
        ("v180.mp4", lambda a: replace(a, body=a.body[:-1]), "ends in the middle of a box"),
        ("v180.mp4", lambda a: replace(a, body=a.body + a.body[-1:]), "ends in the middle of a box"),
        ("v180.mp4", replaced(b"sidx", b"free"), "does not begin with ftyp, moov and sidx"),
        ("v180.mp4", replaced(b"moof", b"free"), "is not a row of moof and mdat"),
        ("v180.mp4", replaced(b"trun", b"free"), "has a fragment without trun"),
        ("programme/v180.m3u8", on_lines(b"#EXT-X-BYTERANGE", 1), "with other ranges of video than it has"),
        ("programme/v180-iframes.m3u8", on_lines(b"#EXT-X-BYTERANGE", 1), "other ranges of key pictures than it has"),
        ("programme/v180.m3u8", on_lines(b"#EXT-X-MAP", 1), "with another initialisation section than it has"),
        ("programme/v180.m3u8", replaced(b"INF:2.0", b"INF:2.1"), "lengths that differ from its index by 0.100 s"),
        ("programme/manifest.mpd", replaced(b'range="0-', b'range="0-1'), "another beginning or index than it has"),
        ("programme/manifest.mpd", replaced(b"<MPD", b"<!DOCTYPE x><MPD"), "declares a document type"),
        ("3/storyboard.vtt", replaced(b"xywh=0,0,160,90", b"xywh=0,9,160,90"), "that lie outside it"),
        ("3/storyboard.vtt", replaced(b"00:00:00.000", b"00:00:00.100"), "leaves moments without a small picture"),
        ("3/storyboard.vtt", replaced(b"#xywh", b"#txyw"), "has a cue that is no part of an image"),
        ("storyboard.jpg", lambda a: replace(a, body=b"<html>"), "does not begin as its kind of file does"),
        ("subtitles/en.vtt", lambda a: replace(a, status=404), "answers with status 404"),
        ("poster.jpg", lambda a: replace(a, body=b"<html>"), "does not begin as its kind of file does"),
        ("fr.html", lambda a: replace(a, status=500), "answers with status 500"),
        ("programme/master.m3u8", lambda a: replace(a, content_type="text/html"), "is served as “text/html”"),
        ("player.css", lambda a: replace(a, content_type="text/plain"), "is served as “text/plain”"),
        ("programme/audio.m3u8", replaced(b"#EXT-X-ENDLIST", b""), "audio.m3u8: The manifest does not end"),
        ("programme/subtitles-en.m3u8", replaced(b"#EXT-X-DISCONTINUITY", b"#"), "There are 1 parts"),
        ("3/subtitles/en-cut.vtt", replaced(b"MPEGTS:0", b"MPEGTS:9"), "map the cues to the media's clock"),
        ("s/1/master.m3u8", replaced(b":BANDWIDTH=", b":BANDWIDTH=9"), "has only"),
        ("/es.html", replaced(b"script-src &#39;self&#39;", b"script-src *"), "does not keep scripts to its own files"),
        ("/es.html", replaced(b"</main>", b"<script>1</script></main>"), "does not keep scripts to its own files"),
        ("/es.html", replaced(b' lang="es" dir', b" dir"), "does not say its language"),
        ("/es.html", replaced(b"<main>", b'<main><img src="http://elsewhere.test/x.jpg">'), "leads out of"),
        ("/es.html", replaced(b"<main>", b'<main><img src="../../../lr/x.jpg">'), "leads out of"),
    ],
)
def test_a_fault_is_noticed(published_country: PublishedCountry, ending: str, change: Change, problem: str) -> None:
    published_country.publish()

    problems = walk(published_country, {ending: change}).problems

    assert any(problem in sentence for sentence in problems), problems


def test_a_rate_that_the_bytes_exceed_is_noticed(published_country: PublishedCountry) -> None:
    plan = published_country.publish()
    master = published_country.store.read_bytes(plan.key(plan.manifest_uri)).decode()
    said = master.split(":BANDWIDTH=")[1].split(",")[0]
    lower = str(int(said) // 4)

    change = replaced(f":BANDWIDTH={said}".encode(), f":BANDWIDTH={lower}".encode())
    problems = walk(published_country, {"programme/master.m3u8": change}).problems

    assert any(f"bits per second where BANDWIDTH says {lower}" in sentence for sentence in problems)


def asked(country: PublishedCountry, change: Callable[[Fetched, ByteRange], Fetched]) -> tuple[WalkReport, int]:
    """A walk that asks for ranges, whose answers are changed; and how many it asked for."""
    web, count = StoreWeb(country.store, "site/36/mw/"), 0

    def fetch_range(url: str, span: ByteRange) -> Fetched:
        nonlocal count
        count += 1
        return change(web.fetch(url), span)

    return walk_release(web.fetch, ADDRESS, fetch_range=fetch_range), count


def test_servers_may_answer_a_range_or_the_whole_file(published_country: PublishedCountry) -> None:
    published_country.publish()

    cut, count = asked(published_country, lambda a, s: Fetched(206, a.content_type, a.body[s.offset : s.end]))
    whole, _ = asked(published_country, lambda a, s: a)

    assert cut.problems == whole.problems == []
    # Of four renditions each: beginning, index, first and last segment; the two cards have one segment.
    assert count == 4 * (3 + 3 + 4 + 4)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda a, s: Fetched(206, a.content_type, a.body[s.offset : s.end - 1]), "answers other bytes than"),
        (lambda a, s: Fetched(206, a.content_type, a.body), "answers other bytes than"),
        (lambda a, s: Fetched(200, a.content_type, a.body[s.offset : s.end]), "neither the range that was asked for"),
        (lambda a, s: Fetched(416, a.content_type, b""), "a request for a range with status 416"),
    ],
)
def test_a_server_that_answers_ranges_wrongly_is_noticed(
    published_country: PublishedCountry, change: Callable[[Fetched, ByteRange], Fetched], problem: str
) -> None:
    published_country.publish()

    report, _ = asked(published_country, change)

    assert any(problem in sentence for sentence in report.problems)


def test_a_page_that_is_not_there_is_one_problem(published_country: PublishedCountry) -> None:
    assert walk(published_country).problems == [f"{ADDRESS} answers with status 404."]
