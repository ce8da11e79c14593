"""The encode completes the verdict: what only its pictures show, kept measures, limits that changed."""

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Event, PreSession, StepResult
from tests.fixtures.installation import run_job
from tests.fixtures.panels import statement_of


def _film(path: Path, picture: str, *arguments: str) -> Path:
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "0", "-pix_fmt", "yuv420p"]
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", picture, *arguments, *codecs, str(path)]
    subprocess.run(argv, check=True)
    return path


@pytest.fixture(scope="module")
def silent_film(tmp_path_factory) -> bytes:
    """Four seconds of pictures without sound, its packets last in the file."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return _film(path, "testsrc2=size=320x180:rate=25:duration=4", "-movflags", "faststart").read_bytes()


def _wiped(film: bytes, begins: float, ends: float) -> bytes:
    """A part of the packets overwritten with nothing; container and index stay whole."""
    start = film.index(b"mdat") + 4
    first, last = (start + round((len(film) - start) * share) for share in (begins, ends))
    return film[:first] + bytes(last - first) + film[last:]


@pytest.fixture(params=[(0.34, 0.67), (0.0, 1.0)], ids=["a third wiped", "all wiped"])
def broken(request, silent_film, tmp_path) -> Path:
    """A film whose sound, packets and container are in order, and whose pictures are not."""
    path = tmp_path / "broken.mp4"
    path.write_bytes(_wiped(silent_film, *request.param))
    return path


def _run(installation, kind, recording_id):
    run_job(installation.context(), installation.job(kind, recording_id).id)
    job = installation.job(kind, recording_id)
    assert job.state is JobState.DONE, job.told_operator


def _take_in(installation, clip, position=1):
    recording_id = installation.hand_in(clip, position=position)
    _run(installation, JobKind.INTAKE, recording_id)
    return recording_id


def _state(installation, position=1):
    with installation.database.read() as db:
        return statement_of(db, "MW", position).state


def _limit(installation, shortest, longest):
    with installation.database.begin() as db:
        pre_session = db.scalars(select(PreSession)).one()
        pre_session.min_seconds, pre_session.max_seconds = shortest, longest


def test_pictures_that_nobody_can_watch_send_the_statement_back(installation, broken):
    recording_id = _take_in(installation, broken)
    assert installation.recording(recording_id).verdict is Verdict.ACCEPTED
    assert _state(installation) is StatementState.IN_REVIEW
    _run(installation, JobKind.ENCODE, recording_id)
    recording = installation.recording(recording_id)
    assert recording.verdict is Verdict.REFUSED
    assert recording.package is None
    assert _state(installation) is StatementState.SENT_BACK
    assert list(installation.store.list_keys("packages/")) == []
    assert installation.work_folders() == []
    with installation.database.read() as db:
        names = db.scalars(select(Event.name).order_by(Event.id)).all()[-3:]
    assert names == ["recording.received", "recording.accepted", "recording.refused"]


def test_bytes_that_were_refused_once_are_not_decoded_again(installation, broken):
    _run(installation, JobKind.ENCODE, _take_in(installation, broken))
    again = _take_in(installation, broken, position=2)
    installation.store.delete_prefix("originals/")
    _run(installation, JobKind.ENCODE, again)
    assert installation.recording(again).verdict is Verdict.REFUSED
    assert _state(installation, 2) is StatementState.SENT_BACK


def test_a_withdrawal_during_the_encode_is_not_undone(installation, broken):
    recording_id = _take_in(installation, broken)
    with installation.database.begin() as db:
        statement_of(db, "MW").state = StatementState.WITHDRAWN
    _run(installation, JobKind.ENCODE, recording_id)
    assert installation.recording(recording_id).verdict is Verdict.REFUSED
    assert _state(installation) is StatementState.WITHDRAWN


def test_pictures_add_what_they_show_to_an_accepted_recording(installation, tmp_path):
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=5", "-c:a", "aac")
    dark = _film(tmp_path / "dark.mp4", "color=black:size=640x360:rate=25:duration=5", *tone)
    recording_id = _take_in(installation, dark)
    assert "black" not in [found["code"] for found in installation.recording(recording_id).findings]
    _run(installation, JobKind.ENCODE, recording_id)
    recording = installation.recording(recording_id)
    assert "black" in [found["code"] for found in recording.findings]
    assert (recording.verdict, recording.report["pictures_checked"]) == (Verdict.ACCEPTED, True)
    assert recording.package is not None


def test_another_limit_judges_kept_measures_anew(installation, clips):
    clip = clips(seconds=3)
    first = _take_in(installation, clip)
    _run(installation, JobKind.ENCODE, first)
    second = _take_in(installation, clip, position=2)
    installation.store.delete_prefix("originals/")
    _limit(installation, 10, 60)
    _run(installation, JobKind.ENCODE, second)
    assert "too_short" in [found["code"] for found in installation.recording(second).findings]
    assert _state(installation, 2) is StatementState.SENT_BACK
    assert installation.recording(second).package_prefix is None
    with installation.database.read() as db:
        kept = db.scalars(select(StepResult.prefix).where(StepResult.step == "encode")).all()
    assert kept == [installation.recording(first).package_prefix]


def test_a_limit_that_lets_a_refused_recording_pass_has_it_encoded(installation, clips):
    clip = clips(seconds=3)
    first, second = _take_in(installation, clip), _take_in(installation, clip, position=2)
    _limit(installation, 10, 60)
    _run(installation, JobKind.ENCODE, first)
    assert _state(installation) is StatementState.SENT_BACK
    assert list(installation.store.list_keys("packages/")) == []
    _limit(installation, 1, 60)
    _run(installation, JobKind.ENCODE, second)
    assert installation.recording(second).package is not None
    assert _state(installation, 2) is StatementState.IN_REVIEW
