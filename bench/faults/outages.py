"""What parts lean on goes away, forgets, slows down or fills up, and comes back."""

import signal
import sqlite3
import time

from bench.faults.disks import fill_disk, free_disk
from bench.faults.processes import Process, below, read_processes, send_signal
from bench.faults.trials import Trial
from bench.faults.waiting import wait_until

_AWAY_SECONDS = (8.0, 50.0)
"""From less than a lease to well beyond it."""

_FULL_SECONDS = (15.0, 40.0)
_SLOW_BYTES_PER_SECOND = 48 * 1024


def restart_broker(trial: Trial) -> None:
    """The broker is killed with messages in it, and started again."""
    trial.await_moment()
    trial.hand_in(2)
    trial.strike()
    broker = trial.installation.broker
    if broker is not None:
        broker.kill()
        trial.hold(0.5, 4.0)
        broker.start()
    else:
        for process in _embedded_broker(trial):
            send_signal(process, signal.SIGKILL)
        wait_until(lambda: _embedded_broker(trial), seconds=30, what="the embedded broker to be started again")
    trial.mend()


def flush_broker(trial: Trial) -> None:
    """The broker forgets every message."""
    trial.await_moment()
    trial.hand_in(2)
    trial.strike()
    trial.installation.flush_broker()


def broker_away(trial: Trial) -> None:
    """The broker is gone for a minute, or hangs so long; recordings are handed in all the same."""
    trial.await_moment()
    trial.strike()
    broker = trial.installation.broker
    frozen = [] if broker else _embedded_broker(trial)
    if broker is not None:
        broker.kill()
    for process in frozen:
        send_signal(process, signal.SIGSTOP)
    trial.hand_in()
    time.sleep(60.0)
    for process in frozen:
        send_signal(process, signal.SIGCONT)
    if broker is not None:
        broker.start()
    trial.mend()


def database_away(trial: Trial) -> None:
    """The database's machine cannot be reached; or somebody holds SQLite's lock so long."""
    trial.await_moment()
    trial.strike()
    line = trial.installation.database_line
    if line is None:
        _hold_lock(trial)
    else:
        trial.chance.choice([line.cut, line.hold])()
        trial.hold(*_AWAY_SECONDS)
        line.mend()
    trial.mend()


def store_away(trial: Trial) -> None:
    """The store cannot be reached: connections are refused, or hang."""
    line = trial.installation.store_line
    assert line is not None  # noqa: S101 - the plan gives this fault to several machines alone
    trial.await_moment()
    trial.strike()
    trial.chance.choice([line.cut, line.hold])()
    trial.hold(*_AWAY_SECONDS)
    line.mend()
    trial.mend()


def store_slow(trial: Trial) -> None:
    """The store gives and takes some kilobytes a second."""
    line = trial.installation.store_line
    assert line is not None  # noqa: S101 - the plan gives this fault to several machines alone
    trial.await_moment()
    trial.strike()
    line.slow_down(_SLOW_BYTES_PER_SECOND)
    trial.hand_in()
    trial.hold(30.0, 45.0)
    line.mend()
    trial.mend()


def store_full(trial: Trial) -> None:
    """The store's disk is full."""
    folder = trial.installation.store_folder
    assert folder is not None  # noqa: S101 - the plan gives this fault to one machine alone
    trial.await_moment()
    trial.strike()
    fill_disk(folder)
    trial.hold(*_FULL_SECONDS)
    free_disk(folder)
    trial.mend()


def disk_full(trial: Trial) -> None:
    """A machine's own disk is full: work folders, logs and, on one machine, the records too."""
    workers = [m for m in trial.installation.machines if any(c[0] in {"run", "worker"} for c in m.commands)]
    machine = trial.chance.choice(workers)
    trial.await_moment()
    trial.strike()
    fill_disk(machine.folder)
    trial.hold(*_FULL_SECONDS)
    free_disk(machine.folder)
    trial.mend()


def _hold_lock(trial: Trial) -> None:
    place = trial.installation.settings.effective_database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(place, timeout=60, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    trial.hold(*_AWAY_SECONDS)
    connection.execute("ROLLBACK")
    connection.close()


def _embedded_broker(trial: Trial) -> list[Process]:
    table = read_processes()
    ours = below(table, [p.pid for machine in trial.installation.machines for p in machine.running.values()])
    return [process for process in ours.values() if process.name.startswith(("valkey", "redis"))]
