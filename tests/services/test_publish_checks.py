"""Publishing by people: what is asked, who will see what, the yes on record, and stopping before it is out."""

import pytest

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.publishing import Fate, Item, Question, Visibility
from pipeline.domain.sheets import TrackMark
from pipeline.records.tables import Comment, Event, Job, Voice
from pipeline.services.previews import PreviewAnswer, Previewed, answer_preview, preview_mark
from pipeline.services.publication import check_still_allowed, load_release
from pipeline.services.publish_checks import NotConfirmed, confirm_publication, read_publish_check
from pipeline.services.release_voices import voices_in
from pipeline.services.releases import newest_release, take_down_statement
from pipeline.services.sheet_staleness import outdate_statement
from pipeline.services.sheet_states import approve_sheet
from pipeline.services.sheets import list_sheets
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.statements import reopen
from pipeline.services.takedowns import stop_publication
from pipeline.services.tracks import add_track
from pipeline.services.undoing import find_undoable, undo_decision
from pipeline.services.voice_removal import remove_voice
from pipeline.services.voices import NameNotDenied, approve_voice
from pipeline.services.withdrawals import change_consent
from tests.fixtures.clock import NOW
from tests.fixtures.panels import (
    STAFF,
    account_of,
    approve_again,
    approve_new_recording,
    country_of,
    load_plan,
    session_plan,
    speaker_plan,
    statement_of,
)
from tests.fixtures.spoken import mixed_voice
from tests.fixtures.standings import publish

ACT = {"actor": STAFF, "now": NOW}
ALL = list(Question)
WEBVTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nA\n"


@pytest.fixture
def panel(sqlite_database):
    """Four speakers of Malawi: two to be shown, one for missions only, one not approved."""
    names = ("Ana Lima", "Thoko Banda", "Bo Ek", "Li Wu")
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(n, name=name) for n, name in enumerate(names, start=1)]))
    with sqlite_database.begin() as db:
        for position in (1, 2, 3):
            approve_new_recording(db, statement_of(db, "MW", position))
        for language in ("en", "fr"):
            recording = statement_of(db, "MW", 1).current_recording
            add_track(db, recording, language=language, data=WEBVTT, **ACT)
        for_missions = {ConsentItem.RECORDING: Audience.MISSIONS}
        change_consent(db, statement=statement_of(db, "MW", 3), answers=for_missions, **ACT)
        for position in (1, 3):
            approve_again(db, statement_of(db, "MW", position))
    return sqlite_database


def _check(db):
    return read_publish_check(db, country_of(db, "MW"))


def _asked(db):
    return {asked.question: set(asked.details) for asked in _check(db).asked}


def _publish(db, confirmed=ALL, seen=None):
    seen = seen or _check(db).seen
    return confirm_publication(db, country_of(db, "MW"), seen=seen, confirmed=confirmed, **ACT)


def test_everything_that_may_be_forgotten_is_asked(panel):
    with panel.begin() as db:
        first, second, third, fourth = (statement_of(db, "MW", position) for position in (1, 2, 3, 4))
        db.add(Comment(statement_id=first.id, text="Look here", created_at=NOW))
        db.add(Comment(statement_id=second.id, text="Done", created_at=NOW, resolved_at=NOW))
        mark = preview_mark(second.current_recording)
        answer_preview(db, second, mark, Previewed(PreviewAnswer.WRONG, "No sound"), **ACT)
        assert _asked(db) == {
            Question.SUBTITLES_MISSING: {second.id, third.id},
            Question.COMMENTS_OPEN: {first.id},
            Question.PREVIEW_WRONG: {second.id},
            Question.MISSIONS_ONLY: {third.id},
            Question.LEFT_OUT: {fourth.id},
        }


def test_the_yes_names_each_question_and_is_kept_with_what_was_seen(panel):
    with panel.begin() as db:
        seen = _check(db).seen
        with pytest.raises(NotConfirmed) as left_open:
            _publish(db, confirmed=[Question.LEFT_OUT, Question.MISSIONS_ONLY])
        assert left_open.value.questions == (Question.SUBTITLES_MISSING,)
        assert newest_release(db, country_of(db, "MW").id) is None
        _publish(db)
        planned = [event.facts for event in db.query(Event).filter(Event.name == "release.planned")]
        assert [facts["audience"] for facts in planned] == ["public", "missions"]
        for facts in planned:
            assert facts["subtitles_missing"] == [statement_of(db, "MW", position).id for position in (2, 3)]
            assert facts["seen"] == seen
        assert _check(db).is_out


