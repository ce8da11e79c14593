"""Another trim leaves times as they are and asks people to look; undone, all is as it was. Erased, nothing is left."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from pipeline.captions.reading import read_subtitles
from pipeline.domain.sheets import SheetKind, SheetState
from pipeline.domain.trims import Trim
from pipeline.records.tables import CueNote, CueRevision, PreSession, Sheet, SheetCue, SheetTime
from pipeline.services.alignments import (
    AlignedText,
    is_aligning,
    is_waiting_for_times,
    lines_to_align,
    record_alignment,
)
from pipeline.services.cue_notes import add_note
from pipeline.services.erasures import erase_person
from pipeline.services.hand_ins import limit_of
from pipeline.services.plan_rows import plan_of
from pipeline.services.plan_versions import version_of_speaker
from pipeline.services.sheet_cues import change_cue
from pipeline.services.sheet_staleness import outdated_cues
from pipeline.services.sheet_states import approve_sheet, reopen_sheet, submit_sheet
from pipeline.services.sheet_times import be_present
from pipeline.services.sheets import NewCue, find_sheet, list_sheets, open_sheet, read_cues
from pipeline.services.speaker_edits import edit_speaker
from pipeline.services.statement_contents import Written
from pipeline.services.tracks import current_tracks, mark_of, shown_cues
from pipeline.services.trims import trim_recording
from pipeline.services.withdrawals import change_content
from tests.fixtures.panels import STAFF, account_of, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept


@pytest.fixture
def approved(database, load, now):
    """A transcript and an interpretation of it, both approved by a second person."""
    load(MW=1)
    with database.begin() as db:
        pre_session = db.scalars(select(PreSession)).one()
        pre_session.min_seconds, pre_session.tolerance_seconds = 1, 0
        transcript = open_typed(db, accept(db, statement_of(db, "MW")), "en", "One.", "Two.", "Three.")
        cues = [NewCue(cue.start_ms, cue.end_ms, "Oui.", cue.key) for cue in read_cues(db, transcript)]
        french = open_sheet(db, transcript.recording, "fr", transcript.origin, cues=cues, actor=STAFF, now=now)
        for sheet in (transcript, french):
            _approve(db, sheet, now)
    return database


def _approve(db, sheet, now):
    submit_sheet(db, sheet, sheet.version, actor=account_of(db, "her"), now=now)
    approve_sheet(db, sheet, sheet.version, actor=account_of(db, "him"), now=now)


def _sheet(db, language):
    return find_sheet(db, statement_of(db, "MW").current_recording_id, language)


def _trim(db, trim, now):
    statement = statement_of(db, "MW")
    limit = limit_of(statement.speaker.country.pre_session)
    trim_recording(db, statement, statement.current_recording_id, trim, limit=limit, actor=STAFF, now=now)


def test_another_trim_keeps_times_and_is_over_when_it_is_undone(approved, now):
    with approved.begin() as db:
        sheet = _sheet(db, "en")
        before = [(cue.start_ms, cue.text) for cue in read_cues(db, sheet)]
        _trim(db, Trim(1.0, 20.0), now)
        track = current_tracks(sheet.recording)["en"]
        assert (sheet.state, sheet.stale_because, mark_of(track).value) == (SheetState.STALE, ["trim"], "stale")
        assert [(cue.start_ms, cue.text) for cue in read_cues(db, sheet)] == before
        assert [cue.text for cue in shown_cues(track)] == ["Two.", "Three."]
        _trim(db, None, now)
        assert (sheet.state, sheet.stale_because, mark_of(track)) == (SheetState.APPROVED, [], None)
        _trim(db, Trim(1.0, 20.0), now)
        _approve(db, sheet, now)
        shown = current_tracks(sheet.recording)["en"]
        assert (sheet.state, mark_of(shown), shown.revision) == (SheetState.APPROVED, None, 2)
        assert len(read_subtitles(shown.webvtt.encode())) == 3, "a wider trim brings back what is not shown"


def test_other_words_of_the_transcript_outdate_what_was_made_from_it_once_they_are_handed_in(approved, now):
    with approved.begin() as db:
        transcript, french = _sheet(db, "en"), _sheet(db, "fr")
        reopen_sheet(db, transcript, transcript.version, actor=STAFF, now=now)
        cue = read_cues(db, transcript)[1]
        later = now.replace(hour=now.hour + 1)
        change_cue(db, transcript, cue.key, cue.version, text="Twice.", actor=STAFF, now=later)
        assert french.state is SheetState.APPROVED, "what is being written is nobody's word yet"
        submit_sheet(db, transcript, transcript.version, actor=STAFF, now=later)
        assert (french.state, french.stale_because) == (SheetState.STALE, ["source"])
        assert list(outdated_cues(db, french)) == [
            one.key for one in read_cues(db, french) if one.source_key == cue.key
        ]


def test_subtitles_are_of_the_other_kind_once_the_language_spoken_is_corrected(approved, now):
    with approved.begin() as db:
        speaker = statement_of(db, "MW").speaker
        plan = plan_of(speaker)
        edit_speaker(
            db, speaker.id, replace(plan, language="fr"), seen=version_of_speaker(speaker), actor=STAFF, now=now
        )
        english, french = _sheet(db, "en"), _sheet(db, "fr")
        assert (english.kind, french.kind) == (SheetKind.INTERPRETATION, SheetKind.TRANSCRIPT)
        assert (english.source_id, french.source_id) == (french.id, None)
        assert {track.language: track.kind for track in english.recording.tracks} == {
            "en": SheetKind.INTERPRETATION,
            "fr": SheetKind.TRANSCRIPT,
        }
        assert (english.state, french.state) == (SheetState.APPROVED, SheetState.APPROVED)


def test_what_was_timed_by_the_voice_of_another_language_goes_and_the_text_is_timed_again(database, load, now):
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        change_content(db, statement=statement, wanted=Written(text="Merci."), actor=STAFF, now=now)
        refused = AlignedText((), "refused", "wrong_language", 0.0)
        record_alignment(db, recording, lines_to_align(db, recording), refused, now=now)
        assert not is_waiting_for_times(_sheet(db, "en")) and lines_to_align(db, recording) is None
        change_content(db, statement=statement, wanted=Written("Merci.", language="fr"), actor=STAFF, now=now)
        assert list_sheets(db, recording.id) == []
        assert (is_aligning(db, recording.id), lines_to_align(db, recording).language) == (True, "fr")


def test_of_a_person_who_is_erased_no_word_of_subtitles_is_left(approved, now):
    with approved.begin() as db:
        sheet, her = _sheet(db, "en"), account_of(db, "her")
        add_note(db, sheet, read_cues(db, sheet)[0].key, "Spelling?", actor=her, now=now)
        be_present(db, sheet, actor=her, now=now)
        tables = (CueNote, CueRevision, Sheet, SheetCue, SheetTime)
        assert all(db.query(table).count() for table in tables)
        erase_person(db, statement_of(db, "MW"), actor=STAFF, now=now)
        assert [db.query(table).count() for table in tables] == [0] * len(tables)
