"""One trial: work is asked for, a fault strikes in the middle of it, and what came of it is judged."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.faults.batches import Batch, begin_batch
from bench.faults.clips import with_mark
from bench.faults.installations import Installation
from bench.faults.judging import Judgement, judge
from bench.faults.processes import orphans, read_processes, working_for
from bench.faults.waiting import comes_true
from bench.faults.watching import Watch
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job

ORPHAN_SECONDS = 5.0
SETTLE_SECONDS = 300.0
_QUIET_SECONDS = 25.0
"""Longer than the scheduler needs to remove what attempts left that were given up."""

_LONGEST = {JobKind.INTAKE: 0.8, JobKind.RELEASE: 2.5}
_CATCH_SECONDS = 60.0


@dataclass
class Trial:
    """What a fault is given. `chance` is the trial's own; `moment` is the kind of work that it strikes in."""

    installation: Installation
    batch: Batch
    chance: random.Random
    moment: JobKind
    clip: bytes
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    struck_at: float = 0.0
    mended_at: float = 0.0
    publishes: bool = True

    def hand_in(self, count: int = 1) -> None:
        """Have so many more recordings handed in."""
        for _ in range(count):
            self.batch.hand_in(with_mark(self.clip, self.chance.randbytes(16)))

    def strike(self) -> None:
        """Say that the fault begins now; until `mend` says otherwise it is over at once."""
        self.struck_at = self.mended_at = time.monotonic()

    def mend(self) -> None:
        """Say that the fault is over now, and only the product can bring its work back."""
        self.mended_at = time.monotonic()

    def hold(self, shortest: float, longest: float) -> float:
        """Let the fault last for a while; how long."""
        seconds = self.chance.uniform(shortest, longest)
        time.sleep(seconds)
        self.notes.append(f"{seconds:.0f} s")
        return seconds

    def await_moment(self) -> Job | None:
        """Wait until work of the chosen kind is well under way; the job, None when it was over too soon."""
        share = self.chance.random()
        if comes_true(self._running, _CATCH_SECONDS) and self.moment is not JobKind.ENCODE:
            time.sleep(share * _LONGEST[self.moment])
        elif self.moment is JobKind.ENCODE:
            comes_true(lambda: self._reached(share) or self.batch.is_settled(), _CATCH_SECONDS)
        job = self._running()
        self.notes.append(f"{self.moment.value} at {share:.0%}" if job else f"after {self.moment.value}")
        return job

    def _running(self) -> Job | None:
        running = (job for job in self.batch.read_jobs() if job.state is JobState.RUNNING and job.kind is self.moment)
        return next(running, None)

    def _reached(self, share: float) -> bool:
        job = self._running()
        return job is not None and job.progress >= share * 0.95


Strike = Callable[[Trial], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one trial."""

    fault: str
    setting: str
    seed: str
    restart_seconds: float | None
    orphan_processes: tuple[str, ...]
    problems: tuple[str, ...]
    duplicates: tuple[str, ...]
    leftovers: tuple[str, ...]
    notes: str
    took_seconds: float

    @property
    def is_right(self) -> bool:
        """Whether every recording and job ended as it should."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {**asdict(self), "is_right": self.is_right}


def run_trial(trial: Trial, strike: Strike, *, name: str, seed: str, recordings: int, counts_attempts: bool) -> Outcome:
    """Hand in, strike, let everything come to its end, publish, judge."""
    begun = time.monotonic()
    trial.hand_in(recordings)
    if trial.moment is JobKind.RELEASE:
        _settle(trial)
        trial.batch.publish()
    with Watch(trial.batch) as watch:
        strike(trial)
        left = orphans_after(trial)
        _settle(trial)
        restart = watch.seconds_to_restart(trial.struck_at, trial.mended_at)
    _publish(trial)
    found = judge_when_quiet(trial, counts_attempts=counts_attempts)
    return Outcome(
        fault=name,
        setting=trial.installation.kind,
        seed=seed,
        restart_seconds=None if restart is None else round(restart, 1),
        orphan_processes=left,
        problems=(*trial.problems, *found.problems),
        duplicates=found.duplicates,
        leftovers=found.leftovers,
        notes=", ".join(trial.notes),
        took_seconds=round(time.monotonic() - begun, 1),
    )


def begin_trial(
    installation: Installation, seed: str, *, moments: tuple[JobKind, ...], speakers: int, clip: bytes
) -> Trial:
    """A trial whose every choice follows from its seed."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be guessed
    moment = chance.choice(moments)
    batch = begin_batch(installation, speakers, has_new_cards=moment is JobKind.RELEASE)
    return Trial(installation, batch, chance, moment, clip)


def _settle(trial: Trial) -> None:
    if not comes_true(trial.batch.is_settled, SETTLE_SECONDS):
        trial.problems.append(f"still at work after {SETTLE_SECONDS:g} s: {_where_it_stands(trial.batch)}")


def _where_it_stands(batch: Batch) -> str:
    jobs = (job for job in batch.read_jobs() if job.state is not JobState.DONE)
    return "; ".join(f"{j.kind} {j.state} attempt {j.attempt} {j.stage} {j.told_operator[:160]}" for j in jobs)


def _publish(trial: Trial) -> None:
    if not trial.publishes or trial.problems or not trial.batch.good():
        return
    if trial.batch.release_id is None:
        try:
            trial.batch.publish()
        except ChangeNotAllowed as error:
            trial.problems.append(f"cannot be published: {error}")
            return
    if not comes_true(trial.batch.is_published, SETTLE_SECONDS):
        trial.problems.append(f"not published after {SETTLE_SECONDS:g} s: {_where_it_stands(trial.batch)}")


def orphans_after(trial: Trial) -> tuple[str, ...]:
    """What is orphaned five seconds after the fault was over, or works for an attempt that no longer counts."""
    time.sleep(max(0.0, trial.mended_at + ORPHAN_SECONDS - time.monotonic()))
    alone = orphans(read_processes(), [os.getpid()], trial.installation.mark)
    # In this order: what begins or ends meanwhile is not taken for one whose attempt is over.
    tokens = {path.name for path in trial.installation.work_folders()}
    held = {job.lease_token for job in trial.batch.read_jobs() if job.state is JobState.RUNNING}
    table = read_processes()
    alone += [process for token in tokens - held for process in working_for(table, token)]
    return tuple(sorted({process.name for process in alone}))


def judge_when_quiet(trial: Trial, *, counts_attempts: bool) -> Judgement:
    """Judge once what is removed in the background is gone; what is not gone by then never will be."""
    found = judge(trial.batch, counts_attempts=counts_attempts)
    until = time.monotonic() + _QUIET_SECONDS
    while not found.is_clean and time.monotonic() < until:
        time.sleep(1.0)
        found = judge(trial.batch, counts_attempts=counts_attempts)
    return found
