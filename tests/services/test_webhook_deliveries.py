"""Messages to other systems that are due: a few at a time for each, none twice at once, old ones forgotten."""

from datetime import timedelta

from pipeline.domain.desk import DeliveryState
from pipeline.domain.jobs import JobKind
from pipeline.records.tables import Job, WebhookDelivery
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.webhook_deliveries import (
    KEPT,
    find_due_deliveries,
    queue_deliveries,
    record_try,
    remove_old_deliveries,
)
from pipeline.services.webhooks import add_webhook, pause_webhook
from tests.fixtures.clock import NOW


def _add(db, name: str):
    url = f"https://{name}.example.org/"
    return add_webhook(db, url, ["session.*"], allows_private=False, actor=SYSTEM, now=NOW)


def _happen(db, times: int, now=NOW) -> None:
    for number in range(times):
        record_event(db, "session.updated", subject_kind="session", subject_id=number, actor=SYSTEM, now=now)


def test_one_that_is_slow_has_few_messages_under_way_and_holds_up_no_other(database) -> None:
    with database.begin() as db:
        slow, other = _add(db, "slow"), _add(db, "other")
        _happen(db, 7)
    with database.begin() as db:
        due = find_due_deliveries(db, now=NOW)
        of = {one.id: one.webhook_id for one in db.query(WebhookDelivery)}
        assert sorted(of[one] for one in due) == [slow.id] * 5 + [other.id] * 5
        queue_deliveries(db, due, now=NOW)
        queue_deliveries(db, due, now=NOW)  # another scheduler, at the same moment
        assert db.query(Job).filter(Job.kind == JobKind.WEBHOOK).count() == 10
        assert find_due_deliveries(db, now=NOW) == []
        record_try(db, due[0], answer="500", is_taken=False, now=NOW)
        db.query(Job).delete()
        assert due[0] not in find_due_deliveries(db, now=NOW)
        assert due[0] in find_due_deliveries(db, now=NOW + timedelta(seconds=10))
        pause_webhook(db, db.get_one(type(slow), slow.id), actor=SYSTEM, now=NOW)
        assert {of[one] for one in find_due_deliveries(db, now=NOW)} == {other.id}


def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(database) -> None:
    with database.begin() as db:
        _add(db, "other")
        _happen(db, 2)
        first, second = db.query(WebhookDelivery).order_by(WebhookDelivery.id).all()
        first.state = DeliveryState.FAILED
        assert remove_old_deliveries(db, now=NOW + KEPT) == 0
        assert remove_old_deliveries(db, now=NOW + KEPT + timedelta(seconds=1)) == 1
        assert db.query(WebhookDelivery).one().id == second.id
