"""What is particular to objects in a folder."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.storage.disk import disk_faults_named
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import ObjectInfo, StoreUnavailable

FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def other_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))  # in memory, so never on the disk of /tmp
    yield folder
    shutil.rmtree(folder)


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_published_is_plain_files_for_any_web_server(folder_store: FolderStore, root: Path) -> None:
    old_mask = os.umask(0o022)
    try:
        folder_store.put_bytes("site/s/mw/index.html", b"page", content_type="text/html", cache_control="no-cache")
        folder_store.put_bytes("packages/0a/1.m4s", b"media", content_type="video/mp4", cache_control=FOREVER)
        folder_store.copy("packages/0a/1.m4s", "site/s/mw/1.m4s", content_type="video/mp4", cache_control=FOREVER)
    finally:
        os.umask(old_mask)
    assert files_below(root / "site") == ["s/mw/1.m4s", "s/mw/index.html"]
    for name in files_below(root / "site"):
        assert (root / "site" / name).stat().st_mode & 0o777 == 0o644
    assert (root / "site/s/mw").stat().st_mode & 0o777 == 0o755


def test_a_copy_takes_no_space(folder_store: FolderStore, root: Path) -> None:
    folder_store.put_bytes("a/b", b"media", content_type="video/mp4")
    folder_store.copy("a/b", "c/d", content_type="video/mp4", cache_control=FOREVER)
    assert (root / "a/b").stat().st_ino == (root / "c/d").stat().st_ino


def test_a_final_file_is_not_copied_on_the_same_disk(folder_store: FolderStore, root: Path, tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"film")
    folder_store.put_file("originals/0a", tmp_path / "film", content_type="video/mp4", is_final=True)
    assert (root / "originals/0a").stat().st_ino == (tmp_path / "film").stat().st_ino


def test_a_final_file_is_copied_from_another_disk(folder_store: FolderStore, other_disk: Path, tmp_path: Path) -> None:
    film = other_disk / "film"
    film.write_bytes(b"film")
    assert film.stat().st_dev != tmp_path.stat().st_dev
    folder_store.put_file("originals/0a", film, content_type="video/mp4", is_final=True)
    film.unlink()
    assert folder_store.read_bytes("originals/0a") == b"film"


def test_objects_go_to_another_disk_and_back(tmp_path: Path, other_disk: Path) -> None:
    store = FolderStore(other_disk / "store")
    (tmp_path / "film").write_bytes(b"film" * 100_000)
    store.put_file("a/b", tmp_path / "film", content_type="video/mp4")
    store.fetch_file("a/b", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"film" * 100_000


def test_a_key_cannot_be_both_object_and_folder(folder_store: FolderStore, root: Path) -> None:
    folder_store.put_bytes("a/b", b"x", content_type="text/plain")
    for key in ("a/b/c", "a/b/c/d", "a"):
        with pytest.raises(WrongUsage, match="folder of other keys"):
            folder_store.put_bytes(key, b"y", content_type="text/plain")
    assert list(folder_store.list_keys("")) == ["a/b"]
    assert files_below(root / ".incoming") == []


def test_content_types_follow_the_suffix_when_nothing_was_kept(folder_store: FolderStore, root: Path) -> None:
    folder_store.put_bytes("a/b.vtt", b"x", content_type="text/plain", cache_control=FOREVER)
    shutil.rmtree(root / ".attributes")
    assert folder_store.stat("a/b.vtt") == ObjectInfo("a/b.vtt", 1, "text/vtt; charset=utf-8", "no-store")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b'{"content_type": "a/b"}', b'{"x": 1}', b"\xff"])
def test_damaged_attributes_do_not_hide_an_object(folder_store: FolderStore, root: Path, damage: bytes) -> None:
    folder_store.put_bytes("a/b.jpg", b"x", content_type="text/plain", cache_control=FOREVER)
    (kept,) = (path for path in (root / ".attributes").rglob("*") if path.is_file())
    kept.write_bytes(damage)
    assert folder_store.stat("a/b.jpg") == ObjectInfo("a/b.jpg", 1, "image/jpeg", "no-store")


def test_files_of_others_are_not_objects(folder_store: FolderStore, root: Path) -> None:
    folder_store.put_bytes("a/b", b"x", content_type="text/plain")
    for name in (".DS_Store", "a/.hidden", "a/b~", "a/a name"):
        (root / name).write_bytes(b"y")
    assert list(folder_store.list_keys("")) == ["a/b"]
    assert folder_store.delete_prefix("a/") == 1
    assert (root / "a/a name").exists()


def test_nothing_is_left_of_a_deleted_prefix(folder_store: FolderStore, root: Path) -> None:
    for number in range(3):
        folder_store.put_bytes(f"a/b/{number}/c", b"x", content_type="video/mp4", cache_control=FOREVER)
    folder_store.delete_prefix("a/")
    assert not (root / "a").exists()
    assert files_below(root) == []


def test_what_an_interrupted_write_left_is_removed_in_time(folder_store: FolderStore, root: Path) -> None:
    folder_store.put_bytes("a/b", b"x", content_type="text/plain")
    (root / ".incoming" / "left").write_bytes(b"half")
    os.utime(root / ".incoming" / "left", times=(0, 0))
    assert folder_store.remove_leftovers(older_than_hours=1) == 0
    time.sleep(0.01)
    assert folder_store.remove_leftovers(older_than_hours=0) == 1
    assert files_below(root / ".incoming") == []
    assert list(folder_store.list_keys("")) == ["a/b"]


def test_a_write_that_fails_leaves_the_old_object(folder_store: FolderStore, root: Path, tmp_path: Path) -> None:
    folder_store.put_bytes("a/b", b"old", content_type="text/plain")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        folder_store.put_file("a/b", tmp_path / "folder", content_type="text/plain")
    assert folder_store.read_bytes("a/b") == b"old"
    assert files_below(root / ".incoming") == []


def test_folders_made_and_removed_at_once_cost_no_object(folder_store: FolderStore) -> None:
    stop = threading.Event()

    def disturb() -> int:
        rounds = 0
        while not stop.is_set():
            folder_store.put_bytes("a/b/c/d/e", b"x", content_type="text/plain")
            folder_store.delete_prefix("a/b/c/d/")
            rounds += 1
        return rounds

    with ThreadPoolExecutor(1) as pool:
        disturbing = pool.submit(disturb)
        try:
            for number in range(100):
                key, data = f"a/b/c/{number}", str(number).encode()
                folder_store.put_bytes(key, data, content_type="text/plain", cache_control=FOREVER)
                assert folder_store.read_bytes(key) == data
                folder_store.delete(key)
        finally:
            stop.set()
        assert disturbing.result() > 0
    assert list(folder_store.list_keys("")) == []


def test_a_folder_that_may_not_be_written_is_named() -> None:
    store = FolderStore(Path("/sys/presession"))
    with pytest.raises(StoreUnavailable, match=r"/sys/presession refuses access.*right to write"):
        store.put_bytes("a/b", b"x", content_type="text/plain")
    assert store.stat("a/b") is None


def test_a_root_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = FolderStore(tmp_path / "file")
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        store.put_bytes("a/b", b"x", content_type="text/plain")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_in_a_sentence(tmp_path: Path, code: int) -> None:
    with (
        pytest.raises(StoreUnavailable, match=r"The disk that holds .* is full\. Free space"),
        disk_faults_named(tmp_path),
    ):
        raise OSError(code, os.strerror(code))


_FILL_A_SMALL_DISK = """
import sys
from pathlib import Path
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import StoreUnavailable

store = FolderStore(Path(sys.argv[1]) / "store")
store.put_bytes("a/small", b"old", content_type="text/plain")
try:
    store.put_bytes("a/small", bytes(2_000_000), content_type="text/plain")
except StoreUnavailable as error:
    print(error)
print(store.read_bytes("a/small"), list(store.list_keys("")), list((Path(sys.argv[1]) / "store/.incoming").iterdir()))
"""


def test_a_disk_that_fills_up_costs_nothing_that_was_there(tmp_path: Path) -> None:
    mounting = f'mount -t tmpfs -o size=512k none "{tmp_path}" && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounting, "sh"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk of their own")
    argv = [*alone, sys.executable, "-c", _FILL_A_SMALL_DISK, str(tmp_path)]
    said = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert said.stdout.splitlines() == [
        f"The disk that holds {tmp_path}/store is full. Free space there, then try again.",
        "b'old' ['a/small'] []",
    ], said.stderr
