"""What the trials showed, a line for each fault, and whether it is what it should be."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from bench.faults.plan import FAULTS
from bench.faults.trials import Outcome

RESTART_SECONDS = 60.0


def as_table(outcomes: Sequence[Outcome]) -> Table:
    """One line for each fault that was tried, and one for all."""
    table = Table("fault", "trials", "right", "duplicates", "orphans", "left on disks", "restart, middle", "longest")
    for name in FAULTS:
        tried = [outcome for outcome in outcomes if outcome.fault == name]
        if tried:
            table.add_row(name, *_cells(tried))
    table.add_section()
    table.add_row("all", *_cells(outcomes))
    return table


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The line for all trials, as JSON types."""
    waits = sorted(outcome.restart_seconds for outcome in outcomes if outcome.restart_seconds is not None)
    return {
        "trials": len(outcomes),
        "right": sum(outcome.is_right for outcome in outcomes),
        "duplicates": sum(len(outcome.duplicates) for outcome in outcomes),
        "orphans": sum(len(outcome.orphan_processes) for outcome in outcomes),
        "left_on_disks": sum(len(outcome.leftovers) for outcome in outcomes),
        "restart_middle": waits[len(waits) // 2] if waits else None,
        "restart_longest": waits[-1] if waits else None,
    }


def meets_targets(outcomes: Sequence[Outcome]) -> bool:
    """All right, nothing twice, no orphans, and no interrupted work waits for more than a minute."""
    found = summary(outcomes)
    is_quick = (found["restart_longest"] or 0.0) <= RESTART_SECONDS
    return found["right"] == found["trials"] and not found["duplicates"] and not found["orphans"] and is_quick


def _cells(outcomes: Sequence[Outcome]) -> list[str]:
    found = summary(outcomes)
    waits = ["-" if found[key] is None else f"{found[key]:.0f} s" for key in ("restart_middle", "restart_longest")]
    return [str(found[key]) for key in ("trials", "right", "duplicates", "orphans", "left_on_disks")] + waits
