"""The speaker's side: large uploads, bad lines, silent lines, everybody at once, and what pages weigh."""

import importlib.util
from collections.abc import Iterator

from bench.rows import Row, SectionResult
from bench.speakers.amounts import FULL, QUICK
from bench.speakers.crowd import measure_crowd
from bench.speakers.cuts import measure_cuts
from bench.speakers.memory import measure_memory
from bench.speakers.stalls import measure_stalls
from bench.stage import Stage


def measure_uploads(stage: Stage) -> SectionResult:
    """Every part against a portal of its own; pages are left out where there is no browser."""
    amounts = QUICK if stage.is_quick else FULL
    rows: list[Row] = []
    for measure in (measure_memory, measure_cuts, measure_stalls, measure_crowd):
        rows += _said(stage, measure(stage, amounts))
    if has_browser():
        # It comes with what the tests need.
        from bench.speakers.pages import measure_pages  # noqa: PLC0415

        rows += _said(stage, measure_pages(stage))
    return SectionResult(rows, {"servers": "PostgreSQL, S3" if stage.has_servers else "SQLite, a folder"})


def has_browser() -> bool:
    """Whether pages can be opened here as a browser does it."""
    return importlib.util.find_spec("playwright") is not None and importlib.util.find_spec("pytest") is not None


def _said(stage: Stage, rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        stage.say(f"  {row.title}: {row.value:.3f} {row.unit} {row.note}".rstrip())
        yield row
