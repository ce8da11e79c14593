"""The whole statement (inspect, encode while measuring, images, package, report, manifests) against one bare ffmpeg."""

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import raw
from bench.costs import Cost
from bench.ours import StatementCost, process_statement
from bench.race import Contender, Costs, cpu_ratio, programs, race, to_json, typical, wall_ratio
from bench.rows import Row, SectionResult
from bench.stage import Stage

_OVERHEAD = 1.05
_INSPECT_SECONDS_A_MINUTE = 3.0


def measure_statement(stage: Stage) -> SectionResult:
    """Ratios to the bare ladder within each run; the anchors tell whether this machine resembles others."""
    clip, ladder = stage.clip(stage.seconds), stage.ladder
    plan = raw.plan_for(ladder, stage.seconds)
    ours: list[StatementCost] = []

    def whole(folder: Path) -> None:
        ours.append(process_statement(clip, folder, ladder, stage.programs))

    costs = race(
        [
            Contender("statement", whole),
            programs("raw", raw.one_process(clip, plan, stage.programs)),
            programs("one process each", raw.one_process_each(clip, plan, stage.programs)),
            programs("top alone", raw.top_alone(clip, plan, stage.programs)),
            programs("decode alone", raw.decode_alone(clip, stage.programs)),
            programs("picture pass", raw.picture_pass(clip, stage.programs)),
            programs("small picture pass", raw.small_picture_pass(clip, stage.programs)),
        ],
        stage,
    )
    rows = [*_whole_rows(costs, stage), *_step_rows(ours, costs, stage), *_anchor_rows(costs)]
    details = {"seconds": stage.seconds, "runs": to_json(costs), "steps": [_steps(cost) for cost in ours]}
    return SectionResult(rows, details)


def _whole_rows(costs: Costs, stage: Stage) -> Iterator[Row]:
    yield Row("CPU: whole statement / bare ladder", cpu_ratio(costs, "statement", "raw"), target=_OVERHEAD)
    yield Row("wall: whole statement / bare ladder", wall_ratio(costs, "statement", "raw"))
    yield Row(
        "wall: whole statement / length of the recording", typical(costs, "statement").wall_seconds / stage.seconds
    )


def _step_rows(ours: Sequence[StatementCost], costs: Costs, stage: Stage) -> Iterator[Row]:
    base = typical(costs, "raw").cpu_seconds
    for name in ("inspect", "encode", "complete", "manifests"):
        spent = statistics.median(_step(cost, name).cpu_seconds for cost in ours)
        yield Row(f"CPU: {name} / bare ladder", spent / base)
    spent = statistics.median(cost.python_cpu_seconds for cost in ours)
    yield Row("CPU: outside ffmpeg, all steps / bare ladder", spent / base)
    waited = statistics.median(cost.inspect.wall_seconds for cost in ours) * 60 / stage.seconds
    yield Row("inspect: seconds for a minute of recording", waited, "s", _INSPECT_SECONDS_A_MINUTE)


def _anchor_rows(costs: Costs) -> Iterator[Row]:
    yield Row("CPU: one process per rendition, our settings / bare ladder", cpu_ratio(costs, "one process each", "raw"))
    yield Row("CPU: top rendition alone / bare ladder", cpu_ratio(costs, "top alone", "raw"))
    yield Row("CPU: decode alone / bare ladder", cpu_ratio(costs, "decode alone", "raw"))
    yield Row("CPU: a picture pass with ffmpeg's detectors / bare ladder", cpu_ratio(costs, "picture pass", "raw"))
    yield Row("CPU: a picture pass at a small size / bare ladder", cpu_ratio(costs, "small picture pass", "raw"))


def _steps(cost: StatementCost) -> dict[str, object]:
    steps = {name: _step(cost, name).to_json() for name in ("inspect", "encode", "complete", "manifests")}
    return {**steps, "python_cpu_seconds": round(cost.python_cpu_seconds, 3)}


def _step(cost: StatementCost, name: str) -> Cost:
    step: Cost = getattr(cost, name)
    return step
