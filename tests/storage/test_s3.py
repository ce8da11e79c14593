"""What is particular to objects in S3: rights, a shared bucket, servers that are away or break off."""

import gzip
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest

from pipeline.storage.comparing import holds_bytes
from pipeline.storage.s3 import S3Store
from pipeline.storage.s3_abilities import Matching, S3Abilities
from pipeline.storage.store import ObjectChanged, ObjectInfo, StoreUnavailable
from tests.fixtures.s3 import Bucket

pytestmark = pytest.mark.slow


@contextmanager
def opened(place: Bucket, **others: Any) -> Iterator[S3Store]:
    store = S3Store(**{**asdict(place), **others})
    try:
        yield store
    finally:
        store.close()


def uses_of(store: S3Store, folder: Path) -> list[Callable[[], object]]:
    (folder / "film").write_bytes(b"x")
    attributes = {"content_type": "text/plain", "cache_control": "no-store"}
    return [
        lambda: store.put_bytes("a/b", b"x", **attributes),
        lambda: store.put_file("a/b", folder / "film", **attributes),
        lambda: store.read_bytes("a/b"),
        lambda: store.fetch_file("a/b", folder / "back"),
        lambda: store.stat("a/b"),
        lambda: list(store.list_keys("")),
        lambda: store.copy("a/b", "a/c", **attributes),
        lambda: store.delete("a/b"),
        lambda: store.delete_prefix("a/"),
        lambda: store.remove_leftovers(older_than_hours=1),
    ]


def assert_unavailable(store: S3Store, folder: Path, sentence: str) -> None:
    for use in uses_of(store, folder):
        with pytest.raises(StoreUnavailable, match=sentence):
            use()
    assert (folder / "film").exists()
    assert not (folder / "back").exists()


def test_a_missing_bucket_is_named_not_taken_for_a_missing_object(s3_bucket: Bucket, tmp_path: Path) -> None:
    with opened(s3_bucket, bucket="not-there") as store:
        assert_unavailable(store, tmp_path, "bucket “not-there” at http://127.* does not exist. Make it")


@pytest.mark.parametrize("wrong", [{"secret_access_key": "wrong"}, {"access_key_id": "NOBODY"}])
def test_a_wrong_access_key_is_named(s3_bucket: Bucket, tmp_path: Path, wrong: dict[str, str]) -> None:
    with opened(s3_bucket) as store:
        store.put_bytes("a/b", b"private", content_type="text/plain")
    with opened(s3_bucket, **wrong) as store:
        assert_unavailable(store, tmp_path, r"refuses our access key \(.*\). Check the key")


