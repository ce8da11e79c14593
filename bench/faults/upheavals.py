"""What happens to a whole installation: its clock jumps, two sweeps meet, a new version is rolled out under load."""

import time

from bench.faults.clocks import Clock
from bench.faults.kills import kill_worker
from bench.faults.trials import Trial
from bench.faults.uploading import PacedUpload
from bench.faults.waiting import comes_true

_JUMPS_SECONDS = (-7200, -600, -45, 180, 7200, 86400)

_DEPLOYMENT_SECONDS = 60.0


def jump_clock(trial: Trial) -> None:
    """A machine's clock of the day is set forward or back; no clock that only ever goes forward is touched."""
    machine = trial.chance.choice(trial.installation.machines)
    clock = Clock(machine.folder.parent / f"{machine.folder.name}-clock")
    machine.stop()
    machine.start(clock=clock.variables)
    trial.installation.wait_for_portal()
    trial.await_moment()
    jump = trial.chance.choice(_JUMPS_SECONDS)
    trial.notes.append(f"{jump:+d} s on {machine.folder.name}")
    trial.strike()
    clock.set(jump)
    trial.hand_in(2)
    comes_true(trial.batch.is_settled, 100)


def two_sweeps(trial: Trial) -> None:
    """Two more schedulers while a worker dies and every message is lost."""
    machine = trial.installation.machines[0]
    more = [machine.start_beside(("scheduler",)) for _ in range(2)]
    trial.hand_in()
    trial.installation.flush_broker()
    kill_worker(trial)
    comes_true(trial.batch.is_settled, 100)
    for scheduler in more:
        scheduler.stop(10)


def deploy(trial: Trial) -> None:
    """Everything is stopped as for a new version, and started again, while work and an upload are under way."""
    trial.installation.wait_for_portal()
    upload = PacedUpload(trial.batch, trial.clip + trial.chance.randbytes(8))
    upload.start()
    trial.await_moment()
    trial.strike()
    for machine in trial.installation.machines:
        begun = time.monotonic()
        machine.stop()
        if time.monotonic() - begun > _DEPLOYMENT_SECONDS:
            trial.problems.append(f"{machine.folder.name} did not stop within {_DEPLOYMENT_SECONDS:g} s")
        machine.start()
    trial.mend()
    upload.finish()
