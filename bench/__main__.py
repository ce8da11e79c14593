"""`python -m bench`: measure, print tables, write `bench/results.json` after every section."""

import argparse
import json
import os
import platform
import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from bench.costs import Cost, measure
from bench.rows import as_markdown, as_table
from bench.sections import SECTIONS
from bench.stage import Stage
from pipeline.media.programs import MediaPrograms
from pipeline.processes import run_program

RESULTS = Path(__file__).parent / "results.json"

_QUICK = {"seconds": 10, "long_seconds": 40, "runs": 2}
_FULL = {"seconds": 60, "long_seconds": 420, "runs": 3}


def main() -> None:
    """Measure what the command line asks for, or show what was measured last."""
    arguments = _read_arguments()
    results = _read_results(arguments.out)
    if arguments.report:
        for name, section in SECTIONS.items():
            if name in results["sections"]:
                Console(width=200, soft_wrap=True).print(
                    as_markdown(section.title, results["sections"][name]), markup=False
                )
        return
    if arguments.place:
        arguments.place.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(arguments.place / "work", ignore_errors=True)
        _measure(arguments, arguments.place, results)
    else:
        with TemporaryDirectory(prefix="presession-bench-") as folder:
            _measure(arguments, Path(folder), results)


def _measure(arguments: argparse.Namespace, place: Path, results: dict[str, Any]) -> None:
    console = Console(stderr=True)
    amounts = _QUICK if arguments.quick else _FULL
    seconds = arguments.seconds or amounts["seconds"]
    long_seconds = arguments.long_seconds or (seconds * amounts["long_seconds"] // amounts["seconds"])
    stage = Stage(
        place.resolve(),
        seconds,
        long_seconds,
        arguments.runs or amounts["runs"],
        console.print,
        is_quick=arguments.quick,
        has_servers=arguments.servers,
    )
    for name in arguments.only or SECTIONS:
        section = SECTIONS[name]
        console.print(f"[bold]{section.title}[/bold]")
        found, cost = measure(partial(section.measure, stage))
        results["machine"] = _machine(stage.programs)
        results["sections"][name] = {**found.to_json(), "measured": _circumstances(stage, cost)}
        arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        Console().print(as_table(section.title, results["sections"][name]))
    console.print(f"Written to {arguments.out}")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures what statements cost here.")
    parser.add_argument("--only", type=_section_names, metavar="SECTION,...", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--quick", action="store_true", help="short recordings and two runs: a first impression")
    parser.add_argument("--seconds", type=int, help="length of the recording (60)")
    parser.add_argument("--long-seconds", type=int, help="length of the long one for growth (seven times as long)")
    parser.add_argument("--runs", type=int, help="how often each contender runs (3)")
    parser.add_argument("--servers", action="store_true", help="uploads: to PostgreSQL and S3, as the tests start them")
    parser.add_argument("--place", type=Path, help="keep recordings in this folder, for the next time")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where results are written")
    parser.add_argument("--report", action="store_true", help="print the last results as Markdown, measure nothing")
    return parser.parse_args()


def _section_names(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
    return names


def _read_results(path: Path) -> dict[str, Any]:
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        results = {}
    return results if "sections" in results else {"sections": {}}


def _machine(programs: MediaPrograms) -> dict[str, Any]:
    said = run_program([programs.ffmpeg, "-version"], deadline_seconds=30).stdout.decode("utf-8", "replace")
    return {
        "processors": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "ffmpeg": said.splitlines()[0].split(" Copyright")[0],
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _circumstances(stage: Stage, cost: Cost) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": stage.seconds,
        "long_seconds": stage.long_seconds,
        "runs": stage.runs,
        "is_quick": stage.is_quick,
        "took_seconds": round(cost.wall_seconds),
        "load_after": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    main()
