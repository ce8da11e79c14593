"""What machines ask: liveness, readiness, figures; and who may read them."""

import threading
from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from pipeline.domain.jobs import Queue
from pipeline.domain.standings import Standing
from pipeline.services.running_parts import PartIdentity, beat_part, remove_part
from tests.fixtures.panels import load_plan, session_plan, statement_of
from tests.fixtures.standings import bring_to
from webapp.app import create_app
from webapp.probes import Probe

TOKEN = "a-token-of-tests"


@pytest.fixture
def parts(sqlite_database) -> None:
    """A scheduler, and a worker for each queue."""
    with sqlite_database.begin() as db:
        beat_part(db, PartIdentity("s", "scheduler", "host-of-tests", 1, "1"), now=datetime.now(UTC))
        for queue in Queue:
            part = PartIdentity(queue.value, "worker", "host-of-tests", 1, "1", (queue,), 2)
            beat_part(db, part, now=datetime.now(UTC))


def test_an_installation_with_all_its_parts_is_ready(visit, parts):
    answer = visit().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "records": "ok",
        "store": "ok",
        "broker": "ok",
        "scheduler": "ok",
        "workers": dict.fromkeys(Queue, "ok"),
    }


@pytest.mark.parametrize(("name", "where"), [("s", ("scheduler",)), ("encode", ("workers", "encode"))])
def test_a_part_that_was_not_seen_is_named(visit, parts, sqlite_database, name, where):
    with sqlite_database.begin() as db:
        remove_part(db, name)
    answer = visit().get("/readyz")
    found = answer.json
    for step in where:
        found = found[step]
    assert (answer.status_code, found) == (503, "not_seen")
    assert "host-of-tests" not in answer.text


def test_a_broker_that_is_away_is_named(visit, parts, producer):
    producer.is_away = True
    answer = visit().get("/readyz")
    assert (answer.status_code, answer.json["broker"], answer.json["records"]) == (503, "away", "ok")


def test_a_part_that_hangs_is_given_up_and_asked_no_second_time():
    asked = []
    goes_on = threading.Event()

    def hang() -> None:
        asked.append(1)
        goes_on.wait(30)

    probe = Probe(hang, patience_seconds=0.1)
    assert probe.answer() is None
    assert probe.answer() is None
    goes_on.set()
    assert len(asked) == 1


def _figures(text: str) -> dict[tuple[str, ...], float]:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name.removeprefix("presession_"), *sample.labels.values()): sample.value for sample in samples}


def test_figures_are_those_of_the_records(visit, parts, sqlite_database):
    load_plan(sqlite_database, session_plan(MW=4))
    with sqlite_database.begin() as db:
        for position, standing in enumerate([Standing.PREPARING, Standing.PREPARE_FAILED, Standing.CHECKING], start=1):
            bring_to(db, statement_of(db, "MW", position), standing)
        bring_to(db, statement_of(db, "MW", 4), Standing.PUBLISHED)
    answer = visit().get("/metrics")
    figures = _figures(answer.text)
    assert figures["jobs_running", "encode", "encode"] == 1
    assert figures["jobs_due", "intake", "interactive"] == 4
    assert figures["oldest_due_job_seconds", "intake", "interactive"] > 0
    assert figures["job_failures_total", "error", "encode"] == 1
    assert figures["jobs_ended_total", "release", "done"] == 1
    assert figures["worker_slots", "encode"] == 2
    assert figures["schedulers",] == 1
    assert figures["up", "store"] == 1
    assert figures["disk_free_bytes", "data"] > 0
    assert figures["broker_messages", "encode"] == 0
    assert not [word for word in ("Organisation", "Speaker", "host-of-tests", "MW") if word in answer.text]


def test_figures_say_what_is_away(visit, parts, producer):
    producer.is_away = True
    figures = _figures(visit().get("/metrics").text)
    assert (figures["up", "broker"], figures["up", "records"]) == (0, 1)
    assert not [name for name in figures if name[0] == "broker_messages"]


def _status(app, *, address: str = "127.0.0.1", **headers: str) -> int:
    environ = {"REMOTE_ADDR": address}
    return app.test_client().get("/metrics", headers=headers, environ_overrides=environ).status_code


@pytest.fixture
def guarded(portal_settings, sqlite_database, store, producer):
    """A portal whose figures may be read with a token."""
    web = portal_settings.web.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    settings = portal_settings.model_copy(update={"web": web})
    return create_app(settings, sqlite_database, store, producer, producer.waiting)


@pytest.mark.parametrize(
    ("request_of", "status"),
    [
        ({}, 200),
        ({"address": "::1", "Host": "[::1]:8000"}, 200),
        ({"X-Forwarded-For": "127.0.0.1"}, 403),
        ({"Forwarded": "for=127.0.0.1"}, 403),
        ({"Host": "presession.example.org"}, 403),
        ({"address": "192.0.2.7"}, 403),
        ({"address": "192.0.2.7", "Authorization": "Bearer "}, 403),
    ],
)
def test_figures_are_for_this_machine(portal, request_of, status):
    assert _status(portal, **request_of) == status


@pytest.mark.parametrize(("given", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer other", 403), (TOKEN, 403)])
def test_figures_are_for_who_knows_the_token(guarded, given, status):
    assert _status(guarded, address="192.0.2.7", Authorization=given) == status
    assert _status(guarded, address="192.0.2.7") == 403
