"""A recording whose speaker is at risk: its package is made of what hides the person, and of nothing else."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.domain.build_graph import Step, StepState
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.protection import Protection
from pipeline.domain.statements import StatementState
from pipeline.records.tables import StepResult
from pipeline.services.build_graph import load_build_graph
from pipeline.services.events import Actor
from pipeline.services.protection import choose_protection, hidden_of
from pipeline.storage.keys import under
from tests.fixtures.clock import NOW
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.panels import statement_of

pytestmark = pytest.mark.slow

SPEAKER = Actor("speaker", 1)


def _choose(installation: Installation, protection: Protection) -> None:
    with installation.database.begin() as db:
        choose_protection(db, statement=statement_of(db, "MW"), protection=protection, actor=SPEAKER, now=NOW)


def _run(installation: Installation, kind: JobKind, recording_id: int) -> None:
    run_job(installation.context(), installation.job(kind, recording_id).id)
    job = installation.job(kind, recording_id)
    assert job.state is JobState.DONE, job.told_operator


def _detail(installation: Installation, recording_id: int, folder: Path) -> float:
    """How many sharp edges there are to see in the pictures and the poster of a package that others are given."""
    recording = installation.recording(recording_id)
    assert recording.package is not None
    assert recording.package_prefix is not None
    shown = []
    for uri in ("v180.mp4", recording.package["poster_uri"]):
        path = folder / uri
        installation.store.fetch_file(under(recording.package_prefix, uri), path)
        command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(path), "-frames:v", "1", "-f", "rawvideo"]
        decoded = subprocess.run([*command, "-pix_fmt", "gray", "-"], check=True, capture_output=True).stdout
        picture = np.frombuffer(decoded, np.uint8).astype(float)
        shown.append(float((np.abs(np.diff(picture, n=2)) > 24).mean()))
    return max(shown)


def test_a_choice_makes_another_package_and_leaves_nothing_of_the_one_before(
    sqlite_installation: Installation, clips, tmp_path: Path
) -> None:
    installation = sqlite_installation
    recording_id = installation.hand_in(clips(seconds=2))
    _run(installation, JobKind.INTAKE, recording_id)
    _run(installation, JobKind.ENCODE, recording_id)
    plain = installation.recording(recording_id)
    seen = _detail(installation, recording_id, tmp_path)
    _choose(installation, Protection(blurs_faces=True))
    assert installation.recording(recording_id).package_prefix is None
    _run(installation, JobKind.ENCODE, recording_id)
    recording = installation.recording(recording_id)
    assert recording.package_prefix not in {None, plain.package_prefix}
    # There is no face in a test card: all of it is hidden.
    hidden = hidden_of(recording)
    assert hidden is not None
    assert hidden.face_share == 0
    assert _detail(installation, recording_id, tmp_path) < seen / 5
    assert recording.verdict is Verdict.ACCEPTED
    assert recording.duration_seconds == plain.duration_seconds
    assert recording.report is not None
    assert plain.report is not None
    assert recording.report["video"] == plain.report["video"]
    with installation.database.read() as db:
        assert statement_of(db, "MW").state is StatementState.IN_REVIEW
        kept = db.scalars(select(StepResult.prefix).where(StepResult.step == "encode")).all()
        graph = load_build_graph(db, recording_id, making=installation.context().card_making, player={}, now=NOW)
    assert kept == [recording.package_prefix]
    assert graph is not None
    assert graph.node(Step.ENCODE).state is StepState.BUILT
    assert installation.work_folders() == []
