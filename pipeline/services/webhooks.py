"""Addresses of other systems that are told of events: added, paused, removed; and what was sent to them."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from pipeline.domain.desk import DeliveryState
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.webhooks import is_offered, is_wanted, new_secret
from pipeline.records.tables import Webhook, WebhookDelivery
from pipeline.services.events import EVENT_NAMES, Actor, forget_listeners, record_event

DELIVERIES_SHOWN = 50

_LONGEST_URL = 500


def event_subjects() -> tuple[str, ...]:
    """What the events are about that other systems can be told of."""
    return tuple(sorted({name.partition(".")[0] for name in EVENT_NAMES if is_offered(name)}))


def add_webhook(
    db: Session, url: str, events: Sequence[str], *, allows_private: bool, actor: Actor, now: datetime
) -> Webhook:
    """Have an address told of events, by name or as `subject.*`; its `secret` is shown to whoever adds it.

    Raises `WrongUsage` for an address that is none, or is not for https where the settings allow no private ones, and
    for events that there are not.
    """
    check_address(url, allows_private=allows_private)
    unknown = sorted(name for name in events if not any(is_wanted(known, [name]) for known in EVENT_NAMES))
    if unknown or not events:
        raise WrongUsage(f"There are no such events: {', '.join(unknown)}." if unknown else "Choose some events.")
    webhook = Webhook(url=url, secret=new_secret(), event_names=sorted(set(events)), created_at=now)
    db.add(webhook)
    db.flush()
    forget_listeners(db)
    _record(db, "webhook.added", webhook, actor=actor, now=now)
    return webhook


def check_address(url: str, *, allows_private: bool) -> None:
    """Refuse what is no address of another system; where it leads is looked at with each message."""
    wrong = WrongUsage("Write an address like https://example.org/events, without a name or password in it.")
    try:
        parts = urlsplit(url)
        is_address = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        raise wrong from None
    schemes = {"https", "http"} if allows_private else {"https"}
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not is_address or not is_plain or parts.scheme not in schemes or len(url) > _LONGEST_URL:
        raise wrong


def pause_webhook(db: Session, webhook: Webhook, *, actor: Actor, now: datetime) -> None:
    """Tell an address nothing for a while; what happens meanwhile is not told later."""
    _set_active(db, webhook, is_active=False)
    _record(db, "webhook.paused", webhook, actor=actor, now=now)


def resume_webhook(db: Session, webhook: Webhook, *, actor: Actor, now: datetime) -> None:
    """Go on telling an address what happens from now on, and what still waited for it."""
    _set_active(db, webhook, is_active=True)
    _record(db, "webhook.resumed", webhook, actor=actor, now=now)


def remove_webhook(db: Session, webhook: Webhook, *, actor: Actor, now: datetime) -> None:
    """Tell an address nothing any more, and forget its secret."""
    _set_active(db, webhook, is_active=False)
    webhook.removed_at, webhook.secret = now, ""
    _record(db, "webhook.removed", webhook, actor=actor, now=now)


def list_webhooks(db: Session) -> Sequence[Webhook]:
    """All that were not removed, the newest first."""
    return db.scalars(select(Webhook).where(Webhook.removed_at.is_(None)).order_by(Webhook.id.desc())).all()


def find_webhook(db: Session, webhook_id: int) -> Webhook | None:
    """One that was not removed."""
    found = db.get(Webhook, webhook_id)
    return found if found is not None and found.removed_at is None else None


def list_deliveries(db: Session, webhook_id: int) -> Sequence[WebhookDelivery]:
    """The newest messages to an address, with their events at hand."""
    wanted = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    wanted = wanted.options(joinedload(WebhookDelivery.event)).order_by(WebhookDelivery.id.desc())
    return db.scalars(wanted.limit(DELIVERIES_SHOWN)).all()


def count_failed(db: Session) -> dict[int, int]:
    """How many messages nobody took, by webhook."""
    failed = select(WebhookDelivery.webhook_id, func.count()).where(WebhookDelivery.state == DeliveryState.FAILED)
    return {webhook_id: count for webhook_id, count in db.execute(failed.group_by(WebhookDelivery.webhook_id))}


def send_again(db: Session, delivery: WebhookDelivery, *, now: datetime) -> None:
    """Try a message anew that was given up, or send one once more; raises `ChangeNotAllowed` where it waits already."""
    if delivery.state is DeliveryState.WAITING:
        raise ChangeNotAllowed("This message is waiting already.")
    delivery.state, delivery.attempts, delivery.due_at = DeliveryState.WAITING, 0, now


def _set_active(db: Session, webhook: Webhook, *, is_active: bool) -> None:
    if webhook.is_active is is_active and is_active:
        raise ChangeNotAllowed("This address is told of events already.")
    webhook.is_active = is_active
    db.flush()
    forget_listeners(db)


def _record(db: Session, name: str, webhook: Webhook, *, actor: Actor, now: datetime) -> None:
    record_event(db, name, subject_kind="webhook", subject_id=webhook.id, actor=actor, now=now)
