"""Answers are small where browsers ask for it, and as they were where that could tell something or costs more."""

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("address", ["/sign-in", "/static/css/base.css", "/static/css/base.css?v=1"])
def test_pages_and_files_come_compressed(visit, address):
    with visit().get(address) as plain, visit().get(address, headers=GZIP) as small:
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in small.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
        assert gzip.decompress(small.data)[:200] == plain.data[:200]


@pytest.mark.parametrize("address", ["/sign-in?next=/staff/", "/healthz", "/nothing-here"])
def test_answers_to_other_peoples_words_and_small_ones_do_not(visit, address):
    assert "Content-Encoding" not in visit().get(address, headers=GZIP).headers


def test_pages_are_not_as_long_as_what_is_in_them(visit):
    browser = visit()
    lengths = {len(browser.get("/sign-in", headers=GZIP).data) for _ in range(12)}
    assert len(lengths) > 1


@pytest.mark.parametrize("refusal", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_want_it_gets_it_plain(visit, refusal):
    with visit().get("/static/css/base.css", headers={"Accept-Encoding": refusal}) as answer:
        assert "Content-Encoding" not in answer.headers


def test_a_file_that_a_browser_has_is_not_sent_again(visit):
    with visit().get("/static/css/base.css", headers=GZIP) as first:
        etag = first.headers["ETag"]
    with visit().get("/static/css/base.css", headers={**GZIP, "If-None-Match": etag}) as again:
        assert again.status_code == 304
        assert not again.data


def test_a_part_of_a_file_is_a_part_of_the_file(visit):
    with visit().get("/static/css/base.css", headers={**GZIP, "Range": "bytes=5-14"}) as answer:
        assert answer.status_code == 206
        assert len(answer.data) == 10
