"""A still that staff choose is added to the package that is there: nothing is encoded again, nobody is told again."""

import subprocess
from pathlib import Path

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Event, Recording
from pipeline.services.posters import choose_poster
from pipeline.services.reviews import report_of
from tests.fixtures.clock import NOW
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.panels import STAFF, statement_of


def _film(path: Path) -> Path:
    """Two seconds of black, then twelve of a picture that stands still, then one that moves, with a tone."""
    sources = ("color=black:s=320x180:r=25:d=2", "smptebars=s=320x180:r=25:d=12", "testsrc2=s=320x180:r=25:d=2")
    inputs = [part for source in (*sources, "sine=duration=16") for part in ("-f", "lavfi", "-i", source)]
    joined = ["-filter_complex", "[0][1][2]concat=n=3:v=1:a=0[v]", "-map", "[v]", "-map", "3:a"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *inputs, *joined, *codecs, str(path)], check=True)
    return path


def _run(installation: Installation, kind: JobKind, recording_id: int) -> Recording:
    run_job(installation.context(), installation.job(kind, recording_id).id)
    job = installation.job(kind, recording_id)
    assert job.state is JobState.DONE, job.told_operator
    return installation.recording(recording_id)


@pytest.mark.slow
def test_a_chosen_still_joins_the_package_and_its_moments_are_known(sqlite_installation, tmp_path):
    installation = sqlite_installation
    recording_id = installation.hand_in(_film(tmp_path / "film.mp4"))
    _run(installation, JobKind.INTAKE, recording_id)
    before = _run(installation, JobKind.ENCODE, recording_id)
    report = report_of(before)
    assert [(round(start), round(end)) for start, end in report.black] == [(0, 2)]
    assert [(round(start), round(end)) for start, end in report.still] == [(2, 14)]
    for at_seconds, poster in ((14.5, "poster-145.jpg"), (None, "poster.jpg")):
        with installation.database.begin() as db:
            statement = statement_of(db, "MW")
            choose_poster(db, statement, recording_id, at_seconds, actor=STAFF, now=NOW)
        after = _run(installation, JobKind.ENCODE, recording_id)
        assert after.package == {**before.package, "poster_uri": poster}
        assert after.package_prefix == before.package_prefix
    assert installation.store.stat(f"{before.package_prefix}poster-145.jpg") is not None
    with installation.database.read() as db:
        assert db.query(Event).filter(Event.name == "recording.packaged").count() == 1
