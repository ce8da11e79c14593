"""Spoken interpretation on its page: handed in by who may, refused in words, approved by another, taken away."""

import io

import pytest
from sqlalchemy import select

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.jobs import JobKind
from pipeline.domain.roles import Role
from pipeline.domain.voices import Under
from pipeline.records.tables import Assignment, Job, Recording, StaffAccount, Voice
from pipeline.services.voices import state_of_voice
from tests.fixtures.clock import NOW
from tests.fixtures.desk import PASSWORD, Browser
from tests.fixtures.panels import account_of, load_plan, session_plan, statement_of
from tests.fixtures.spoken import mixed_voice
from tests.fixtures.standings import accept

pytestmark = pytest.mark.slow

PAGE = "/staff/statements/1/voices/"
SOUND = b"RIFF....WAVE of somebody"


@pytest.fixture
def recording_id(sqlite_database) -> int:
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        return accept(db, statement_of(db, "MW")).id


@pytest.fixture
def interpreter(portal, sqlite_database, recording_id, password_hash) -> Browser:
    """Somebody who was asked to interpret the first statement into French."""
    with sqlite_database.begin() as db:
        account = db.get_one(StaffAccount, account_of(db, "ivo", Role.INTERPRETER).id)
        account.password_hash = password_hash
        kind = AssignmentKind.INTERPRET
        db.add(Assignment(account_id=account.id, statement_id=1, kind=kind, language="fr", created_at=NOW))
    browser = Browser(portal)
    assert browser.sign_in("ivo@example.org", PASSWORD).status_code == 303
    return browser


def _hand_in(browser, data=SOUND, **values):
    form = browser.open(PAGE).form("/voices/")
    told = {"language": "fr", "under": "low", "agrees": "yes", **values}
    return browser.send(form, files={"file": (io.BytesIO(data), "Eleonora.wav")}, **told)


def _voices(database) -> list[Voice]:
    with database.read() as db:
        found = list(db.scalars(select(Voice).order_by(Voice.id)))
        db.expunge_all()
        return found


def test_an_interpreter_hands_in_a_voice_of_their_own_which_is_sealed(interpreter, sqlite_database, store):
    assert _hand_in(interpreter, is_own="yes").status_code == 303
    (voice,) = _voices(sqlite_database)
    assert (voice.language, voice.under, voice.is_own, voice.size_bytes) == ("fr", Under.LOW, True, len(SOUND))
    with store.read_range(voice.original_key) as chunks:
        assert SOUND not in b"".join(chunks) or not voice.wrapped_key
    with sqlite_database.read() as db:
        assert db.scalars(select(Job.subject_id).where(Job.kind == JobKind.VOICE)).one() == voice.id
    page = interpreter.get(PAGE).text
    assert "is being mixed" in page
    assert "Eleonora" not in page
    assert interpreter.get("/staff/statements/2/voices/").status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"agrees": ""}, "agrees to having this voice published"),
        ({"language": "en"}, "not the one of the recording"),
        ({"data": b""}, "The file is empty"),
    ],
)
def test_what_cannot_be_handed_in_is_said_in_words_and_leaves_nothing(
    interpreter, sqlite_database, store, values, words
):
    answer = _hand_in(interpreter, **values)
    assert answer.status_code == 422
    assert words in answer.text
    assert _voices(sqlite_database) == []
    assert list(store.list_keys("originals/")) == []


def test_an_interpreter_brings_no_other_language_and_approves_nothing(interpreter, sqlite_database, recording_id):
    assert _hand_in(interpreter, language="es").status_code == 403
    with sqlite_database.begin() as db:
        voice = mixed_voice(db, db.get_one(Recording, recording_id), by=account_of(db, "ivo"))
        voice_id = voice.id
    form = interpreter.open(PAGE).form(f"/voices/{voice_id}")
    assert interpreter.send(form, decision="approve").status_code == 403
    assert interpreter.send(form, decision="change", starts="1.5", under="none").status_code == 303
    (voice,) = _voices(sqlite_database)
    assert (voice.offset_ms, voice.under, voice.version, voice.package_prefix) == (1500, Under.NONE, 2, None)


def test_staff_hear_approve_and_remove_the_version_they_saw(anna, sqlite_database, recording_id):
    with sqlite_database.begin() as db:
        voice_id = mixed_voice(db, db.get_one(Recording, recording_id), by=account_of(db, "other")).id
    page = anna.get(PAGE).text
    assert f"/staff/recordings/{recording_id}/media/voices/{voice_id}-1.mp4" in page
    form = anna.open(PAGE).form(f"/voices/{voice_id}")
    assert anna.send(form, decision="approve", version=2, nameless="yes").status_code == 409
    assert anna.send(form, decision="approve", nameless="yes").status_code == 303
    assert "approved" in anna.get("/staff/statements/1/").text
    master = anna.get(f"/staff/recordings/{recording_id}/media/master.m3u8").text
    assert 'NAME="Français (interprétation)"' in master
    assert anna.send(form, decision="remove").status_code == 303
    (voice,) = _voices(sqlite_database)
    assert (voice.is_removed, voice.wrapped_key) == (True, "")
    assert anna.send(form, decision="remove").status_code == 404
    with sqlite_database.read() as db:
        assert state_of_voice(db.get_one(Voice, voice_id)).value == "approved"
    assert "None yet" in anna.get(PAGE).text
