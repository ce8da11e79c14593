"""Programs are bounded, drained, and never outlive us."""

import os
import signal
import subprocess
import sys
import time

import pytest

from pipeline.processes import (
    ProgramFlooded,
    ProgramMissing,
    ProgramStalled,
    ProgramTimedOut,
    run_program,
    start_server,
)
from pipeline.processes.bounded import STDERR_TAIL_BYTES
from tests.fixtures.programs import is_alive, read_pid, script, wait_until


def test_result_carries_output_status_and_last_words(tmp_path):
    program = script(tmp_path, "echo out; echo first >&2; echo last words >&2; exit 7")
    result = run_program([program], deadline_seconds=10)
    assert (result.returncode, result.stdout, result.last_words) == (7, b"out\n", "last words")


def test_stdin_is_closed(tmp_path):
    program = script(tmp_path, "cat; echo read everything")
    assert run_program([program], deadline_seconds=10).stdout == b"read everything\n"


def test_a_program_takes_its_input_piece_by_piece(tmp_path):
    """More than a pipe holds, while it answers as much; only what it has taken is asked for."""
    asked = []

    def pieces():
        for number in range(40):
            asked.append(number)
            yield bytes([65 + number]) * 100_000

    program = script(tmp_path, "head -c 100001; echo; exec cat")
    result = run_program([program], deadline_seconds=20, stdin=pieces())
    assert len(result.stdout) == 4_000_001
    assert asked == list(range(40))


def test_a_program_that_reads_no_further_gets_no_more(tmp_path):
    asked = []

    def pieces():
        while True:
            asked.append(1)
            yield bytes(100_000)

    program = script(tmp_path, "head -c 10 | wc -c")
    assert run_program([program], deadline_seconds=20, stdin=pieces()).stdout == b"10\n"
    assert len(asked) < 10


def test_an_error_in_what_is_given_leaves_no_process(tmp_path):
    def pieces():
        yield b"begin"
        raise ValueError("no more")

    program = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 300")
    with pytest.raises(ValueError, match="no more"):
        run_program([program], deadline_seconds=20, stdin=pieces())
    assert not wait_until(lambda: (tmp_path / "pid").exists() and is_alive(read_pid(tmp_path / "pid")), 0.3)


def test_lines_reach_their_readers(tmp_path):
    program = script(tmp_path, r"printf 'one\ntwo\rthree'; printf 'warn\n' >&2")
    out, err = [], []
    result = run_program([program], deadline_seconds=10, on_stdout_line=out.append, on_stderr_line=err.append)
    assert (out, err, result.stdout) == (["one", "two", "three"], ["warn"], b"")


def test_a_flood_on_stderr_neither_blocks_nor_grows(tmp_path):
    program = script(tmp_path, "head -c 5000000 /dev/zero | tr '\\0' x >&2; echo done")
    result = run_program([program], deadline_seconds=20)
    assert result.stdout == b"done\n"
    assert len(result.stderr_tail) == STDERR_TAIL_BYTES


def test_a_flood_on_stdout_is_stopped(tmp_path):
    program = script(tmp_path, "exec cat /dev/zero")
    with pytest.raises(ProgramFlooded, match="wrote more than 64 MB"):
        run_program([program], deadline_seconds=30)


def test_garbage_without_line_ends_stays_bounded(tmp_path):
    program = script(tmp_path, "head -c 3000000 /dev/urandom")
    lines = []
    assert run_program([program], deadline_seconds=20, on_stdout_line=lines.append).returncode == 0
    assert lines


def test_deadline_kills_grandchildren(tmp_path):
    program = script(tmp_path, f"sleep 300 & echo $! > {tmp_path}/pid; sleep 300")
    with pytest.raises(ProgramTimedOut, match="was not done after 1 s"):
        run_program([program], deadline_seconds=1)
    grandchild = read_pid(tmp_path / "pid")
    assert wait_until(lambda: not is_alive(grandchild))


def test_stall_is_told_from_slow_work(tmp_path):
    busy = script(tmp_path, "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.3; done", "busy")
    assert run_program([busy], deadline_seconds=60, stall_seconds=2.5).returncode == 0
    silent = script(tmp_path, "echo begin; sleep 300", "silent")
    with pytest.raises(ProgramStalled, match="silent made no progress"):
        run_program([silent], deadline_seconds=60, stall_seconds=0.5)


def test_a_background_child_that_keeps_the_pipes_does_not_hang_us(tmp_path):
    program = script(tmp_path, f"sleep 300 & echo $! > {tmp_path}/pid; echo done")
    started = time.monotonic()
    assert run_program([program], deadline_seconds=60).stdout == b"done\n"
    assert time.monotonic() - started < 10
    assert wait_until(lambda: not is_alive(read_pid(tmp_path / "pid")))


