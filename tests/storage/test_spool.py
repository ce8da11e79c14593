"""The spool: sizes are offsets, one writer at a time, nothing left over."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.domain.tokens import new_name
from pipeline.storage.spool import Spool, SpoolFileBusy, SpoolFileMissing


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@pytest.fixture
def name(spool: Spool) -> str:
    made = new_name()
    spool.create(made)
    return made


def test_a_files_size_is_what_was_appended(spool: Spool, name: str) -> None:
    assert spool.size_bytes(name) == 0
    with spool.hold(name) as file:
        file.append(b"abc")
        file.append(b"de")
        file.sync()
        assert file.size_bytes == 5
        assert file.sha256() == hashlib.sha256(b"abcde").hexdigest()
    assert spool.size_bytes(name) == 5
    assert spool.head_sha256(name, at_most=2) == hashlib.sha256(b"ab").hexdigest()


def test_only_its_owner_can_read_the_folder_and_the_files(spool: Spool, name: str, tmp_path: Path) -> None:
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0
    assert (tmp_path / "spool" / name).stat().st_mode & 0o077 == 0


def test_a_second_writer_is_refused_and_then_let_in(spool: Spool, name: str) -> None:
    with spool.hold(name), pytest.raises(SpoolFileBusy), spool.hold(name, wait_seconds=0.1):
        pass
    with spool.hold(name) as file:
        file.append(b"x")


def test_a_writer_who_waited_for_a_removed_file_finds_none(spool: Spool, name: str) -> None:
    with spool.hold(name):
        spool.remove(name)
    with pytest.raises(SpoolFileMissing), spool.hold(name):
        pass
    assert spool.size_bytes(name) is None


def test_unverified_bytes_lie_aside_and_go(spool: Spool, name: str, tmp_path: Path) -> None:
    with spool.hold(name) as file:
        file.append(b"abc")
        with file.unverified() as aside:
            aside.append(b"de")
            assert spool.size_bytes(name) == 3
            file.append_file(aside.path)
    assert spool.size_bytes(name) == 5
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [name]


def test_names_leaves_out_what_is_not_an_upload(spool: Spool, name: str, tmp_path: Path) -> None:
    (tmp_path / "spool" / "notes.txt").write_text("x")
    assert spool.names() == [name]
    assert Spool(tmp_path / "nowhere").names() == []


@pytest.mark.parametrize("name", ["", "..", "../secret", "A" * 32, "0" * 31, "0" * 32 + "/x"])
def test_other_names_are_refused(spool: Spool, name: str) -> None:
    with pytest.raises(WrongUsage):
        spool.size_bytes(name)


def test_a_killed_writer_lets_go_and_leaves_its_bytes(spool: Spool, name: str, tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from pipeline.storage.spool import Spool\n"
        f"with Spool(Path({str(tmp_path / 'spool')!r})).hold({name!r}) as file:\n"
        "    file.append(b'abc'); print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"held\n"
        with pytest.raises(SpoolFileBusy), spool.hold(name):
            pass
        os.kill(writer.pid, signal.SIGKILL)
    with spool.hold(name) as file:
        assert file.size_bytes == 3