@pytest.mark.parametrize(
    "change",
    [
        lambda db: db.add(Comment(statement_id=statement_of(db, "MW", 1).id, text="Wait", created_at=NOW)),
        lambda db: reopen(db, statement_of(db, "MW", 2), **ACT),
        lambda db: setattr(country_of(db, "MW").speakers[0], "position", 9),
    ],
)
def test_a_yes_to_something_else_publishes_nothing(panel, change):
    with panel.begin() as db:
        seen = _check(db).seen
        change(db)
        db.flush()
        db.expire_all()
        with pytest.raises(ChangeNotAllowed, match="changed while you looked"):
            _publish(db, seen=seen)


def test_it_says_item_by_item_who_sees_what(panel):
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        wanted = Written("I am Ana Lima.", ("Repair the wells.",), "Wells of Ana Lima", "en")
        save_content(db, statement=statement, wanted=wanted, **ACT)
        change_consent(db, statement=statement, answers={}, name=(NameForm.ALIAS, "Rosa"), **ACT)
        approve_again(db, statement)
        items = {item.item: (item.visibility, item.detail) for item in _check(db).statements[0].items}
        assert items == {
            Item.RECORDING: (Visibility.EVERYBODY, ""),
            Item.SUBTITLES: (Visibility.EVERYBODY, "en fr"),
            Item.NAME: (Visibility.EVERYBODY, "Rosa"),
            Item.THEME: (Visibility.TELLS_NAME, ""),
            Item.TEXT: (Visibility.TELLS_NAME, ""),
        }
        for_missions, left_out = _check(db).statements[2:]
        assert for_missions.fate is Fate.SHOWN_TO_MISSIONS
        assert {item.visibility for item in for_missions.items} == {Visibility.MISSIONS}
        assert left_out.items == (), "nothing is said of what is left out"


def test_subtitles_that_nobody_reviewed_or_that_are_out_of_date_are_asked_about_and_marked(panel):
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        sheets = {sheet.language: sheet for sheet in list_sheets(db, statement.current_recording_id)}
        assert Question.SUBTITLES_STALE not in _asked(db)
        sheets["en"].bound = {**sheets["en"].bound, "trim": "another"}
        outdate_statement(db, statement, now=NOW)
        french = add_track(db, statement.current_recording, language="fr", data=WEBVTT, is_reviewed=False, **ACT)
        approve_again(db, statement)
        db.expire_all()
        asked = {asked.question: asked.details for asked in _check(db).asked}
        assert asked[Question.SUBTITLES_UNREVIEWED] == {statement.id: "fr"}
        assert asked[Question.SUBTITLES_STALE] == {statement.id: "en"}
        with pytest.raises(NotConfirmed):
            _publish(db, [question for question in Question if question is not Question.SUBTITLES_STALE])
        release = _publish(db)
        (item, _other) = load_release(db, release.id).items
        assert item.marks == {"en": TrackMark.STALE, "fr": TrackMark.UNREVIEWED}
        assert _check(db).is_out
        approver = account_of(db, "second")
        sheet = sheets["fr"]
        approve_sheet(db, sheet, sheet.version, actor=approver, now=NOW)
        assert sheet.track_id == french.id
        db.expire_all()
        assert not _check(db).is_out, "what is out says still that it was not reviewed"


def test_an_alias_that_is_not_there_is_in_the_way(panel):
    with panel.begin() as db:
        statement = statement_of(db, "MW", 2)
        statement.name_form = NameForm.ALIAS
        approve_again(db, statement)
        assert [problem.code for problem in _check(db).problems] == ["alias_missing"]


def test_a_publication_is_stopped_before_it_is_out(panel):
    with panel.begin() as db:
        release, country = _publish(db), country_of(db, "MW")
        stop_publication(db, country, release.id, **ACT)
        assert [job.state for job in db.query(Job).filter(Job.kind == JobKind.RELEASE)] == [JobState.CANCELLED] * 2
        assert not _check(db).is_out
        with pytest.raises(ChangeNotAllowed):
            stop_publication(db, country, release.id, **ACT)
        publish(db, country)
        with pytest.raises(ChangeNotAllowed):
            stop_publication(db, country, newest_release(db, country.id).id, **ACT)


