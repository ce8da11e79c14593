"""What background work costs beside the work itself, and what more workers and cores bring."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench import raw
from bench.costs import Cost, measure
from bench.encoding_workers import wall_of_encodes
from bench.engine import Engine, engine_on_one_machine, engine_with_servers, has_postgres
from bench.ours import process_statement
from bench.race import Contender, cpu_ratio, race, to_json, wall_ratio
from bench.rows import Row, SectionResult
from bench.stage import Stage, run_all

_JOBS = 600
_LASTING_SECONDS = 20.0
_LASTING_JOBS = 2
_JOBS_OF_A_STATEMENT = 3
"""Check, encode, and its share of a release."""

_MOST_OF_ENCODE = 0.01
_RECORDINGS = 4
_LONGEST_RECORDING = 20
"""Seconds; what is compared is the same for longer ones, only sooner."""


def measure_engine(stage: Stage) -> SectionResult:
    """Jobs a second, the engine's share of a statement, and speed-ups on this machine's cores."""
    rows = [*_cost_rows(stage), *_worker_rows(stage), *_core_rows(stage)]
    splitting, runs = _splitting(stage)
    return SectionResult([*rows, *splitting], {"cores": os.cpu_count(), "splitting": runs})


def _cost_rows(stage: Stage) -> Iterator[Row]:
    with engine_on_one_machine(stage.fresh("engine"), step_seconds=0, slots=2) as engine:
        seconds, cpu = _run(engine, _JOBS)
        per_job = cpu / _JOBS
        yield Row("jobs a second, no-op step: SQLite, embedded broker", _JOBS / seconds, "/s")
    if has_postgres():
        with engine_with_servers(stage.fresh("engine"), step_seconds=0, slots=2) as engine:
            seconds, _ = _run(engine, _JOBS)
            yield Row("jobs a second, no-op step: PostgreSQL, Valkey with a port", _JOBS / seconds, "/s")
    yield Row("CPU: engine for one job", per_job * 1000, "ms")
    lasting = partial(engine_on_one_machine, step_seconds=_LASTING_SECONDS, slots=_LASTING_JOBS)
    with lasting(stage.fresh("engine")) as engine:
        _, cpu = _run(engine, _LASTING_JOBS)
    per_second = max(0.0, cpu / _LASTING_JOBS - per_job) / _LASTING_SECONDS
    yield Row("CPU: engine for each second that a job runs", per_second * 1000, "ms")
    encode = _encode_cost(stage)
    spent = _JOBS_OF_A_STATEMENT * per_job + encode.wall_seconds * per_second
    yield Row("CPU: engine for a statement / its encode", spent / encode.cpu_seconds, target=_MOST_OF_ENCODE)


def _run(engine: Engine, jobs: int) -> tuple[float, float]:
    """By the clock, and in processor time of the worker."""
    before = engine.cpu_seconds()
    seconds = engine.run(jobs)
    return seconds, engine.cpu_seconds() - before


def _encode_cost(stage: Stage) -> Cost:
    folder = stage.fresh("encode")
    cost = process_statement(stage.clip(stage.seconds), folder, stage.ladder, stage.programs).encode
    shutil.rmtree(folder)
    return cost


def _worker_rows(stage: Stage) -> Iterator[Row]:
    clip = stage.clip(min(stage.seconds, _LONGEST_RECORDING)).read_bytes()
    alone, both = (wall_of_encodes(stage.fresh("workers"), clip, _RECORDINGS, workers=count) for count in (1, 2))
    title = f"speed-up of {_RECORDINGS} encodes from 1 to 2 workers on {os.cpu_count()} cores"
    yield Row(title, alone / both, note=f"{alone:.0f} s, {both:.0f} s")


def _core_rows(stage: Stage) -> Iterator[Row]:
    """One encode on one core and on all of them: how far one process uses what a machine has."""
    everywhere = os.sched_getaffinity(0)
    clip = stage.clip(min(stage.seconds, _LONGEST_RECORDING))
    commands = raw.one_process(clip, raw.plan_for(stage.ladder, min(stage.seconds, _LONGEST_RECORDING)), stage.programs)
    walls = []
    for cores in ({min(everywhere)}, everywhere):
        os.sched_setaffinity(0, cores)
        try:
            _, cost = measure(partial(run_all, commands, stage.fresh("cores")))
        finally:
            os.sched_setaffinity(0, everywhere)
        walls.append(cost)
    yield Row(
        f"speed-up of one encode from 1 to {len(everywhere)} cores", walls[0].wall_seconds / walls[1].wall_seconds
    )
    yield Row("cores that one encode keeps busy", walls[1].cpu_seconds / walls[1].wall_seconds)


def _splitting(stage: Stage) -> tuple[list[Row], dict[str, object]]:
    """A recording in one process against its two halves in two processes at once."""
    whole, half = stage.clip(stage.seconds), stage.clip(stage.seconds // 2)
    in_one = raw.one_process(whole, raw.plan_for(stage.ladder, stage.seconds), stage.programs)
    of_half = raw.one_process(half, raw.plan_for(stage.ladder, stage.seconds // 2), stage.programs)

    def both_halves(folder: Path) -> None:
        places = [folder / "first", folder / "second"]
        for place in places:
            place.mkdir()
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(partial(run_all, of_half), places))

    costs = race([Contender("whole", partial(run_all, in_one)), Contender("halves", both_halves)], stage)
    rows = [
        Row("wall: two halves at once / one process", wall_ratio(costs, "halves", "whole")),
        Row("CPU: two halves at once / one process", cpu_ratio(costs, "halves", "whole")),
    ]
    return rows, to_json(costs)