def test_a_missing_access_key_is_named(s3_bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with opened(s3_bucket, access_key_id=None, secret_access_key=None) as store:
        assert_unavailable(store, tmp_path, "no access key.*give key and secret")


def test_a_server_that_is_away_is_named(s3_bucket: Bucket, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, opened(s3_bucket, endpoint_url="http://127.0.0.1:1") as store:
        patch.setattr("time.sleep", lambda seconds: None)  # the pauses between boto3's attempts
        assert_unavailable(store, tmp_path, "http://127.0.0.1:1 does not answer .* Check its address")


def test_two_installations_share_a_bucket(s3_bucket: Bucket) -> None:
    with opened(s3_bucket, prefix="one") as one, opened(s3_bucket, prefix="/one-more/") as other:
        for store in (one, other):
            store.put_bytes("a/b", b"x", content_type="text/plain")
        assert list(one.list_keys("")) == list(other.list_keys("")) == ["a/b"]
        assert one.delete_prefix("a/") == 1
        assert list(other.list_keys("")) == ["a/b"]
    with opened(s3_bucket) as whole:
        assert list(whole.list_keys("")) == ["one-more/a/b"]


def test_objects_of_others_in_the_bucket_are_not_ours(s3_bucket: Bucket) -> None:
    with opened(s3_bucket) as store:
        for key in ("a/b", "a/", "a/b c", ".hidden"):
            _client(s3_bucket).put_object(Bucket=s3_bucket.bucket, Key=key, Body=b"x")
        assert list(store.list_keys("")) == ["a/b"]


def test_unfinished_uploads_are_removed_in_time(s3_bucket: Bucket) -> None:
    client = _client(s3_bucket)
    client.create_multipart_upload(Bucket=s3_bucket.bucket, Key="mine/a/b")
    client.create_multipart_upload(Bucket=s3_bucket.bucket, Key="theirs/a/b")
    with opened(s3_bucket, prefix="mine") as store:
        assert store.remove_leftovers(older_than_hours=1) == 0
        assert store.remove_leftovers(older_than_hours=-1) == 1
        assert store.remove_leftovers(older_than_hours=-1) == 0
    left = client.list_multipart_uploads(Bucket=s3_bucket.bucket)["Uploads"]
    assert [upload["Key"] for upload in left] == ["theirs/a/b"]


def test_a_bucket_that_keeps_versions_keeps_none_of_what_is_removed(s3_bucket: Bucket) -> None:
    client = _client(s3_bucket)
    kept = {"Bucket": s3_bucket.bucket, "VersioningConfiguration": {"Status": "Enabled"}}
    client.put_bucket_versioning(**kept)
    with opened(s3_bucket, prefix="mine") as store:
        for text in (b"first", b"second", b"third"):
            for key in ("a/b/1", "a/b/2", "a/b10", "a/pointer"):
                store.put_bytes(key, text, content_type="text/plain")
        client.delete_object(Bucket=s3_bucket.bucket, Key="mine/a/b/2")  # as somebody else's program removes
        assert store.stat("a/b/2") is None
        assert store.count_traces("a/b/") == 7
        assert store.delete_prefix("a/b/") == 1
        assert store.count_traces("a/b/") == 0
        assert store.forget_versions("a/pointer") == 2
        assert store.read_bytes("a/pointer") == b"third"
        store.delete("a/pointer")
        assert store.count_traces("a/") == 3, "a/b10 alone, as it was"


def test_texts_lie_packed_and_are_read_as_they_were_given(s3_bucket: Bucket, tmp_path: Path) -> None:
    text, kind = b"#EXTM3U\n" + b"segment.mp4\n" * 100, "application/vnd.apple.mpegurl"
    with opened(s3_bucket) as store:
        store.put_bytes("a/master.m3u8", text, content_type=kind, cache_control="no-cache")
        store.put_bytes("a/words.vtt", b"WEBVTT" + text, content_type="text/vtt")
        store.copy("a/master.m3u8", "b/master.m3u8", content_type=kind, cache_control="no-cache")
        (tmp_path / "file.m3u8").write_bytes(text)
        store.put_file("c/master.m3u8", tmp_path / "file.m3u8", content_type=kind)
        raw = {key: _client(s3_bucket).get_object(Bucket=s3_bucket.bucket, Key=key) for key in store.list_keys("")}
        told = {key: answer.get("ContentEncoding") for key, answer in raw.items()}
        assert told == {f"{place}/master.m3u8": "gzip" for place in "abc"} | {"a/words.vtt": None}
        assert gzip.decompress(raw["b/master.m3u8"]["Body"].read()) == text
        for place in "abc":
            info = store.stat(f"{place}/master.m3u8")
            assert info
            assert (info.size_bytes, info.encoding, info.content_type) == (len(text), "gzip", kind)
            assert store.read_bytes(info.key) == text
            assert b"".join(store.read_range(info.key, 8, 19)) == b"segment.mp4"
            assert b"".join(store.read_range(info.key, len(text) - 4)) == b"mp4\n"
        assert _reads_nothing(store, lambda info: holds_bytes(store, info, text))
        assert _reads_nothing(store, lambda info: not holds_bytes(store, info, text[:-1] + b"!")) is False
    with opened(s3_bucket, compresses=False) as store:
        assert store.read_bytes("a/master.m3u8") == text
        store.put_bytes("a/plain.m3u8", text, content_type=kind)
        info = store.stat("a/plain.m3u8")
        assert info
        assert info.encoding == ""


def _reads_nothing(store: S3Store, ask: Callable[[ObjectInfo], bool]) -> bool:
    """Whether something holds of a packed text by what the server says of it alone."""
    info = store.stat("a/master.m3u8")
    assert info
    before = store.connection.client
    reads: list[str] = []
    before.meta.events.register("before-call.s3.GetObject", lambda **_named: reads.append("read"))
    assert ask(info)
    return not reads


def test_a_server_with_conditional_writes_is_known_by_trying(s3_bucket: Bucket) -> None:
    with opened(s3_bucket) as store:
        assert store.abilities.has_conditional_writes
        assert list(store.list_keys("")) == []
    with opened(s3_bucket, bucket="not-there") as store, pytest.raises(StoreUnavailable, match="does not exist"):
        _ = store.abilities


def test_a_server_without_them_is_read_before_and_after(s3_bucket: Bucket) -> None:
    """The store's own lock is missing then; a pointer that moved since it was seen is noticed all the same."""
    with opened(s3_bucket) as store:
        store._abilities = S3Abilities(creates_once=False, matching=Matching.UNKNOWN, keeps_sha256=False)
        store.replace_bytes("a/b", b"first", seen=None, content_type="text/plain")
        seen = store.stat("a/b")
        assert seen
        store.replace_bytes("a/b", b"second", seen=seen.version, content_type="text/plain")
        for stale in (seen.version, None):
            with pytest.raises(ObjectChanged):
                store.replace_bytes("a/b", b"third", seen=stale, content_type="text/plain")
        assert store.read_bytes("a/b") == b"second"


def test_a_forked_child_does_not_use_its_parents_connections(s3_store: S3Store) -> None:
    content = b"x" * 1000
    s3_store.put_bytes("a/b", content, content_type="text/plain")
    forking = multiprocessing.get_context("fork")
    answers = forking.SimpleQueue()

    def read_often() -> None:
        answers.put(all(s3_store.read_bytes("a/b") == content for _ in range(10)))

    children = [forking.Process(target=read_often) for _ in range(2)]
    for child in children:
        child.start()
    assert all(s3_store.read_bytes("a/b") == content for _ in range(10))
    assert [answers.get() for _ in children] == [True, True]
    for child in children:
        child.join()
    answers.close()


class _BreaksOff(BaseHTTPRequestHandler):
    """Promises 1000 bytes, gives ten, hangs up."""

    def do_GET(self) -> None:
        self.send_response(206)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"0123456789")

    def log_message(self, *arguments: object) -> None:
        pass


class _IsBusy(_BreaksOff):
    """Says so, always."""

    def do_GET(self) -> None:
        self.send_error(503)


@contextmanager
def served(handler: type[BaseHTTPRequestHandler], bucket: Bucket) -> Iterator[S3Store]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with opened(bucket, endpoint_url=f"http://127.0.0.1:{server.server_port}") as store:
            yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


NOWHERE = Bucket("somewhere", "")


def test_an_answer_that_breaks_off_is_never_a_short_object(tmp_path: Path) -> None:
    with served(_BreaksOff, NOWHERE) as store:
        for use in (lambda: store.read_bytes("a/b"), lambda: store.fetch_file("a/b", tmp_path / "back")):
            with pytest.raises(StoreUnavailable, match="does not answer"):
                use()
    assert list(tmp_path.iterdir()) == []


def test_a_busy_server_is_asked_again_and_then_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with served(_IsBusy, NOWHERE) as store, pytest.raises(StoreUnavailable, match=r"cannot do .* \(503\)"):
        store.read_bytes("a/b")


def test_the_bucket_stands_in_the_path_where_a_server_is_named() -> None:
    asked: list[str] = []

    class Notes(_IsBusy):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(400)

    with served(Notes, NOWHERE) as store, pytest.raises(StoreUnavailable):
        store.read_bytes("a/b")
    assert asked == ["/somewhere/a/b"]


def _client(bucket: Bucket) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=bucket.endpoint_url,
        region_name=bucket.region,
        aws_access_key_id=bucket.access_key_id,
        aws_secret_access_key=bucket.secret_access_key,
    )