def test_what_is_taken_out_is_taken_out_even_when_a_publication_is_stopped(panel):
    with panel.begin() as db:
        country = country_of(db, "MW")
        publish(db, country)
        take_down_statement(db, statement_of(db, "MW", 1), **ACT)
        with pytest.raises(ChangeNotAllowed):
            stop_publication(db, country, newest_release(db, country.id).id, **ACT)
        release = _publish(db)
        stop_publication(db, country, release.id, **ACT)
        newest = newest_release(db, country.id)
        assert newest.number > release.number
        assert [item.position for item in newest.items] == [2]


def test_an_approval_undone_on_the_way_keeps_what_it_was_for_from_going_out(panel):
    with panel.begin() as db:
        country, statement = country_of(db, "MW"), statement_of(db, "MW", 1)
        publish(db, country)
        db.refresh(statement)
        add_track(db, statement.current_recording, language="es", data=WEBVTT, **ACT)
        approve_again(db, statement)
        release = _publish(db)
        check_still_allowed(db, release)
        undoable = find_undoable(db, statement)
        assert undoable is not None
        undo_decision(db, statement, undoable.event_id, **ACT)
        with pytest.raises(ChangeNotAllowed, match="approval was taken back"):
            check_still_allowed(db, release)


def test_a_voice_is_asked_about_goes_out_marked_and_comes_down_at_once_when_it_is_removed(panel):
    with panel.begin() as db:
        interpreter, statement = account_of(db, "interpreter"), statement_of(db, "MW", 1)
        voice = mixed_voice(db, statement.current_recording, by=interpreter)
        waits = mixed_voice(db, statement.current_recording, "es", by=interpreter)
        waits.made_for = "packages/of-another-part/"
        approve_again(db, statement)
        asked = {one.question: one.details for one in _check(db).asked}
        assert asked[Question.VOICES_UNREVIEWED] == {statement.id: "fr"}
        assert asked[Question.VOICES_LEFT_OUT] == {statement.id: "es"}
        with pytest.raises(NotConfirmed):
            _publish(db, [question for question in Question if question is not Question.VOICES_UNREVIEWED])
        release = publish(db, country_of(db, "MW"))
        (out,) = voices_in(release.facts, statement.id)
        assert (out.language, out.voice_id, out.mark) == ("fr", voice.id, TrackMark.UNREVIEWED)
    with panel.begin() as db:
        remove_voice(db, db.get_one(Voice, voice.id), voice.version, **ACT)
        newest = newest_release(db, country_of(db, "MW").id)
        assert newest.id != release.id
        assert voices_in(newest.facts, statement.id) == ()


def test_a_voice_stays_in_for_a_speaker_without_a_name_only_when_somebody_heard_that_it_is_kept(panel):
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        voice = mixed_voice(db, statement.current_recording, by=account_of(db, "interpreter"))
        statement.name_form = NameForm.ORGANISATION
        approve_again(db, statement)
        assert _asked(db)[Question.VOICES_LEFT_OUT] == {statement.id}
        with pytest.raises(NameNotDenied):
            approve_voice(db, voice, voice.version, actor=account_of(db, "second"), now=NOW)
        approve_voice(db, voice, voice.version, is_nameless=True, actor=account_of(db, "second"), now=NOW)
        assert not {Question.VOICES_LEFT_OUT, Question.VOICES_UNREVIEWED} & _asked(db).keys()


def test_each_audience_hears_the_voices_that_it_may_and_none_that_was_removed(panel):
    audiences = (Audience.PUBLIC, Audience.MISSIONS)
    with panel.begin() as db:
        country, statement = country_of(db, "MW"), statement_of(db, "MW", 1)
        change_consent(db, statement=statement, answers={ConsentItem.NAME: Audience.MISSIONS}, **ACT)
        voice = mixed_voice(db, statement.current_recording, by=account_of(db, "interpreter"))
        approve_again(db, statement)
        publish(db, country)
        heard = [voices_in(newest_release(db, country.id, to).facts, statement.id) for to in audiences]
        assert [len(found) for found in heard] == [0, 1]
        approve_voice(db, voice, voice.version, is_nameless=True, actor=account_of(db, "second"), now=NOW)
        publish(db, country)
        (public,), (missions,) = (voices_in(newest_release(db, country.id, to).facts, statement.id) for to in audiences)
        assert public.voice_id == missions.voice_id == voice.id
        assert public.name != missions.name
        remove_voice(db, voice, voice.version, **ACT)
        assert not any(voices_in(newest_release(db, country.id, to).facts, statement.id) for to in audiences)
