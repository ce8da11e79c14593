"""The outline of a recording's sound is drawn when an editor asks for it, once for the same bytes."""

import subprocess

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Recording
from pipeline.services.waveforms import ask_for_waveform, find_waveform
from tests.fixtures.clock import NOW
from tests.fixtures.installation import run_job


def _beep(path):
    """Three seconds of picture with half a second of sound in them, from 1.0 s on."""
    sound = "sine=frequency=440:sample_rate=48000:duration=3,volume='if(between(t,1,1.5),1,0)':eval=frame"
    streams = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5:duration=3", "-f", "lavfi", "-i", sound]
    argv = ["ffmpeg", "-v", "error", *streams, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", str(path)]
    subprocess.run(argv, check=True, timeout=120)
    return path


def test_the_outline_shows_where_there_is_sound(sqlite_installation, tmp_path):
    installation = sqlite_installation
    recording_id = installation.hand_in(_beep(tmp_path / "beep.mp4"))
    run_job(installation.context(), installation.job(JobKind.INTAKE, recording_id).id)
    with installation.database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        assert find_waveform(db, recording) is None
        assert ask_for_waveform(db, recording, now=NOW)
        assert ask_for_waveform(db, recording, now=NOW)  # by another editor, who waits for the same
    run_job(installation.context(), installation.job(JobKind.WAVEFORM, recording_id).id)
    assert installation.job(JobKind.WAVEFORM, recording_id).state is JobState.DONE
    with installation.database.read() as db:
        points = find_waveform(db, db.get_one(Recording, recording_id))
    assert points is not None
    assert 295 <= len(points) <= 310
    assert max(points[:90] + points[160:]) <= 2
    assert min(points[106:144]) >= 15
