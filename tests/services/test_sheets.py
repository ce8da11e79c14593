"""Sheets: cues change by the version that was seen, nobody's words are lost, a second person approves."""

from datetime import timedelta

import pytest

from pipeline.captions.places import Place
from pipeline.captions.reading import read_subtitles
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.sheets import SheetKind, SheetOrigin, SheetState
from pipeline.records.tables import Event
from pipeline.services.cue_notes import add_note, list_notes, resolve_note
from pipeline.services.sheet_changes import CueChanged
from pipeline.services.sheet_cues import change_cue, delete_cue, insert_cue, restore_cue
from pipeline.services.sheet_groups import merge_cues, replace_text, shift_cues, split_cue
from pipeline.services.sheet_quality import lint_sheet
from pipeline.services.sheet_states import (
    SheetChanged,
    SheetNotReady,
    approve_sheet,
    reopen_sheet,
    send_back_sheet,
    submit_sheet,
)
from pipeline.services.sheet_times import be_present, list_present, own_time
from pipeline.services.sheet_undo import redo_change, undo_change
from pipeline.services.sheets import cues_since, find_sheet, find_source, list_revisions, open_sheet, read_cues
from pipeline.services.tracks import current_tracks
from tests.fixtures.panels import STAFF, account_of, speaker_plan, statement_of
from tests.fixtures.sheets import WORDS, open_typed
from tests.fixtures.standings import accept

HER, HIM = "her", "him"


@pytest.fixture
def desk(database, load, now):
    """An open sheet, and what two people do with it."""
    load(MW=1)
    with database.begin() as db:
        open_typed(db, accept(db, statement_of(db, "MW")))
    with database.begin() as db:
        yield Desk(db, now)


class Desk:
    """Two people and one sheet."""

    def __init__(self, db, now):
        self.db, self.now = db, now
        self.recording = statement_of(db, "MW").current_recording
        self.sheet = find_sheet(db, self.recording.id, "en")

    def act(self, who, change, *args, **named):
        return change(self.db, self.sheet, *args, actor=account_of(self.db, who), now=self.now, **named)

    @property
    def cues(self):
        return list(read_cues(self.db, self.sheet))

    @property
    def texts(self):
        return [cue.text for cue in self.cues]


def test_a_change_names_the_version_that_was_seen_and_keeps_what_was(desk):
    cue = desk.cues[0]
    seen = cue.version
    desk.act(HER, change_cue, cue.key, seen, text="Excellencies,")
    with pytest.raises(CueChanged) as refused:
        desk.act(HIM, change_cue, cue.key, seen, text="Dear friends,")
    assert [there.text for there in refused.value.there] == ["Excellencies,"]
    assert [revision.text for revision in list_revisions(desk.db, desk.sheet, cue.key)] == ["Excellencies,", WORDS[0]]


def test_words_of_one_and_times_of_another_both_count_and_the_same_twice_is_made_once(desk):
    cue = desk.cues[0]
    seen = cue.version
    desk.act(HER, change_cue, cue.key, seen, text="Excellencies,")
    desk.act(HIM, change_cue, cue.key, seen, end_ms=950)
    desk.act(HER, change_cue, cue.key, seen, text="Excellencies,")
    assert (cue.text, cue.end_ms) == ("Excellencies,", 950)
    assert len(list_revisions(desk.db, desk.sheet, cue.key)) == 3


def test_what_is_interpreted_before_there_is_a_transcript_is_compared_with_it_once_there_is(database, load, now):
    load(MW=[speaker_plan(1, language="fr")])
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        english = open_typed(db, recording, "en", "We ask for 12 wells.")
        assert find_source(db, english) is None
        french = open_typed(db, recording, "fr", "Nous demandons 13 puits.")
        assert find_source(db, english) is french
        rules = {complaint.rule.value for complaint in lint_sheet(db, english, read_cues(db, english))}
        assert {"number_missing", "number_added"} <= rules
        untouched = open_sheet(db, recording, "es", SheetOrigin.TYPED, actor=STAFF, now=now)
        assert [(cue.text, cue.source_key) for cue in read_cues(db, untouched)] == [("", read_cues(db, french)[0].key)]


