"""Which faults there are, and which trials a seed makes of them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.faults import kills, outages, upheavals
from bench.faults.clocks import can_make_clocks
from bench.faults.disks import may_mount
from bench.faults.trials import Strike
from pipeline.domain.jobs import JobKind

ONE, SEVERAL = "one machine", "several machines"

_ANY = (JobKind.INTAKE, JobKind.ENCODE, JobKind.ENCODE, JobKind.RELEASE)
_SLOW = (JobKind.ENCODE,)


@dataclass(frozen=True)
class Fault:
    """One way in which things go wrong. `counts_attempts` is False where the work is not to blame for it."""

    strike: Strike
    settings: Sequence[str] = (ONE, SEVERAL)
    moments: Sequence[JobKind] = _ANY
    recordings: int = 2
    counts_attempts: bool = True
    spoils_installation: bool = False


FAULTS: Mapping[str, Fault] = {
    "worker killed": Fault(kills.kill_worker),
    "pool process killed": Fault(kills.kill_pool_process),
    "ffmpeg killed": Fault(kills.kill_ffmpeg),
    "portal killed": Fault(kills.kill_portal, moments=_SLOW, recordings=1),
    "scheduler killed": Fault(kills.kill_scheduler),
    "worker frozen": Fault(kills.freeze_worker),
    "broker restarted": Fault(outages.restart_broker, counts_attempts=False),
    "broker flushed": Fault(outages.flush_broker, counts_attempts=False),
    "broker away": Fault(outages.broker_away, moments=_SLOW, counts_attempts=False),
    "database away": Fault(outages.database_away, counts_attempts=False),
    "store away": Fault(outages.store_away, [SEVERAL], counts_attempts=False),
    "store slow": Fault(outages.store_slow, [SEVERAL], moments=_SLOW, counts_attempts=False),
    "store full": Fault(outages.store_full, [ONE], counts_attempts=False),
    "disk full": Fault(outages.disk_full, counts_attempts=False),
    "clock jumped": Fault(upheavals.jump_clock, moments=_SLOW, counts_attempts=False, spoils_installation=True),
    "poison file": Fault(kills.poison, moments=_SLOW),
    "two sweeps": Fault(upheavals.two_sweeps),
    "deployment": Fault(upheavals.deploy, moments=_SLOW, counts_attempts=False),
}


@dataclass(frozen=True)
class Planned:
    """One trial to come; everything else about it follows from its seed."""

    name: str
    setting: str
    seed: str

    @property
    def fault(self) -> Fault:
        """What will strike."""
        return FAULTS[self.name]


def missing_for(name: str) -> str:
    """What this machine lacks for a fault; empty when it can be tried."""
    if name in {"store full", "disk full"} and not may_mount():
        return "needs root, to make small disks"
    if name == "clock jumped" and not can_make_clocks():
        return "needs a C compiler"
    return ""


def plan_trials(seed: int, count: int, only: Sequence[str] = ()) -> list[Planned]:
    """So many trials: every fault in turn, on either kind of installation in turn, in an order that the seed gives."""
    names = [name for name in only or FAULTS if not missing_for(name)]
    planned = []
    for number in range(count):
        turn, index = divmod(number, len(names))
        settings = FAULTS[names[index]].settings
        setting = settings[(turn + index) % len(settings)]
        planned.append(Planned(names[index], setting, f"{seed}-{number}"))
    random.Random(seed).shuffle(planned)  # noqa: S311 - to be repeated, not to be guessed
    return planned
