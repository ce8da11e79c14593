"""The record of what happened holds codes and ids, in one vocabulary."""

import re

import pytest
from sqlalchemy import select

from pipeline.records.tables import Event
from pipeline.services.events import EVENT_NAMES, SYSTEM, Actor, record_event


def _record(db, now, name="recording.received", **facts):
    return record_event(db, name, subject_kind="recording", subject_id=1, actor=Actor("staff", 3), now=now, **facts)


def test_an_event_says_who_did_what_when(sqlite_database, now):
    with sqlite_database.begin() as db:
        _record(db, now, attempt=2, findings=["too_long"], tracks=None)
    with sqlite_database.read() as db:
        event = db.scalars(select(Event)).one()
        assert (event.actor_kind, event.actor_id, event.at) == ("staff", 3, now)
        assert event.facts == {"attempt": 2, "findings": ["too_long"], "tracks": None}


def test_words_outside_the_vocabulary_are_refused(sqlite_database, now):
    with pytest.raises(ValueError, match="vocabulary"), sqlite_database.begin() as db:
        _record(db, now, name="recording.looked_at")


@pytest.mark.parametrize("fact", ["Jane Doe", "jane@example.org", ["a b"], {"name": "x"}, object()])
def test_names_texts_and_addresses_are_refused_as_facts(sqlite_database, now, fact):
    with pytest.raises(ValueError, match="fact of an event"), sqlite_database.begin() as db:
        _record(db, now, fact=fact)


def test_names_are_a_subject_and_a_past_tense():
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in EVENT_NAMES)
    assert Actor("system") == SYSTEM
