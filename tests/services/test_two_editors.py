"""Two people edit one sheet, each on what they once saw: no word that was kept is lost, nobody overwritten unseen."""

import threading

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.sheets import SheetState
from pipeline.records.tables import CueRevision, Sheet, SheetCue, Track
from pipeline.services.alignments import AlignedLine, AlignedText, lines_to_align, record_alignment
from pipeline.services.sheet_changes import CueChanged
from pipeline.services.sheet_cues import change_cue, delete_cue, insert_cue, restore_cue
from pipeline.services.sheet_groups import merge_cues, replace_text, shift_cues, split_cue
from pipeline.services.sheet_states import approve_sheet, reopen_sheet, send_back_sheet, submit_sheet
from pipeline.services.sheet_undo import redo_change, undo_change
from pipeline.services.sheets import list_revisions, read_cues
from tests.fixtures.clock import NOW
from tests.fixtures.panels import account_of, load_plan, session_plan, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept

PEOPLE = ("anna", "ben")
WHO = st.sampled_from(PEOPLE)
PLACE = st.integers(0, 5)
DECISIONS = {"submit": submit_sheet, "approve": approve_sheet, "send_back": send_back_sheet, "reopen": reopen_sheet}
pytestmark = pytest.mark.slow


class TwoEditors(RuleBasedStateMachine):
    """A sheet, what each of two people saw of it last, and everything that was ever kept."""

    def __init__(self, database):
        super().__init__()
        self.database = database

    @initialize()
    def open(self):
        with self.database.begin() as db:
            recording = accept(db, statement_of(db, "MW"))
            self.sheet_id = open_typed(db, recording).id
            self.recording_id = recording.id
        self.words = 0
        self.kept, self.versions = {}, {}
        self.seen = {who: {} for who in PEOPLE}
        for who in PEOPLE:
            self.look(who)

    @rule(who=WHO)
    def look(self, who):
        with self.database.read() as db:
            sheet = db.get_one(Sheet, self.sheet_id)
            self.seen[who] = {
                cue.key: (cue.version, cue.text, cue.start_ms, cue.end_ms) for cue in read_cues(db, sheet)
            }

    @rule(who=WHO, place=PLACE, moves=st.booleans())
    def write(self, who, place, moves):
        key, seen = self.pick(who, place)
        self.words += 1
        wanted = {"text": f"word {self.words}"} | ({"end_ms": seen[3] + 1} if moves else {})
        cue = self.act(who, change_cue, key, seen[0], **wanted)
        if cue is not None:
            assert cue.text == wanted["text"]
            self.refuse_overwriting(key, seen, cue)

    @rule(who=WHO, place=PLACE, by_ms=st.integers(-300, 300))
    def retime(self, who, place, by_ms):
        key, seen = self.pick(who, place)
        self.act(who, change_cue, key, seen[0], start_ms=seen[2] + by_ms)

    @rule(who=WHO, place=PLACE)
    def split(self, who, place):
        key, (version, text, start, end) = self.pick(who, place)
        parts = self.act(who, split_cue, key, version, at_sign=len(text) // 2, at_ms=(start + end) // 2)
        if parts is not None:
            assert (
                "".join(part.text for part in parts).replace(" ", "") == text.replace(" ", "").replace("\n", "")
                or "\n" in text
            )

    @rule(who=WHO, place=PLACE)
    def merge(self, who, place):
        keys = sorted(self.seen[who], key=lambda key: self.seen[who][key][2])[place : place + 2]
        merged = self.act(who, merge_cues, {key: self.seen[who][key][0] for key in keys})
        if merged is not None:
            assert all(self.seen[who][key][1] in merged.text for key in keys)

    @rule(who=WHO, place=PLACE)
    def delete(self, who, place):
        key, seen = self.pick(who, place)
        self.act(who, delete_cue, key, seen[0])

    @rule(who=WHO, start=st.integers(0, 3000))
    def insert(self, who, start):
        self.words += 1
        self.act(who, insert_cue, start_ms=start, end_ms=start + 900, text=f"word {self.words}")

    @rule(who=WHO, by_ms=st.integers(-50, 50))
    def shift(self, who, by_ms):
        self.act(who, shift_cues, {key: seen[0] for key, seen in self.seen[who].items()}, by_ms)

    @rule(who=WHO)
    def replace(self, who):
        self.words += 1
        seen = {key: seen[0] for key, seen in self.seen[who].items()}
        self.act(who, replace_text, seen, "word", f"Word{self.words}")

    @rule(who=WHO, is_redo=st.booleans())
    def undo(self, who, is_redo):
        self.act(who, redo_change if is_redo else undo_change)

    @rule(who=WHO, place=PLACE, back=st.integers(1, 3))
    def restore(self, who, place, back):
        key, seen = self.pick(who, place)
        with self.database.read() as db:
            older = list_revisions(db, db.get_one(Sheet, self.sheet_id), key)[-back:]
        self.act(who, restore_cue, key, older[0].version if older else 1, seen[0])

    @rule(who=WHO, decision=st.sampled_from(sorted(DECISIONS)))
    def decide(self, who, decision):
        self.act(who, DECISIONS[decision], self.versions[self.sheet_id])

    @precondition(lambda self: self.words)
    @rule()
    def hand_in_again(self):
        """Another attempt of the same words: they are all there, by their keys, and wait for a person."""
        with self.database.begin() as db:
            old = [cue for cue in read_cues(db, db.get_one(Sheet, self.sheet_id)) if cue.text]
            recording = accept(db, statement_of(db, "MW"))
            wish = lines_to_align(db, recording)
            if not old:
                return
            lines = [AlignedLine(cue.text, 3 * n, 3 * n + 2, True, 0.1) for n, cue in enumerate(old)]
            new = record_alignment(db, recording, wish, AlignedText(tuple(lines), "good", "none", 0.1), now=NOW)
            assert sorted((cue.key, cue.text) for cue in read_cues(db, new)) == sorted(
                (cue.key, cue.text) for cue in old
            )
            assert (new.state, new.stale_because) == (SheetState.STALE, ["recording"])
            self.sheet_id, self.recording_id = new.id, recording.id

    @invariant()
    def nothing_is_lost(self):
        with self.database.read() as db:
            now = {(one.sheet_id, one.key, one.version): self.content(one) for one in db.query(CueRevision)}
            assert self.kept.items() <= now.items()
            newest = {}
            for sheet_id, key, version in sorted(now):
                newest[sheet_id, key] = version
            for cue in db.query(SheetCue):
                assert cue.version == newest[cue.sheet_id, cue.key]
                assert self.content(cue) == now[cue.sheet_id, cue.key, cue.version]
                assert 0 <= cue.start_ms < cue.end_ms
            self.kept = now
            for sheet in db.query(Sheet):
                assert sheet.version >= self.versions.get(sheet.id, 0)
                assert max((cue.version for cue in sheet.cues), default=0) <= sheet.version
                self.versions[sheet.id] = sheet.version

    @invariant()
    def two_people_stand_behind_what_is_reviewed(self):
        with self.database.read() as db:
            for sheet in db.query(Sheet).filter(Sheet.approved_at.is_not(None)):
                assert sheet.approved_by_id != sheet.submitted_by_id
            approved = {track_id for (track_id,) in db.query(Sheet.track_id).filter(Sheet.state == SheetState.APPROVED)}
            reviewed = {track_id for (track_id,) in db.query(Track.id).filter(Track.is_reviewed)}
            assert approved <= reviewed

    def pick(self, who, place):
        keys = sorted(self.seen[who], key=lambda key: self.seen[who][key][2])
        return (keys[place % len(keys)], self.seen[who][keys[place % len(keys)]]) if keys else ("none", (1, "", 0, 1))

    def act(self, who, change, *args, **named):
        """What came of it; None where it was refused, and then nothing of it is there."""
        try:
            with self.database.begin() as db:
                sheet = db.get_one(Sheet, self.sheet_id)
                return change(db, sheet, *args, actor=account_of(db, who), now=NOW, **named)
        except (ChangeNotAllowed, WrongUsage):
            return None

    def refuse_overwriting(self, key, seen, cue):
        with self.database.read() as db:
            between = [
                one.text
                for one in list_revisions(db, db.get_one(Sheet, self.sheet_id), key)
                if seen[0] < one.version < cue.version
            ]
        assert set(between) <= {seen[1], cue.text}

    def content(self, one):
        return one.start_ms, one.end_ms, one.text, one.is_deleted


def test_two_editors_lose_nothing(database):
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        for who in PEOPLE:
            account_of(db, who)
    often = settings(
        max_examples=6,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: TwoEditors(database), settings=often)


def test_of_two_who_change_the_same_words_at_the_same_moment_one_is_told(database):
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        sheet = open_typed(db, accept(db, statement_of(db, "MW")))
        actors = [account_of(db, who) for who in PEOPLE]
        key, version = sheet.cues[0].key, sheet.cues[0].version
    start, told = threading.Barrier(2), []

    def change(number):
        start.wait()
        try:
            with database.begin() as db:
                found = db.get_one(Sheet, sheet.id)
                change_cue(db, found, key, version, text=f"by {number}", actor=actors[number], now=NOW)
        except CueChanged as changed:
            told.append((number, changed.there[0].text))

    threads = [threading.Thread(target=change, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as db:
        texts = [one.text for one in list_revisions(db, db.get_one(Sheet, sheet.id), key)]
    assert len(texts) == 2
    assert told == [(1 - int(texts[0][-1]), texts[0])]
