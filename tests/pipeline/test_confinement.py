"""What a program may take, see and reach; each bound is first shown to be missing without us."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.processes import (
    ProgramFlooded,
    ProgramMissing,
    ProgramNotStarted,
    ProgramTimedOut,
    bounded,
    offline_wrapper,
    run_program,
)
from pipeline.processes.confinement import Bounds
from pipeline.processes.ends import ProgramResult, refuse_unfinished
from tests.fixtures.programs import is_alive, read_pid, script, wait_until

ROOT = Path(__file__).parents[2]
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--groups"]

CALL = "(exec 3<>/dev/tcp/127.0.0.1/$PORT && echo through) 2>&1"


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def with_network(monkeypatch):
    """As on a system that allows no namespaces."""
    monkeypatch.setattr(bounded, "offline_wrapper", tuple)


needs_namespaces = pytest.mark.skipif(not offline_wrapper(), reason="this system allows no network namespaces")


@needs_namespaces
def test_a_bounded_program_reaches_nobody(tmp_path, port):
    call = script(tmp_path, f"PORT={port}; {CALL}")
    assert subprocess.run([call], stdout=subprocess.PIPE, check=True).stdout == b"through\n"
    result = run_program([call], deadline_seconds=20)
    assert result.returncode == 1
    assert b"Network is unreachable" in result.stdout


def test_where_the_system_allows_no_namespace_programs_run_with_the_network(tmp_path, port, with_network):
    call = script(tmp_path, f"PORT={port}; {CALL}")
    assert run_program([call], deadline_seconds=20).stdout == b"through\n"


@pytest.fixture
def place():
    """A folder that other users can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


@pytest.fixture
def as_nobody():
    """Arguments that make another, ordinary user of us, who may run this code."""
    arguments = [*NOBODY, "4242"]
    trial = [*arguments, sys.executable, "-c", "import pipeline.processes"]
    if os.geteuid() != 0 or subprocess.run(trial, cwd=ROOT, check=False, capture_output=True).returncode != 0:
        pytest.skip("no other user can run this code here")
    return arguments


@needs_namespaces
def test_an_ordinary_user_loses_the_network_and_keeps_its_rights(place, port, as_nobody):
    """Files of its group stay readable, those of others stay closed, /proc shows its own process."""
    for name, group, mode in (("ours", 4242, 0o040), ("theirs", 0, 0o040)):
        (place / name).write_text(f"{name}\n")
        os.chown(place / name, 0, group)
        (place / name).chmod(mode)
    program = script(
        place, f"id -u; cat {place}/ours; cat {place}/theirs; cat /proc/self/comm; PORT={port}; {CALL}; exit 0"
    )
    code = f"""
from pipeline.processes import offline_wrapper, run_program
assert "--user" in offline_wrapper()
print(run_program([{program!r}], deadline_seconds=20).stdout.decode())
"""
    command = [*as_nobody, sys.executable, "-c", code]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout
    assert said.split()[:3] == ["65534", "ours", "cat"]
    assert "Network is unreachable" in said


@needs_namespaces
def test_kill_9_of_the_parent_reaches_into_a_users_namespace(place, as_nobody):
    program = script(place, f"readlink /proc/self/ns/net > {place}/ns; echo $$ > {place}/pid; exec sleep 300")
    code = f"from pipeline.processes import run_program; run_program([{program!r}], deadline_seconds=300)"
    parent = subprocess.Popen([*as_nobody, sys.executable, "-c", code], cwd=ROOT)
    child = read_pid(place / "pid")
    assert (place / "ns").read_text().strip() != str(Path("/proc/self/ns/net").readlink())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert wait_until(lambda: not is_alive(child))


def test_settings_and_secrets_stay_here(monkeypatch):
    monkeypatch.setenv("PRESESSION_SECRET_KEY", "canary")
    monkeypatch.setenv("FFREPORT", "file=report.log")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    result = run_program(["env"], deadline_seconds=10, env={"MORE": "1"})
    names = {line.partition("=")[0] for line in result.stdout.decode().splitlines()}
    assert names <= {"PATH", "LD_LIBRARY_PATH", "TMPDIR", "LC_ALL", "MORE", "PWD", "_", "SHLVL", "OLDPWD"}
    assert {"PATH", "MORE"} <= names


