"""`python -m bench.idle_worker SECONDS SLOTS`: a worker of this installation whose steps only last and report progress.

What it costs is what the engine costs: claiming, beating, recording, and the messages.
"""

import sys
import time
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.jobs import JobKind, Queue
from workers.entry import run_worker
from workers.steps import STEPS
from workers.steps.run import JobRun, Record, Step

ENCODE_SECONDS = 300.0
"""How long an encode takes whose progress is imitated, told twice a second as ffmpeg does."""

_REPORTS_A_SECOND = 2


def main() -> int:
    """Run until stopped."""
    seconds, slots = float(sys.argv[1]), int(sys.argv[2])
    cast(dict[JobKind, Step], STEPS).update(dict.fromkeys(JobKind, _lasting(seconds)))
    return run_worker(load_settings(), queues=[Queue.INTERACTIVE], concurrency=slots)


def _lasting(seconds: float) -> Step:
    def step(run: JobRun) -> Record:
        listen = run.progress("idling")
        for report in range(round(seconds * _REPORTS_A_SECOND)):
            time.sleep(1 / _REPORTS_A_SECOND)
            listen(report / _REPORTS_A_SECOND / ENCODE_SECONDS)
        return _record_nothing

    return step


def _record_nothing(_db: Session, _now: datetime) -> None:
    """No result."""


if __name__ == "__main__":
    sys.exit(main())
