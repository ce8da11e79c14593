"""Where a worker and a scheduler begin: they run until they are told to stop by SIGTERM or SIGINT."""

import mmap
import os
import signal
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import structlog
from celery.signals import setup_logging, worker_shutting_down

from config.logs import configure_logs
from config.settings import JobSettings, Settings
from pipeline.domain.jobs import Queue
from pipeline.domain.mails import MailWriter
from pipeline.records.database import Database
from workers.app import make_celery
from workers.context import open_context
from workers.folders import tidy_work_dir
from workers.presence import say_ended, worker_identity
from workers.scheduler import run_sweeps
from workers.tasks import add_task

_log = structlog.get_logger(__name__)


def run_worker(
    settings: Settings,
    *,
    queues: Sequence[Queue],
    concurrency: int | None = None,
    mail_writer: MailWriter | None = None,
) -> int:
    """Run jobs of some queues until told to stop; the exit status.

    Told to stop, it finishes what it can in the time that the settings give, hands the rest back and ends. A worker
    for several queues lets short work wait behind encodes: where people wait, run one for each.
    """
    configure_logs(settings.log_level)
    _check_parts(settings)
    slots = concurrency or sum(slots_of(queue, settings.jobs) for queue in queues)
    part = worker_identity(queues, slots)
    stop_flag = _SharedFlag()
    app = make_celery(settings)
    add_task(app, settings, part, is_stopping=stop_flag.is_set, mail_writer=mail_writer)
    setup_logging.connect(_keep_logging, weak=False)
    worker_shutting_down.connect(stop_flag.set, weak=False)
    worker = app.Worker(
        queues=[queue.value for queue in queues],
        concurrency=slots,
        pool="prefork",
        optimization="fair",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    _log.info("worker.started", worker=part.name, queues=[queue.value for queue in queues], slots=slots)
    worker.start()
    with closing(Database(settings.effective_database_url)) as database:
        say_ended(database, part)
    _log.info("worker.stopped", worker=part.name)
    return int(worker.exitcode or 0)


def run_scheduler(settings: Settings) -> int:
    """Sweep until told to stop; the exit status."""
    configure_logs(settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _log.info("scheduler.started")
    run_sweeps(settings, stop)
    _log.info("scheduler.stopped")
    return 0


def slots_of(queue: Queue, jobs: JobSettings) -> int:
    """Jobs of a queue that one machine runs at the same time; an encode keeps about two cores busy."""
    if queue is Queue.INTERACTIVE:
        return jobs.interactive_concurrency
    if queue is Queue.PACKAGING:
        return jobs.packaging_concurrency
    if queue is Queue.CAPTIONS:
        return jobs.captions_concurrency
    return jobs.concurrency or max(1, (os.cpu_count() or 1) // 2)


class _SharedFlag:
    """A flag that pool processes see although it is set after they were forked; no lock that one could die with."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def set(self, **_signal: Any) -> None:
        self._byte[0] = 1

    def is_set(self) -> bool:
        return self._byte[0] == 1


def _keep_logging(**_signal: Any) -> None:
    """Celery leaves logging alone when somebody listens to its signal."""


def _check_parts(settings: Settings) -> None:
    """Find wrong settings before any process is forked, and remove what killed attempts left on this machine."""
    context = open_context(settings)
    tidy_work_dir(settings.work_dir, context.database)
    context.database.close()
