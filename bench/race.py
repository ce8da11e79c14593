"""Contenders measured in turns, so that whatever slows the machine down for a while slows all of them."""

import shutil
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.costs import Cost, measure
from bench.stage import Stage, run_all

Costs = Mapping[str, Sequence[Cost]]


@dataclass(frozen=True)
class Contender:
    """One way to do the work: `work` gets an empty folder that is removed behind it."""

    name: str
    work: Callable[[Path], object]


def programs(name: str, commands: Sequence[Sequence[str]]) -> Contender:
    """A contender that runs programs one after the other."""
    return Contender(name, lambda folder: run_all(commands, folder))


def race(contenders: Sequence[Contender], stage: Stage) -> dict[str, list[Cost]]:
    """All contenders once, then all of them again, `stage.runs` times: costs by name, in the order of runs."""
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
    for run in range(stage.runs):
        # Every other run goes backwards: no contender always follows the same one.
        for contender in contenders if run % 2 == 0 else list(reversed(contenders)):
            folder = stage.fresh(contender.name)
            _, cost = measure(partial(contender.work, folder))
            shutil.rmtree(folder)
            costs[contender.name].append(cost)
            stage.say(
                f"  {run + 1}/{stage.runs} {contender.name}: {cost.cpu_seconds:.1f} s CPU, {cost.wall_seconds:.1f} s"
            )
    return costs


def cpu_ratio(costs: Costs, name: str, base: str) -> float:
    """Median over the runs of what `name` used for every second of processor time of `base`."""
    pairs = zip(costs[name], costs[base], strict=True)
    return statistics.median(ours.cpu_seconds / theirs.cpu_seconds for ours, theirs in pairs)


def wall_ratio(costs: Costs, name: str, base: str) -> float:
    """The same by the clock."""
    pairs = zip(costs[name], costs[base], strict=True)
    return statistics.median(ours.wall_seconds / theirs.wall_seconds for ours, theirs in pairs)


def typical(costs: Costs, name: str) -> Cost:
    """Median wall and processor time of one contender."""
    return Cost(
        statistics.median(cost.wall_seconds for cost in costs[name]),
        statistics.median(cost.cpu_seconds for cost in costs[name]),
    )


def to_json(costs: Costs) -> dict[str, object]:
    """Every single run, for whoever wants to look."""
    return {name: [cost.to_json() for cost in row] for name, row in costs.items()}
