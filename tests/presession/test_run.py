"""`presession run` as a real process tree: up, alone, restarted, and gone without a trace."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from presession.ports import free_port

PROGRAM = Path(sys.executable).with_name("presession")
WAIT_SECONDS = 60
ALL_PROCESSES = 10
"""The run itself, broker, portal and its child, two workers with one and two children, scheduler."""

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

    def is_ours(self, variables: bytes, words: str) -> bool:
        return f"PRESESSION_DATA_DIR={self.data_dir}".encode() in variables or str(self.data_dir) in words


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """An installation that answers."""
    port = free_port("127.0.0.1")
    started = start(tmp_path / "data", port)
    wait_for(lambda: "presession runs at" in started.said(), "everything to be ready")
    yield started
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


def test_sigterm_stops_everything_in_order_and_nothing_is_left(running):
    wait_for(lambda: len(running.pids()) >= ALL_PROCESSES, "every part")
    assert running.stop(signal.SIGTERM) == 0
    assert running.said().rstrip().endswith("Stopped.")
    assert "ended" not in running.said()
    assert running.pids() == {}


def test_kill_9_leaves_nothing_behind_and_the_next_start_works(running):
    wait_for(lambda: len(running.pids()) >= ALL_PROCESSES, "every part")
    running.stop(signal.SIGKILL)
    wait_for(lambda: running.pids() == {}, "everything to be gone")
    again = start(running.data_dir, running.port)
    wait_for(again.answers, "the portal of the next start")
    assert again.stop(signal.SIGINT) == 0


def test_a_part_that_is_killed_comes_back(running):
    (pid,) = (pid for pid, words in running.pids().items() if " web" in words and os.getpgid(pid) == pid)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not running.answers(), "the portal to be gone")
    wait_for(running.answers, "the portal to be back")


def test_a_second_run_on_the_same_folder_is_refused(running):
    refused = run_again(running.data_dir, free_port("127.0.0.1"))
    assert refused.returncode == 2
    assert "already runs on" in refused.stderr
    assert running.answers()


def test_a_taken_port_is_refused_with_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refused = run_again(tmp_path / "data", listener.getsockname()[1])
    assert refused.returncode == 2
    assert "is in use by another program" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_an_account_it_says_how_to_add_one(running):
    assert f"presession runs at http://127.0.0.1:{running.port}/" in running.said()
    wait_for(lambda: "presession account add" in running.said(), "the hint")
