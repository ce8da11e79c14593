"""What every object store does, run over each of them."""

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.storage.comparing import has_same_bytes, holds_bytes
from pipeline.storage.store import ObjectChanged, ObjectInfo, ObjectMissing, ObjectStore

HTML = "text/html; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"
PAGE = "Señora, l’été — монгол ދިވެހި".encode()
KEYS_NOT_OURS = (
    *("", "/", "/a", "a/", "a//b", "../a", "a/../b", "..", ".", "a/.", "a/.b", ".incoming/a", ".attributes/a"),
    *("a b", "a\nb", "a\n", "a\0b", "a\\b", "a~", "é", "a%2fb", "C:a", "a" * 201, "a/" * 256 + "a"),
)


def put(store: ObjectStore, *keys: str, data: bytes = b"x") -> None:
    for key in keys:
        store.put_bytes(key, data, content_type="text/plain")


def stat(store: ObjectStore, key: str) -> ObjectInfo:
    found = store.stat(key)
    assert found
    return found


def test_an_object_comes_back_with_what_was_said_of_it(store: ObjectStore) -> None:
    store.put_bytes("site/upr36/mw/index.html", PAGE, content_type=HTML, cache_control="no-cache")
    assert store.read_bytes("site/upr36/mw/index.html") == PAGE
    assert store.stat("site/upr36/mw/index.html") == ObjectInfo("site/upr36/mw/index.html", len(PAGE), HTML, "no-cache")


def test_private_things_are_not_cached_unless_asked(store: ObjectStore) -> None:
    store.put_bytes("originals/0a", b"film", content_type="video/mp4")
    info = store.stat("originals/0a")
    assert info is not None
    assert (info.content_type, info.cache_control) == ("video/mp4", "no-store")


def test_writing_again_replaces_bytes_and_attributes(store: ObjectStore) -> None:
    store.put_bytes("a/b.html", b"long old text", content_type=HTML, cache_control=FOREVER)
    store.put_bytes("a/b.html", b"new", content_type="text/plain")
    assert store.read_bytes("a/b.html") == b"new"
    assert store.stat("a/b.html") == ObjectInfo("a/b.html", 3, "text/plain", "no-store")


def test_of_several_who_saw_the_same_one_writes(store: ObjectStore) -> None:
    told = {"content_type": HTML, "cache_control": "no-cache"}
    for round_ in range(3):
        info = store.stat("a/pointer")
        seen = info.version if info else None

        def write(number: int, seen: str | None = seen, round_: int = round_) -> bytes | None:
            try:
                store.replace_bytes("a/pointer", data := f"{round_} by {number}".encode(), seen=seen, **told)
            except ObjectChanged:
                return None
            return data

        with ThreadPoolExecutor(8) as pool:
            written = [data for data in pool.map(write, range(8)) if data]
        assert written == [store.read_bytes("a/pointer")]
        assert store.stat("a/pointer") == ObjectInfo("a/pointer", len(written[0]), HTML, "no-cache")


def test_what_was_seen_and_is_gone_is_not_written_again(store: ObjectStore) -> None:
    put(store, "a/pointer")
    seen = store.stat("a/pointer")
    assert seen
    store.delete("a/pointer")
    with pytest.raises(ObjectChanged):
        store.replace_bytes("a/pointer", b"late", seen=seen.version, content_type=HTML)
    assert store.stat("a/pointer") is None
    assert list(store.list_keys("")) == []


