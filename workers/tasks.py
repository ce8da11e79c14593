"""The one Celery task; a pool process opens its parts before its first and ties its life to its parent's."""

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from config.settings import Settings
from pipeline.domain.jobs import Queue
from pipeline.domain.mails import MailWriter
from pipeline.services.running_parts import PartIdentity
from workers.app import RUN_NEXT
from workers.context import WorkerContext, open_context
from workers.execution import run_next
from workers.folders import tidy_work_dir
from workers.presence import Presence

_PR_SET_PDEATHSIG = 1


class JobTask:
    """Runs jobs in a pool process; opened there, after the fork, so that no connection is shared."""

    def __init__(
        self, settings: Settings, part: PartIdentity, is_stopping: Callable[[], bool], mail_writer: MailWriter | None
    ) -> None:
        self._settings = settings
        self._part = part
        self._is_stopping = is_stopping
        self._mail_writer = mail_writer
        self._context: WorkerContext | None = None
        self._parent = os.getpid()

    def open(self, **_signal: Any) -> None:
        """Prepare this pool process."""
        die_with_parent(self._parent)
        # Whoever stops a service tells each of its processes; when this one ends is for the worker to say.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._context = open_context(
            self._settings,
            is_stopping=self._is_stopping,
            worker_name=self._part.name,
            end_process=lambda: os._exit(1),
            mail_writer=self._mail_writer,
        )
        database = self._context.database
        Presence(
            database,
            self._part,
            beat_seconds=self._settings.jobs.heartbeat_seconds,
            is_stopping=self._is_stopping,
            # Of an attempt that was killed here, another machine may have found out.
            tidy=lambda: tidy_work_dir(self._settings.work_dir, database),
        ).start()

    def run(self, queue: str, _job_id: int) -> None:
        """Run the most urgent job of a queue; the job whose message this is may have been begun by another's."""
        assert self._context is not None  # noqa: S101 - Celery sends its signal before the first task
        run_next(self._context, Queue(queue))


def add_task(
    app: Celery,
    settings: Settings,
    part: PartIdentity,
    *,
    is_stopping: Callable[[], bool],
    mail_writer: MailWriter | None = None,
) -> None:
    """Give a worker's Celery the task."""
    task = JobTask(settings, part, is_stopping, mail_writer)
    worker_process_init.connect(task.open, weak=False)
    app.task(task.run, name=RUN_NEXT)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent is gone, even by `kill -9`. ffmpeg dies with this one."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)
