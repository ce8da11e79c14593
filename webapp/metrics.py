"""Figures for Prometheus, made from the records at each scrape: right with any number of portals and workers.

Labels are kinds, queues, states and codes; never a host, a path, a country or a person.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from pipeline.domain.jobs import QUEUES, JobKind, JobState, Queue
from pipeline.services.board_waits import takers
from pipeline.services.operation_measures import (
    DURATION_BOUNDS,
    count_failed_attempts,
    count_failures,
    count_jobs,
    measure_durations,
)
from pipeline.services.operations import WorkLine, list_work
from pipeline.services.running_parts import RunningPartSeen
from webapp.portal import Portal
from webapp.probes import Answer

_PREFIX = "presession_"
_Label = TypeVar("_Label", bound=str)


def write_metrics(portal: Portal) -> bytes:
    """All figures in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Scrape(portal))
    return generate_latest(registry)


class _Scrape(Collector):
    """One scrape; what cannot be known because a part is away is left out, and `presession_up` says so."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: a registry is made for each scrape."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        records, store, broker = self._portal.probes.answers()
        yield from _answers({"records": records, "store": store, "broker": broker})
        yield _gauge("disk_free_bytes", "Room where files are kept.", "folder", self._free_bytes())
        if broker is not None:
            yield _gauge("broker_messages", "Messages that no worker has taken yet.", "queue", broker.value)
        if records is not None:
            yield from _parts(records.value)
            with self._portal.database.read() as db:
                yield from _work(list_work(db, records.value, now=datetime.now(UTC)))
                yield from _jobs(db)

    def _free_bytes(self) -> dict[str, float]:
        settings = self._portal.settings
        folders = {"data": settings.data_dir}
        if settings.store.kind == "folder":
            folders["store"] = settings.store_folder
        return {name: _free(folder) for name, folder in folders.items()}


def _answers(answers: Mapping[str, Answer[object] | None]) -> Iterator[Metric]:
    is_up = {part: float(answer is not None) for part, answer in answers.items()}
    yield _gauge("up", "Whether a part answers.", "part", is_up)
    seconds = {part: answer.seconds for part, answer in answers.items() if answer is not None}
    yield _gauge("answer_seconds", "How long a part took to answer a small question.", "part", seconds)


def _parts(parts: Sequence[RunningPartSeen]) -> Iterator[Metric]:
    found = {queue: takers(parts, queue) for queue in Queue}
    workers = {queue: float(len(those)) for queue, those in found.items()}
    yield _gauge("workers", "Workers that take jobs of a queue.", "queue", workers)
    slots = {queue: float(sum(part.slots for part in those)) for queue, those in found.items()}
    yield _gauge("worker_slots", "Jobs of a queue that can run at the same time.", "queue", slots)
    schedulers = sum(part.kind == "scheduler" and part.is_alive for part in parts)
    yield GaugeMetricFamily(_PREFIX + "schedulers", "Schedulers that were seen lately.", value=schedulers)


def _work(lines: Sequence[WorkLine]) -> Iterator[Metric]:
    now = datetime.now(UTC)
    yield _by_kind("jobs_due", "Jobs that could begin now.", {line.kind: line.due for line in lines})
    yield _by_kind("jobs_put_off", "Jobs that are tried again later.", {line.kind: line.later for line in lines})
    yield _by_kind("jobs_running", "Jobs that a worker holds.", {line.kind: line.running for line in lines})
    ages = {line.kind: (now - line.oldest_due).total_seconds() if line.oldest_due else 0.0 for line in lines}
    yield _by_kind("oldest_due_job_seconds", "Since when the oldest job that could begin waits.", ages)


def _jobs(db: Session) -> Iterator[Metric]:
    ended = CounterMetricFamily(_PREFIX + "jobs_ended", "Jobs that have ended.", labels=["kind", "state"])
    counts = count_jobs(db)
    for kind in JobKind:
        for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
            ended.add_metric([kind.value, state.value], counts.get((kind, state), 0))
    yield ended
    yield _by_code("job_failures", "Jobs that failed for good.", count_failures(db))
    yield _by_code(
        "job_attempt_failures", "Attempts that failed and were followed by another.", count_failed_attempts(db)
    )
    yield _durations(db)


def _by_code(name: str, meaning: str, counts: Mapping[tuple[str, str], int]) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, meaning, labels=["kind", "code"])
    for (kind, code), count in sorted(counts.items()):
        family.add_metric([kind, code], count)
    return family


def _durations(db: Session) -> Metric:
    family = HistogramMetricFamily(
        _PREFIX + "job_duration_seconds", "How long the last attempt of a finished job took.", labels=["kind"]
    )
    for kind, found in sorted(measure_durations(db).items()):
        buckets = [(str(bound), float(count)) for bound, count in zip(DURATION_BOUNDS, found.counts, strict=True)]
        family.add_metric([kind.value], buckets=[*buckets, ("+Inf", float(found.total))], sum_value=found.seconds)
    return family


def _by_kind(name: str, meaning: str, values: Mapping[JobKind, float]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, meaning, labels=["kind", "queue"])
    for kind, value in values.items():
        family.add_metric([kind.value, QUEUES[kind].value], value)
    return family


def _gauge(name: str, meaning: str, label: str, values: Mapping[_Label, float]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, meaning, labels=[label])
    for labelled, value in values.items():
        family.add_metric([str(labelled)], value)
    return family


def _free(folder: Path) -> float:
    """Free bytes of the disk that holds a folder, or will hold it."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return float(shutil.disk_usage(there).free)
