"""A session is run by a script alone: planned, let in, reviewed, published, taken down; all of it is on record."""

from datetime import UTC, datetime

import pytest

from pipeline.domain.roles import Role
from pipeline.domain.scopes import Scope
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Release
from pipeline.services.publication import record_published
from pipeline.services.recordings import record_intake, record_package
from pipeline.storage.keys import package_prefix
from tests.fixtures.clock import NOW
from tests.fixtures.panels import give_consent, hand_in, small_package, statement_of
from tests.fixtures.standings import accept

pytestmark = pytest.mark.slow

PLAN = {
    "title": "37th session",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-04",
    "is_confirmed": True,
    "place": "Geneva",
    "min_seconds": 1,
    "max_seconds": 420,
    "subtitle_languages": ["en"],
    "hand_in_until": "2026-11-20",
    "retention_days": {"originals": 30},
    "countries": [
        {
            "code": "MW",
            "speakers": [
                {
                    "name": "Chikondi Banda",
                    "organisation": "Rights for All",
                    "kind": "cso",
                    "language": "en",
                    "email": "chikondi@example.org",
                },
                {"name": "Thoko Phiri", "organisation": "Human Rights Commission", "kind": "nhri", "language": "en"},
            ],
        }
    ],
}
SUBTITLES = "WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"
COUNTRY = "/sessions/37/countries/MW"


@pytest.fixture
def planned(script):
    """The session, as a script planned it."""
    answer = script.ask("PUT", "/sessions/37", json=PLAN)
    assert answer.status_code == 200, answer.text
    return answer.json


def _receive(database) -> int:
    """What speaker and machines do: a recording that is checked and prepared, and consent."""
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = hand_in(db, statement)
        record_intake(db, recording, IntakeReport((), 4.0), now=NOW)
        record_package(db, recording, small_package(), package_prefix("0" * 32), now=NOW)
        give_consent(db, statement)
        return statement.id


def _publish(database) -> None:
    """What a worker does."""
    with database.begin() as db:
        release = db.query(Release).order_by(Release.id.desc()).first()
        record_published(db, release, "r/x/programme/master.m3u8", now=NOW)


def test_a_session_is_planned_and_planned_again(script, planned) -> None:
    assert planned["is_new"]
    assert len(planned["added_speakers"]) == 2
    again = script.ask("PUT", "/sessions/37", json=PLAN).json
    assert not again["is_new"]
    told = script.get("/sessions/37")
    assert (told["hand_in_until"], told["retention_days"]) == ("2026-11-20", {"originals": 30})
    assert not any(again[name] for name in again if name.endswith(("_speakers", "_countries")))
    (line,) = script.get("/sessions")["items"]
    assert (line["slug"], line["countries"], line["speakers"]) == ("37", 1, 2)


def test_speakers_are_let_in_by_mail_or_by_a_link_to_pass_on(script, planned) -> None:
    assert script.ask("POST", f"{COUNTRY}/invitations").json == {"count": 1}
    (mail,) = script.get("/mails")["items"]
    assert (mail["kind"], mail["state"]) == ("invitation", "waiting")
    held = script.ask("POST", f"/mails/{mail['id']}/hold")
    assert held.json["state"] == "held"
    without_address = script.get(COUNTRY)["panel"][1]["id"]
    assert script.ask("POST", f"/statements/{without_address}/invitation").status_code == 409
    link = script.ask("POST", f"/statements/{without_address}/link")
    assert link.status_code == 201
    assert "/s/" in link.json["address"]
    assert script.ask("DELETE", f"/statements/{without_address}/link").status_code == 204


