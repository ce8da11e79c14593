"""`python -m bench.faults.soak`: 300 small jobs on one machine, and the memory of each process while they run."""

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from bench.faults.batches import Batch, begin_batch
from bench.faults.clips import make_clip, with_mark
from bench.faults.entry import prepare
from bench.faults.installations import Installation
from bench.faults.processes import Process, below, read_processes, resident_bytes
from bench.faults.setups import one_machine
from bench.faults.waiting import WaitedInVain
from pipeline.domain.jobs import JobState

MOST_GROWTH = 1.2
_WARM, _LATE = (0.2, 0.4), (0.8, 1.0)
"""Shares of the jobs between which memory is compared: at first every process still loads what it needs."""

_LOOK_EVERY_SECONDS = 1.0
_PATIENCE_SECONDS = 1800.0


@dataclass(frozen=True)
class Sample:
    """Memory of one process when so much of the work was done."""

    done: float
    resident_bytes: int


@dataclass(frozen=True)
class Growth:
    """A process's memory late over early, in the middle of each."""

    process: str
    early_bytes: float
    late_bytes: float

    @property
    def ratio(self) -> float:
        """1 where it is flat."""
        return self.late_bytes / self.early_bytes


def main() -> int:
    """Print each process's memory; status 1 where one has grown too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.soak", description="Memory through many small jobs.")
    parser.add_argument("--jobs", type=int, default=300, help="how many, checks and encodes in halves (300)")
    arguments = parser.parse_args()
    prepare()
    with TemporaryDirectory(prefix="presession-soak-") as folder:
        place = Path(folder).resolve()
        clip = make_clip(place / "clip.mp4", seconds=2, size="320x180").read_bytes()
        with one_machine(place / "machine") as installation:
            begun = time.monotonic()
            growths = soak(installation, clip, arguments.jobs)
    Console(width=120).print(_as_table(growths))
    sys.stdout.write(f"{arguments.jobs} jobs in {time.monotonic() - begun:.0f} s\n")
    return 0 if growths and all(growth.ratio <= MOST_GROWTH for growth in growths) else 1


def soak(installation: Installation, clip: bytes, jobs: int) -> list[Growth]:
    """Run so many jobs and compare each process that was there early and late."""
    batch = begin_batch(installation, jobs // 2)
    for number in range(jobs // 2):
        batch.hand_in(with_mark(clip, number.to_bytes(8, "big")))
    samples: defaultdict[Process, list[Sample]] = defaultdict(list)
    until = time.monotonic() + _PATIENCE_SECONDS
    while not batch.is_settled():
        if time.monotonic() > until:
            raise WaitedInVain(f"{jobs} small jobs were not done within {_PATIENCE_SECONDS:g} s.")
        done = _done(batch) / jobs
        for process in _parts(installation):
            samples[process].append(Sample(done, resident_bytes(process.pid)))
        time.sleep(_LOOK_EVERY_SECONDS)
    return compare({_name(process): taken for process, taken in samples.items()})


def compare(samples: Mapping[str, Sequence[Sample]]) -> list[Growth]:
    """Early against late; processes that were not there at both times are left out."""
    growths = []
    for name, taken in sorted(samples.items()):
        early, late = (_middle(taken, *span) for span in (_WARM, _LATE))
        if early and late:
            growths.append(Growth(name, early, late))
    return growths


def _middle(samples: Sequence[Sample], begins: float, ends: float) -> float:
    held = [sample.resident_bytes for sample in samples if begins <= sample.done < ends and sample.resident_bytes]
    return statistics.median(held) if held else 0.0


def _done(batch: Batch) -> int:
    return sum(job.state is JobState.DONE for job in batch.read_jobs())


def _parts(installation: Installation) -> list[Process]:
    """Long-lived processes: programs that a job calls come and go with it."""
    ours = below(read_processes(), [p.pid for machine in installation.machines for p in machine.running.values()])
    return [process for process in ours.values() if process.is_part or process.name.startswith("valkey")]


def _name(process: Process) -> str:
    return f"{process.command or process.name} ({process.pid})"


def _as_table(growths: Sequence[Growth]) -> Table:
    table = Table("process", "early", "late", "late / early", "at most")
    for growth in growths:
        sizes = (f"{size / 1024**2:.1f} MB" for size in (growth.early_bytes, growth.late_bytes))
        table.add_row(growth.process, *sizes, f"{growth.ratio:.3f}", f"{MOST_GROWTH:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
