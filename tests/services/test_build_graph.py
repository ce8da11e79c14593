"""What the records say of each step of a recording: built, out of date and why, running, waiting for whom."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from config.settings import MediaSettings
from pipeline.domain.build_graph import NEEDS, UNKNOWN, Step, StepState, WaitsFor, input_words
from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.jobs import JobKind, JobState, Queue
from pipeline.domain.standings import Standing
from pipeline.media.card_style import read_card_style
from pipeline.media.cards import CardMaking
from pipeline.media.ladder import parse_ladder
from pipeline.records.tables import Country, Job, PreSession, Recording
from pipeline.services.build_graph import check_objects, find_current_recording, load_build_graph
from pipeline.services.hand_ins import limit_of
from pipeline.services.rebuilding import rebuild
from pipeline.services.recordings import record_intake
from pipeline.services.running_parts import PartIdentity, beat_part
from pipeline.services.step_inputs import intake_inputs
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import change_consent
from pipeline.storage.folder import FolderStore
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, hand_in, load_plan, session_plan, statement_of
from tests.fixtures.reports import first_report
from tests.fixtures.standings import bring_to

MEDIA = MediaSettings()
MAKING = CardMaking(
    parse_ladder(MEDIA.renditions_file.read_text(encoding="utf-8")), read_card_style(MEDIA.card_style_file)
)
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"
PLAYER = {"player.js": b"plays"}


@pytest.fixture
def panel(sqlite_database):
    load_plan(sqlite_database, session_plan(MW=1))
    return sqlite_database


def _graph(db, *, now=NOW):
    recording_id = find_current_recording(db, statement_of(db, "MW").id)
    return load_build_graph(db, recording_id, making=MAKING, player=PLAYER, now=now)


def _states(graph):
    return {node.step: node.state for node in graph.nodes}


def _check(db, statement):
    recording = hand_in(db, statement)
    record_intake(db, recording, first_report(), now=NOW)
    _finish_checks(db)
    return recording


def _bring(db, standing):
    """To a standing, with the checks done that it takes for granted."""
    bring_to(db, statement_of(db, "MW"), standing)
    _finish_checks(db)


def _finish_checks(db):
    for job in db.scalars(select(Job).where(Job.kind == JobKind.INTAKE, Job.state == JobState.QUEUED)):
        recording = db.get_one(Recording, job.subject_id)
        if recording.report is not None:
            job.state = JobState.DONE
            limit = limit_of(recording.statement.speaker.country.pre_session)
            made_from = intake_inputs(recording.sha256, limit).digests
            recording.report = {**recording.report, "made_from": made_from}
    db.flush()


def test_every_step_needs_only_steps_before_it():
    order = list(Step)
    assert all(order.index(need) < order.index(step) for step, needs in NEEDS.items() for need in needs)


def test_a_recording_just_received_waits_for_a_worker_that_nobody_started(panel):
    with panel.begin() as db:
        hand_in(db, statement_of(db, "MW"))
        intake = _graph(db).node(Step.INTAKE)
        assert (intake.state, intake.waits_for) == (StepState.WAITING, WaitsFor.OPERATOR)
        assert "No worker for the queue “interactive” runs; the last sign of one: never." in intake.because
        beat_part(db, PartIdentity("w", "worker", "here", 1, "1", (Queue.INTERACTIVE,), 1), now=NOW)
        intake = _graph(db).node(Step.INTAKE)
        assert (intake.waits_for, intake.because) == (WaitsFor.WORKER, "It is the next to be taken.")
        intake = _graph(db, now=NOW + timedelta(hours=1)).node(Step.INTAKE)
        assert "the last sign of one: 2026" in intake.because


def test_what_runs_says_its_stage_and_share(panel):
    with panel.begin() as db:
        _bring(db, Standing.PREPARING)
        graph = _graph(db)
        late = _graph(db, now=NOW + timedelta(hours=2)).node(Step.ENCODE)
    assert "no sign of life" in late.because
    encode = graph.node(Step.ENCODE)
    assert encode.because == ""
    assert (encode.state, encode.progress.stage, encode.progress.share) == (StepState.RUNNING, "encode", 0.41)
    assert (graph.node(Step.RELEASE).waits_for) is WaitsFor.WORKER


@pytest.mark.parametrize(
    ("standing", "step", "state", "waits_for"),
    [
        (Standing.CHECK_FAILED, Step.INTAKE, StepState.FAILED, WaitsFor.STAFF),
        (Standing.REFUSED, Step.INTAKE, StepState.REFUSED, WaitsFor.SPEAKER),
        (Standing.PREPARE_FAILED, Step.ENCODE, StepState.FAILED, WaitsFor.STAFF),
        (Standing.TO_REVIEW, Step.RELEASE, StepState.MISSING, WaitsFor.STAFF),
        (Standing.SENT_BACK, Step.RELEASE, StepState.MISSING, WaitsFor.SPEAKER),
        (Standing.APPROVED, Step.RELEASE, StepState.MISSING, WaitsFor.STAFF),
        (Standing.WITHDRAWN, Step.RELEASE, StepState.MISSING, None),
    ],
)
def test_a_step_says_who_has_to_move(panel, standing, step, state, waits_for):
    with panel.begin() as db:
        _bring(db, standing)
        node = _graph(db).node(step)
    assert (node.state, node.waits_for) == (state, waits_for)


def test_a_changed_limit_makes_the_check_stale_and_nothing_else(panel):
    with panel.begin() as db:
        _check(db, statement_of(db, "MW"))
        before = _graph(db)
        db.scalars(select(PreSession)).one().max_seconds = 400
        db.flush()
        after = _graph(db)
    assert before.node(Step.INTAKE).state is StepState.BUILT
    assert (after.node(Step.INTAKE).state, after.node(Step.INTAKE).changed) == (StepState.STALE, ("limit",))
    assert input_words(Step.INTAKE, "limit") == "the session’s limit"
    changed = {step for step, state in _states(after).items() if state is not _states(before)[step]}
    assert changed == {Step.INTAKE}


def test_a_stale_check_is_asked_for_once_and_leads_to_the_encode(panel):
    with panel.begin() as db:
        recording = _check(db, statement_of(db, "MW"))
        encodes = select(Job).where(Job.kind == JobKind.ENCODE, Job.subject_id == recording.id).order_by(Job.id)
        db.scalars(select(PreSession)).one().max_seconds = 400
        db.flush()
        assert rebuild(db, _graph(db), actor=STAFF, now=NOW) == (), "the encode is under way"
        db.scalars(encodes).one().state = JobState.DONE
        assert [rebuild(db, _graph(db), actor=STAFF, now=NOW) for _ in range(2)] == [(Step.INTAKE,), ()]
        record_intake(db, recording, first_report(), now=NOW)
        assert [job.state for job in db.scalars(encodes)] == [JobState.DONE, JobState.QUEUED]


def test_a_check_that_people_went_on_from_is_not_done_again(panel):
    with panel.begin() as db:
        _bring(db, Standing.APPROVED)
        db.scalars(select(PreSession)).one().max_seconds = 400
        db.flush()
        graph = _graph(db)
        intake = graph.node(Step.INTAKE)
        assert (intake.state, intake.changed, intake.waits_for) == (StepState.STALE, ("limit",), None)
        assert Step.INTAKE not in rebuild(db, graph, actor=STAFF, now=NOW)


def test_a_recording_that_no_longer_counts_says_which_one_does(panel):
    with panel.begin() as db:
        first = _check(db, statement_of(db, "MW"))
        second = hand_in(db, statement_of(db, "MW"), data=b"another")
        graph = load_build_graph(db, first.id, making=MAKING, player=PLAYER, now=NOW)
        assert rebuild(db, graph, actor=STAFF, now=NOW) == ()
    assert not graph.is_current
    assert graph.node(Step.RELEASE).because == f"Recording {second.id} is the one that counts."


def test_a_report_that_does_not_say_what_it_was_made_from_is_stale_for_that(panel):
    with panel.begin() as db:
        recording = _check(db, statement_of(db, "MW"))
        report = db.get_one(Recording, recording.id)
        report.report = {name: value for name, value in report.report.items() if name != "made_from"}
        assert _graph(db).node(Step.INTAKE).changed == (UNKNOWN,)


def test_what_the_store_no_longer_has_is_missing(panel, tmp_path):
    store = FolderStore(tmp_path / "store")
    with panel.begin() as db:
        _bring(db, Standing.TO_REVIEW)
        graph = _graph(db)
        for key in (*graph.node(Step.ORIGINAL).objects, *graph.node(Step.ENCODE).objects):
            store.put_bytes(key, b"bytes", content_type="video/mp4")
        assert _states(check_objects(graph, store)) == _states(graph)
        store.delete_prefix("originals/")
        lost = check_objects(graph, store)
    assert (lost.node(Step.ORIGINAL).state, lost.node(Step.ORIGINAL).waits_for) == (StepState.MISSING, WaitsFor.SPEAKER)
    assert lost.node(Step.ENCODE).state is graph.node(Step.ENCODE).state


def test_nothing_is_asked_for_of_what_cannot_be_made(panel):
    for standing in (Standing.REFUSED, Standing.WITHDRAWN):
        with panel.new_session() as db:
            _bring(db, standing)
            assert rebuild(db, _graph(db), actor=STAFF, now=NOW) == ()


def test_failed_work_is_asked_for_again(panel):
    with panel.begin() as db:
        _bring(db, Standing.PREPARE_FAILED)
        graph = _graph(db)
        assert rebuild(db, graph, actor=STAFF, now=NOW) == (Step.ENCODE,)
        assert _graph(db).node(Step.ENCODE).state is StepState.WAITING


def test_a_release_that_noted_nothing_down_is_compared_by_what_its_rows_tell(panel):
    with panel.begin() as db:
        _bring(db, Standing.PUBLISHED)
        before = _graph(db).node(Step.RELEASE)
        recording = statement_of(db, "MW").current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=NOW)
        after = _graph(db).node(Step.RELEASE)
    assert before.state is StepState.BUILT
    assert (after.changed, after.waits_for) == (("track fr",), WaitsFor.STAFF)


def test_each_audience_is_told_of_what_it_sees_and_why(panel):
    def views(db):
        return {view.audience: (view.sees, view.release.because) for view in _graph(db).views}

    with panel.begin() as db:
        _bring(db, Standing.PUBLISHED)
        public, missions = views(db).values()
        assert public[0] == missions[0] == ("recording", "name")
        assert "Missions watch what is public" in missions[1]
        told = {"statement": statement_of(db, "MW"), "actor": STAFF, "now": NOW}
        change_consent(db, answers={ConsentItem.RECORDING: Audience.MISSIONS}, **told)
        assert views(db)[Audience.PUBLIC] == (
            ("recording", "name"),
            "It may not be out any more, and is being taken out.",
        )
        db.get_one(Country, 1).live_release_id = None
        assert views(db)[Audience.PUBLIC] == ((), "The speaker agreed to show it to missions only.")
        assert "queue “packaging”" in views(db)[Audience.MISSIONS][1], "missions go on watching it, in their own"
        db.get_one(PreSession, 1).is_missions_only = True
        assert views(db)[Audience.PUBLIC][1] == "Only missions watch this session."


def test_no_name_is_told(database):
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        _bring(db, Standing.PUBLISHED)
        told = str(_graph(db).to_json())
    assert "Speaker 1" not in told
    assert "Organisation 1" not in told
