"""Celery, set up so that a message is a hint and nothing more: acknowledged early, without a result, as JSON.

Acknowledging late would not help: a task is lost with its pool process all the same, and one that outlasts the
broker's visibility timeout runs twice. The job's row has a lease, and the scheduler's sweep sends again.
"""

from collections.abc import Mapping
from typing import Any

from celery import Celery

from config.settings import Settings
from pipeline.domain.jobs import Queue

RUN_NEXT = "presession.run_next"
"""Name of the one task: it runs the most urgent job of the queue it is given; the id beside it is for traces."""

_DAY_SECONDS = 24 * 3600

SENDER_OPTIONS: Mapping[str, float] = {
    "visibility_timeout": _DAY_SECONDS,
    "socket_connect_timeout": 2,
    "socket_timeout": 2,  # Redis
    "read_timeout": 2,  # RabbitMQ
    "write_timeout": 2,
}
"""Connections of who sends or asks: a request must not wait for a broker that does not answer."""


def make_celery(settings: Settings) -> Celery:
    """Celery for one installation, for workers and for who sends to them."""
    app = Celery("presession", set_as_current=False)
    app.conf.update(
        broker_url=settings.effective_broker_url,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # RabbitMQ closes the channel of a worker that holds a message for longer than half an hour.
        broker_channel_error_retry=True,
        # A day: what a worker took and never acknowledged is of no use to anybody, the sweep has sent it again.
        broker_transport_options={
            "visibility_timeout": _DAY_SECONDS,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
        },
        task_queues={queue.value: {} for queue in Queue},
        task_default_queue=Queue.INTERACTIVE.value,
        task_create_missing_queues=False,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=False,
        **_worker_options(settings),
    )
    return app


def _worker_options(settings: Settings) -> dict[str, Any]:
    return {
        "worker_prefetch_multiplier": 1,
        # A message that waits inside a busy worker would be out of reach of an idle one, until the next sweep.
        # Celery can have it so with Redis alone.
        "worker_disable_prefetch": not settings.effective_broker_url.startswith("amqp"),
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_max_tasks_per_child": 200,
        "worker_proc_alive_timeout": 60.0,
        "enable_utc": True,
    }
