"""Runs planned trials on installations side by side: most of a trial is waiting for a lease to lapse."""

import queue
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path

from bench.faults.brokers import BrokerKind
from bench.faults.installations import Installation
from bench.faults.plan import ONE, SEVERAL, Planned
from bench.faults.servers import private_ceph
from bench.faults.setups import one_machine, several_machines
from bench.faults.trials import Outcome, begin_trial, run_trial
from tests.fixtures.ceph import PrivateCeph

Say = Callable[[str], None]
_MORE_SPEAKERS = 4
"""Those who hand in while the fault lasts."""


class Lane(threading.Thread):
    """One installation after the other, and on each one trial after the other until one of them leaves it spoilt."""

    def __init__(
        self,
        name: str,
        *,
        waiting: "queue.SimpleQueue[Planned]",
        place: Path,
        ceph: PrivateCeph | None,
        broker: BrokerKind,
        clip: bytes,
        say: Say,
    ) -> None:
        super().__init__(name=name)
        self.outcomes: list[Outcome] = []
        self._waiting = waiting
        self._place = place
        self._ceph = ceph
        self._broker = broker
        self._clip = clip
        self._say = say
        self._made = 0

    def run(self) -> None:
        """Take trials until none is left."""
        while not self._waiting.empty():
            try:
                with ExitStack() as stack:
                    installation = self._make(stack)
                    while self._run_next(installation):
                        pass
            except Exception as error:  # noqa: BLE001 - counted as a trial that went wrong, so that none is missing
                self._keep(_failed(self._waiting.get_nowait(), error))

    def _make(self, stack: ExitStack) -> Installation:
        self._made += 1
        folder = self._place / f"{self.name}-{self._made}"
        shutil.rmtree(folder, ignore_errors=True)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        making = several_machines(folder, self._ceph, self._broker) if self._ceph else one_machine(folder)
        return stack.enter_context(making)

    def _run_next(self, installation: Installation) -> bool:
        """One trial; whether the installation may take another."""
        try:
            planned = self._waiting.get_nowait()
        except queue.Empty:
            return False
        outcome = self._try(installation, planned)
        self._keep(outcome)
        if not outcome.is_right:
            self._keep_logs(installation, planned)
        return outcome.is_right and not outcome.duplicates and not planned.fault.spoils_installation

    def _try(self, installation: Installation, planned: Planned) -> Outcome:
        fault = planned.fault
        try:
            trial = begin_trial(
                installation,
                planned.seed,
                moments=tuple(fault.moments),
                speakers=fault.recordings + _MORE_SPEAKERS,
                clip=self._clip,
            )
            return run_trial(
                trial,
                fault.strike,
                name=planned.name,
                seed=planned.seed,
                recordings=fault.recordings,
                counts_attempts=fault.counts_attempts,
            )
        except Exception as error:  # noqa: BLE001 - a trial that cannot be judged is not right, and says so
            return _failed(planned, error)

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._say(_line(outcome))

    def _keep_logs(self, installation: Installation, planned: Planned) -> None:
        for machine in installation.machines:
            target = self._place / "logs" / planned.seed / machine.folder.name
            shutil.copytree(machine.folder / "logs", target, dirs_exist_ok=True)


def run_lanes(
    planned: Sequence[Planned], *, lanes: int, broker: BrokerKind, place: Path, clip: bytes, say: Say
) -> list[Outcome]:
    """Run all trials, so many installations of each kind at the same time; several machines share that broker."""
    waiting = {setting: _queue_of(planned, setting) for setting in (ONE, SEVERAL)}
    needs_ceph = not waiting[SEVERAL].empty()
    with private_ceph() if needs_ceph else nullcontext() as ceph:
        made = [
            Lane(
                f"{setting.split()[0]}{number}",
                waiting=waiting[setting],
                place=place,
                ceph=ceph if setting == SEVERAL else None,
                broker=broker,
                clip=clip,
                say=say,
            )
            for setting in (ONE, SEVERAL)
            for number in range(lanes)
        ]
        for lane in made:
            lane.start()
        for lane in made:
            lane.join()
    return [outcome for lane in made for outcome in lane.outcomes]


def _queue_of(planned: Sequence[Planned], setting: str) -> "queue.SimpleQueue[Planned]":
    waiting: queue.SimpleQueue[Planned] = queue.SimpleQueue()
    for trial in planned:
        if trial.setting == setting:
            waiting.put(trial)
    return waiting


def _failed(planned: Planned, error: Exception) -> Outcome:
    problem = f"{type(error).__name__}: {error}"
    return Outcome(planned.name, planned.setting, planned.seed, None, (), (problem,), (), (), "", 0.0)


def _line(outcome: Outcome) -> str:
    verdict = "right" if outcome.is_right else f"WRONG: {'; '.join(outcome.problems)}"
    extra = [f"twice: {'; '.join(outcome.duplicates)}"] if outcome.duplicates else []
    extra += [f"orphans: {', '.join(outcome.orphan_processes)}"] if outcome.orphan_processes else []
    extra += [f"left: {'; '.join(outcome.leftovers)}"] if outcome.leftovers else []
    restart = "-" if outcome.restart_seconds is None else f"{outcome.restart_seconds:.0f} s"
    parts = [outcome.fault, outcome.setting, outcome.seed, outcome.notes, f"restart {restart}", verdict, *extra]
    return f"{' | '.join(parts)} | took {outcome.took_seconds:.0f} s"
