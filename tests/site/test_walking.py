"""Walking over a real release: nothing is missed, and each fault is noticed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from pipeline.site.walking import Fetched, WalkReport, walk_release
from tests.fixtures.releases import PublishedCountry
from tests.site.stores import ADDRESS, StoreWeb

pytestmark = pytest.mark.slow

Change = Callable[[Fetched], Fetched]


def walk(country: PublishedCountry, changes: dict[str, Change] | None = None, start: str = "") -> WalkReport:
    web = StoreWeb(country.store, "site/36/mw/")

    def fetch(url: str) -> Fetched:
        answer = web.fetch(url)
        for ending, change in (changes or {}).items():
            if url.endswith(ending):
                answer = change(answer)
        return answer

    return walk_release(fetch, ADDRESS + start)


def replaced(old: bytes, new: bytes) -> Change:
    def change(answer: Fetched) -> Fetched:
        assert old in answer.body
        return replace(answer, body=answer.body.replace(old, new))

    return change


def test_a_good_release_is_walked_completely(published_country: PublishedCountry) -> None:
    published_country.publish()

    report = walk(published_country)

    stored = {ADDRESS + key.removeprefix("site/36/mw/") for key in published_country.store.list_keys("site/36/mw/")}
    cards_posters = {url for url in stored - set(report.sizes) if PurePosixPath(url).name == "poster.jpg"}
    assert report.problems == []
    assert stored - set(report.sizes) == cards_posters | {ADDRESS + "index.html"}
    assert report.sizes[ADDRESS] > 0
    assert len(cards_posters) == 2
    assert report.addresses_checked > 60


def test_a_release_can_be_walked_before_the_pointer_moves(published_country: PublishedCountry) -> None:
    plan = published_country.publish()
    published_country.store.delete("site/36/mw/index.html")

    assert walk(published_country, start=plan.release_uri + "en.html").problems == []


@pytest.mark.parametrize(
    ("ending", "change", "problem"),
    [
        ("v180/0001.m4s", lambda a: replace(a, status=404), "answers with status 404"),
        ("v180/0001.m4s", lambda a: replace(a, body=b""), "is empty"),
        ("v180/0001.m4s", lambda a: replace(a, body=b"<html>"), "holds no fragment of media"),
        ("v180/init.mp4", lambda a: replace(a, body=b"<html>"), "does not begin as its kind of file does"),
        ("poster.jpg", lambda a: replace(a, body=b"<html>"), "does not begin as its kind of file does"),
        ("fr.html", lambda a: replace(a, status=500), "answers with status 500"),
        ("programme/master.m3u8", lambda a: replace(a, content_type="text/html"), "is served as “text/html”"),
        ("player.css", lambda a: replace(a, content_type="text/plain"), "is served as “text/plain”"),
        ("programme/audio.m3u8", replaced(b"#EXT-X-ENDLIST", b""), "audio.m3u8: The manifest does not end"),
        ("programme/subtitles-en.m3u8", replaced(b"#EXT-X-DISCONTINUITY", b"#"), "There are 1 parts"),
        ("3/subtitles/en/0001.vtt", replaced(b"MPEGTS:0", b"MPEGTS:9"), "map the cues to the media's clock"),
        ("s/1/master.m3u8", replaced(b"BANDWIDTH=", b"BANDWIDTH=1"), ""),
        ("es.html", replaced(b"script-src &#39;self&#39;", b"script-src *"), "does not keep scripts to its own files"),
        ("es.html", replaced(b"</main>", b"<script>1</script></main>"), "does not keep scripts to its own files"),
        ("es.html", replaced(b' lang="es" dir', b" dir"), "does not say its language"),
        ("es.html", replaced(b"<main>", b'<main><img src="http://elsewhere.test/x.jpg">'), "leads out of"),
        ("es.html", replaced(b"<main>", b'<main><img src="../../../lr/x.jpg">'), "leads out of"),
    ],
)
def test_a_fault_is_noticed(published_country: PublishedCountry, ending: str, change: Change, problem: str) -> None:
    published_country.publish()

    problems = walk(published_country, {ending: change}).problems

    assert any(problem in sentence for sentence in problems) if problem else problems == []


def test_a_rate_that_the_bytes_exceed_is_noticed(published_country: PublishedCountry) -> None:
    plan = published_country.publish()
    master = published_country.store.read_bytes(plan.key(plan.manifest_uri)).decode()
    said = master.split("BANDWIDTH=")[1].split(",")[0]
    lower = str(int(said) // 4)

    change = replaced(f"BANDWIDTH={said}".encode(), f"BANDWIDTH={lower}".encode())
    problems = walk(published_country, {"programme/master.m3u8": change}).problems

    assert any("says a lower rate for v90.m3u8" in sentence for sentence in problems)


def test_a_page_that_is_not_there_is_one_problem(published_country: PublishedCountry) -> None:
    assert walk(published_country).problems == [f"{ADDRESS} answers with status 404."]
