"""Two scripts work on subtitles: begun, changed by the version that was read, handed in, approved by the other."""

import pytest

from pipeline.records.tables import Recording, Track
from pipeline.services.tracks import add_track
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, load_plan, session_plan, speaker_plan, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@pytest.fixture
def recording_id(sqlite_database):
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(1, language="fr")]))
    with sqlite_database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        open_typed(db, recording, "fr", "Bonjour.", "Merci.")
        return recording.id


def test_from_a_transcript_to_an_approved_interpretation(sqlite_database, make_script, recording_id):
    one, other = make_script(), make_script()
    begun = one.ask("POST", f"/recordings/{recording_id}/sheets", json={"language": "en"}).json
    source = one.get(f"/recordings/{recording_id}/sheets")["items"][0]
    assert (source["kind"], begun["kind"], begun["state"]) == ("transcript", "interpretation", "draft")
    address = f"/sheets/{begun['id']}"
    for cue, words in zip(begun["cues"], ("Hello.", "Thanks."), strict=True):
        change = {"seen_version": cue["version"], "text": words, "end_ms": cue["start_ms"] + 950, "place": 8}
        assert one.ask("PATCH", f"{address}/cues/{cue['key']}", json=change).status_code == 200
    late = {"seen_version": begun["cues"][0]["version"], "text": "Good day."}
    assert other.ask("PATCH", f"{address}/cues/{begun['cues'][0]['key']}", json=late).status_code == 409

    seen = one.ask("GET", address).headers["ETag"]
    submitted = one.ask("POST", f"{address}/submission", version=seen)
    assert (submitted.status_code, submitted.json["state"]) == (200, "in_review")
    assert one.ask("POST", f"{address}/approval", version=submitted.headers["ETag"]).status_code == 409
    assert other.ask("POST", f"{address}/approval", version=seen).status_code == 412
    approved = other.ask("POST", f"{address}/approval", version=submitted.headers["ETag"])
    assert (approved.status_code, approved.json["state"]) == (200, "approved")
    with sqlite_database.read() as db:
        track = db.get_one(Track, approved.json["track_id"])
        assert track.is_reviewed
        assert "line:0\nHello." in track.webvtt
    assert [cue["text"] for cue in other.get(address)["cues"]] == ["Hello.", "Thanks."]


def test_a_film_is_asked_for_by_the_revision_that_was_seen(sqlite_database, make_script, recording_id):
    script, films = make_script(), f"/recordings/{recording_id}/films"
    with sqlite_database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        old, new = (add_track(db, recording, language="en", data=WEBVTT, actor=STAFF, now=NOW).id for _ in range(2))
    assert script.ask("POST", films, json={"track_id": old, "size": "small"}).status_code == 409
    assert script.ask("POST", films, json={"track_id": new, "size": "huge"}).status_code == 422
    asked = script.ask("POST", films, json={"track_id": new, "size": "small"})
    wanted = {"track_id": new, "language": "en", "size": "small", "state": "making", "missing": []}
    assert (asked.status_code, asked.json["items"]) == (202, [wanted])
    assert script.get(films)["items"] == [wanted]
    assert script.ask("GET", f"/subtitles/{new}/films/small").status_code == 404
