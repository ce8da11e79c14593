"""An approval is for exactly what there was: whatever changes makes it stale; where a session wants it two look."""

import pytest

from pipeline.domain.approvals import ApprovalWord, what_changed
from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.papers import PaperKind
from pipeline.domain.protection import Protection
from pipeline.domain.roles import Role
from pipeline.domain.statements import StatementState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import PreSession, StaffAccount
from pipeline.services.approvals import approval_of, find_approvals, seen_now
from pipeline.services.consents import answer_consent, choose_name
from pipeline.services.events import Actor
from pipeline.services.papers import CleanPaper, add_paper, record_clean
from pipeline.services.protection import choose_protection
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.statements import approve_recording
from pipeline.services.tracks import add_track, remove_track
from tests.fixtures.clock import NOW
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    approve_new_recording,
    hand_in,
    load_plan,
    session_plan,
    statement_of,
)
from tests.fixtures.standings import accept

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"
ACT = {"actor": STAFF, "now": NOW}


@pytest.fixture
def approved(sqlite_database):
    """One statement of Malawi, approved."""
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"))
    return sqlite_database


@pytest.fixture
def people(approved) -> dict[str, Actor]:
    """Two who review."""
    with approved.begin() as db:
        accounts = {
            name: StaffAccount(
                email=f"{name}@example.org", role=Role.STAFF, password_hash="-", session_key=name, created_at=NOW
            )
            for name in ("anna", "ben")
        }
        db.add_all(accounts.values())
        db.flush()
        return {name: Actor("staff", account.id) for name, account in accounts.items()}


def _subtitle(db, statement):
    add_track(db, statement.current_recording, language="fr", data=WEBVTT, **ACT)


def _paper(db, statement):
    paper = add_paper(db, statement=statement, name=new_name(), kind=PaperKind.PDF, title="Report", size_bytes=9, **ACT)
    record_clean(db, paper, CleanPaper(7, False), now=NOW)


def _prepare_anew(_db, statement):
    statement.current_recording.package_prefix = "packages/another/"


def _choose_poster(_db, statement):
    statement.current_recording.poster_seconds = 2.0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_subtitle, "track.fr"),
        (_paper, "papers"),
        (_prepare_anew, "package"),
        (_choose_poster, "poster"),
        (hand_in, "recording"),
        (lambda db, one: save_content(db, statement=one, wanted=Written("New words"), **ACT), "words"),
        (lambda db, one: choose_name(db, statement=one, form=NameForm.ALIAS, alias="Rosa", **ACT), "name"),
        (lambda _db, one: setattr(one.speaker, "organisation", "Another"), "organisation"),
        (
            lambda db, one: answer_consent(db, statement=one, answers={ConsentItem.TEXT: Audience.NOBODY}, **ACT),
            "consent.text",
        ),
        (
            lambda db, one: choose_protection(db, statement=one, protection=Protection(alters_voice=True), **ACT),
            "hidden",
        ),
    ],
)
def test_whatever_changes_makes_an_approval_stale_and_is_named(approved, change, told):
    with approved.begin() as db:
        statement = statement_of(db, "MW")
        assert approval_of(statement).is_complete
        change(db, statement)
        db.flush()
        db.refresh(statement)
        standing = approval_of(statement)
        assert (standing.word, standing.changed) == (ApprovalWord.STALE, (told,))
        assert find_approvals(db, [statement.id]) == {statement.id: standing}


def test_what_is_as_it_was_again_is_approved_again(approved):
    with approved.begin() as db:
        statement = statement_of(db, "MW")
        _subtitle(db, statement)
        (track,) = statement.current_recording.tracks
        assert not approval_of(statement).is_complete
        remove_track(db, statement.current_recording, track_id=track.id, **ACT)
        assert approval_of(statement).is_complete


def test_of_another_recording_nothing_else_is_told():
    before = {"recording": "a", "trim": "a", "package": "a", "track.en": "a", "words": "a"}
    assert what_changed(before, {**before, "recording": "b", "package": "b", "trim": "b"}) == ("recording",)
    assert what_changed(before, {**before, "trim": "b", "package": "b", "words": "b"}) == ("trim", "words")


def test_an_approval_is_for_what_the_person_saw(approved):
    with approved.begin() as db:
        statement = statement_of(db, "MW")
        _subtitle(db, statement)
        seen, version = seen_now(statement), statement.version
        add_track(db, statement.current_recording, language="en", data=WEBVTT, **ACT)
        assert statement.version == version, "the version alone does not tell"
        with pytest.raises(ChangeNotAllowed, match="changed while you looked"):
            approve_recording(db, statement, statement.current_recording_id, seen=seen, **ACT)


def test_a_second_look_is_another_persons_at_the_same(approved, people):
    with approved.begin() as db:
        db.query(PreSession).one().wants_second_look = True
        statement = statement_of(db, "MW", 2)
        recording = accept(db, statement)
        anna, ben = ({"actor": people[name], "now": NOW} for name in ("anna", "ben"))
        approve_recording(db, statement, recording.id, **anna)
        standing = approval_of(statement)
        assert (statement.state, standing.word, standing.wanted) == (StatementState.IN_REVIEW, ApprovalWord.FIRST, 2)
        assert [look.by for look in standing.looks] == ["anna@example.org"]
        with pytest.raises(ChangeNotAllowed, match="Another person"):
            approve_recording(db, statement, recording.id, **anna)
        _subtitle(db, statement)
        approve_recording(db, statement, recording.id, **ben)
        assert approval_of(statement).word is ApprovalWord.FIRST, "Anna saw it without subtitles"
        approve_recording(db, statement, recording.id, **anna)
        assert statement.state is StatementState.APPROVED
        assert approval_of(statement).is_complete


def test_a_second_look_that_is_wanted_later_is_missing(approved, people):
    with approved.begin() as db:
        db.query(PreSession).one().wants_second_look = True
        statement = statement_of(db, "MW")
        assert approval_of(statement).word is ApprovalWord.FIRST
        approve_recording(db, statement, statement.current_recording_id, actor=people["ben"], now=NOW)
        assert approval_of(statement).is_complete


def test_what_was_approved_before_approvals_were_bound_is_asked_again(approved):
    with approved.begin() as db:
        statement = statement_of(db, "MW")
        for approval in statement.approvals:
            db.delete(approval)
        db.flush()
        db.expire(statement, ["approvals"])
        assert approval_of(statement).word is ApprovalWord.STALE
        approve_again(db, statement)
        assert approval_of(statement).is_complete
