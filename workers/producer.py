"""Sends job ids to workers through the broker."""

from typing import Any

from kombu.pools import ProducerPool

from config.settings import Settings
from pipeline.domain.jobs import Queue
from workers.app import RUN_NEXT, SENDER_OPTIONS, make_celery

_RETRIES = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
"""One more try takes care of a connection that died while idle; what a broker that is away misses, the sweep sends."""

_CONNECTIONS = 10


class CeleryProducer:
    """A `JobProducer` over Celery. Safe for threads; connects with the first message."""

    def __init__(self, settings: Settings) -> None:
        self._app = make_celery(settings)
        self._app.conf.broker_transport_options = dict(SENDER_OPTIONS)
        # Celery's own pool is shared by all that send to one broker: nobody could close it for itself.
        self._connections: Any = self._app.connection_for_write().Pool(limit=_CONNECTIONS)
        self._producers: Any = ProducerPool(self._connections, limit=_CONNECTIONS)  # type: ignore[no-untyped-call]

    def send(self, job_id: int, queue: Queue) -> None:
        """Send one job's id; raises the transport's errors when the broker is away."""
        with self._producers.acquire(block=True) as producer:
            self._app.send_task(
                RUN_NEXT,
                args=(queue.value, job_id),
                queue=queue.value,
                producer=producer,
                retry=True,
                retry_policy=_RETRIES,
            )

    def close(self) -> None:
        """Close its connections."""
        self._producers.force_close_all()
        self._connections.force_close_all()
        self._app.close()
