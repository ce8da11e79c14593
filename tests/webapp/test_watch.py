"""What is published, as a browser fetches it: types, ranges, caching, and nothing else of the store."""

import socket

import pytest

from pipeline.storage.keys import original_key, package_prefix, site_prefix
from pipeline.storage.s3 import S3Store
from webapp.app import create_app

BASE = "/watch/36/mw/"
SEGMENT = bytes(range(256)) * 40
NAME = "a" * 32


@pytest.fixture
def published(store):
    """A country's folder with a page, a release's page and a segment; and things that are not public."""
    prefix = site_prefix("36", "MW")
    forever = "public, max-age=31536000, immutable"
    store.put_bytes(
        f"{prefix}index.html", b"<p>front", content_type="text/html; charset=utf-8", cache_control="no-cache"
    )
    store.put_bytes(f"{prefix}r/{NAME}/index.html", b"<p>release", content_type="text/html", cache_control=forever)
    store.put_bytes(f"{prefix}media/{NAME}/v/1.m4s", SEGMENT, content_type="video/iso.segment", cache_control=forever)
    store.put_bytes(original_key(NAME), b"private", content_type="video/mp4")
    store.put_bytes(f"{package_prefix(NAME)}v/1.m4s", b"private", content_type="video/iso.segment")
    return f"{BASE}media/{NAME}/v/1.m4s"


def test_the_front_page_is_the_pointer(visit, published):
    answer = visit().get(BASE)
    assert answer.data == b"<p>front"
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/watch/36/mw", BASE),
        ("/watch/36/MW/", BASE),
        (f"{BASE}r/{NAME}", f"{BASE}r/{NAME}/"),
        (f"/watch/36/MW/r/{NAME}/?lang=fr", f"{BASE}r/{NAME}/?lang=fr"),
    ],
)
def test_addresses_written_otherwise_lead_to_the_right_one(visit, published, address, target):
    answer = visit().get(address)
    assert answer.status_code in {301, 308}
    assert answer.location.removeprefix("http://localhost") == target


def test_a_folder_shows_its_page(visit, published):
    assert visit().get(f"{BASE}r/{NAME}/").data == b"<p>release"


def test_media_come_whole_with_type_and_caching(visit, published):
    answer = visit().get(published)
    assert answer.status_code == 200
    assert answer.data == SEGMENT
    assert answer.content_type == "video/iso.segment"
    assert answer.content_length == len(SEGMENT)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, 10240),
        ("bytes=-5", 10235, 10240),
        ("bytes=10000-99999", 10000, 10240),
    ],
)
def test_a_range_comes_as_asked(visit, published, wanted, start, end):
    answer = visit().get(published, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.data == SEGMENT[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(SEGMENT)}"
    assert answer.content_length == end - start


def test_a_range_outside_is_refused(visit, published):
    answer = visit().get(published, headers={"Range": "bytes=99999-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(SEGMENT)}"


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=1-2", "nonsense", "bytes=5-2"])
def test_a_range_that_is_not_understood_sends_everything(visit, published, wanted):
    answer = visit().get(published, headers={"Range": wanted})
    assert answer.status_code == 200
    assert answer.data == SEGMENT


def test_head_tells_the_size_without_the_bytes(visit, published):
    answer = visit().client.head(published)
    assert answer.status_code == 200
    assert answer.content_length == len(SEGMENT)
    assert answer.data == b""


@pytest.mark.parametrize(
    "address",
    [
        "/watch/36/mw/nothing.html",
        "/watch/36/hn/",
        "/watch/99/mw/",
        "/watch/36/mwx/",
        "/watch/3_6/mw/",
        f"{BASE}../../../originals/{NAME}",
        f"{BASE}%2e%2e/%2e%2e/%2e%2e/originals/{NAME}",
        f"{BASE}..%2f..%2f..%2fpackages%2f{NAME}%2fv%2f1.m4s",
        f"{BASE}media/{NAME}/v/",
        f"{BASE}media//{NAME}",
        f"{BASE}.incoming/x",
        f"{BASE}%00",
        f"{BASE}{'x' * 2000}",
    ],
)
def test_what_is_not_published_is_not_found(visit, published, address):
    answer = visit().get(address)
    assert answer.status_code in {404, 308}
    assert b"private" not in answer.data


def test_a_store_that_is_away_is_said_plainly(portal_settings, sqlite_database, producer):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        away = S3Store(
            bucket="b", prefix="", endpoint_url=address, region="us-east-1", access_key_id="a", secret_access_key="s"
        )
        client = create_app(portal_settings, sqlite_database, away, producer).test_client()
        answer = client.get(BASE)
        assert answer.status_code == 503
        assert b"We cannot answer right now" in answer.data
        assert address.encode() not in answer.data
        assert client.get("/healthz").json == {"database": True, "store": False}
