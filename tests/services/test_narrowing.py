"""Staff leave out part of what is shown, choose the still, and undo both; what a speaker hid stays hidden."""

import pytest
from sqlalchemy.orm import object_session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.statements import StatementState
from pipeline.domain.trims import Trim
from pipeline.records.tables import Job, Statement
from pipeline.services.comments import CommentWish, add_comment
from pipeline.services.events import Actor
from pipeline.services.hand_ins import limit_of
from pipeline.services.narrowing import can_be_narrowed, find_undoable_trim, narrow_recording, undo_narrowing
from pipeline.services.posters import choose_poster
from pipeline.services.proxies import may_staff_watch_proxy
from pipeline.services.recordings import record_package
from pipeline.services.trims import TrimRefused, trim_recording
from pipeline.storage.keys import package_prefix
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, small_package, statement_of
from tests.fixtures.standings import accept

SPEAKER = Actor("speaker", 1)
ACT = {"actor": STAFF, "now": NOW}


@pytest.fixture
def statement(database, load):
    """A statement of a minute to review, in an open transaction."""
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        accept(db, statement)
        yield statement


def _limits(statement: Statement):
    return {"limit": limit_of(statement.speaker.country.pre_session), **ACT}


def _package_again(db, statement):
    record_package(db, statement.current_recording, small_package(), package_prefix("2" * 32), now=NOW)


def test_what_staff_leave_out_lies_within_what_is_shown_and_comes_back(statement):
    db, recording = object_session(statement), statement.current_recording
    comment = add_comment(db, statement, CommentWish("Here.", at_seconds=3.0), **ACT)
    narrow_recording(db, statement, recording.id, Trim(1.0, 21.0), **_limits(statement))
    assert (recording.trim_start_seconds, comment.at_seconds) == (1.0, 2.0)
    assert not can_be_narrowed(statement), "there is nothing to watch until it is prepared"
    _package_again(db, statement)
    narrow_recording(db, statement, recording.id, Trim(1.0, 19.0), **_limits(statement))
    assert (recording.trim_start_seconds, comment.at_seconds) == (2.0, 1.0)
    undo_narrowing(db, statement, find_undoable_trim(db, statement).event_id, **_limits(statement))
    assert (recording.trim_start_seconds, comment.at_seconds) == (1.0, 2.0)


def test_staff_never_bring_back_what_the_speaker_cut_away(statement):
    db, recording = object_session(statement), statement.current_recording
    trim_recording(
        db, statement, recording.id, Trim(1.0, 3.0), limit=_limits(statement)["limit"], actor=SPEAKER, now=NOW
    )
    _package_again(db, statement)
    assert find_undoable_trim(db, statement) is None
    with pytest.raises(TrimRefused):
        narrow_recording(db, statement, recording.id, Trim(0.0, 3.0), **_limits(statement))
    assert not may_staff_watch_proxy(statement)


@pytest.mark.parametrize("wish", ["blurs_faces", "blurs_picture", "alters_voice"])
def test_the_quick_preview_is_never_for_staff_where_somebody_is_at_risk(statement, wish):
    assert may_staff_watch_proxy(statement)
    setattr(statement, wish, True)
    assert not may_staff_watch_proxy(statement)


def test_a_still_is_asked_of_the_encode_and_taken_back(statement):
    db, recording = object_session(statement), statement.current_recording
    jobs = db.query(Job).filter(Job.kind == JobKind.ENCODE)
    for job in jobs:
        job.state = JobState.DONE
    version = statement.version
    choose_poster(db, statement, recording.id, 2.04, **ACT)
    assert recording.poster_seconds == 2.0
    assert jobs.filter(Job.state == JobState.QUEUED).one().deadline <= NOW, "no encode of minutes goes before it"
    assert statement.version > version, "who looked before is told"
    choose_poster(db, statement, recording.id, None, **ACT)
    assert recording.poster_seconds is None
    statement.state = StatementState.PUBLISHED
    with pytest.raises(ChangeNotAllowed):
        choose_poster(db, statement, recording.id, 1.0, **ACT)
