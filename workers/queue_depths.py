"""How many messages wait in the broker: asked through Celery's own transport, so that any broker can be asked."""

import threading
from typing import Any

from config.settings import Settings
from pipeline.domain.jobs import Queue
from workers.app import SENDER_OPTIONS, make_celery


class QueueDepths:
    """Asks one broker again and again over one connection. Safe for threads; connects with the first question."""

    def __init__(self, settings: Settings) -> None:
        self._app = make_celery(settings)
        self._lock = threading.Lock()
        self._connection: Any = None

    def __call__(self, queue: Queue) -> int | None:
        """Messages that no worker has taken yet; None when the broker is away. A queue that is not there has none."""
        with self._lock:
            was_connected = self._connection is not None
            waiting = self._ask(queue)
            if waiting is None and was_connected:  # the line may have died while nothing was asked
                waiting = self._ask(queue)
            return waiting

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._disconnect()

    def _ask(self, queue: Queue) -> int | None:
        connection = self._connection or self._app.connection_for_write(transport_options=dict(SENDER_OPTIONS))
        self._connection = connection
        try:
            with connection.channel() as channel:
                return int(channel.queue_declare(queue.value, passive=True).message_count)
        except connection.connection_errors:
            self._disconnect()
            return None
        except connection.channel_errors:
            return 0

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.release()
            self._connection = None


def waiting_messages(settings: Settings, queue: Queue) -> int | None:
    """What `QueueDepths` answers, asked once."""
    depths = QueueDepths(settings)
    try:
        return depths(queue)
    finally:
        depths.close()
