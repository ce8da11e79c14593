"""Two scripts and a spoken interpretation: handed in as bytes, placed, approved by the other, taken away."""

import base64

import pytest

from pipeline.records.tables import Recording
from tests.fixtures.panels import account_of, load_plan, session_plan, statement_of
from tests.fixtures.spoken import mixed_voice
from tests.fixtures.standings import accept


@pytest.fixture
def recording_id(sqlite_database):
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        return accept(db, statement_of(db, "MW")).id


def test_a_voice_is_handed_in_placed_approved_and_taken_away(sqlite_database, make_script, recording_id):
    script, address = make_script(), f"/recordings/{recording_id}/voices"
    sound = base64.b64encode(b"ID3 and somebody who speaks").decode()
    sent = {"language": "fr", "sound": sound, "speaker_agrees": True}
    assert script.ask("POST", address, json={**sent, "speaker_agrees": False}).status_code == 422
    assert script.ask("POST", address, json={**sent, "sound": "?" * 8}).status_code == 422
    made = script.ask("POST", address, json=sent)
    assert (made.status_code, made.json["state"], made.json["under"]) == (201, "waiting", "low")
    assert script.ask("DELETE", f"/voices/{made.json['id']}").status_code == 428
    version = script.ask("GET", f"/voices/{made.json['id']}").headers["ETag"]
    assert script.ask("DELETE", f"/voices/{made.json['id']}", version=version).status_code == 204
    with sqlite_database.begin() as db:
        voice_id = mixed_voice(db, db.get_one(Recording, recording_id), by=account_of(db, "interpreter")).id
    address = f"/voices/{voice_id}"
    seen = script.ask("GET", address).headers["ETag"]
    assert script.ask("POST", f"{address}/approval", json={}).status_code == 428
    approved = script.ask("POST", f"{address}/approval", json={"does_not_say_the_name": True}, version=seen)
    assert (approved.status_code, approved.json["state"], approved.json["lost_seconds"]) == (200, "approved", 0)
    placed = script.ask("PATCH", address, json={"starts_seconds": 0.5}, version=seen)
    assert (placed.json["state"], placed.json["starts_seconds"], placed.json["version"]) == ("waiting", 0.5, 2)
    assert script.ask("PATCH", address, json={"under": "none"}, version=seen).status_code == 412
    assert script.ask("DELETE", address, version=seen).status_code == 412
    assert [one["id"] for one in script.get(f"/recordings/{recording_id}/voices")["items"]] == [voice_id]
