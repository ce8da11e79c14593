"""Whether the installation as a whole can do its work now, in plain codes without addresses or names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from pipeline.domain.jobs import Queue
from pipeline.services.board_waits import takers
from pipeline.services.running_parts import RunningPartSeen
from webapp.probes import Answer, Probes


class State(StrEnum):
    """How a part stands: it answers, does not, was not seen lately, or cannot be known without the records."""

    OK = "ok"
    AWAY = "away"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Readiness:
    """How each part stands."""

    records: State
    store: State
    broker: State
    scheduler: State
    workers: Mapping[Queue, State]

    @property
    def is_ready(self) -> bool:
        """Whether everything is as it should be."""
        return all(state is State.OK for state in self._states())

    def to_json(self) -> dict[str, object]:
        """For machines."""
        workers = {queue.value: state.value for queue, state in self.workers.items()}
        return {
            "ready": self.is_ready,
            "records": self.records.value,
            "store": self.store.value,
            "broker": self.broker.value,
            "scheduler": self.scheduler.value,
            "workers": workers,
        }

    def _states(self) -> Iterable[State]:
        return (self.records, self.store, self.broker, self.scheduler, *self.workers.values())


def check_readiness(probes: Probes) -> Readiness:
    """Ask every part."""
    records, store, broker = probes.answers()
    parts = records.value if records is not None else None
    return Readiness(
        records=_state(records),
        store=_state(store),
        broker=_state(broker),
        scheduler=_seen(parts, lives_a_scheduler),
        workers={queue: _seen(parts, partial(_lives_a_taker, queue)) for queue in Queue},
    )


def lives_a_scheduler(parts: Iterable[RunningPartSeen]) -> bool:
    """Whether a scheduler was seen lately."""
    return any(part.kind == "scheduler" and part.is_alive for part in parts)


def _lives_a_taker(queue: Queue, parts: Iterable[RunningPartSeen]) -> bool:
    return bool(takers(parts, queue))


def _state(answer: Answer[object] | None) -> State:
    return State.OK if answer is not None else State.AWAY


def _seen(parts: Sequence[RunningPartSeen] | None, is_there: Callable[[Sequence[RunningPartSeen]], bool]) -> State:
    if parts is None:
        return State.UNKNOWN
    return State.OK if is_there(parts) else State.NOT_SEEN
