"""The mission's side: what a country's page weighs before anybody watches, and when the first picture is there."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from bench.rows import Row, SectionResult
from bench.stage import Stage
from bench.watching.country import STATEMENTS, publish_country
from bench.watching.server import serve


def measure_watching(stage: Stage) -> SectionResult:
    """A country of six statements, from a server that compresses texts and from one that does not."""
    if any(importlib.util.find_spec(name) is None for name in ("playwright", "pytest")):
        stage.say("  Left out: there is no browser here.")
        return SectionResult([], {})
    folder = publish_country(stage)
    rows = []
    for row in _rows(folder, stage):
        stage.say(f"  {row.title}: {row.value:.3f} {row.unit}")
        rows.append(row)
    return SectionResult(rows, {"statements": STATEMENTS, "seconds_each": stage.long_seconds})


def _rows(folder: Path, stage: Stage) -> Iterator[Row]:
    # It comes with what the tests need.
    from bench.watching.visits import measure_visits  # noqa: PLC0415

    for compresses in (True, False):
        with serve(folder, compresses=compresses) as address:
            yield from measure_visits(address, "texts compressed" if compresses else "nothing compressed", stage.runs)
