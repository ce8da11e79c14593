"""Whether the parts that the portal depends on answer, and how fast: asked aside, so that nothing hangs with them."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import text

from pipeline.domain.jobs import Queue
from pipeline.records.database import Database
from pipeline.services.running_parts import RunningPartSeen, running_parts
from pipeline.storage.keys import original_key
from pipeline.storage.store import ObjectStore

WaitingMessages = Callable[[Queue], int | None]
"""How many messages wait in the broker for a queue; None when the broker is away. Safe for threads."""

PATIENCE_SECONDS = 3.0
"""A part that has not answered by then counts as away."""

_FRESH_SECONDS = 1.0
_NEVER_THERE = original_key("0" * 32)

_Value = TypeVar("_Value")
_Said_co = TypeVar("_Said_co", covariant=True)


@dataclass(frozen=True)
class Answer(Generic[_Said_co]):
    """What a part said, and how long it took."""

    value: _Said_co
    seconds: float


class Probe(Generic[_Value]):
    """Asks one part, one question at a time, in a thread of its own; who asks at the same time shares the answer."""

    def __init__(self, ask: Callable[[], _Value], *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._ask = ask
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._asked_at = 0.0
        self._answer: Future[Answer[_Value]] | None = None

    def ask(self) -> "Future[Answer[_Value]]":
        """Begin to ask, unless there is an answer a second old at most, or one is awaited."""
        with self._lock:
            if self._answer is None or self._is_stale(self._answer):
                self._answer = self._begin()
            return self._answer

    def answer(self) -> Answer[_Value] | None:
        """The answer; None when there was an error or no answer in time."""
        answer = self.ask()
        patience = self._asked_at + self._patience_seconds - time.monotonic()
        try:
            return answer.result(timeout=max(0.0, patience))
        except Exception:  # noqa: BLE001 - whatever a part's own library raises, it did not answer
            return None

    def _is_stale(self, answer: "Future[Answer[_Value]]") -> bool:
        return answer.done() and time.monotonic() - self._asked_at > _FRESH_SECONDS

    def _begin(self) -> "Future[Answer[_Value]]":
        answer: Future[Answer[_Value]] = Future()
        self._asked_at = time.monotonic()
        threading.Thread(target=self._run, args=(answer, self._asked_at), name="probe", daemon=True).start()
        return answer

    def _run(self, answer: "Future[Answer[_Value]]", begun: float) -> None:
        try:
            value = self._ask()
        except Exception as error:  # noqa: BLE001 - kept for who waits
            answer.set_exception(error)
        else:
            answer.set_result(Answer(value, time.monotonic() - begun))


class Probes:
    """The parts of one installation."""

    def __init__(self, database: Database, store: ObjectStore, waiting_messages: WaitingMessages) -> None:
        self.records = Probe(lambda: _ask_records(database))
        self.store = Probe(lambda: _ask_store(store))
        self.broker = Probe(lambda: _ask_broker(waiting_messages))

    def answers(
        self,
    ) -> tuple[Answer[Sequence[RunningPartSeen]] | None, Answer[None] | None, Answer[dict[Queue, int]] | None]:
        """What records, store and broker say, asked at the same time."""
        for part in (self.records, self.store, self.broker):
            part.ask()
        return self.records.answer(), self.store.answer(), self.broker.answer()


def _ask_records(database: Database) -> Sequence[RunningPartSeen]:
    with database.read() as db:
        db.execute(text("SELECT 1"))
        return running_parts(db, now=datetime.now(UTC))


def _ask_store(store: ObjectStore) -> None:
    store.stat(_NEVER_THERE)


def _ask_broker(waiting_messages: WaitingMessages) -> dict[Queue, int]:
    depths = {queue: waiting_messages(queue) for queue in Queue}
    if None in depths.values():
        raise ConnectionError("The broker is away.")
    return {queue: depth for queue, depth in depths.items() if depth is not None}
