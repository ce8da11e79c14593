"""`python -m bench.faults.backlog`: 500 jobs wait while the broker is gone and has forgotten everything; it returns."""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bench.faults.batches import Batch, begin_batch
from bench.faults.clips import make_clip
from bench.faults.entry import prepare
from bench.faults.installations import Installation
from bench.faults.servers import private_ceph
from bench.faults.setups import several_machines
from bench.faults.waiting import wait_until
from pipeline.domain.jobs import JobKind
from pipeline.records.tables import Job

JOBS = 500
TARGET_SECONDS = 60.0
_PATIENCE_SECONDS = 600.0


def main() -> int:
    """Print how long it took until the last of the jobs had been started; status 1 when that is too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults.backlog", description="A flushed broker's return.")
    parser.add_argument("--jobs", type=int, default=JOBS, help=f"how many wait ({JOBS})")
    arguments = parser.parse_args()
    prepare()
    with TemporaryDirectory(prefix="presession-backlog-") as folder:
        seconds = seconds_to_start_all(Path(folder).resolve(), arguments.jobs)
    sys.stdout.write(f"{sentence(arguments.jobs, seconds)}\n")
    return 0 if seconds <= TARGET_SECONDS else 1


def sentence(jobs: int, seconds: float) -> str:
    """What was measured."""
    verdict = "met" if seconds <= TARGET_SECONDS else "MISSED"
    return f"{jobs} queued jobs were all started {seconds:.0f} s after a flushed broker's return: {verdict}"


def seconds_to_start_all(place: Path, jobs: int) -> float:
    """Measure it on several machines of its own, in a folder of their own."""
    place.mkdir(parents=True, exist_ok=True)
    clip = make_clip(place / "small-clip.mp4", seconds=2, size="320x180").read_bytes()
    with private_ceph() as ceph, several_machines(place / "machines", ceph) as installation:
        return measure_return(installation, clip, jobs)


def measure_return(installation: Installation, clip: bytes, jobs: int) -> float:
    """Seconds from the broker's return until the last of so many waiting jobs was started.

    All are checks of one recording that was checked before, so that the engine is measured and not ffmpeg.
    """
    broker = installation.broker
    assert broker is not None  # noqa: S101 - several machines have one with a port
    first = begin_batch(installation, 1)
    first.hand_in(clip)
    wait_until(first.is_settled, seconds=_PATIENCE_SECONDS, what="the first recording to be ready")
    batch = begin_batch(installation, jobs)
    broker.kill()
    for _ in range(jobs):
        batch.hand_in(clip, is_announced=False)
    broker.start()
    returned, begun = datetime.now(UTC), time.monotonic()
    wait_until(lambda: _started(batch) == jobs, seconds=_PATIENCE_SECONDS, what="every waiting job to be started")
    last = _last_start(batch)
    return max((last - returned).total_seconds(), 0.0) if last else time.monotonic() - begun


def _started(batch: Batch) -> int:
    wanted = select(func.count()).select_from(Job).where(*_intakes(batch), Job.started_at.is_not(None))
    with batch.installation.database.read() as db:
        return db.scalar(wanted) or 0


def _last_start(batch: Batch) -> datetime | None:
    with batch.installation.database.read() as db:
        return db.scalar(select(func.max(Job.started_at)).where(*_intakes(batch)))


def _intakes(batch: Batch):  # type: ignore[no-untyped-def]
    return Job.kind == JobKind.INTAKE, Job.subject_id.in_(batch.recording_ids)


if __name__ == "__main__":
    sys.exit(main())
