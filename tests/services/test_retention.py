"""What is kept no longer goes by class, what a hold or the public page keeps stays; an erased person leaves counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.retention import DEFAULT_DAYS, RetentionClass
from pipeline.domain.statements import StatementState
from pipeline.records.tables import (
    Base,
    Comment,
    Country,
    Event,
    Job,
    LegalHold,
    Paper,
    PreSession,
    Recording,
    Release,
    ReleaseItem,
    Statement,
)
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.erasures import erase_person
from pipeline.services.events import SYSTEM
from pipeline.services.holds import HeldBack, begin_hold, end_hold
from pipeline.services.release_inputs import text_of_statement
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.retention import apply_retention, read_retention
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.unwanted_cards import remove_unwanted_cards
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix
from tests.fixtures.clock import NOW
from tests.fixtures.installation import Outbox
from tests.fixtures.panels import (
    STAFF,
    approve_new_recording,
    country_of,
    give_consent,
    hand_in,
    load_plan,
    session_plan,
    statement_of,
)

SECRET = "Nadia Kassem of the Cedar Coalition"
YEARS = timedelta(days=365)


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store")


@pytest.fixture
def kept(database, store):
    """A session with two attempts of a first speaker, who wrote much, and one of a second."""
    load_plan(database, session_plan(MW=2))
    with database.begin() as db:
        statement = statement_of(db, "MW", 1)
        hand_in(db, statement, b"first")
        approve_new_recording(db, statement)
        speaker = statement.speaker
        speaker.name = speaker.organisation = speaker.theme = statement.alias = statement.sent_back_reason = SECRET
        speaker.email = "nadia.kassem@example.org"
        db.add(Comment(statement_id=statement.id, text=SECRET, created_at=NOW, account_id=None))
        hand_in(db, statement_of(db, "MW", 2))
        ends_on = (NOW - timedelta(days=30)).date()
        db.execute(update(PreSession).values(starts_on=ends_on, ends_on=ends_on))
    with database.begin() as db:
        db.execute(update(Job).values(state=JobState.DONE))
        statement = statement_of(db, "MW", 1)
        words = Written(text=SECRET, recommendations=(SECRET, SECRET), language="", theme="")
        save_content(db, statement=statement, wanted=words, actor=SYSTEM, now=NOW)
        give_consent(db, statement)
        for recording in db.scalars(select(Recording)):
            store.put_bytes(recording.original_key, b"a voice", content_type="application/octet-stream")
    return database


def after(kind, *, days=0):
    """So many days after a class is not kept any more."""
    return NOW + timedelta(days=DEFAULT_DAYS[kind] + days)


def apply(database, store, now):
    return {(line.kind.value, len(line.ids)) for line in apply_retention(database, store, Outbox(), now=now)}


def everything_kept(database):
    """All cells of all tables, as text."""
    with database.engine.connect() as connection:
        rows = [connection.execute(table.select()).all() for table in Base.metadata.sorted_tables]
    return repr(rows)


def test_looking_changes_nothing_and_says_what_goes_when(kept):
    before = everything_kept(kept)
    with kept.read() as db:
        lines = {line.kind: line for line in read_retention(db)}
    assert {kind.value: len(line.ids) for kind, line in lines.items() if kind is not RetentionClass.EVENTS} == {
        "originals": 3,
        "unused_attempts": 1,
        "personal_data": 2,
    }
    assert lines[RetentionClass.ORIGINALS].due_on == after(RetentionClass.ORIGINALS).date()
    assert everything_kept(kept) == before


def test_each_class_goes_when_its_own_time_is_over(kept, store):
    assert apply(kept, store, after(RetentionClass.UNUSED_ATTEMPTS, days=-1)) == set()
    assert apply(kept, store, after(RetentionClass.UNUSED_ATTEMPTS)) == {("unused_attempts", 1)}
    assert len(list(store.list_keys("originals/"))) == 2
    assert apply(kept, store, after(RetentionClass.ORIGINALS)) == {("originals", 2)}
    assert list(store.list_keys("")) == []
    with kept.read() as db:
        assert statement_of(db, "MW", 1).current_recording.package is not None
        assert statement_of(db, "MW", 1).speaker.name == SECRET
    assert apply(kept, store, after(RetentionClass.PERSONAL_DATA)) == {("personal_data", 2)}
    assert "Kassem" not in everything_kept(kept)
    assert apply(kept, store, after(RetentionClass.PERSONAL_DATA, days=1)) == set()
    ((kind, count),) = apply(kept, store, after(RetentionClass.EVENTS, days=1))
    assert (kind, count > 10) == ("events", True)
    with kept.read() as db:
        assert set(db.scalars(select(Event.name))) == {"retention.applied"}
    assert apply(kept, store, after(RetentionClass.EVENTS, days=2)) == set()


def test_a_sessions_own_days_and_its_last_activity_count(kept):
    with kept.begin() as db:
        db.execute(update(PreSession).values(retention_days={"originals": 10}))
    with kept.read() as db:
        due_on = next(line.due_on for line in read_retention(db) if line.kind is RetentionClass.ORIGINALS)
    assert due_on == (NOW + timedelta(days=10)).date()  # not ten days after a last day that is a month ago


@pytest.mark.parametrize("subject", ["session", "country", "statement"])
def test_what_is_held_stays_until_the_hold_is_ended(kept, store, subject):
    with kept.begin() as db:
        hold = begin_hold(db, subject, 1, reason="asked for by a court", actor=SYSTEM, now=NOW)
        with pytest.raises(HeldBack):
            erase_person(db, db.get_one(Statement, 1), actor=STAFF, now=NOW)
    apply(kept, store, NOW + 20 * YEARS)
    with kept.read() as db:
        assert statement_of(db, "MW", 1).speaker.name == SECRET
        assert (statement_of(db, "MW", 2).speaker.erased_at is None) == (subject != "statement")
        assert db.scalars(select(Event).where(Event.name == "recording.received")).first() is not None
    with kept.begin() as db:
        end_hold(db, db.merge(hold), actor=SYSTEM, now=NOW)
    apply(kept, store, NOW + 20 * YEARS)
    assert "Kassem" not in everything_kept(kept)


def test_who_is_published_keeps_their_name_until_that_is_taken_down(kept, store):
    with kept.begin() as db:
        country = country_of(db, "MW")
        statement = statement_of(db, "MW", 1)
        release = Release(country_id=country.id, number=1, name="0" * 32, created_at=NOW, published_at=NOW, facts={})
        release.facts = {"words": {"1": [SECRET, SECRET, "en", SECRET]}}
        db.add(release)
        db.flush()
        _put_out(db, release, statement)
        db.execute(update(Country).values(live_release_id=release.id))
    apply(kept, store, after(RetentionClass.PERSONAL_DATA))
    with kept.read() as db:
        assert statement_of(db, "MW", 1).speaker.name == SECRET
        line = next(line for line in read_retention(db) if line.kind is RetentionClass.PERSONAL_DATA)
        assert (line.ids, line.published) == ((), 1)
    with kept.begin() as db:
        erase_person(db, db.get_one(Statement, 1), actor=STAFF, now=NOW)
    erase_withdrawn(kept, store, now=NOW)
    assert "Kassem" not in everything_kept(kept), "the release has noted what it said"


def test_an_erased_person_leaves_counts_alone(kept, store):
    assert everything_kept(kept).count("Kassem") >= 8
    with kept.begin() as db:
        erase_person(db, db.get_one(Statement, 1), actor=STAFF, now=NOW)
    erase_withdrawn(kept, store, now=NOW)
    left = everything_kept(kept)
    assert "Kassem" not in left
    assert "kassem" not in left
    with kept.read() as db:
        statement = statement_of(db, "MW", 1)
        assert statement.state is StatementState.WITHDRAWN
        assert [(one.sha256, one.report, one.wrapped_key) for one in statement.recordings] == [("", None, "")] * 2
        assert db.scalars(select(Paper)).all() == []
        erased = db.scalars(select(Event).where(Event.name == "speaker.erased")).one()
        assert erased.facts["recordings"] == 2
        assert statement_of(db, "MW", 2).speaker.name
    assert len(list(store.list_keys("originals/"))) == 1


def test_a_recording_that_is_being_worked_on_goes_when_that_is_over(kept, store):
    with kept.begin() as db:
        worked_on = statement_of(db, "MW", 2).current_recording_id
        job = db.scalars(select(Job).where(Job.kind == JobKind.INTAKE, Job.subject_id == worked_on)).one()
        job.state = JobState.RUNNING
    apply(kept, store, after(RetentionClass.ORIGINALS))
    with kept.begin() as db:
        assert statement_of(db, "MW", 2).current_recording.original_key in set(store.list_keys("originals/"))
        db.execute(update(Job).values(state=JobState.FAILED))
    assert apply(kept, store, after(RetentionClass.ORIGINALS)) == {("originals", 1)}
    assert list(store.list_keys("originals/")) == []


def test_a_hold_that_begins_while_other_things_are_removed_keeps_its_own(kept, tmp_path):
    class HeldMeanwhile(FolderStore):
        def delete(self, key):
            super().delete(key)
            with kept.begin() as db:
                if not db.query(LegalHold).count():
                    begin_hold(db, "session", 1, reason="a court", actor=SYSTEM, now=NOW)

    apply(kept, HeldMeanwhile(tmp_path / "store"), after(RetentionClass.PERSONAL_DATA))
    with kept.read() as db:
        assert db.query(LegalHold).count() == 1, "it began in between"
        assert statement_of(db, "MW", 1).speaker.name == SECRET
        assert [one.withdrawn_at for one in statement_of(db, "MW", 1).recordings] == [None, None]


def test_an_empty_session_can_be_held_as_well(database, store):
    load_plan(database, session_plan(MW=0))
    with database.begin() as db:
        begin_hold(db, "country", 1, reason="a court", actor=SYSTEM, now=NOW)
    assert apply(database, store, NOW + 20 * YEARS) == set()


def test_what_administrators_wrote_of_an_ended_hold_goes_with_the_person(kept):
    with kept.begin() as db:
        end_hold(db, begin_hold(db, "statement", 1, reason=SECRET, actor=SYSTEM, now=NOW), actor=SYSTEM, now=NOW)
        erase_person(db, db.get_one(Statement, 1), actor=STAFF, now=NOW)
    assert "Kassem" not in everything_kept(kept)


def test_no_title_card_names_who_is_erased(kept, store):
    """A card is kept to be used again; it is a film of a name."""
    prefix = package_prefix("7" * 32)
    with kept.begin() as db:
        texts = [text_of_statement(statement_of(db, "MW", position)) for position in (1, 2)]
        assert SECRET in texts[0].to_json().values()
        for number, text in enumerate(texts):
            inputs = StepInputs("card", 1, {"text": text.to_json()})
            keep_result(db, inputs, KeptResult({}, prefix if not number else package_prefix("8" * 32)), now=NOW)
    store.put_bytes(f"{prefix}v.mp4", b"a name", content_type="video/mp4")
    assert remove_unwanted_cards(kept, store) == 0
    with kept.begin() as db:
        erase_person(db, db.get_one(Statement, 1), actor=STAFF, now=NOW)
    assert remove_unwanted_cards(kept, store) == 1
    assert not any(key.startswith(prefix) for key in store.list_keys(""))


def _put_out(db, release, statement):

    db.add(
        ReleaseItem(
            release_id=release.id,
            position=1,
            statement_id=statement.id,
            recording_id=statement.current_recording_id,
            track_ids=[],
            package_prefix="",
            media_name="1" * 32,
            card_name="2" * 32,
        )
    )
