"""`python -m bench.faults`: strike at real installations, print what came of it; status 1 where a target is missed."""

import argparse
import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench.faults.backlog import JOBS, TARGET_SECONDS, seconds_to_start_all, sentence
from bench.faults.brokers import BrokerKind
from bench.faults.clips import make_clip
from bench.faults.entry import prepare
from bench.faults.lanes import run_lanes
from bench.faults.plan import FAULTS, missing_for, plan_trials
from bench.faults.tables import as_table, meets_targets, summary


def main() -> int:
    """Run what the command line asks for."""
    arguments = _read_arguments()
    prepare()
    console = Console(stderr=True, width=200, soft_wrap=True, highlight=False)
    for name in arguments.only or FAULTS:
        if missing_for(name):
            console.print(f"Not tried: {name} ({missing_for(name)})", markup=False)
    planned = plan_trials(arguments.seed, arguments.trials, arguments.only)
    begun = time.monotonic()
    with nullcontext(arguments.place) if arguments.place else TemporaryDirectory(prefix="presession-faults-") as folder:
        place = Path(folder).resolve()
        place.mkdir(parents=True, exist_ok=True)
        clip = make_clip(place / "clip.mp4").read_bytes()
        say = lambda line: console.print(line, markup=False)  # noqa: E731
        outcomes = run_lanes(planned, lanes=arguments.lanes, broker=arguments.broker, place=place, clip=clip, say=say)
        backlog = None if arguments.only else seconds_to_start_all(place / "backlog", JOBS)
    minutes = (time.monotonic() - begun) / 60
    if arguments.json:
        found = {"seed": arguments.seed, **summary(outcomes), "backlog_seconds": backlog}
        found["outcomes"] = [outcome.to_json() for outcome in outcomes]
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
    else:
        Console(width=120).print(as_table(outcomes))
        if backlog is not None:
            sys.stdout.write(f"{sentence(JOBS, backlog)}\n")
    console.print(f"{len(outcomes)} trials with seed {arguments.seed} in {minutes:.0f} minutes")
    return 0 if meets_targets(outcomes) and (backlog or 0.0) <= TARGET_SECONDS else 1


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description="Kills and cuts off what it can.")
    parser.add_argument("--seed", type=int, default=1, help="another seed strikes at other moments (1)")
    parser.add_argument("--trials", type=int, default=60, help="how many (60)")
    parser.add_argument("--only", type=_fault_names, default=[], metavar="FAULT,...", help=f"of: {', '.join(FAULTS)}")
    parser.add_argument(
        "--broker", type=BrokerKind, default=BrokerKind.VALKEY, help="valkey or rabbitmq, for several machines (valkey)"
    )
    parser.add_argument("--lanes", type=int, default=2, help="installations of each kind at the same time (2)")
    parser.add_argument("--json", action="store_true", help="print every trial as JSON instead of the table")
    parser.add_argument("--place", type=Path, help="work in this folder and leave logs of what went wrong there")
    return parser.parse_args()


def _fault_names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