def test_no_core_files_and_few_open_files(tmp_path):
    program = script(tmp_path, "ulimit -c; ulimit -n; ulimit -Hn")
    assert run_program([program], deadline_seconds=10).stdout.split() == [b"0", b"256", b"256"]


def test_limits_that_we_were_started_with_are_kept(tmp_path):
    """Nobody but root may raise them, and asking for it would stop every program from starting."""
    program = script(tmp_path, "ulimit -Hn")
    code = f"from pipeline.processes import run_program; print(run_program([{program!r}], deadline_seconds=9).stdout)"
    command = ["prlimit", "--nofile=99:99", sys.executable, "-c", code]
    assert b"99" in subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def test_a_program_that_fills_the_disk_is_stopped(tmp_path):
    program = script(tmp_path, f"exec head -c 50000000 /dev/zero > {tmp_path}/large")
    with pytest.raises(ProgramFlooded, match="larger than 1000000 bytes"):
        run_program([program], deadline_seconds=20, file_bytes=1_000_000)
    assert (tmp_path / "large").stat().st_size <= 1_000_000


@pytest.mark.slow
def test_a_busy_program_ends_although_its_watch_stands_still(tmp_path):
    """Our process is stopped (a debugger, a suspended machine): nobody looks at the clock."""
    program = script(tmp_path, f"echo $$ > {tmp_path}/pid; while :; do :; done")
    code = f"""
import os
from pipeline.processes import run_program
os.cpu_count = lambda: 1
run_program([{program!r}], deadline_seconds=1)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.DEVNULL)
    child = read_pid(tmp_path / "pid")
    os.kill(parent.pid, signal.SIGSTOP)
    assert wait_until(lambda: not is_alive(child), seconds=30)
    parent.kill()
    parent.wait()


def test_used_up_computing_can_be_tried_again():
    killed = ProgramResult(returncode=-9, stdout=b"", stderr_tail="", seconds=3.0, cpu_seconds=9.99)
    with pytest.raises(ProgramTimedOut, match="used up its 10 s"):
        refuse_unfinished(killed, "ffmpeg", Bounds(cpu_seconds=10))
    refuse_unfinished(killed, "ffmpeg", Bounds(cpu_seconds=100))


def test_cpu_time_is_told(tmp_path):
    busy = script(tmp_path, "for ((n = 0; n < 100000; n++)); do :; done")
    assert 0.02 < run_program([busy], deadline_seconds=20).cpu_seconds < 10
    assert run_program(["sleep", "0.1"], deadline_seconds=20).cpu_seconds < 0.1


def test_a_program_may_yield_to_others(tmp_path):
    program = script(tmp_path, "sleep 0.05; exec nice")
    usual = int(run_program([program], deadline_seconds=10).stdout)
    assert int(run_program([program], deadline_seconds=10, niceness=7).stdout) == usual + 7


def test_a_namespace_that_cannot_be_had_is_not_the_programs_word(monkeypatch):
    """A file must not be called unreadable because the system had no room for a namespace."""
    refused = [
        *(NOBODY if os.geteuid() == 0 else ()),
        *(["4242"] if os.geteuid() == 0 else ()),
        "unshare",
        "--net",
        "--",
    ]
    monkeypatch.setattr(bounded, "offline_wrapper", lambda: tuple(refused))
    with pytest.raises(ProgramNotStarted, match="true could not be started: unshare"):
        run_program(["true"], deadline_seconds=10)


def test_a_program_that_cannot_run_here_is_a_missing_program(tmp_path):
    (tmp_path / "broken").write_text("#!/no/such/interpreter\n")
    (tmp_path / "broken").chmod(0o755)
    with pytest.raises(ProgramMissing, match="broken does not run on this machine"):
        run_program([str(tmp_path / "broken")], deadline_seconds=10)
    loader = "echo 'ffmpeg: error while loading shared libraries: libx264.so.164: cannot open' >&2; exit 127"
    with pytest.raises(ProgramMissing, match=r"libx264.so.164"):
        run_program([script(tmp_path, loader)], deadline_seconds=10)


def test_a_program_may_say_what_a_wrapper_says(tmp_path):
    """Only a single line is a wrapper's; what a program says first or last stays its own."""
    program = script(tmp_path, "echo hello >&2; echo 'unshare: failed' >&2; exit 1")
    assert run_program([program], deadline_seconds=10).last_words == "unshare: failed"
