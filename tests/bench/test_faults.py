"""The fault bench's own eyes: it sees what is orphaned, repeated, lost or late, and nothing where all is well."""

import os
import secrets
import signal
import socket
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.faults.batches import Batch, begin_batch, now
from bench.faults.installations import Installation, Machine
from bench.faults.judging import judge
from bench.faults.lines import Line
from bench.faults.plan import FAULTS, ONE, SEVERAL, plan_trials
from bench.faults.processes import orphans, read_processes, send_signal, working_for
from bench.faults.soak import Sample, compare
from bench.faults.tables import meets_targets, summary
from bench.faults.trials import Outcome
from bench.faults.waiting import comes_true
from bench.faults.watching import Sight, seconds_to_restart
from config.settings import Settings
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Job, Recording
from pipeline.services.events import SYSTEM, record_event
from pipeline.storage.keys import package_prefix
from workers.producer import CeleryProducer

_RIGHT = Outcome("worker killed", ONE, "1-0", 33.0, (), (), (), (), "", 60.0)


@pytest.fixture
def batch(sqlite_database, tmp_path):
    """One recording handed in on an installation where nothing works yet."""
    settings = Settings(data_dir=tmp_path, database_url=sqlite_database.url)
    machine = Machine(tmp_path, {}, [])
    producer = CeleryProducer(settings)
    batch = begin_batch(Installation(ONE, str(tmp_path), settings, sqlite_database, producer, [machine]), 2)
    batch.hand_in(b"a recording", is_announced=False)
    yield batch
    producer.close()


def test_a_seed_gives_the_same_trials_and_every_fault_its_turn() -> None:
    planned = plan_trials(7, 60, tuple(FAULTS))
    assert planned == plan_trials(7, 60, tuple(FAULTS))
    assert planned != plan_trials(8, 60, tuple(FAULTS))
    assert {trial.name for trial in planned} <= set(FAULTS)
    assert {trial.setting for trial in planned} == {ONE, SEVERAL}
    assert all(trial.setting in trial.fault.settings for trial in planned)


def test_work_that_nobody_does_is_not_right(batch: Batch) -> None:
    assert not batch.is_settled()
    problems = judge(batch, counts_attempts=True).problems
    assert any("package False" in problem for problem in problems)
    assert any("intake job 1 is queued" in problem for problem in problems)


def test_an_event_that_happens_twice_is_seen(batch: Batch) -> None:
    assert judge(batch, counts_attempts=True).duplicates == ()
    (recording_id,) = batch.recording_ids
    with batch.installation.database.begin() as db:
        record_event(
            db, "recording.received", subject_kind="recording", subject_id=recording_id, actor=SYSTEM, now=now()
        )
    assert judge(batch, counts_attempts=True).duplicates == (
        f"recording.received 2 times for recording {recording_id}",
    )


def test_objects_that_nobody_points_at_are_seen(batch: Batch) -> None:
    stray = package_prefix(new_name())
    batch.installation.store.put_bytes(f"{stray}v240.mp4", b"media", content_type="video/mp4")
    assert judge(batch, counts_attempts=True).duplicates == (f"{stray} belongs to nobody",)
    with batch.installation.database.begin() as db:
        db.get_one(Recording, batch.recording_ids[0]).package_prefix = stray
    assert judge(batch, counts_attempts=True).duplicates == ()


def test_attempts_are_charged_only_where_the_work_is_to_blame(batch: Batch) -> None:
    with batch.installation.database.begin() as db:
        job = db.scalars(select(Job).where(Job.kind == JobKind.INTAKE)).one()
        job.state, job.attempt = JobState.DONE, 2
    assert not any("charged" in problem for problem in judge(batch, counts_attempts=True).problems)
    assert any("charged" in problem for problem in judge(batch, counts_attempts=False).problems)


def test_a_work_folder_that_stays_is_seen(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "work" / "a-token").mkdir(parents=True)
    assert judge(batch, counts_attempts=True).leftovers == (f"1 left in {tmp_path.name}/work",)


def test_a_process_whose_parent_is_gone_is_an_orphan(tmp_path: Path) -> None:
    token = secrets.token_hex(16)
    folder = tmp_path / token
    folder.mkdir()
    kept = subprocess.Popen(["sleep", "60"], cwd=folder)
    try:
        assert {p.pid for p in working_for(read_processes(), token)} == {kept.pid}
        assert orphans(read_processes(), [os.getpid()], str(tmp_path)) == []
        subprocess.run(["sh", "-c", "sleep 60 & :"], cwd=folder, check=True)
        assert comes_true(lambda: orphans(read_processes(), [os.getpid()], str(tmp_path)), 10)
        (left,) = orphans(read_processes(), [os.getpid()], str(tmp_path))
        assert left.name == "sleep"
        assert send_signal(left, signal.SIGKILL)
        assert comes_true(lambda: not orphans(read_processes(), [os.getpid()], str(tmp_path)), 10)
        assert not send_signal(replace(left, pid=kept.pid), signal.SIGKILL)
        assert kept.poll() is None
    finally:
        kept.kill()
        kept.wait()


def test_restarts_are_counted_from_the_end_of_the_fault() -> None:
    running = [Sight(1, 1, JobState.RUNNING, "a"), Sight(1, 2, JobState.RUNNING, "b")]
    went_on = Sight(8, 2, JobState.DONE, "b")
    again = Sight(50, 1, JobState.RUNNING, "c")
    assert seconds_to_restart([*running, went_on, again], struck_at=5, mended_at=10) == 40
    assert seconds_to_restart([*running, went_on], struck_at=5, mended_at=10) is None
    assert seconds_to_restart([*running, went_on, Sight(12, 3, JobState.RUNNING, "d")], 5, 10) == 2


def test_memory_is_compared_once_everything_is_loaded() -> None:
    growing = [Sample(done / 10, 100 + done * 10) for done in range(10)]
    young = [Sample(0.9, 500)]
    (growth,) = compare({"worker": growing, "young": young})
    assert growth.process == "worker"
    assert growth.ratio == pytest.approx(185 / 125)


@pytest.mark.parametrize(
    "change",
    [
        {"problems": ("lost",)},
        {"duplicates": ("twice",)},
        {"orphan_processes": ("ffmpeg",)},
        {"restart_seconds": 61.0},
    ],
)
def test_each_target_can_be_missed(change: dict[str, object]) -> None:
    assert meets_targets([_RIGHT])
    assert not meets_targets([_RIGHT, replace(_RIGHT, **change)])
    assert summary([_RIGHT, _RIGHT])["right"] == 2


def test_a_line_is_cut_held_and_mended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_echo, args=(server,), daemon=True).start()
        with Line("127.0.0.1", server.getsockname()[1]) as line:
            assert _said_back(line) == b"hello"
            assert line.sent_bytes == len(b"hello")
            line.cut()
            assert _said_back(line) == b""
            line.mend()
            line.hold()
            with pytest.raises(TimeoutError):
                _said_back(line, patience=0.3)
            line.mend()
            assert _said_back(line) == b"hello"


def _echo(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.sendall(connection.recv(5))


def _said_back(line: Line, *, patience: float = 10.0) -> bytes:
    with socket.create_connection(("127.0.0.1", line.port), patience) as connection:
        try:
            connection.sendall(b"hello")
            return connection.recv(5)
        except ConnectionError:
            return b""
