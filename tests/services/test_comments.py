"""Comments: who reads them, that each change can be undone, and that two people never overwrite each other."""

import pytest

from pipeline.domain.desk import CommentReader
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import Event
from pipeline.services.comments import (
    CommentWish,
    add_comment,
    change_comment_reader,
    list_comments,
    list_comments_for_speaker,
    reopen_comment,
    resolve_comment,
    take_back_comment,
)
from pipeline.services.events import Actor
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, account_of, statement_of
from tests.fixtures.standings import accept

OTHER = Actor("staff", 2)
ACT = {"actor": STAFF, "now": NOW}


@pytest.fixture
def db(database, load):
    """A transaction with a statement to review."""
    load(MW=2)
    with database.begin() as db:
        accept(db, statement_of(db, "MW"))
        yield db


def test_a_comment_is_internal_until_somebody_shows_it_and_every_step_can_be_undone(db):
    statement = statement_of(db, "MW")
    comment = add_comment(db, statement, CommentWish("  Louder here. ", at_seconds=3.04), **ACT)
    assert (comment.text, comment.at_seconds, comment.recording_id) == ("Louder here.", 3.0, 1)
    assert list_comments_for_speaker(db, statement.id) == []
    change_comment_reader(db, statement, comment.id, CommentReader.SPEAKER, **ACT)
    assert [one.text for one in list_comments_for_speaker(db, statement.id)] == ["Louder here."]
    resolve_comment(db, statement, comment.id, **ACT)
    assert list_comments_for_speaker(db, statement.id) == []
    reopen_comment(db, statement, comment.id, **ACT)
    change_comment_reader(db, statement, comment.id, CommentReader.STAFF, **ACT)
    assert list_comments_for_speaker(db, statement.id) == []
    assert list_comments(db, statement.id) == [comment]
    names = [event.name for event in db.query(Event).filter(Event.name.startswith("comment.")).order_by(Event.id)]
    assert names == [
        "comment.added",
        "comment.reader_changed",
        "comment.resolved",
        "comment.reopened",
        "comment.reader_changed",
    ]
    assert "Louder" not in str([event.facts for event in db.query(Event)])


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_a_comment_says_something_and_not_too_much(db, text):
    with pytest.raises(WrongUsage):
        add_comment(db, statement_of(db, "MW"), CommentWish(text), **ACT)


def test_the_second_of_two_who_deal_with_a_comment_is_told(db):
    statement = statement_of(db, "MW")
    comment = add_comment(db, statement, CommentWish("Look."), actor=Actor("system"), now=NOW)
    resolve_comment(db, statement, comment.id, **ACT)
    for change in (resolve_comment, take_back_comment):
        with pytest.raises(ChangeNotAllowed):
            change(db, statement, comment.id, **ACT)
    with pytest.raises(ChangeNotAllowed):
        reopen_comment(db, statement_of(db, "MW", 2), comment.id, **ACT)
    assert comment.resolved_at == NOW


def test_only_who_wrote_a_comment_takes_it_back(database, load):
    load(MW=1)
    with database.begin() as db:
        anna, ben = account_of(db, "anna"), account_of(db, "ben")
        statement = statement_of(db, "MW")
        comment = add_comment(db, statement, CommentWish("Mine."), actor=anna, now=NOW)
        with pytest.raises(ChangeNotAllowed):
            take_back_comment(db, statement, comment.id, actor=ben, now=NOW)
        take_back_comment(db, statement, comment.id, actor=anna, now=NOW)
        assert list_comments(db, statement.id) == []
