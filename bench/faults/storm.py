"""`python -m bench.faults.storm`: a session of 84 recordings runs through while one part after the other is killed."""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.faults import kills, outages
from bench.faults.batches import begin_batch
from bench.faults.clips import make_clip
from bench.faults.entry import prepare
from bench.faults.installations import Installation
from bench.faults.plan import ONE, SEVERAL
from bench.faults.servers import private_ceph
from bench.faults.setups import one_machine, several_machines
from bench.faults.trials import Strike, Trial, judge_when_quiet, orphans_after
from bench.faults.waiting import comes_true
from pipeline.domain.jobs import JobKind

_STRIKES: Sequence[Strike] = (
    kills.kill_worker,
    kills.kill_pool_process,
    kills.kill_ffmpeg,
    kills.kill_scheduler,
    outages.restart_broker,
    outages.flush_broker,
)
_MOMENTS = (JobKind.INTAKE, JobKind.ENCODE, JobKind.ENCODE)
_CALM_SECONDS = (1.0, 8.0)
_CLIP_SECONDS = 12
"""Short, but long enough that all strikes find work to strike at."""

_PATIENCE_SECONDS = 3600.0
_MORE_SPEAKERS = 200


def main() -> int:
    """Print what came of the session; status 1 where something is not right, twice or orphaned."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.storm", description="Kills through a whole session.")
    parser.add_argument("--seed", type=int, default=1, help="another seed strikes at other moments (1)")
    parser.add_argument("--recordings", type=int, default=84, help="how many (84)")
    parser.add_argument("--strikes", type=int, default=12, help="how often something is killed or lost (12)")
    parser.add_argument("--several", action="store_true", help="on several machines instead of one")
    arguments = parser.parse_args()
    prepare()
    with TemporaryDirectory(prefix="presession-storm-") as folder, ExitStack() as stack:
        place = Path(folder).resolve()
        clip = make_clip(place / "clip.mp4", seconds=_CLIP_SECONDS, size="640x360").read_bytes()
        ceph = stack.enter_context(private_ceph()) if arguments.several else None
        making = several_machines(place / SEVERAL[:3], ceph) if ceph else one_machine(place / ONE[:3])
        found = run_session(stack.enter_context(making), clip, arguments)
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write("Something is not right.\n" if found else "Everything ended as it should, once.\n")
    return 1 if found else 0


def run_session(installation: Installation, clip: bytes, arguments: argparse.Namespace) -> list[str]:
    """Everything handed in at once, then strikes with pauses; a sentence for each thing that is not as it should be."""
    chance = random.Random(arguments.seed)  # noqa: S311 - to be repeated, not to be guessed
    batch = begin_batch(installation, arguments.recordings + _MORE_SPEAKERS)
    trial = Trial(installation, batch, chance, JobKind.INTAKE, clip)
    trial.hand_in(arguments.recordings)
    begun, struck = time.monotonic(), Counter[str]()
    orphaned: list[str] = []
    for _ in range(arguments.strikes):
        if batch.is_settled():
            break
        strike, trial.moment = chance.choice(_STRIKES), chance.choice(_MOMENTS)
        strike(trial)
        struck[strike.__name__] += 1
        orphaned += orphans_after(trial)
        time.sleep(chance.uniform(*_CALM_SECONDS))
    settled = comes_true(batch.is_settled, _PATIENCE_SECONDS)
    judgement = judge_when_quiet(trial, counts_attempts=True)
    seconds = time.monotonic() - begun
    strikes = ", ".join(f"{name} {times}" for name, times in sorted(struck.items()))
    sys.stdout.write(f"{len(batch.recording_ids)} recordings in {seconds:.0f} s; {strikes}\n")
    late = [] if settled else [f"still at work after {_PATIENCE_SECONDS:g} s"]
    return [*late, *judgement.problems, *judgement.duplicates, *(f"orphan: {name}" for name in orphaned)]


if __name__ == "__main__":
    sys.exit(main())
