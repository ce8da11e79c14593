"""The page on which subtitles are written: whether it keeps up with fingers when a statement has 150 of them."""

import importlib.util

from bench.rows import SectionResult
from bench.speakers.portals import open_portal
from bench.stage import Stage


def measure_editor(stage: Stage) -> SectionResult:
    """Rows of one portal and one Chromium; none where there is no browser."""
    if any(importlib.util.find_spec(name) is None for name in ("playwright", "pytest")):
        return SectionResult([], {"browser": "missing"})
    # It comes with what the tests need.
    from bench.editing import measure_editing  # noqa: PLC0415

    with open_portal(stage) as portal:
        rows = list(measure_editing(portal))
    return SectionResult(rows, {"cues": 150})