def test_bytes_are_compared_by_what_the_store_knows_or_by_reading(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(os.urandom(17_000_000))
    store.put_file("a/large", tmp_path / "large", content_type="video/mp4")
    store.copy("a/large", "a/copy", content_type="video/mp4", cache_control=FOREVER)
    put(store, "a/other", data=bytes(17_000_000))
    put(store, "a/small", data=PAGE)
    small, large, copy, other = (stat(store, f"a/{name}") for name in ("small", "large", "copy", "other"))
    assert holds_bytes(store, small, PAGE)
    assert not holds_bytes(store, small, PAGE[::-1])
    assert has_same_bytes(store, large, copy)
    assert not has_same_bytes(store, large, other)
    for one in (small, large, copy):  # a store that tells nothing
        assert has_same_bytes(store, replace(one, checksums={}), one)
    assert not has_same_bytes(store, replace(large, checksums={}), other)


def test_nothing_is_left_of_what_was_removed(store: ObjectStore) -> None:
    put(store, "a/b/1", "a/b/2", "a/c")
    put(store, "a/b/1", data=b"again")
    assert store.count_traces("a/b/") >= 2
    assert (store.forget_versions("a/b/1"), store.read_bytes("a/b/1")) == (0, b"again")
    assert store.delete_prefix("a/b/") == 2
    assert (store.count_traces("a/b/"), store.count_traces("a/")) == (0, 1)


def test_an_object_has_an_age_that_begins_anew_with_each_write(store: ObjectStore, tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(b"pictures")
    os.utime(film, (0, 0))
    store.put_file("a/b", film, content_type="video/mp4", is_final=True)
    age = store.age_seconds("a/b")
    assert age is not None
    assert -1 <= age < 3600
    assert store.age_seconds("a/other") is None


def test_an_object_can_be_empty(store: ObjectStore) -> None:
    put(store, "a/empty", data=b"")
    info = store.stat("a/empty")
    assert info is not None
    assert info.size_bytes == 0
    assert store.read_bytes("a/empty") == b""


@pytest.mark.parametrize("is_final", [False, True])
def test_a_file_is_kept_and_its_source_is_free_to_go(store: ObjectStore, tmp_path: Path, is_final: bool) -> None:
    film = tmp_path / "film"
    film.write_bytes(b"pictures")
    for _ in range(2):
        store.put_file("a/b", film, content_type="video/mp4", cache_control=FOREVER, is_final=is_final)
        assert film.read_bytes() == b"pictures"
    film.unlink()
    assert store.read_bytes("a/b") == b"pictures"
    assert store.stat("a/b") == ObjectInfo("a/b", 8, "video/mp4", FOREVER)


def test_a_file_that_is_not_final_may_change_afterwards(store: ObjectStore, tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(b"pictures")
    store.put_file("a/b", film, content_type="video/mp4")
    with film.open("r+b") as file:
        file.write(b"PICT")
    assert store.read_bytes("a/b") == b"pictures"


@pytest.mark.parametrize("is_final", [False, True])
def test_a_file_that_is_not_there_is_the_callers_mistake(store: ObjectStore, tmp_path: Path, is_final: bool) -> None:
    with pytest.raises(FileNotFoundError):
        store.put_file("a/b", tmp_path / "nothing", content_type="video/mp4", is_final=is_final)
    assert store.stat("a/b") is None


def test_a_large_object_survives_the_way_there_and_back(store: ObjectStore, tmp_path: Path) -> None:
    large = os.urandom(21_000_001)
    (tmp_path / "large").write_bytes(large)
    store.put_file("a/large", tmp_path / "large", content_type="video/mp4", cache_control=FOREVER)
    assert store.stat("a/large") == ObjectInfo("a/large", len(large), "video/mp4", FOREVER)
    store.fetch_file("a/large", tmp_path / "back")
    assert hashlib.sha256((tmp_path / "back").read_bytes()).digest() == hashlib.sha256(large).digest()
    around_the_seam = slice(16 * 1024**2 - 5, 16 * 1024**2 + 5)
    assert b"".join(store.read_range("a/large", around_the_seam.start, around_the_seam.stop)) == large[around_the_seam]


@pytest.mark.parametrize(
    ("start", "end"), [(0, None), (0, 1), (3, 7), (3, None), (9, 10), (9, 99), (10, None), (50, 60), (4, 4), (7, 3)]
)
def test_a_range_is_what_a_slice_is(store: ObjectStore, start: int, end: int | None) -> None:
    put(store, "a/digits", data=b"0123456789")
    assert b"".join(store.read_range("a/digits", start, end)) == b"0123456789"[start:end]


def test_a_range_cannot_start_before_the_object(store: ObjectStore) -> None:
    put(store, "a/b")
    with pytest.raises(WrongUsage):
        store.read_range("a/b", -1)


def test_large_reads_come_in_pieces_and_may_stop_early(store: ObjectStore) -> None:
    put(store, "a/b", data=bytes(3_000_000))
    with store.read_range("a/b") as chunks:
        first = next(chunks)
    assert 0 < len(first) < 1_000_000
    assert list(chunks) == []


def test_what_is_missing_is_said_at_the_call(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "a/b/c")
    for key in ("a/x", "a/b", "a/b/c/d"):
        assert store.stat(key) is None
        for read in (store.read_bytes, store.read_range, lambda key: store.read_range(key, 4, 4)):
            with pytest.raises(ObjectMissing):
                read(key)
        with pytest.raises(ObjectMissing):
            store.fetch_file(key, tmp_path / "back")
        with pytest.raises(ObjectMissing):
            store.copy(key, "a/y", content_type="text/plain", cache_control="no-store")
    assert list(tmp_path.glob("back*")) == []
    assert list(store.list_keys("")) == ["a/b/c"]


def test_fetching_replaces_a_local_file_whole(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "a/b", data=b"new")
    (tmp_path / "back").write_bytes(b"much longer old text")
    store.fetch_file("a/b", tmp_path / "back")
    assert [path.name for path in tmp_path.glob("back*")] == ["back"]
    assert (tmp_path / "back").read_bytes() == b"new"


def test_keys_are_listed_in_order_and_a_prefix_is_a_folder(store: ObjectStore) -> None:
    keys = ["a-b/x", "a.b", "a/0", "a/B", "a/b/c/d", "a/b0", "a/ba", "aa/x", "b"]
    put(store, *reversed(keys))
    assert list(store.list_keys("")) == keys
    assert list(store.list_keys("a/")) == ["a/0", "a/B", "a/b/c/d", "a/b0", "a/ba"]
    assert list(store.list_keys("a/b/")) == ["a/b/c/d"]
    assert list(store.list_keys("nothing/")) == []


def test_an_empty_store_has_no_keys(store: ObjectStore) -> None:
    assert list(store.list_keys("")) == []
    assert store.delete_prefix("a/") == 0
    assert store.remove_leftovers(older_than_hours=0) == 0


def test_a_copy_has_its_own_attributes_and_life(store: ObjectStore) -> None:
    store.put_bytes("packages/0a/0001.m4s", b"media", content_type="video/mp4")
    store.copy("packages/0a/0001.m4s", "site/s/mw/0001.m4s", content_type="video/iso.segment", cache_control=FOREVER)
    assert store.stat("site/s/mw/0001.m4s") == ObjectInfo("site/s/mw/0001.m4s", 5, "video/iso.segment", FOREVER)
    assert store.stat("packages/0a/0001.m4s") == ObjectInfo("packages/0a/0001.m4s", 5, "video/mp4", "no-store")
    put(store, "packages/0a/0001.m4s", data=b"replaced")
    assert store.read_bytes("site/s/mw/0001.m4s") == b"media"
    store.delete("packages/0a/0001.m4s")
    assert store.read_bytes("site/s/mw/0001.m4s") == b"media"


def test_copying_over_something_replaces_it(store: ObjectStore) -> None:
    put(store, "a/new", data=b"new")
    put(store, "a/old", data=b"old text")
    for _ in range(2):
        store.copy("a/new", "a/old", content_type=HTML, cache_control=FOREVER)
        assert store.read_bytes("a/old") == b"new"
    store.copy("a/new", "a/new", content_type=HTML, cache_control=FOREVER)
    assert store.stat("a/new") == ObjectInfo("a/new", 3, HTML, FOREVER)
    assert list(store.list_keys("")) == ["a/new", "a/old"]


def test_deleting_twice_is_deleting(store: ObjectStore) -> None:
    store.put_bytes("a/b", b"x", content_type=HTML, cache_control=FOREVER)
    store.delete("a/b")
    store.delete("a/b")
    assert store.stat("a/b") is None
    put(store, "a/b")
    assert store.stat("a/b") == ObjectInfo("a/b", 1, "text/plain", "no-store")


def test_deleting_a_prefix_spares_its_neighbours(store: ObjectStore) -> None:
    put(store, "a/b/c", "a/b/d/e", "a/b.txt", "a/bb/c", "b/a/b/c")
    assert store.delete_prefix("a/b/") == 2
    assert list(store.list_keys("")) == ["a/b.txt", "a/bb/c", "b/a/b/c"]
    assert store.delete_prefix("a/b/") == 0


@pytest.mark.slow
def test_more_objects_than_one_answer_holds(store: ObjectStore) -> None:
    keys = [f"a/{number:04d}" for number in range(1003)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: put(store, key), keys))
    assert list(store.list_keys("a/")) == keys
    assert store.delete_prefix("a/") == 1003
    assert list(store.list_keys("")) == []


def test_no_other_keys_than_ours(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"x")
    put(store, "a/b")
    attributes = {"content_type": "text/plain", "cache_control": "no-store"}
    uses: list[Callable[[str], object]] = [
        lambda key: store.put_bytes(key, b"x", **attributes),
        lambda key: store.put_file(key, tmp_path / "film", **attributes),
        lambda key: store.put_file(key, tmp_path / "film", **attributes, is_final=True),
        lambda key: store.copy(key, "a/c", **attributes),
        lambda key: store.copy("a/b", key, **attributes),
        lambda key: store.fetch_file(key, tmp_path / "back"),
        store.read_bytes,
        store.read_range,
        store.stat,
        store.delete,
    ]
    for key, use in product(KEYS_NOT_OURS, uses):
        with pytest.raises(WrongUsage):
            use(key)
    assert list(store.list_keys("")) == ["a/b"]


def test_no_other_prefixes_than_ours(store: ObjectStore) -> None:
    put(store, "a/b")
    prefixes = ["a", "/", "../", "a/../", "a//", "a\n/", "./", ".incoming/"]
    for prefix, use in product(prefixes, (store.list_keys, store.delete_prefix)):
        with pytest.raises(WrongUsage):
            use(prefix)
    assert store.stat("a/b")


def test_everything_at_once_cannot_be_deleted(store: ObjectStore) -> None:
    put(store, "a/b")
    with pytest.raises(WrongUsage):
        store.delete_prefix("")
    assert store.stat("a/b")


def test_attributes_are_header_values(store: ObjectStore, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"x")
    put(store, "a/b")
    uses: list[Callable[..., object]] = [
        lambda **attributes: store.put_bytes("a/c", b"x", **attributes),
        lambda **attributes: store.put_file("a/c", tmp_path / "film", **attributes),
        lambda **attributes: store.put_file("a/c", tmp_path / "film", **attributes, is_final=True),
        lambda **attributes: store.copy("a/b", "a/c", **attributes),
    ]
    values = ["", "text/plain\r\nX-Evil: 1", "text/plain\n", "text/плоский", " text/plain", "a" * 201]
    for value, use in product(values, uses):
        with pytest.raises(WrongUsage):
            use(content_type=value, cache_control="no-store")
        with pytest.raises(WrongUsage):
            use(content_type="text/plain", cache_control=value)
    assert list(store.list_keys("")) == ["a/b"]


def test_what_is_being_read_stays_as_it_was(store: ObjectStore) -> None:
    old, new = b"o" * 3_000_000, b"n" * 2_000_000
    put(store, "a/b", data=old)
    chunks = store.read_range("a/b")
    first = next(chunks)
    put(store, "a/b", data=new)
    assert first + b"".join(chunks) == old
    assert store.read_bytes("a/b") == new


def test_a_version_tells_nothing_of_copies(store: ObjectStore) -> None:
    put(store, "a/b", data=b"film")
    before = store.stat("a/b")
    store.copy("a/b", "c/b", content_type=HTML, cache_control="no-cache")
    store.delete_prefix("c/")
    after = store.stat("a/b")
    assert before is not None
    assert after is not None
    assert after.version == before.version


def test_readers_see_one_whole_version(store: ObjectStore) -> None:
    versions = [bytes([65 + number]) * (50_000 + number) for number in range(4)]
    put(store, "a/b", data=versions[0])
    done = threading.Event()
    seen: list[bytes] = []

    def read() -> None:
        while not done.is_set():
            seen.append(store.read_bytes("a/b"))

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        writers = [pool.submit(put, store, "a/b", data=versions[turn % 4]) for turn in range(24)]
        for writer in writers:
            writer.result()
        done.set()
        for reader in readers:
            reader.result()
    assert seen
    assert set(seen) <= set(versions)


def test_writers_and_removers_in_one_place_do_not_hurt_each_other(store: ObjectStore) -> None:
    def come_and_go(name: str) -> None:
        for _ in range(15):
            put(store, f"a/b/c/{name}")
            assert store.stat(f"a/b/c/{name}")
            store.delete(f"a/b/c/{name}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(come_and_go, ["w", "x", "y", "z"]))
    assert list(store.list_keys("")) == []
