"""What is published, as a browser fetches it: types, ranges, caching, and nothing else of the store."""

import socket
from dataclasses import asdict

import pytest

from pipeline.storage.keys import original_key, package_prefix, site_prefix
from pipeline.storage.s3 import S3Store
from webapp.app import create_app

BASE = "/watch/36/mw/"
MEDIA = bytes(range(256)) * 40
NAME = "a" * 32


@pytest.fixture
def published(store):
    """A country's folder with a page, a release's page and media; and things that are not public."""
    prefix = site_prefix("36", "MW")
    forever = "public, max-age=31536000, immutable"
    store.put_bytes(
        f"{prefix}index.html", b"<p>front", content_type="text/html; charset=utf-8", cache_control="no-cache"
    )
    store.put_bytes(f"{prefix}r/{NAME}/index.html", b"<p>release", content_type="text/html", cache_control=forever)
    store.put_bytes(f"{prefix}media/{NAME}/v240.mp4", MEDIA, content_type="video/mp4", cache_control=forever)
    store.put_bytes(original_key(NAME), b"private", content_type="video/mp4")
    store.put_bytes(f"{package_prefix(NAME)}v240.mp4", b"private", content_type="video/mp4")
    return f"{BASE}media/{NAME}/v240.mp4"


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
    assert answer.data == MEDIA
    assert answer.content_type == "video/mp4"
    assert answer.content_length == len(MEDIA)
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
        ("bytes=-99999", 0, 10240),
        ("Bytes=0-0", 0, 1),
        ("bytes=10000-99999", 10000, 10240),
    ],
)
def test_a_range_comes_as_asked(visit, published, wanted, start, end):
    answer = visit().get(published, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.data == MEDIA[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(MEDIA)}"
    assert answer.content_length == end - start


@pytest.mark.parametrize("wanted", ["bytes=99999-", "bytes=10240-", "bytes=-0"])
def test_a_range_outside_is_refused(visit, published, wanted):
    answer = visit().get(published, headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(MEDIA)}"
    assert answer.data == b""


@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,5-6", "lines=1-2", "nonsense", "bytes=5-2", "bytes=-", "bytes=" + "9" * 400 + "-"]
)
def test_a_range_that_is_not_understood_sends_everything(visit, published, wanted):
    answer = visit().get(published, headers={"Range": wanted})
    assert answer.status_code == 200
    assert answer.data == MEDIA


def test_a_range_of_a_version_that_cannot_be_known_sends_everything(visit, published):
    answer = visit().get(published, headers={"Range": "bytes=0-9", "If-Range": '"abc"'})
    assert answer.status_code == 200
    assert answer.data == MEDIA


def test_a_range_of_head_is_not_looked_at(visit, published):
    answer = visit().client.head(published, headers={"Range": "bytes=0-9"})
    assert answer.status_code == 200
    assert answer.content_length == len(MEDIA)


def test_a_range_comes_from_s3_as_from_a_folder(portal_settings, sqlite_database, producer, s3_bucket, published):
    s3_store = S3Store(**asdict(s3_bucket), prefix="")
    key = f"{site_prefix('36', 'MW')}media/{NAME}/v240.mp4"
    s3_store.put_bytes(key, MEDIA, content_type="video/mp4", cache_control="no-cache")
    client = create_app(portal_settings, sqlite_database, s3_store, producer, producer.waiting).test_client()
    answer = client.get(published, headers={"Range": "bytes=100-199"})
    assert (answer.status_code, answer.data) == (206, MEDIA[100:200])
    assert client.get(published, headers={"Range": "bytes=10240-"}).status_code == 416
    assert client.get(published).data == MEDIA
    s3_store.close()


def test_head_tells_the_size_without_the_bytes(visit, published):
    answer = visit().client.head(published)
    assert answer.status_code == 200
    assert answer.content_length == len(MEDIA)
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
        f"{BASE}..%2f..%2f..%2fpackages%2f{NAME}%2fv240.mp4",
        f"{BASE}media/{NAME}/",
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
        client = create_app(portal_settings, sqlite_database, away, producer, producer.waiting).test_client()
        answer = client.get(BASE)
        assert answer.status_code == 503
        assert b"We cannot answer right now" in answer.data
        assert address.encode() not in answer.data
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert (ready.json["records"], ready.json["store"]) == ("ok", "away")
        assert address.encode() not in ready.data
