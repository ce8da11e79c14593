"""Words that were read get their times once; corrected words go with them to another attempt; wrong ones leave none."""

import pytest

from pipeline.domain.sheets import SheetState
from pipeline.services.alignments import (
    AlignedLine,
    AlignedText,
    ask_for_times,
    follow_text,
    is_aligning,
    lines_to_align,
    record_alignment,
)
from pipeline.services.cue_notes import add_note, list_notes, resolve_note
from pipeline.services.sheet_cues import change_cue
from pipeline.services.sheet_states import SheetNotReady, approve_sheet, submit_sheet
from pipeline.services.sheets import NewCue, find_sheet, list_sheets, open_sheet, read_cues
from pipeline.services.statement_contents import Written, save_content
from tests.fixtures.panels import STAFF, account_of, statement_of
from tests.fixtures.standings import accept

TEXT = "Excellencies. We speak for the coalition. Thank you."
LINES = ("Excellencies.", "We speak for the coalition.", "Thank you.")


@pytest.fixture
def read_out(database, load, now):
    """A recording whose speaker handed in what was read."""
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        accept(db, statement)
        _write(db, statement, TEXT, now)
    return database


def _write(db, statement, text, now):
    save_content(db, statement=statement, wanted=Written(text=text), actor=STAFF, now=now)
    follow_text(db, statement, now=now)


def _heard(*lines, begins_ms=0, verdict="good", reason="none", doubt=0.1):
    timed = (
        AlignedLine(line, begins_ms + n * 2000, begins_ms + n * 2000 + 1200, True, doubt)
        for n, line in enumerate(lines)
    )
    return AlignedText(tuple(timed), verdict, reason, 0.09)


def _align(db, now, aligned=None, **named):
    recording = statement_of(db, "MW").current_recording
    wish = lines_to_align(db, recording)
    return record_alignment(db, recording, wish, aligned or _heard(*(wish.lines or LINES), **named), now=now)


def test_a_text_that_is_there_is_aligned_once(read_out, now):
    with read_out.begin() as db:
        recording = statement_of(db, "MW").current_recording
        assert is_aligning(db, recording.id)
        assert lines_to_align(db, recording).text == TEXT
        sheet = _align(db, now)
        assert [cue.text for cue in read_cues(db, sheet)] == list(LINES)
        assert (sheet.state, sheet.verdict) == (SheetState.DRAFT, "good")
        assert lines_to_align(db, recording) is None


def test_words_that_are_not_what_is_said_leave_a_verdict_and_no_line(read_out, now):
    with read_out.begin() as db:
        sheet = _align(db, now, verdict="refused", reason="wrong_text")
        assert (sheet.verdict, sheet.report["reason"], list(read_cues(db, sheet))) == ("refused", "wrong_text", [])
        with pytest.raises(SheetNotReady):
            submit_sheet(db, sheet, sheet.version, actor=STAFF, now=now)


def test_another_text_replaces_what_nobody_touched_and_outdates_what_people_worked_on(read_out, now):
    with read_out.begin() as db:
        statement = statement_of(db, "MW")
        sheet = _align(db, now)
        _write(db, statement, TEXT + " Goodbye.", now)
        assert sheet.stale_because == ["text"]
        _align(db, now, _heard(*LINES, "Goodbye."))
        assert (sheet.state, sheet.stale_because, len(read_cues(db, sheet))) == (SheetState.DRAFT, [], 4)
        cue = read_cues(db, sheet)[0]
        change_cue(db, sheet, cue.key, cue.version, text="Dear friends.", actor=account_of(db, "her"), now=now)
        _write(db, statement, TEXT, now)
        assert lines_to_align(db, statement.current_recording) is None
        assert (sheet.state, read_cues(db, sheet)[0].text) == (SheetState.STALE, "Dear friends.")


def test_corrected_words_and_their_interpretation_follow_to_another_attempt_of_the_same_text(read_out, now):
    with read_out.begin() as db:
        her, him, statement = account_of(db, "her"), account_of(db, "him"), statement_of(db, "MW")
        old = _align(db, now)
        cue = read_cues(db, old)[0]
        change_cue(db, old, cue.key, cue.version, text="Dear friends.", actor=her, now=now)
        cues = [NewCue(one.start_ms, one.end_ms, "Bonjour.", one.key) for one in read_cues(db, old)]
        french = open_sheet(db, statement.current_recording, "fr", old.origin, cues=cues, actor=her, now=now)
        settled = add_note(db, old, cue.key, "Her title?", actor=her, now=now)
        resolve_note(db, old, settled.id, actor=him, now=now)
        add_note(db, old, cue.key, "Which friends?", actor=her, now=now)
        add_note(db, french, read_cues(db, french)[0].key, "Tous ?", actor=her, now=now)
        for sheet in (old, french):
            submit_sheet(db, sheet, sheet.version, actor=her, now=now)
            approve_sheet(db, sheet, sheet.version, actor=him, now=now)
        again = accept(db, statement)
        new = _align(db, now, begins_ms=500)
        assert [(one.key, one.start_ms, one.text) for one in read_cues(db, new)] == [
            (one.key, one.start_ms + 500, one.text) for one in read_cues(db, old)
        ]
        carried = find_sheet(db, again.id, "fr")
        assert [one.start_ms for one in read_cues(db, carried)] == [500, 2500, 4500]
        assert [(note.text, note.account_id) for note in list_notes(db, new)] == [("Which friends?", her.id)]
        assert [note.text for note in list_notes(db, carried)] == ["Tous ?"]
        assert [(one.state, one.stale_because) for one in list_sheets(db, again.id)] == [
            (SheetState.STALE, ["recording"]),
            (SheetState.STALE, ["recording"]),
        ]
        assert old.state is SheetState.APPROVED


def test_words_that_people_typed_get_times_when_they_ask(read_out, now):
    with read_out.begin() as db:
        her = account_of(db, "her")
        sheet = _align(db, now)
        cue = read_cues(db, sheet)[1]
        change_cue(db, sheet, cue.key, cue.version, text="We speak for all.", actor=her, now=now)
        ask_for_times(db, sheet, actor=her, now=now)
        assert _align(db, now, begins_ms=700) is sheet
        assert [(one.start_ms, one.text) for one in read_cues(db, sheet)][1] == (2700, "We speak for all.")
        assert lines_to_align(db, sheet.recording) is None


def test_words_that_people_write_while_all_are_timed_stay_and_refused_ones_wait_for_a_person(read_out, now):
    with read_out.begin() as db:
        her = account_of(db, "her")
        sheet = _align(db, now)
        recording = sheet.recording
        ask_for_times(db, sheet, actor=her, now=now)
        wish, cue = lines_to_align(db, recording), read_cues(db, sheet)[1]
        change_cue(db, sheet, cue.key, cue.version, text="We speak for all.", actor=her, now=now)
        record_alignment(db, recording, wish, _heard(*wish.lines, begins_ms=700), now=now)
        assert [(one.start_ms, one.text) for one in read_cues(db, sheet)] == [
            (700, LINES[0]),
            (2000, "We speak for all."),
            (4700, LINES[2]),
        ]
        ask_for_times(db, sheet, actor=her, now=now)
        _align(db, now, verdict="refused", reason="wrong_text")
        assert [(one.start_ms, one.doubt) for one in read_cues(db, sheet)] == [(700, 1.0), (2000, 1.0), (4700, 1.0)]
        assert (sheet.verdict, sheet.report["reason"]) == ("refused", "wrong_text")
