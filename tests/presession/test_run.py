"""`presession run` as a real process tree: up, alone, restarted, and gone without a trace."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from config.settings import load_settings
from pipeline.domain.jobs import Queue
from presession.checkup.checks import Level
from presession.checkup.installation import check_installation
from presession.ports import free_port

PROGRAM = Path(sys.executable).with_name("presession")
WAIT_SECONDS = 120
PARTS = ("valkey", " web", " worker", " scheduler")

pytestmark = pytest.mark.slow


@dataclass
class Running:
    """A `presession run` of this test."""

    process: "subprocess.Popen[bytes]"
    data_dir: Path
    port: int

    def said(self) -> str:
        return self.data_dir.with_suffix(".said").read_text()

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(WAIT_SECONDS)

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def pids(self) -> dict[int, str]:
        """Every living process that works for this data folder, by what it was started with."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                variables = (entry / "environ").read_bytes()
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if self.is_ours(variables, words) and words:
                found[int(entry.name)] = words
        return found

    def is_whole(self) -> bool:
        """Whether every part runs, with children where it works in those."""
        pids = self.pids()
        with suppress(OSError):  # one that just ends
            working = [pid for pid, words in pids.items() if {"web", "worker"} & set(words.split()) and is_leader(pid)]
            has_parts = all(any(part in words for words in pids.values()) for part in PARTS)
            return has_parts and all(children(pid) for pid in working)
        return False

    def parts(self) -> set[int]:
        """The first processes of the parts; those that they start to work in come and go."""
        return {pid for pid in self.pids() if is_leader(pid)}

    def portal(self) -> int | None:
        """The portal's first process."""
        return next((pid for pid, words in self.pids().items() if " web" in words and is_leader(pid)), None)

    def is_ours(self, variables: bytes, words: str) -> bool:
        return f"PRESESSION_DATA_DIR={self.data_dir}".encode() in variables or str(self.data_dir) in words


def is_leader(pid: int) -> bool:
    with suppress(ProcessLookupError):  # one that just ended
        return os.getpgid(pid) == pid
    return False


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An installation that answers, for tests that leave it as it was."""
    with installation(tmp_path_factory.mktemp("running")) as started:
        yield started
        assert started.stop(signal.SIGINT) == 0


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[Running]:
    """An installation that answers, for a test that ends it."""
    with installation(tmp_path) as started:
        yield started


@contextmanager
def installation(folder: Path) -> Iterator[Running]:
    started = start(folder / "data", free_port("127.0.0.1"))
    try:
        wait_for(lambda: "presession runs at" in started.said(), "everything to be ready")
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def start(data_dir: Path, port: int) -> Running:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PRESESSION_")}
    argv = [PROGRAM, "run", "--data", data_dir, "--port", str(port)]
    with data_dir.with_suffix(".said").open("wb") as said:
        return Running(subprocess.Popen(argv, stderr=said, env=environment), data_dir, port)


def run_again(data_dir: Path, port: int) -> "subprocess.CompletedProcess[str]":
    argv = [PROGRAM, "run", "--data", data_dir, "--port", str(port)]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=WAIT_SECONDS)


def test_kill_9_leaves_nothing_behind_and_what_starts_next_stops_in_order(doomed):
    wait_for(doomed.is_whole, "every part")
    doomed.stop(signal.SIGKILL)
    wait_for(lambda: doomed.pids() == {}, "everything to be gone")
    with installation(doomed.data_dir.parent) as again:
        wait_for(again.is_whole, "every part of the next start")
        assert again.answers()
        assert again.stop(signal.SIGTERM) == 0
        assert again.said().rstrip().endswith("Stopped.")
        assert "ended" not in again.said()
        assert again.pids() == {}


def test_a_part_that_is_killed_comes_back(running):
    killed = running.portal()
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: running.portal() not in {None, killed}, "the portal to be started again")
    # What the killed one left behind may answer for a moment: only a whole new portal counts.
    wait_for(running.is_whole, "the new portal's own process")
    wait_for(running.answers, "the portal to answer again")
    assert "The portal ended (killed by signal 9)" in running.said()


def test_a_second_run_on_the_same_folder_is_refused(running):
    wait_for(running.is_whole, "every part")
    before = running.parts()
    refused = run_again(running.data_dir, free_port("127.0.0.1"))
    assert refused.returncode == 2
    assert "already runs on" in refused.stderr
    assert running.parts() == before
    wait_for(running.answers, "the portal to answer")


def test_a_taken_port_is_refused_with_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = run_again(tmp_path / "data", listener.getsockname()[1])
    assert refused.returncode == 2
    assert "is in use by another program" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_an_account_it_says_how_to_add_one(running):
    assert f"presession runs at http://127.0.0.1:{running.port}/" in running.said()
    wait_for(lambda: "presession account add" in running.said(), "the hint")


def test_the_doctor_finds_every_part_at_work(running):
    settings = load_settings(data_dir=running.data_dir, port=running.port, makes_secret=False)
    parts = {"broker", "portal", "scheduler", *(f"queue {queue}" for queue in Queue)}

    def fine_parts() -> set[str]:
        return {check.name for check in check_installation(settings) if check.level is Level.OK}

    wait_for(lambda: parts <= fine_parts(), "the doctor to see every part")
