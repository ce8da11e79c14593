"""`python -m bench`: measure, print a table, write `bench/results.json`."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.statement import measure_statement
from pipeline.media.programs import MediaPrograms
from pipeline.processes import run_program

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    """Everything that is measured."""
    console = Console(stderr=True)
    programs = MediaPrograms()
    results = {"machine": _machine(programs), "statement": measure_statement(programs, say=console.print)}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _print(results["statement"])
    console.print(f"Written to {RESULTS}")


def _machine(programs: MediaPrograms) -> dict[str, Any]:
    said = run_program([programs.ffmpeg, "-version"], deadline_seconds=30).stdout.decode("utf-8", "replace")
    return {
        "processors": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "ffmpeg": said.splitlines()[0].split(" Copyright")[0],
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _print(statement: dict[str, Any]) -> None:
    table = Table("work", "wall s", "CPU s", title=f"One statement of {statement['clip_seconds']} s, 1080p30")
    rows = {**statement["steps"], "statement": statement["statement"], "plain ffmpeg": statement["plain_ffmpeg"]}
    for name, cost in rows.items():
        table.add_row(name, f"{cost['wall_seconds']:.1f}", f"{cost['cpu_seconds']:.1f}")
    table.add_row("ratio", f"{statement['wall_ratio']:.2f}", f"{statement['cpu_ratio']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
