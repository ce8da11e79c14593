"""The set-up scripts on machines that are faked by what is on their PATH; nothing is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("cat", "cut", "dirname", "env", "grep", "mkdir", "rm", "sed", "sh", "sha256sum", "sort", "tail", "tr")


class Machine:
    """A machine with a few commands; whatever else is called is missing."""

    def __init__(self, place: Path) -> None:
        self.checkout = place / "checkout"
        self.bin = place / "bin"
        self.calls = place / "calls"
        shutil.copytree(ROOT / "tools", self.checkout / "tools")
        self.bin.mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found is not None
            (self.bin / name).symlink_to(found)

    def has(self, name: str, script: str = "") -> None:
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\n{script}\n')
        path.chmod(0o755)

    def is_used_by(self, user_id: int) -> None:
        self.has("id", f"echo {user_id}")

    def set_up(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "tools/setup.sh", *arguments],
            cwd=self.checkout,
            env={"PATH": str(self.bin), "HOME": str(self.checkout)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self, name: str) -> list[str]:
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if line.startswith(f"{name} ")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without anything that we need."""
    return Machine(tmp_path)


def test_where_nothing_may_be_installed_it_prints_the_one_line_and_stops(machine):
    machine.is_used_by(1000)
    machine.has("apt-get")
    done = machine.set_up()
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "apt-get" in line]
    assert "sudo sh -c 'apt-get update && apt-get -o DPkg::Lock::Timeout=300 install -y" in line
    assert "--no-install-recommends" in line
    assert "espeak-ng ffmpeg" in line
    assert machine.called("apt-get") == []


def test_root_installs_what_is_missing_and_nothing_for_tests(machine):
    machine.is_used_by(0)
    machine.has("apt-get")
    machine.set_up()
    last = machine.called("apt-get")[-1]
    assert "install -y --no-install-recommends" in last
    assert " ffmpeg" in last and " python3-venv" in last
    assert "chromium" not in last and "radosgw" not in last


def test_tests_need_more(machine):
    machine.is_used_by(0)
    machine.has("apt-get")
    machine.set_up("--tests")
    assert {"ceph-common", "ceph-mon", "ceph-osd", "radosgw"} <= set(machine.called("apt-get")[-1].split())


def test_sudo_is_used_when_it_asks_no_password(machine):
    machine.is_used_by(1000)
    machine.has("sudo", '[ "$1" = -n ] && exit 0; exec "$@"')
    machine.has("apt-get")
    machine.set_up()
    assert any(" install " in call for call in machine.called("sudo"))
    assert machine.called("apt-get")


def test_a_list_that_is_out_of_date_is_fetched_and_the_install_tried_again(machine):
    machine.is_used_by(0)
    machine.has("apt-get", f'case "$*" in *update*) touch {machine.bin}/fresh;; *) [ -e {machine.bin}/fresh ];; esac')
    shutil.copy(str(shutil.which("touch")), machine.bin / "touch")
    done = machine.set_up()
    kinds = ["update" if " update" in call else "install" for call in machine.called("apt-get")]
    assert kinds[-2:] == ["update", "install"]
    assert "could not be installed" not in done.stderr


def test_an_install_that_fails_shows_why(machine):
    machine.is_used_by(0)
    machine.has("apt-get", 'echo "E: no space left"; exit 100')
    done = machine.set_up()
    assert done.returncode == 1
    assert "E: no space left" in done.stderr


def test_without_apt_get_the_packages_are_named(machine):
    machine.is_used_by(0)
    done = machine.set_up()
    assert done.returncode == 1
    assert "has no apt-get. Install what these Debian packages bring: espeak-ng ffmpeg" in done.stderr


def test_an_old_python_is_refused_with_what_to_do(machine):
    machine.is_used_by(0)
    for name in ("ffmpeg", "ffprobe", "espeak-ng", "setpriv", "apt-get"):
        machine.has(name)
    old = 'case "$2" in *ensurepip*) exit 0;; *print*) echo 3.9;; *) exit 1;; esac'
    machine.has("python3", old)
    done = machine.set_up()
    assert done.returncode == 1
    assert "python3 is Python 3.9; 3.11 or newer is needed" in done.stderr


def test_an_unknown_option_is_wrong_usage(machine):
    assert machine.set_up("--everything").returncode == 2


def test_make_alone_lists_the_targets():
    done = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True, env=dict(os.environ))
    for target in ("setup", "demo", "run", "test", "check", "bench", "format"):
        assert f"\n  {target} " in done.stdout


def test_lock_files_carry_hashes_and_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if line[:1].isalnum()]
        assert pinned and all("==" in line and line.endswith("\\") for line in pinned)
        assert text.count("--hash=sha256:") >= len(pinned)
