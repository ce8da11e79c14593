"""Panels, comments and uploads by script: one by one, each change naming the version that was read."""

import pytest

from pipeline.domain.roles import Role
from pipeline.domain.scopes import Scope
from pipeline.records.tables import Recording
from tests.fixtures.panels import hand_in, load_plan, session_plan, statement_of

PANEL = "/sessions/36/countries/MW"
THIRD = {"name": "Third Speaker", "organisation": "A third one", "kind": "coalition", "language": "fr"}
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(autouse=True)
def planned(sqlite_database) -> None:
    """Malawi with a panel of two."""
    load_plan(sqlite_database, session_plan(MW=2))


def test_a_speaker_is_added_changed_and_removed(script) -> None:
    added = script.ask("POST", f"{PANEL}/speakers", json=THIRD)
    assert (added.status_code, added.json["position"]) == (201, 3)
    path, seen = f"/speakers/{added.json['id']}", added.headers["ETag"]
    changed = script.ask("PUT", path, version=seen, json=THIRD | {"theme": "Land"})
    assert (changed.status_code, changed.json["theme"]) == (200, "Land")
    assert script.ask("DELETE", path, version=seen).status_code == 412
    assert script.ask("DELETE", path).status_code == 428
    assert script.ask("DELETE", path, version=changed.headers["ETag"]).status_code == 204
    gone = script.ask("GET", path)
    assert (gone.status_code, gone.json["detail"].partition(":")[0]) == (404, "Nothing is here")
    assert script.ask("POST", f"{PANEL}/speakers", json=THIRD | {"email": "nobody"}).status_code == 422


def test_a_panel_gets_another_order_unless_it_changed_meanwhile(script) -> None:
    read = script.ask("GET", f"{PANEL}/speakers")
    ids = [person["id"] for person in read.json["items"]]
    seen = read.headers["ETag"]
    turned = script.ask("PUT", f"{PANEL}/order", version=seen, json={"order": ids[::-1]})
    assert [person["id"] for person in turned.json["items"]] == ids[::-1]
    late = script.ask("PUT", f"{PANEL}/order", version=seen, json={"order": ids})
    assert late.status_code == 412
    unknown = script.ask("PUT", f"{PANEL}/order", version=turned.headers["ETag"], json={"order": [1, 1]})
    assert unknown.status_code == 409


def test_a_table_is_checked_line_by_line_and_then_imported_as_it_was_seen(script) -> None:
    table = {"table": "country;name;organisation;language\nMW;Third Speaker;A third one;French\n"}
    path = "/sessions/36/speaker-table"
    checked = script.ask("POST", f"{path}/check", json=table)
    assert [line["fate"] for line in checked.json["lines"]] == ["new"], checked.text
    assert len(script.get(PANEL)["panel"]) == 2
    assert script.ask("POST", path, json=table | {"seen": "of something else"}).status_code == 409
    imported = script.ask("POST", path, json=table | {"seen": checked.json["seen"]})
    assert (imported.status_code, len(script.get(PANEL)["panel"])) == (200, 3)
    wrong = script.ask("POST", f"{path}/check", json={"table": table["table"].replace("MW", "FR")})
    (problem,) = wrong.json["errors"]
    assert (wrong.status_code, problem["place"]) == (422, "line 2, column country")
    assert problem["problem"] == "France is not in this session. Add it to the session first."


def test_countries_come_and_go(script) -> None:
    added = script.ask("POST", "/sessions/36/countries", json={"codes": ["HN", "MW"]})
    assert [country["code"] for country in added.json["countries"]] == ["MW", "HN"]
    assert script.ask("DELETE", "/sessions/36/countries/HN").status_code == 204
    assert script.ask("DELETE", PANEL).status_code == 409


def test_a_list_is_read_page_by_page_to_its_end(make_script) -> None:
    administrator = make_script(Role.ADMINISTRATOR)
    whole = administrator.get("/events?limit=200")["items"]
    page, read = administrator.get("/events?limit=2"), []
    while page["next_after"] is not None:
        read += page["items"]
        page = administrator.get(f"/events?limit=2&after={page['next_after']}")
    assert len(whole) > 2
    assert read == whole


def test_addresses_are_for_who_may_write_to_speakers(make_script) -> None:
    reader = make_script(scopes=[Scope.READ])
    assert "email" not in str(reader.get(PANEL))
    assert reader.ask("GET", f"{PANEL}/speakers").status_code == 403


def test_a_comment_is_written_dealt_with_and_opened_again(script, sqlite_database) -> None:
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
    written = script.decide(1, "comments", text="Louder, please.", reader="speaker")
    (comment,) = written.json["items"]
    assert (comment["reader"], comment["resolved_at"]) == ("speaker", None)
    done = script.decide(1, f"comments/{comment['id']}/resolution")
    assert done.json["items"][0]["resolved_at"] is not None
    version = script.ask("GET", "/statements/1").headers["ETag"]
    script.ask("DELETE", f"/statements/1/comments/{comment['id']}/resolution", version=version)
    assert script.get("/statements/1/comments")["items"][0]["resolved_at"] is None


def test_somebody_is_asked_for_work_until_it_is_over(script) -> None:
    (colleague,) = script.get("/colleagues")["items"]
    assert (colleague["account_id"], colleague["kinds"]) == (script.account_id, ["review", "interpret"])
    asked = script.decide(1, "assignments", account_id=script.account_id, kind="interpret", language="fr")
    (one,) = asked.json["items"]
    assert (one["account_id"], one["language"]) == (script.account_id, "fr")
    assert script.decide(1, "assignments", account_id=999, kind="review").status_code == 422
    version = script.ask("GET", "/statements/1").headers["ETag"]
    assert script.ask("DELETE", f"/statements/1/assignments/{one['id']}", version=version).json == {"items": []}


def test_a_recording_is_handed_in_for_a_speaker_in_two_pieces(script, make_script, sqlite_database) -> None:
    data = b"the bytes of a film"
    begun = _upload(script, "POST", "/statements/1/uploads/", {"Upload-Length": str(len(data))})
    assert begun.status_code == 201, begun.text
    path = begun.headers["Location"].partition("/api/v1")[2]
    assert path.startswith("/statements/1/uploads/")
    for offset, piece in ((0, data[:7]), (7, data[7:])):
        sent = _upload(script, "PATCH", path, {"Upload-Offset": str(offset)}, data=piece)
        assert sent.status_code == 204, sent.text
    with sqlite_database.read() as db:
        recording = db.query(Recording).one()
        assert (recording.statement_id, recording.size_bytes) == (1, len(data))
    reader = make_script(scopes=[Scope.READ, Scope.REVIEW])
    assert _upload(reader, "POST", "/statements/1/uploads/", {"Upload-Length": "1"}).status_code == 403


def _upload(script, method, path, more, **options):
    headers = {"Authorization": f"Bearer {script.token}", **TUS, **more}
    content = {"content_type": "application/offset+octet-stream"} if options else {}
    return script.client.open(f"/api/v1{path}", method=method, headers=headers, **options, **content)