def test_an_error_in_a_reader_leaves_no_process(tmp_path):
    program = script(tmp_path, "echo $$; sleep 300")
    pids = []

    def read(line: str) -> None:
        pids.append(int(line))
        raise ValueError("reader failed")

    with pytest.raises(ValueError, match="reader failed"):
        run_program([program], deadline_seconds=30, on_stdout_line=read)
    assert wait_until(lambda: not is_alive(pids[0]))


def test_memory_is_bounded():
    grab = "x = bytearray(900_000_000); print('got it')"
    assert run_program([sys.executable, "-c", grab], deadline_seconds=20).stdout == b"got it\n"
    bounded = run_program([sys.executable, "-c", grab], deadline_seconds=20, memory_bytes=500_000_000)
    assert bounded.returncode != 0
    assert "MemoryError" in bounded.stderr_tail


def test_missing_programs_say_what_to_do():
    with pytest.raises(ProgramMissing, match="“no-such-program” was not found"):
        run_program(["no-such-program"], deadline_seconds=1)


def test_missing_ffmpeg_names_the_package(tmp_path):
    with pytest.raises(ProgramMissing, match="apt-get install ffmpeg"):
        run_program([str(tmp_path / "ffmpeg")], deadline_seconds=1)


PARENTS = {
    "main": "run_program([program], deadline_seconds=300)",
    "thread": "Thread(target=run_program, args=([program],), kwargs={'deadline_seconds': 300}).start()",
    "fork": "os.fork() and time.sleep(300) or tell() or run_program([program], deadline_seconds=300)",
}


@pytest.mark.parametrize("kind", PARENTS)
def test_kill_9_of_the_parent_leaves_no_child(tmp_path, kind):
    """The parent cannot clean up here: the kernel must. Celery's workers are forked."""
    program = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 300")
    code = f"""
import os, time
from pathlib import Path
from threading import Thread
from pipeline.processes import run_program
program = {program!r}
def tell():
    Path({str(tmp_path / "parent")!r}).write_text(str(os.getpid()))
tell()
{PARENTS[kind]}
"""
    first = subprocess.Popen([sys.executable, "-c", code])
    child = read_pid(tmp_path / "pid")
    assert is_alive(child)
    os.kill(read_pid(tmp_path / "parent"), signal.SIGKILL)
    assert wait_until(lambda: not is_alive(child))
    first.kill()
    first.wait()


def test_a_child_whose_parent_dies_at_once_does_not_begin(tmp_path):
    """The parent is dead before the wrappers could ask the kernel for its signal."""
    program = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 300")
    code = f"""
import os
from subprocess import DEVNULL
from pipeline.processes.children import bonded, spawn
from pipeline.processes.confinement import Bounds
late = ["sh", "-c", 'sleep 0.3; exec "$@"', "late", *bonded([{program!r}], Bounds())]
print(spawn(late, stdout=DEVNULL, stderr=DEVNULL, cwd=None, env=None).pid, flush=True)
os.kill(os.getpid(), 9)
"""
    said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False).stdout
    assert wait_until(lambda: not is_alive(int(said)))
    assert not (tmp_path / "pid").exists()


def test_ctrl_c_in_the_parent_leaves_no_child(tmp_path):
    program = script(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 300")
    parent = subprocess.Popen(
        [sys.executable, "-c", f"from pipeline.processes import *; run_program([{program!r}], deadline_seconds=300)"],
        stderr=subprocess.DEVNULL,
    )
    child = read_pid(tmp_path / "pid")
    os.kill(parent.pid, signal.SIGINT)
    parent.wait(10)
    assert wait_until(lambda: not is_alive(child))


def test_a_server_stops_when_asked(tmp_path):
    program = script(tmp_path, "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done")
    server = start_server([program], log_path=tmp_path / "log" / "server.log")
    assert wait_until(lambda: (tmp_path / "log" / "server.log").read_text() == "up\n")
    assert server.is_running()
    assert server.stop(grace_seconds=5) == 3
    assert not server.is_running()
    assert (tmp_path / "log" / "server.log").read_text() == "up\nbye\n"


def test_a_server_that_will_not_stop_is_killed_with_its_children(tmp_path):
    program = script(tmp_path, f"trap '' TERM; sleep 300 & echo $! > {tmp_path}/pid; while :; do sleep 0.05; done")
    server = start_server([program])
    child = read_pid(tmp_path / "pid")
    assert server.stop(grace_seconds=0.3) == -signal.SIGKILL
    assert wait_until(lambda: not is_alive(child))


def test_a_server_dies_with_its_parent(tmp_path):
    program = script(tmp_path, "exec sleep 300")
    code = (
        "import sys, time; from pathlib import Path; from pipeline.processes import start_server;"
        f"s = start_server([{program!r}]); Path({str(tmp_path / 'pid')!r}).write_text(str(s.pid)); time.sleep(300)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    child = read_pid(tmp_path / "pid")
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert wait_until(lambda: not is_alive(child))
