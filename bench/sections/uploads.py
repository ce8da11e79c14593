"""The speaker's side: large uploads, bad lines, silent lines, everybody at once, and what pages weigh."""

import importlib.util
from collections.abc import Iterator

from bench.rows import Row, SectionResult
from bench.speakers.amounts import FULL, QUICK, Amounts
from bench.speakers.crowd import measure_crowd
from bench.speakers.cuts import measure_cuts
from bench.speakers.memory import measure_memory
from bench.speakers.portals import BenchPortal, open_portal
from bench.speakers.stalls import measure_stalls
from bench.stage import Stage


def measure_uploads(stage: Stage) -> SectionResult:
    """One portal takes everything in turn; pages are left out where there is no browser to open them."""
    rows = []
    with open_portal(stage) as portal:
        for row in _rows(portal, stage, QUICK if stage.is_quick else FULL):
            stage.say(f"  {row.title}: {row.value:.3f} {row.unit}")
            rows.append(row)
    return SectionResult(rows, {"servers": "PostgreSQL, S3" if stage.has_servers else "SQLite, a folder"})


def _rows(portal: BenchPortal, stage: Stage, amounts: Amounts) -> Iterator[Row]:
    # Memory first: nothing has made the portal grow yet.
    yield from measure_memory(portal, amounts)
    yield from measure_cuts(portal, stage, amounts)
    yield from measure_stalls(portal, amounts)
    yield from measure_crowd(portal, stage, amounts)
    if _has_browser():
        # It comes with what the tests need.
        from bench.speakers.pages import measure_pages  # noqa: PLC0415

        yield from measure_pages(portal, amounts)


def _has_browser() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("playwright", "pytest"))
