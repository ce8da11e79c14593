"""Administrators keep things from being removed, and erase a person: each by a deliberate yes, and on record."""

import pytest

from pipeline.domain.roles import Role
from pipeline.records.tables import Event, LegalHold, Speaker, StaffAccount
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import hand_in, load_plan, session_plan, statement_of

PAGE = "/staff/retention/"
ERASE = f"{PAGE}erase/1/"


@pytest.fixture
def chief(anna, sqlite_database, account_id) -> Browser:
    """A signed-in administrator, with a panel of two."""
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).role = Role.ADMINISTRATOR
        hand_in(db, statement_of(db, "MW", 1), now=NOW)
    return anna


def _names(database) -> list[str]:
    with database.read() as db:
        return [speaker.name for speaker in db.query(Speaker).order_by(Speaker.id)]


def _events(database, *names: str) -> list[tuple[str, str, int]]:
    with database.read() as db:
        found = db.query(Event).filter(Event.name.in_(names)).order_by(Event.id)
        return [(event.name, event.actor_kind, event.subject_id) for event in found]


@pytest.mark.parametrize(("place", "statement", "words"), [("36", "", "Session 36"), ("36/MW", "2", "statement 2")])
def test_a_hold_is_begun_seen_and_ended(chief, sqlite_database, place, statement, words) -> None:
    begun = chief.press(PAGE, "/retention/holds", where=place, statement=statement, reason="a court asked")
    assert begun.status_code == 303
    shown = chief.get(PAGE).text
    assert "a court asked" in shown
    assert words in shown
    ending = chief.open(PAGE).form("/end")
    ending.fields.pop("sure", None)
    assert chief.send(ending).status_code == 422, "nobody ended it on purpose"
    assert chief.send(ending, sure="y").status_code == 303
    assert "a court asked" not in chief.get(PAGE).text
    with sqlite_database.read() as db:
        assert db.query(LegalHold).one().account_id is not None
    assert [name for name, *_rest in _events(sqlite_database, "hold.begun", "hold.ended")] == [
        "hold.begun",
        "hold.ended",
    ]


@pytest.mark.parametrize("typed", [{"reason": ""}, {"statement": "99"}, {"where": "37"}, {"statement": "x"}])
def test_a_hold_of_nothing_is_refused(chief, sqlite_database, typed) -> None:
    sent = {"where": "36", "statement": "", "reason": "a court asked"} | typed
    assert chief.press(PAGE, "/retention/holds", **sent).status_code == 422
    assert _events(sqlite_database, "hold.begun") == []


def test_a_person_is_erased_by_who_writes_the_number(chief, sqlite_database) -> None:
    assert chief.get(f"{PAGE}erase/?statement=1").headers["Location"].endswith(ERASE)
    assert "Speaker 1" in chief.get(ERASE).text
    form = chief.open(ERASE).form(ERASE)
    for typed in ({"number": "2", "sure": "y"}, {"number": "", "sure": "y"}, {"number": "1", "sure": ""}):
        assert chief.send(form, **typed).status_code == 422
    assert _names(sqlite_database) == ["Speaker 1", "Speaker 2"]
    assert chief.send(form, number="1", sure="y").status_code == 303
    assert _names(sqlite_database) == ["", "Speaker 2"]
    assert _events(sqlite_database, "speaker.erased") == [("speaker.erased", "staff", 1)]
    assert chief.get(ERASE).status_code == 404
    assert chief.send(form, number="1", sure="y").status_code == 404
    assert chief.get(f"{PAGE}erase/?statement=1").status_code == 404


def test_nobody_is_erased_who_is_held_or_changed_meanwhile(chief, sqlite_database) -> None:
    form = chief.open(ERASE).form(ERASE)
    with sqlite_database.begin() as db:
        statement_of(db, "MW", 1).alias = "X"
    assert chief.send(form, number="1", sure="y").status_code == 409
    form = chief.open(ERASE).form(ERASE)
    chief.press(PAGE, "/retention/holds", where="36/MW", reason="a court asked")
    assert "legal hold keeps this" in chief.get(ERASE).text
    assert chief.send(form, number="1", sure="y").status_code == 409
    assert _names(sqlite_database) == ["Speaker 1", "Speaker 2"]
