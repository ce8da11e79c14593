"""Encodes through the engine by one worker or several, each with one encode at a time, as machines would share them."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from bench.faults.batches import Batch, begin_batch
from bench.faults.clips import with_mark
from bench.faults.installations import Installation
from bench.faults.waiting import wait_until
from config.settings import Settings
from pipeline.domain.jobs import JobKind, JobState
from pipeline.processes import ServerProcess, start_server
from pipeline.records.database import Database, upgrade_schema
from workers.broker import start_broker
from workers.producer import CeleryProducer

_PATIENCE_SECONDS = 3600.0
_STOP_SECONDS = 30.0


def wall_of_encodes(folder: Path, clip: bytes, recordings: int, *, workers: int) -> float:
    """Seconds from the first encode's start to the last one's end; checking them is no part of it."""
    settings = Settings(data_dir=folder)
    upgrade_schema(settings.effective_database_url)
    with ExitStack() as stack:
        broker = start_broker(settings)
        stack.callback(broker.stop, _STOP_SECONDS)
        database = Database(settings.effective_database_url)
        stack.callback(database.close)
        producer = CeleryProducer(settings)
        stack.callback(producer.close)
        batch = begin_batch(Installation("bench", str(folder), settings, database, producer, []), recordings)
        for number in range(recordings):
            batch.hand_in(with_mark(clip, number.to_bytes(8, "big")))
        checker = _start(settings, "--queue", "interactive")
        wait_until(lambda: _ended(batch, JobKind.INTAKE), seconds=_PATIENCE_SECONDS, what="all checks")
        checker.stop(_STOP_SECONDS)
        for _ in range(workers):
            encoder = _start(settings, "--queue", "encode", "--concurrency", "1")
            stack.callback(encoder.stop, _STOP_SECONDS)
        wait_until(lambda: _ended(batch, JobKind.ENCODE), seconds=_PATIENCE_SECONDS, what="all encodes")
        encodes = [job for job in batch.read_jobs() if job.kind is JobKind.ENCODE]
    begun = min(job.started_at for job in encodes if job.started_at)
    return (max(job.finished_at for job in encodes if job.finished_at) - begun).total_seconds()


def _start(settings: Settings, *options: str) -> ServerProcess:
    argv = [sys.executable, "-P", "-m", "presession", "worker", *options]
    environment = {**os.environ, "PRESESSION_DATA_DIR": str(settings.data_dir)}
    return start_server(argv, env=environment, log_path=settings.data_dir / "worker.log")


def _ended(batch: Batch, kind: JobKind) -> bool:
    jobs = [job for job in batch.read_jobs() if job.kind is kind]
    done = [job for job in jobs if job.state is JobState.DONE]
    return len(done) == len(batch.recording_ids)