def test_from_the_first_recording_to_what_is_public_and_back(script, make_script, planned, sqlite_database) -> None:
    statement_id = _receive(sqlite_database)
    read = script.get(f"/statements/{statement_id}")
    assert (read["state"], read["may_approve"], read["missing_subtitles"]) == ("in_review", True, ["en"])

    added = script.ask(
        "POST", f"/recordings/{read['recording_id']}/subtitles", json={"language": "en", "text": SUBTITLES}
    )
    assert added.status_code == 201, added.text
    file = script.ask("GET", f"/recordings/{read['recording_id']}/subtitles/en/srt")
    assert (file.status_code, file.text.splitlines()[0]) == (200, "1")
    assert script.ask("GET", f"/recordings/{read['recording_id']}/subtitles/en/exe").status_code == 404
    yes = {"recording_id": read["recording_id"]}
    assert script.decide(statement_id, "approval", **yes, seen=read["seen"]).status_code == 409  # subtitles came
    seen = script.get(f"/statements/{statement_id}")["seen"]
    approved = script.decide(statement_id, "approval", **yes, seen=seen)
    assert approved.json["state"] == "approved", approved.text

    check = script.get(f"{COUNTRY}/publication")
    assert [asked["question"] for asked in check["asked"]] == ["left_out"]
    unsure = script.ask("POST", f"{COUNTRY}/publication", json={"seen": check["seen"]})
    assert (unsure.status_code, unsure.json["questions"]) == (422, ["left_out"])
    out = script.ask("POST", f"{COUNTRY}/publication", json={"seen": check["seen"], "confirmed": ["left_out"]})
    assert out.status_code == 202, out.text
    _publish(sqlite_database)
    (release,) = script.get(f"{COUNTRY}/releases")["items"]
    assert (release["id"], release["statements"]) == (out.json["id"], [statement_id])
    assert release["published_at"] is not None

    compared = script.get(f"{COUNTRY}/releases/{release['number']}")
    assert ([one["change"] for one in compared["changes"]], compared["going_back"]) == (["statement_added"], None)
    assert script.ask("POST", f"{COUNTRY}/releases/1/return", json={"seen": "another"}).status_code == 409
    moment = {"deed": "expire", "at": f"{datetime.now(UTC).year + 1}-12-01T09:00", "time_zone": "Europe/Zurich"}
    made = script.ask("POST", f"{COUNTRY}/schedule", json=moment)
    assert (made.status_code, made.json["at"][:16]) == (201, f"{moment['at'][:10]}T08:00")
    for wrong in ({"at": "2020-12-01T09:00"}, {"at": "9999-12-31T23:59"}, {"time_zone": "Europe"}):
        assert script.ask("POST", f"{COUNTRY}/schedule", json={**moment, **wrong}).status_code == 422
    cancelled = script.ask("POST", f"{COUNTRY}/schedule/{made.json['id']}/cancel")
    assert [one["outcome"] for one in cancelled.json["items"]] == ["cancelled"]

    assert script.decide(statement_id, "take-down").json["state"] == "taken_down"
    names = [event["name"] for event in make_script(Role.ADMINISTRATOR).get("/events?limit=200")["items"]]
    there_and_back = ["statement.approved", "release.planned", "statement.taken_down", "release.planned"]
    assert [name for name in names if name in there_and_back] == there_and_back


def test_what_is_shown_and_the_still_are_chosen_and_undone(script, planned, sqlite_database) -> None:
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        accept(db, statement)
        statement_id, one = statement.id, {"recording_id": statement.current_recording_id}
    outside = script.decide(statement_id, "shown-part", **one, start_seconds=1, end_seconds=9000)
    assert (outside.status_code, "outside" in outside.json["detail"]) == (422, True)
    assert script.decide(statement_id, "still", **one, at_seconds=2).json["recordings"][0]["poster_seconds"] == 2
    shorter = script.decide(statement_id, "shown-part", **one, start_seconds=1, end_seconds=3).json
    (recording,) = shorter["recordings"]
    assert (recording["trim_start_seconds"], recording["trim_end_seconds"]) == (1, 3)
    assert recording["poster_seconds"] == 1  # the same picture
    undone = script.decide(statement_id, "shown-part/undo", event_id=shorter["undoable_part_event_id"])
    assert undone.json["recordings"][0]["trim_end_seconds"] is None


def test_the_second_of_two_is_told_and_nothing_is_done(script, planned, sqlite_database) -> None:
    statement_id = _receive(sqlite_database)
    seen = script.ask("GET", f"/statements/{statement_id}").headers["ETag"]
    path = f"/statements/{statement_id}/send-back"
    assert script.ask("POST", path, json={"reason": "Too dark."}).status_code == 428
    first = script.ask("POST", path, version=seen, json={"reason": "Too dark."})
    assert (first.status_code, first.json["state"]) == (200, "sent_back")
    second = script.ask("POST", path, version=seen, json={"reason": "Too quiet."})
    assert (second.status_code, second.mimetype) == (412, "application/problem+json")
    now = script.get(f"/statements/{statement_id}")
    assert now["sent_back_reason"] == "Too dark."
    undone = script.decide(statement_id, "undo", event_id=now["undoable_event_id"])
    assert undone.json["state"] == "in_review"


def test_a_token_does_what_its_scopes_say_and_never_more_than_its_account(make_script, planned) -> None:
    reader = make_script(scopes=[Scope.READ])
    assert reader.get("/sessions")["items"]
    for method, path in (("PUT", "/sessions/37"), ("GET", "/events"), ("POST", "/statements/1/approval")):
        assert reader.ask(method, path, json={}).status_code == 403
    assert make_script(Role.ADMINISTRATOR, scopes=[Scope.AUDIT]).get("/events")["items"]
    for role in (Role.STAFF, Role.VIEWER):  # as one becomes who was an administrator when the token was made
        assert make_script(role, scopes=[Scope.AUDIT]).ask("GET", "/events").status_code == 403
    nobody = make_script()
    nobody = type(nobody)(nobody.client, "presession_of-nobody", nobody.account_id)
    refused = nobody.ask("GET", "/sessions")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {**PLAN, "ends_on": "2026-11-01"}}, 422),
        ({"json": {**PLAN, "surprise": 1}}, 422),
        ({"json": {**PLAN, "retention_days": {"originals": 0}}}, 422),
        ({"json": {**PLAN, "title": "a\0b"}}, 422),
        ({"json": [PLAN]}, 422),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": {"title": "a form"}}, 415),
    ],
)
def test_what_is_not_of_the_shape_is_refused_with_the_place(script, sent, status) -> None:
    answer = script.ask("PUT", "/sessions/37", **sent)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["detail"]
