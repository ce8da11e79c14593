"""Missions' links by script: made and told once, listed with counts, revoked, and only by who may publish."""

from datetime import UTC, date, datetime

import pytest

from pipeline.domain.roles import Role
from pipeline.domain.scopes import Scope
from pipeline.records.tables import MissionLink
from tests.fixtures.panels import load_plan, session_plan

LINKS = "/sessions/36/mission-links"


@pytest.fixture(autouse=True)
def planned(sqlite_database) -> None:
    """Malawi's panel."""
    load_plan(sqlite_database, session_plan(MW=1))


def test_links_are_made_told_once_and_revoked(script, make_script, sqlite_database) -> None:
    sent = {"links": [{"mission": "Norway"}, {"mission": "Chile", "country": "MW", "until": "2099-11-30"}]}
    made = script.ask("POST", LINKS, json=sent)
    assert made.status_code == 201, made.text
    norway, chile = made.json["items"]
    assert (norway["country"], chile["country"], chile["until"]) == (None, "MW", "2099-11-30")
    assert date.fromisoformat(norway["until"]) > datetime.now(UTC).date()
    assert script.client.get(chile["address"].removeprefix("https://portal.example")).status_code == 302

    reader = make_script(Role.VIEWER, scopes=[Scope.READ])
    listed = reader.ask("GET", LINKS)
    assert [line["mission"] for line in listed.json["items"]] == ["Chile", "Norway"]
    token = chile["address"].split("/")[-2]
    assert token not in listed.text
    revoke = f"{LINKS}/{listed.json['items'][0]['id']}/revoke"
    assert reader.ask("POST", revoke).status_code == reader.ask("POST", LINKS, json=sent).status_code == 403
    assert script.ask("POST", revoke).json["items"][0]["revoked_at"] is not None
    assert script.ask("POST", revoke).status_code == 409
    assert script.client.get(chile["address"].removeprefix("https://portal.example")).status_code == 404

    assert script.ask("POST", f"{LINKS}/revoke-all").json["items"][1]["revoked_at"] is not None
    with sqlite_database.read() as db:
        assert db.query(MissionLink).filter(MissionLink.revoked_at.is_(None)).count() == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"mission": "Norway", "country": "HN"}, 404),
        ({"mission": "Norway", "until": "2020-01-01"}, 422),
        ({"mission": " "}, 422),
        ({"mission": "x" * 121}, 422),
        ({"country": "MW"}, 422),
    ],
)
def test_one_wrong_link_makes_none(script, sqlite_database, sent, status) -> None:
    assert script.ask("POST", LINKS, json={"links": [{"mission": "Peru"}, sent]}).status_code == status
    assert script.ask("POST", f"{LINKS}/1/revoke").status_code == 404
    with sqlite_database.read() as db:
        assert db.query(MissionLink).count() == 0
