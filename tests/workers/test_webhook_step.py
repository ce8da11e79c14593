"""Messages to other systems: sent signed, retried with growing waits, never into private networks."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.settings import WebhookSettings
from pipeline.domain.desk import DeliveryState
from pipeline.domain.errors import WrongUsage
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.webhooks import MAX_TRIES, is_wanted, wait_after
from pipeline.records.tables import Job, Webhook, WebhookDelivery
from pipeline.services.accounts import add_account
from pipeline.services.events import SYSTEM
from pipeline.services.webhook_deliveries import OutgoingMessage
from pipeline.services.webhook_sending import is_public, send_message
from pipeline.services.webhooks import add_webhook, pause_webhook, remove_webhook, send_again
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.panels import STAFF, hand_in, statement_of
from workers.clock import utc_now
from workers.scheduler import Scheduler

pytestmark = pytest.mark.slow


@pytest.fixture
def place(sqlite_installation: Installation) -> Installation:
    """An installation that may tell systems on this machine."""
    allowed = sqlite_installation.settings.model_copy(update={"webhooks": WebhookSettings(allow_private=True)})
    sqlite_installation.settings = allowed
    return sqlite_installation


@pytest.fixture
def webhook_id(place, receiver) -> int:
    """The other system is told of recordings and of decisions about statements."""
    with place.database.begin() as db:
        events = ["recording.received", "statement.*"]
        return add_webhook(db, receiver.url, events, allows_private=True, actor=SYSTEM, now=utc_now()).id


def _happen(place: Installation) -> None:
    with place.database.begin() as db:
        hand_in(db, statement_of(db, "MW"))


def _tell(place: Installation) -> None:
    """What scheduler and worker do once."""
    Scheduler(place.settings, place.database, place.store, place.outbox, lambda _queue: 0).queue_webhooks()
    with place.database.read() as db:
        waiting = select(Job.id).where(Job.kind == JobKind.WEBHOOK, Job.state == JobState.QUEUED)
        job_ids = db.scalars(waiting).all()
    for job_id in job_ids:
        run_job(place.context(), job_id)


def _deliveries(place: Installation) -> list[WebhookDelivery]:
    with place.database.read() as db:
        found = db.query(WebhookDelivery).order_by(WebhookDelivery.id).all()
        db.expunge_all()
        return found


def _let_time_pass(place: Installation) -> None:
    with place.database.begin() as db:
        for delivery in db.query(WebhookDelivery):
            delivery.due_at = utc_now() - timedelta(seconds=1)


def test_an_event_is_told_once_signed_and_with_ids_alone(place, receiver, webhook_id) -> None:
    _happen(place)
    _tell(place)
    _tell(place)
    ((headers, body),) = receiver.got
    with place.database.read() as db:
        secret = db.get_one(Webhook, webhook_id).secret
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    said = json.loads(body)
    assert (said["type"], said["data"]["subject"]["kind"]) == ("recording.received", "recording")
    assert b"Speaker 1" not in body
    (delivery,) = _deliveries(place)
    assert (delivery.state, delivery.answer, delivery.attempts) == (DeliveryState.DELIVERED, "204", 1)


def test_who_does_not_take_a_message_gets_it_again_later_until_it_is_given_up(place, receiver, webhook_id) -> None:
    receiver.status = 500
    _happen(place)
    for tries in range(1, MAX_TRIES + 1):
        _tell(place)
        (delivery,) = _deliveries(place)
        assert (delivery.attempts, delivery.answer) == (tries, "500")
        _tell(place)  # not due yet
        assert len(receiver.got) == tries
        _let_time_pass(place)
    assert delivery.state is DeliveryState.FAILED
    receiver.status = 200
    with place.database.begin() as db:
        send_again(db, db.get_one(WebhookDelivery, delivery.id), now=utc_now())
    _tell(place)
    assert _deliveries(place)[0].state is DeliveryState.DELIVERED
    with place.database.read() as db:
        assert {job.state for job in db.query(Job).filter(Job.kind == JobKind.WEBHOOK)} == {JobState.DONE}


def test_waits_grow() -> None:
    waits = [wait_after(tries) for tries in range(1, MAX_TRIES)]
    assert waits == sorted(waits)
    assert wait_after(MAX_TRIES) is None


def test_a_redirection_is_not_followed(place, receiver, webhook_id) -> None:
    receiver.status = 302
    _happen(place)
    _tell(place)
    (delivery,) = _deliveries(place)
    assert (delivery.state, delivery.answer, len(receiver.got)) == (DeliveryState.WAITING, "302", 1)


def test_what_was_forgotten_with_a_change_that_failed_is_told_to_nobody(place, receiver, webhook_id) -> None:
    with pytest.raises(RuntimeError), place.database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
        raise RuntimeError
    assert _deliveries(place) == []


@pytest.mark.parametrize("end", [pause_webhook, remove_webhook])
def test_who_is_told_no_more_gets_nothing_that_waited_either(place, receiver, webhook_id, end) -> None:
    _happen(place)
    with place.database.begin() as db:
        end(db, db.get_one(Webhook, webhook_id), actor=STAFF, now=utc_now())
        hand_in(db, statement_of(db, "MW", 2))
    _tell(place)
    assert receiver.got == []
    assert len(_deliveries(place)) == 1


def test_how_people_sign_in_is_told_to_nobody(place, receiver) -> None:
    with place.database.begin() as db:
        with pytest.raises(WrongUsage, match=r"account\.\*"):
            add_webhook(db, receiver.url, ["account.*"], allows_private=True, actor=SYSTEM, now=utc_now())
        add_account(db, email="anna@example.org", password="a long enough sentence", now=utc_now())
    assert _deliveries(place) == []
    assert not is_wanted("account.signed_in", ["account.*", "account.signed_in"])
    assert not is_wanted("job.failed", ["job.*"])  # what becomes of the telling would be told without end


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - not bound to
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "::7f00:1",
        "fec0::1",
    ],
)
def test_addresses_of_private_networks_are_known(address) -> None:
    assert not is_public(address)


def test_nothing_is_sent_into_a_private_network(receiver) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"):
        message = OutgoingMessage(f"https://{host}:{receiver.server.server_port}/", {}, b"{}")
        assert send_message(message, allows_private=False).word in {"private_address", "unknown_host"}
    plain = OutgoingMessage(receiver.url, {}, b"{}")
    assert send_message(plain, allows_private=False).word == "not_https"
    assert receiver.got == []
    assert send_message(plain, allows_private=True).is_taken  # it would have been possible


def test_one_that_hangs_holds_nobody_up_for_long(receiver, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.services.webhook_sending.WHOLE_SECONDS", 0.3)
    silent = threading.Event()
    receiver.server.RequestHandlerClass.do_POST = lambda _handler: silent.wait(20)
    answer = send_message(OutgoingMessage(receiver.url, {}, b"{}"), allows_private=True)
    silent.set()
    assert (answer.word, answer.is_taken) == ("timeout", False)


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org/", "https://a:b@example.org/", "https:///x", "x", "https://a b/"]
)
def test_what_is_no_address_of_another_system_is_refused(place, url) -> None:
    with place.database.begin() as db, pytest.raises(WrongUsage):
        add_webhook(db, url, ["statement.*"], allows_private=False, actor=SYSTEM, now=utc_now())
