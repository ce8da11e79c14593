"""What a step is given and what it returns."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pipeline.services.claims import Claim
from workers.context import WorkerContext

Record = Callable[[Session, datetime], None]
"""Writes what came of a step, in the transaction that finishes its job."""


@dataclass(frozen=True)
class JobRun:
    """One attempt at a job.

    `folder` is private and goes away with the attempt. `report` is told progress (0 to 1) and stage, and raises when
    the step should end. What is put on `undo` is called when nothing came of the attempt.
    """

    claim: Claim
    context: WorkerContext
    folder: Path
    report: Callable[[float, str], None]
    undo: ExitStack

    def progress(self, stage: str, begins: float = 0.0, ends: float = 1.0) -> Callable[[float], None]:
        """A listener for one stage, which takes the step from one share of its work to another."""

        def listen(share: float) -> None:
            self.report(begins + (ends - begins) * min(max(share, 0.0), 1.0), stage)

        listen(0.0)
        return listen


Step = Callable[[JobRun], Record]
