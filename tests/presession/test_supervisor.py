"""The supervisor on real processes: order, restarts with a pause that grows, readiness, stopping."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.domain.errors import FinalError
from pipeline.processes import start_server
from presession.supervisor import Part, PartNotReady, Supervisor

SLEEPER = "import sys, time; open(sys.argv[1], 'a').write('started\\n'); time.sleep(60)"
SHORT = "import sys; open(sys.argv[1], 'a').write('started\\n')"


def part(name: str, tmp_path: Path, code: str = SLEEPER, **options) -> Part:
    mark = tmp_path / name
    return Part(
        name=name,
        start=lambda: start_server([sys.executable, "-c", code, str(mark)]),
        is_ready=mark.exists,
        log=str(tmp_path / "log"),
        **options,
    )


def starts(tmp_path: Path, name: str) -> int:
    return (tmp_path / name).read_text().count("started")


def run_for(supervisor: Supervisor, is_over) -> None:
    """Run in this thread; another one asks this process to stop as soon as `is_over` says so."""

    def watch() -> None:
        deadline = time.monotonic() + 30
        while not is_over() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch)
    supervisor.run(on_ready=watcher.start)
    watcher.join()


def test_parts_start_in_order_and_stop_at_sigterm(tmp_path):
    order: list[str] = []

    def noted(name: str) -> Part:
        made = part(name, tmp_path)
        return Part(name, lambda: (order.append(name), made.start())[1], made.is_ready, made.log)

    run_for(Supervisor([noted("broker"), noted("portal")], say=print), lambda: True)
    assert order == ["broker", "portal"]


STUBBORN = """
import signal, sys, time
def end(*_):
    time.sleep(float(sys.argv[2]))
    open(sys.argv[1], "a").write(f"{time.monotonic()}\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
open(sys.argv[1], "w").close()
time.sleep(60)
"""


def test_parts_end_at_the_same_time_and_what_they_stand_on_after_them(tmp_path):
    def slow(name: str, seconds: float, **options) -> Part:
        mark = tmp_path / name
        argv = [sys.executable, "-c", STUBBORN, str(mark), str(seconds)]
        return Part(name, lambda: start_server(argv), mark.exists, "", **options)

    parts = [slow("broker", 0.0, is_base=True), slow("one", 1.5), slow("another", 1.5)]
    run_for(Supervisor(parts, say=print), lambda: True)
    ended = {path.name: float(path.read_text()) for path in tmp_path.iterdir()}
    assert abs(ended["one"] - ended["another"]) < 1.4
    assert ended["broker"] > max(ended["one"], ended["another"])


def test_a_part_that_ends_is_started_again_and_each_time_later(tmp_path):
    said: list[str] = []
    supervisor = Supervisor([part("worker", tmp_path, SHORT)], say=said.append)
    run_for(supervisor, lambda: starts(tmp_path, "worker") >= 3)
    pauses = [sentence.partition("again in ")[2].partition(" s")[0] for sentence in said]
    assert pauses[:2] == ["0.5", "1"]
    assert "exit status 0" in said[0]


def test_a_killed_part_is_told_as_killed(tmp_path):
    said: list[str] = []
    code = "import os, sys; open(sys.argv[1], 'a').write('started\\n'); os.kill(os.getpid(), 9)"
    run_for(Supervisor([part("worker", tmp_path, code)], say=said.append), lambda: bool(said))
    assert "killed by signal 9" in said[0]


def test_a_part_that_cannot_be_started_again_is_tried_later_and_stops_no_other(tmp_path):
    said: list[str] = []
    made, tries = part("broker", tmp_path, SHORT), []

    def start():
        tries.append(None)
        if len(tries) == 2:
            raise FinalError("The embedded broker did not start.")
        return made.start()

    broker = Part("broker", start, made.is_ready, made.log)
    run_for(Supervisor([broker], say=said.append), lambda: starts(tmp_path, "broker") >= 2)
    assert said[1] == "The broker could not be started; next try in 1 s. The embedded broker did not start."


def test_a_part_that_ends_before_it_is_ready_stops_everything(tmp_path):
    pids: list[int] = []
    good = part("broker", tmp_path)

    def start():
        process = good.start()
        pids.append(process.pid)
        return process

    never = part("portal", tmp_path, "raise SystemExit(7)")
    supervisor = Supervisor([Part("broker", start, good.is_ready, good.log), never], say=print)
    with pytest.raises(PartNotReady, match=r"The portal ended at its start \(exit status 7\)"):
        supervisor.run()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_a_part_that_never_answers_is_named(tmp_path):
    silent = part("portal", tmp_path, "import time; time.sleep(60)", ready_seconds=0.3)
    with pytest.raises(PartNotReady, match=r"The portal did not answer within 0\.3 s"):
        Supervisor([silent], say=print).run()


def test_signals_are_as_before_once_it_has_ended(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    run_for(Supervisor([part("worker", tmp_path)], say=print), lambda: True)
    assert signal.getsignal(signal.SIGTERM) is before
