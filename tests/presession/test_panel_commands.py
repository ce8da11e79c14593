"""What an operator repeats, from a shell: speakers in, links, invitations, reminders, status, publishing, tokens."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from pipeline.records.database import Database
from pipeline.records.tables import Mail, Release, Speaker
from pipeline.services.accounts import add_account
from pipeline.services.publication import record_published
from pipeline.services.tracks import add_track
from presession.cli import main
from tests.fixtures.panels import STAFF, approve_again, approve_new_recording, load_plan, session_plan, statement_of

pytestmark = pytest.mark.slow

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"
TABLE = "country,name,organisation,kind,language,email\nMW,Third,Their own,cso,fr,third@example.org\n"
EXPORTED = {"name": "Fourth", "Country": "Malawi", "Organisation": "Another", "Language": "French"}


@pytest.fixture
def run(sqlite_database: Database, tmp_path, monkeypatch):
    """Run a command on a session with Malawi's panel of two."""
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        add_account(db, email="anna@example.org", password="a long enough sentence", now=datetime.now(UTC))
        statement_of(db, "MW").speaker.email = "first@example.org"
    monkeypatch.setenv("PRESESSION_DATABASE_URL", sqlite_database.url)

    def run(*arguments: str) -> Result:
        done = CliRunner().invoke(main, [*arguments, "--data", str(tmp_path)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


def told(result: Result):
    """What a command printed as JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_speakers_are_imported_after_a_look_and_exported_again(run, tmp_path, sqlite_database) -> None:
    table = tmp_path / "speakers.csv"
    table.write_text(TABLE, encoding="utf-8")
    planned = told(run("speaker", "import", "36", str(table), "--dry-run", "--json"))
    assert (planned["new"], len(told(run("speaker", "list", "36", "--json")))) == (1, 2)
    assert told(run("speaker", "import", "36", str(table), "--json"))["new"] == 1
    assert told(run("speaker", "import", "36", str(table), "--json"))["same"] == 1
    assert "third@example.org" in run("speaker", "export", "36").output
    table.write_text(TABLE.replace("MW", "XX"), encoding="utf-8")
    refused = run("speaker", "import", "36", str(table))
    assert (refused.exit_code, "line 2, column country: “XX” is no country" in refused.output) == (2, True)
    table.write_text(json.dumps([EXPORTED]), encoding="utf-8")
    assert told(run("speaker", "import", "36", str(table), "--dry-run", "--json"))["new"] == 1
    with sqlite_database.read() as db:
        assert db.query(Speaker).count() == 3


def test_speakers_are_invited_reminded_and_given_links(run, sqlite_database) -> None:
    assert told(run("remind", "36", "--json"))["not_invited"] >= 1
    assert told(run("invite", "36", "MW", "--json")) == {"count": 1}
    assert told(run("invite", "36", "--json")) == {"count": 0}
    assert "/s/" in told(run("link", "issue", "36", "mw", "1", "--json"))["address"]
    reminded = told(run("remind", "36", "--json"))
    assert reminded["queued"] == 1
    assert told(run("remind", "36", "--json"))["lately"] == 1
    assert told(run("link", "revoke", "36", "MW", "1", "--json"))["is_revoked"]
    with sqlite_database.read() as db:
        assert sorted(mail.kind.value for mail in db.query(Mail)) == ["invitation", "reminder"]


def test_a_country_is_looked_at_and_then_published_by_what_was_seen(run, sqlite_database) -> None:
    with sqlite_database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"))
    first, second = told(run("status", "36", "--json"))
    assert (first["standing"], second["waits_for"]) == ("approved", "staff")
    check = told(run("publish", "36", "MW", "--json"))
    assert set(check["asked"]) == {"subtitles_missing", "left_out"}
    yes = ["publish", "36", "MW", "--yes", check["seen"]]
    assert run(*yes, "--confirm", "left_out").exit_code == 2
    assert run("publish", "36", "MW", "--yes", "0" * 16).exit_code == 3
    assert told(run(*yes, "--confirm", "left_out", "--confirm", "subtitles_missing", "--json"))["number"] == 1
    assert "out already" in run("publish", "36", "MW").output
    _go_out(sqlite_database)
    with sqlite_database.begin() as db:
        recording = statement_of(db, "MW").current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=datetime.now(UTC))
        approve_again(db, statement_of(db, "MW"))
    check = told(run("publish", "36", "MW", "--json"))
    confirmed = [part for question in check["asked"] for part in ("--confirm", question)]
    assert run("publish", "36", "MW", "--yes", check["seen"], *confirmed).exit_code == 0
    _go_out(sqlite_database)
    standings = [line["standing"] for line in told(run("release", "list", "36", "MW", "--json"))["releases"]]
    assert standings == ["live", "earlier"]
    assert [one["change"] for one in told(run("release", "show", "36", "MW", "2", "--json"))["changes"]] == [
        "subtitles_added"
    ]
    assert "going back: Organisation 1: subtitles removed (fr)" in run("release", "show", "36", "MW", "1").output
    seen = told(run("release", "show", "36", "MW", "1", "--json"))["going_back"]["seen"]
    assert run("release", "return", "36", "MW", "1", "--yes", "0" * 16).exit_code == 3
    assert told(run("release", "return", "36", "MW", "1", "--yes", seen, "--json"))["number"] == 3
    later = f"{datetime.now(UTC).year + 1}-12-01T09:00"
    moment = told(run("release", "schedule", "36", "MW", "expire", later, "--zone", "Europe/Zurich", "--json"))
    assert moment["at"].startswith(f"{later[:10]} 08:00")
    assert run("release", "schedule", "36", "MW", "publish", "2020-01-01").exit_code == 2
    assert run("release", "unschedule", "36", "MW", str(moment["id"])).exit_code == 0
    (line,) = told(run("release", "list", "36", "MW", "--json"))["schedule"]
    assert line["outcome"] == "cancelled"


def _go_out(database: Database) -> None:
    """What a worker does."""
    with database.begin() as db:
        record_published(db, db.query(Release).order_by(Release.id.desc()).first(), "x", now=datetime.now(UTC))


def test_tokens_and_webhooks_are_made_listed_and_ended(run) -> None:
    made = told(run("token", "add", "anna@example.org", "--name", "nightly", "--scope", "read", "--json"))
    assert made["token"].startswith("presession_")
    (line,) = told(run("token", "list", "--json"))
    assert (line["account"], line["scopes"]) == ("anna@example.org", ["read"])
    assert run("token", "revoke", str(line["id"])).exit_code == 0
    assert told(run("token", "list", "--json")) == []
    assert run("webhook", "add", "http://127.0.0.1/", "--event", "statement.*").exit_code == 2
    added = told(run("webhook", "add", "https://example.org/events", "--event", "session.*", "--json"))
    assert added["secret"].startswith("whsec_")
    assert told(run("webhook", "messages", str(added["id"]), "--json")) == []
    assert run("webhook", "change", str(added["id"]), "remove").exit_code == 0
    assert told(run("webhook", "list", "--json")) == []


def test_missions_links_are_made_listed_and_revoked(run, tmp_path) -> None:
    table = tmp_path / "missions.csv"
    table.write_text("mission,country,until\nChile,MW,2099-11-30\n", encoding="utf-8")
    made = told(run("missions", "add", "36", "--mission", "Norway", "--table", str(table), "--json"))
    assert [(one["label"], one["country_code"]) for one in made] == [("Norway", None), ("Chile", "MW")]
    assert made[0]["address"] != made[1]["address"]
    listed = told(run("missions", "list", "36", "--json"))
    assert [(one["mission"], one["state"], one["opened"]) for one in listed] == [
        ("Chile", "good", 0),
        ("Norway", "good", 0),
    ]
    assert not any(one["address"].split("/")[-2] in str(listed) for one in made), "a link is told once"
    chile = str(listed[0]["id"])
    assert told(run("missions", "revoke", "36", chile, "--json")) == {"revoked": [int(chile)]}
    assert run("missions", "revoke", "36", chile).exit_code == 3
    assert "no such link" in run("missions", "revoke", "36", "99").output
    assert run("missions", "revoke", "36").exit_code == run("missions", "revoke", "36", chile, "--all").exit_code == 2
    assert told(run("missions", "revoke", "36", "--all", "--json")) == {"revoked": [listed[1]["id"]]}
    assert "revoked" in run("missions", "list", "36").output
    table.write_text("Chile,HN\n", encoding="utf-8")
    assert "Line 1: the session has no such country" in run("missions", "add", "36", "--table", str(table)).output
    assert "Say whom the link is for" in run("missions", "add", "36").output
    assert "still to come" in run("missions", "add", "36", "--mission", "Fiji", "--until", "2020-01-01").output


def test_what_is_not_there_is_said_with_what_is(run) -> None:
    assert "It has: MW." in run("link", "issue", "36", "HN", "1").output
    assert "place 9" in run("link", "issue", "36", "MW", "9").output
    assert "no session “35”" in run("status", "35").output
    assert "It has: MW." in run("status", "36", "HN").output
    assert "no session “35”" in run("audit", "--session", "35").output
    assert "It has: MW." in run("audit", "--session", "36", "--country", "HN").output
    assert "no statement 99" in run("audit", "--statement", "99").output
    assert "They begin with: account" in run("audit", "--about", "acount").output
    assert "no such address" in run("webhook", "messages", "9").output


def test_the_record_and_a_session_are_told_as_json(run) -> None:
    (event,) = [line for line in told(run("audit", "--json")) if line["event"] == "session.loaded"]
    assert (event["session"], event["actor"]) == ("36", "staff")
    loaded = told(run("session", "load", "26", "--json"))
    assert (loaded["slug"], loaded["is_new"], loaded["added_countries"]) == ("26", True, [])


def test_a_whole_session_is_looked_at_and_then_published_by_what_was_seen(run, sqlite_database) -> None:
    assert run("publish", "36").exit_code == 2
    assert told(run("publish", "36", "--all", "--json"))["countries"] == {"MW": "empty"}
    with sqlite_database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"))
    check = told(run("publish", "36", "--all", "--json"))
    assert check["countries"] == {"MW": "goes_out"}
    yes = ["publish", "36", "--all", "--yes", check["seen"]]
    assert run(*yes).exit_code == 2, "nobody confirmed what is asked"
    for question in check["asked"]:
        yes += ["--confirm", question]
    assert len(told(run(*yes, "--json"))["releases"]) == 1
    assert "MW  is out" in run("publish", "36", "--all").output
