"""Staff hand in a file for a speaker: by the resumable upload, with their name on the record, and never in the way."""

from pipeline.domain.tokens import new_name
from pipeline.records.tables import Event, Recording, Upload
from pipeline.storage.spool import Spool
from tests.fixtures.clock import NOW
from tests.fixtures.panels import load_plan, session_plan, statement_of

ADDRESS = "/staff/statements/1/uploads/"
TUS = {"Tus-Resumable": "1.0.0"}


def _send(browser, data):
    headers = {**TUS, "Upload-Length": str(len(data)), "Content-Type": "application/offset+octet-stream"}
    return browser.client.post(ADDRESS, headers=headers, data=data)


def test_a_file_that_was_mailed_becomes_the_recording_and_says_who_sent_it(anna, account_id, sqlite_database):
    load_plan(sqlite_database, session_plan(MW=1))
    answer = _send(anna, b"a film")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].startswith("https://portal.example/staff/statements/1/uploads/")
    with sqlite_database.read() as db:
        recording = db.query(Recording).one()
        assert (recording.statement_id, recording.size_bytes, recording.attempt) == (1, 6, 1)
        event = db.query(Event).filter(Event.name == "recording.received").one()
        assert (event.actor_kind, event.actor_id) == ("staff", account_id)
    assert "Recording received" in anna.get("/staff/statements/1/").text


def test_a_speaker_who_is_sending_goes_first(anna, sqlite_database, portal_settings):
    load_plan(sqlite_database, session_plan(MW=1))
    name = new_name()
    Spool(portal_settings.spool_dir).create(name)
    with sqlite_database.begin() as db:
        statement_of(db, "MW")
        db.add(Upload(name=name, statement_id=1, length_bytes=9, created_at=NOW, expires_at=NOW.replace(year=2100)))
    assert _send(anna, b"a film").status_code == 403
    with sqlite_database.read() as db:
        assert db.query(Upload).one().name == name


def test_an_upload_is_reached_by_the_address_of_its_own_statement_alone(anna, sqlite_database):
    load_plan(sqlite_database, session_plan(MW=2))
    begun = anna.client.post(ADDRESS, headers={**TUS, "Upload-Length": "5"})
    path = begun.headers["Location"].removeprefix("https://portal.example")
    assert anna.client.head(path, headers=TUS).status_code == 200
    assert anna.client.head(path.replace("/1/", "/2/", 1), headers=TUS).status_code == 404
    assert anna.client.head(path.replace("/1/", "/9/", 1), headers=TUS).status_code == 404
    assert anna.client.post(ADDRESS, headers={"Upload-Length": "5"}).status_code == 412
