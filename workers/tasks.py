"""The one Celery task; a pool process opens its parts before its first and ties its life to its parent's."""

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from config.settings import Settings
from workers.app import RUN_JOB
from workers.context import WorkerContext, open_context
from workers.execution import run_job

_PR_SET_PDEATHSIG = 1


class JobTask:
    """Runs jobs in a pool process; opened there, after the fork, so that no connection is shared."""

    def __init__(self, settings: Settings, is_stopping: Callable[[], bool]) -> None:
        self._settings = settings
        self._is_stopping = is_stopping
        self._context: WorkerContext | None = None
        self._parent = os.getpid()

    def open(self, **_signal: Any) -> None:
        """Prepare this pool process."""
        die_with_parent(self._parent)
        self._context = open_context(self._settings, is_stopping=self._is_stopping)

    def run(self, job_id: int) -> None:
        """Run one job."""
        assert self._context is not None  # noqa: S101 - Celery sends its signal before the first task
        run_job(self._context, job_id)


def add_task(app: Celery, settings: Settings, *, is_stopping: Callable[[], bool]) -> None:
    """Give a worker's Celery the task."""
    task = JobTask(settings, is_stopping)
    worker_process_init.connect(task.open, weak=False)
    app.task(task.run, name=RUN_JOB)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent is gone, even by `kill -9`. ffmpeg dies with this one."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)