def test_an_editor_is_told_what_changed_since(desk):
    first, second, _third = desk.cues
    seen = desk.sheet.version
    desk.act(HER, change_cue, second.key, second.version, text="we speak for all.")
    desk.act(HIM, delete_cue, first.key, first.version)
    changed = {cue.key: cue.is_deleted for cue in cues_since(desk.db, desk.sheet, seen)}
    assert changed == {second.key: False, first.key: True}


def test_cues_are_split_merged_moved_and_words_replaced(desk):
    first, second, third = desk.cues
    one, other = desk.act(HER, split_cue, second.key, second.version, at_sign=9, at_ms=1500, new_key="mine")
    assert (one.text, other.text, one.end_ms, other.start_ms, other.key) == (
        "we speak",
        "for the coalition.",
        1500,
        1500,
        "mine",
    )
    merged = desk.act(HER, merge_cues, {first.key: first.version, one.key: one.version})
    assert (merged.text, merged.start_ms, merged.end_ms) == (f"{WORDS[0]}\nwe speak", 0, 1500)
    with pytest.raises(WrongUsage):
        desk.act(HER, merge_cues, {merged.key: merged.version, third.key: third.version})
    desk.act(HER, shift_cues, None, 100)
    assert [cue.start_ms for cue in desk.cues] == [100, 1600, 2100]
    with pytest.raises(WrongUsage):
        desk.act(HER, shift_cues, {merged.key: merged.version}, -200)
    found = desk.act(HER, replace_text, {cue.key: cue.version for cue in desk.cues}, "recommend", "ask for")
    assert [cue.text for cue in found] == ["We ask for two things."]


def test_everybody_undoes_their_own_without_end_and_nobody_elses(desk):
    first, second, _third = desk.cues
    before = desk.texts
    desk.act(HER, change_cue, first.key, first.version, text="One")
    desk.act(HER, split_cue, first.key, first.version, at_sign=1, at_ms=300)
    desk.act(HIM, change_cue, second.key, second.version, text="Two")
    for _ in range(2):
        desk.act(HER, undo_change)
    assert desk.texts == [before[0], "Two", before[2]]
    with pytest.raises(ChangeNotAllowed, match="nothing"):
        desk.act(HER, undo_change)
    for _ in range(2):
        desk.act(HER, redo_change)
    assert desk.texts == ["O", "ne", "Two", before[2]]
    desk.act(HIM, change_cue, first.key, first.version, text="Oh")
    with pytest.raises(CueChanged):
        desk.act(HER, undo_change)
    assert desk.texts[0] == "Oh"


def test_a_cue_keeps_its_place_whatever_becomes_of_it(desk):
    first, second, _third = desk.cues
    seen = first.version
    desk.act(HER, change_cue, first.key, seen, place=Place.TOP)
    with pytest.raises(CueChanged):
        desk.act(HIM, change_cue, first.key, seen, place=Place.LEFT)
    with pytest.raises(WrongUsage, match="keypad"):
        desk.act(HIM, change_cue, second.key, second.version, place=10)
    _first, half = desk.act(HER, split_cue, first.key, first.version, at_sign=10, at_ms=300)
    desk.act(HER, merge_cues, {half.key: half.version, second.key: second.version})
    assert [cue.place for cue in desk.cues] == [Place.TOP, Place.TOP, Place.BOTTOM]
    for _ in range(3):
        desk.act(HER, undo_change)
    assert {cue.place for cue in desk.cues} == {Place.BOTTOM}
    for _ in range(3):
        desk.act(HER, redo_change)
    assert [cue.place for cue in desk.cues] == [Place.TOP, Place.TOP, Place.BOTTOM]


