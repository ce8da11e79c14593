"""Messages to other systems on their way: which are due, what one says, what came of a try.

Each try is a job of its own. A receiver that is away makes no job fail: the message waits, longer with each try. Ids
and codes only are in a message; who wants to know more asks with a token.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from pipeline.domain.desk import DeliveryState
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.webhooks import sign, wait_after
from pipeline.records.tables import Event, Job, Webhook, WebhookDelivery
from pipeline.services.jobs import queue_job

KEPT = timedelta(days=30)
"""What was sent, or given up, is listed for so long."""

_AT_ONCE = 5
"""An address has so many messages under way: one that hangs holds up nobody else's work."""


@dataclass(frozen=True)
class OutgoingMessage:
    """A message as it is sent now."""

    url: str
    headers: dict[str, str]
    body: bytes


def find_due_deliveries(db: Session, *, now: datetime) -> list[int]:
    """Messages that are to be tried now and that nobody has in hand, the oldest first."""
    is_tried = exists().where(
        Job.kind == JobKind.WEBHOOK, Job.subject_id == WebhookDelivery.id, Job.state.in_(OPEN_STATES)
    )
    place = func.row_number().over(partition_by=WebhookDelivery.webhook_id, order_by=WebhookDelivery.id)
    due = (
        select(WebhookDelivery.id, place.label("place"), is_tried.label("is_tried"))
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.state == DeliveryState.WAITING, WebhookDelivery.due_at <= now, Webhook.is_active)
        .subquery()
    )
    wanted = select(due.c.id).where(due.c.place <= _AT_ONCE, ~due.c.is_tried).order_by(due.c.id)
    return list(db.scalars(wanted))


def queue_deliveries(db: Session, delivery_ids: list[int], *, now: datetime) -> None:
    """Have messages tried; two schedulers may look at the same moment, and one job comes of it."""
    for delivery_id in delivery_ids:
        queue_job(db, JobKind.WEBHOOK, delivery_id, now=now)


def prepare_delivery(db: Session, delivery_id: int, *, now: datetime) -> OutgoingMessage | None:
    """What to send and where; None where there is no need any more."""
    delivery = db.get(WebhookDelivery, delivery_id)
    webhook = db.get(Webhook, delivery.webhook_id) if delivery is not None else None
    if delivery is None or webhook is None or not webhook.is_active or delivery.state is not DeliveryState.WAITING:
        return None
    body, message_id, timestamp = write_body(delivery.event), f"msg_{delivery.id}", int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "presession",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(webhook.secret, message_id, timestamp, body),
    }
    return OutgoingMessage(webhook.url, headers, body)


def write_body(event: Event) -> bytes:
    """What a message says of an event: ids and codes."""
    said = {
        "type": event.name,
        "timestamp": event.at.isoformat(),
        "data": {
            "event_id": event.id,
            "subject": {"kind": event.subject_kind, "id": event.subject_id},
            "actor": {"kind": event.actor_kind, "id": event.actor_id},
            "facts": event.facts,
        },
    }
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode("utf-8")


def record_try(db: Session, delivery_id: int, *, answer: str, is_taken: bool, now: datetime) -> None:
    """Write down what came of a try: delivered, to be tried later, or given up."""
    delivery = db.get(WebhookDelivery, delivery_id)
    if delivery is None or delivery.state is not DeliveryState.WAITING:
        return
    delivery.attempts += 1
    delivery.answer = answer
    wait = wait_after(delivery.attempts)
    if is_taken:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
    elif wait is None:
        delivery.state = DeliveryState.FAILED
    else:
        delivery.due_at = now + wait


def remove_old_deliveries(db: Session, *, now: datetime) -> int:
    """Forget messages that ended long ago; how many."""
    over = delete(WebhookDelivery).where(
        WebhookDelivery.created_at < now - KEPT, WebhookDelivery.state != DeliveryState.WAITING
    )
    return len(db.execute(over.returning(WebhookDelivery.id)).all())
