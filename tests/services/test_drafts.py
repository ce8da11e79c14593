"""A machine fills what has no words and nothing else; what it wrote goes nowhere until a person said yes."""

import pytest

from pipeline.captions.drafts.paragraphs import ParagraphsDiffer
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.sheets import SheetOrigin
from pipeline.services.document_sheets import take_up_document
from pipeline.services.draft_jobs import is_drafting, stop_drafts
from pipeline.services.drafts import (
    MadeBy,
    draft_sheet,
    draft_wish,
    drafted_by,
    recognise_sheet,
    record_draft,
    record_recognition,
)
from pipeline.services.sheet_cues import change_cue, confirm_cue
from pipeline.services.sheet_quality import MACHINE_DRAFT
from pipeline.services.sheet_states import SheetNotReady, approve_sheet, submit_sheet
from pipeline.services.sheets import NewCue, find_sheet, read_cues
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.tracks import current_tracks
from tests.fixtures.panels import STAFF, account_of, statement_of
from tests.fixtures.sheets import new_cues, open_typed
from tests.fixtures.standings import accept

SAID = ("We thank you all.", "We ask for two things.", "Thank you.")
FRENCH = ("Merci à tous.", "Deux demandes.", "Merci.")
BY = MadeBy("of-tests", ("en", "fr"))


@pytest.fixture
def spoken(database, load, now):
    """A recording with a transcript in English."""
    load(MW=1)
    with database.begin() as db:
        open_typed(db, accept(db, statement_of(db, "MW")), "en", *SAID)
    return database


def _source(db):
    return find_sheet(db, statement_of(db, "MW").current_recording.id, "en")


def _ask(db, now):
    return draft_sheet(db, _source(db), "fr", translates=True, actor=STAFF, now=now)


def test_a_draft_is_asked_for_once_fills_what_is_empty_and_never_what_a_person_wrote(spoken, now):
    with spoken.begin() as db:
        sheet = _ask(db, now)
        assert (sheet.origin, is_drafting(db, sheet.id)) == (SheetOrigin.MACHINE, True)
        wish = draft_wish(db, sheet)
        mine = read_cues(db, sheet)[1]
        change_cue(db, sheet, mine.key, mine.version, text="De ma main.", actor=STAFF, now=now)
        changed = read_cues(db, _source(db))[2]
        change_cue(db, _source(db), changed.key, changed.version, text="Thanks.", actor=STAFF, now=now)
        assert record_draft(db, sheet, wish, FRENCH, BY, now=now) == 1
        cues = read_cues(db, sheet)
        assert [(cue.text, cue.is_machine) for cue in cues] == [
            ("Merci à tous.", True),
            ("De ma main.", False),
            ("", False),
        ]
        assert (sheet.is_machine, drafted_by(sheet)["route"]) == (True, ["en", "fr"])


def test_nothing_of_a_machine_is_submitted_until_a_person_changed_or_confirmed_it(spoken, now):
    with spoken.begin() as db:
        sheet = _ask(db, now)
        record_draft(db, sheet, draft_wish(db, sheet), FRENCH, BY, now=now)
        first, second, third = read_cues(db, sheet)
        change_cue(db, sheet, first.key, first.version, text="Merci à toutes.", actor=STAFF, now=now)
        confirm_cue(db, sheet, second.key, second.version, actor=STAFF, now=now)
        her, him, drafted = account_of(db, "her"), account_of(db, "him"), third.key
    with pytest.raises(SheetNotReady) as raised, spoken.begin() as db:
        sheet = find_sheet(db, statement_of(db, "MW").current_recording.id, "fr")
        submit_sheet(db, sheet, sheet.version, actor=her, now=now)
    assert raised.value.stops[MACHINE_DRAFT] == [drafted]
    with spoken.begin() as db:
        sheet = find_sheet(db, statement_of(db, "MW").current_recording.id, "fr")
        assert "fr" not in current_tracks(sheet.recording)
        third = read_cues(db, sheet)[2]
        confirm_cue(db, sheet, third.key, third.version, actor=STAFF, now=now)
        submit_sheet(db, sheet, sheet.version, actor=her, now=now)
        approve_sheet(db, sheet, sheet.version, actor=him, now=now)
        assert (sheet.is_machine, current_tracks(sheet.recording)["fr"].is_reviewed) == (False, True)


def test_a_draft_is_refused_without_an_engine_without_words_and_where_all_is_written(spoken, now):
    with spoken.begin() as db:
        with pytest.raises(ChangeNotAllowed, match="Nothing translates here"):
            draft_sheet(db, _source(db), "fr", translates=False, actor=STAFF, now=now)
        with pytest.raises(ChangeNotAllowed):
            draft_sheet(db, _source(db), "en", translates=True, actor=STAFF, now=now)
        sheet = _ask(db, now)
        wish = draft_wish(db, sheet)
        record_draft(db, sheet, wish, FRENCH, BY, now=now)
        with pytest.raises(ChangeNotAllowed, match="words already"):
            _ask(db, now)
        assert record_draft(db, sheet, wish, FRENCH, BY, now=now) == 0
        stop_drafts(db, sheet.recording_id, actor=STAFF, now=now)
        assert not is_drafting(db, sheet.id)


def test_what_was_heard_becomes_a_transcript_only_where_nobody_wrote_one(database, load, now):
    load(MW=1)
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        sheet = recognise_sheet(db, recording, recognises=True, actor=STAFF, now=now)
        heard = [NewCue(0, 900, "We thank you.", doubt=0.4)]
        assert record_recognition(db, sheet, heard, MadeBy("of-tests", ("en",)), now=now) == 1
        (cue,) = read_cues(db, sheet)
        assert (cue.is_machine, cue.doubt, sheet.origin) == (True, 0.4, SheetOrigin.RECOGNISED)
        assert record_recognition(db, sheet, new_cues("Again."), BY, now=now) == 0
        with pytest.raises(ChangeNotAllowed):
            recognise_sheet(db, recording, recognises=True, actor=STAFF, now=now)
        with pytest.raises(SheetNotReady):
            submit_sheet(db, sheet, sheet.version, actor=STAFF, now=now)


def test_a_document_fills_the_cues_of_its_paragraphs_and_replaces_no_words(spoken, now):
    with spoken.begin() as db:
        text = f"{SAID[0]} {SAID[1]}\n\n{SAID[2]}"
        save_content(db, statement=statement_of(db, "MW"), wanted=Written(text=text), actor=STAFF, now=now)
        with pytest.raises(ParagraphsDiffer):
            take_up_document(db, _source(db), "fr", " ".join(FRENCH), actor=STAFF, now=now)
        translation = f"{FRENCH[0]} {FRENCH[1]}\n\n{FRENCH[2]}"
        sheet = take_up_document(db, _source(db), "fr", translation, actor=STAFF, now=now)
        cues = read_cues(db, sheet)
        assert [cue.text for cue in cues] == list(FRENCH)
        assert [cue.source_key for cue in cues] == [cue.key for cue in read_cues(db, _source(db))]
        assert (sheet.origin, any(cue.is_machine for cue in cues)) == (SheetOrigin.DOCUMENT, False)
        with pytest.raises(ChangeNotAllowed, match="words already"):
            take_up_document(db, _source(db), "fr", translation, actor=STAFF, now=now)