def test_a_cue_comes_back_as_it_once_was(desk):
    cue = desk.cues[0]
    was = cue.version
    desk.act(HER, change_cue, cue.key, was, text="Other")
    desk.act(HER, delete_cue, cue.key, cue.version)
    desk.act(HIM, restore_cue, cue.key, was, cue.version)
    assert desk.texts == list(WORDS)


def test_a_second_person_approves_and_the_track_is_reviewed_then(desk):
    track = desk.act(HER, submit_sheet, desk.sheet.version)
    assert (desk.sheet.state, track.is_reviewed, track.kind) == (SheetState.IN_REVIEW, False, SheetKind.TRANSCRIPT)
    assert [cue.text for cue in read_subtitles(track.webvtt.encode())] == list(WORDS)
    with pytest.raises(ChangeNotAllowed, match="Another person"):
        desk.act(HER, approve_sheet, desk.sheet.version)
    assert desk.sheet.state is SheetState.IN_REVIEW


def test_approving_what_is_as_it_was_submitted_keeps_the_track(desk):
    track = desk.act(HER, submit_sheet, desk.sheet.version)
    assert desk.act(HIM, approve_sheet, desk.sheet.version) is track
    assert (desk.sheet.state, track.is_reviewed) == (SheetState.APPROVED, True)
    with pytest.raises(ChangeNotAllowed):
        desk.act(HER, change_cue, desk.cues[0].key, desk.cues[0].version, text="More")


def test_what_the_second_person_mends_makes_another_track(desk):
    submitted = desk.act(HER, submit_sheet, desk.sheet.version)
    seen = desk.sheet.version
    desk.act(HIM, change_cue, desk.cues[0].key, desk.cues[0].version, text="Excellencies,")
    with pytest.raises(SheetChanged):
        desk.act(HIM, approve_sheet, seen)
    approved = desk.act(HIM, approve_sheet, desk.sheet.version)
    assert (submitted.is_reviewed, approved.is_reviewed, approved.revision) == (False, True, 2)
    assert current_tracks(desk.recording) == {"en": approved}
    desk.act(HER, reopen_sheet, desk.sheet.version)
    assert desk.act(HER, submit_sheet, desk.sheet.version) is approved


def test_subtitles_without_words_are_not_submitted(desk):
    desk.act(HER, insert_cue, start_ms=3000, end_ms=3500)
    with pytest.raises(SheetNotReady) as refused:
        desk.act(HER, submit_sheet, desk.sheet.version)
    assert {code: len(keys) for code, keys in refused.value.stops.items()} == {"empty": 1, "too_short": 1}


def test_notes_are_dealt_with_and_told_of_when_sent_back(desk):
    desk.act(HER, submit_sheet, desk.sheet.version)
    note = desk.act(HIM, add_note, desk.cues[1].key, "Which coalition?")
    desk.act(HIM, send_back_sheet, desk.sheet.version)
    desk.act(HER, resolve_note, note.id)
    assert [note.text for note in list_notes(desk.db, desk.sheet)] == ["Which coalition?"]
    sent_back = desk.db.query(Event).filter(Event.name == "sheet.sent_back").one()
    assert sent_back.facts["notes"] == 1


def test_time_is_each_persons_own_and_presence_everybodys(desk):
    her = account_of(desk.db, HER)
    key = desk.cues[0].key
    for seconds in (0, 20, 40, 400):
        be_present(desk.db, desk.sheet, cue_key=key, actor=her, now=desk.now + timedelta(seconds=seconds))
    assert own_time(desk.db, desk.sheet, her).seconds == 40
    assert own_time(desk.db, desk.sheet, account_of(desk.db, HIM)).seconds == 0
    later = desk.now + timedelta(seconds=401)
    assert [(one.by, one.cue_key) for one in list_present(desk.db, desk.sheet, now=later)] == [("her@example.org", key)]
    assert list_present(desk.db, desk.sheet, now=later + timedelta(seconds=60)) == []
