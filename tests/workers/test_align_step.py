"""A read-out text gets its times from the recording; a text that is not read leaves a verdict and no line at all."""

import subprocess

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.sheets import SheetState
from pipeline.records.tables import StepResult
from pipeline.services.alignments import follow_text
from pipeline.services.sheets import find_sheet, read_cues
from pipeline.services.statement_contents import Written, save_content
from tests.fixtures.installation import run_job
from tests.fixtures.panels import STAFF, statement_of

pytestmark = pytest.mark.slow

READ = (
    "Excellencies, we thank you for this meeting. Our coalition has worked with farmers for eleven years. "
    "Many of them lost their land without any hearing. We ask the government to open the registers of the courts. "
    "We also ask for legal aid in every district. Thank you for listening to us today."
)
NOT_READ = (
    "The museum opens at nine o'clock on weekdays. Children under twelve enter for free with an adult. "
    "Please leave large bags at the desk near the stairs. Photographs are welcome, but not with a flash. "
    "The garden behind the house is closed in winter. Our shop sells cards and small gifts."
)


@pytest.fixture(scope="module")
def speech(tmp_path_factory):
    """Somebody who reads the first text, as a recording."""
    folder = tmp_path_factory.mktemp("speech")
    sound, film = folder / "read.wav", folder / "read.mp4"
    subprocess.run(["espeak-ng", "-v", "en-us+m3", "-s", "150", "-w", sound, READ], check=True, timeout=60)
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5"]
    streams = ["-shortest", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-ar", "48000"]
    argv = ["ffmpeg", "-v", "error", *picture, "-i", str(sound), *streams, str(film)]
    subprocess.run(argv, check=True, timeout=120)
    return film


def _write(installation, text, now):
    with installation.database.begin() as db:
        statement = statement_of(db, "MW")
        save_content(db, statement=statement, wanted=Written(text=text), actor=STAFF, now=now)
        follow_text(db, statement, now=now)


def _align(installation, recording_id):
    run_job(installation.context(), installation.job(JobKind.ALIGN, recording_id).id)
    job = installation.job(JobKind.ALIGN, recording_id)
    assert job.state is JobState.DONE, job.told_operator


def test_a_text_is_timed_after_the_check_and_another_that_is_not_read_is_refused(sqlite_installation, speech, now):
    installation = sqlite_installation
    _write(installation, READ, now)
    recording_id = installation.hand_in(speech)
    run_job(installation.context(), installation.job(JobKind.INTAKE, recording_id).id)
    _align(installation, recording_id)
    with installation.database.begin() as db:
        sheet = find_sheet(db, recording_id, "en")
        cues = read_cues(db, sheet)
        assert (sheet.state, sheet.verdict) == (SheetState.DRAFT, "good")
        assert " ".join(cue.text.replace("\n", " ") for cue in cues) == READ
        assert [cue.start_ms for cue in cues] == sorted(cue.start_ms for cue in cues)
        assert cues[-1].end_ms <= sheet.recording.report["duration_seconds"] * 1000 + 500
        kept = db.query(StepResult).filter(StepResult.step == "align").one()
        assert "farmers" not in str(kept.facts)
    _write(installation, NOT_READ, now)
    _align(installation, recording_id)
    with installation.database.read() as db:
        sheet = find_sheet(db, recording_id, "en")
        assert sheet.verdict == "refused"
        assert list(read_cues(db, sheet)) == []
    _write(installation, READ, now)
    _align(installation, recording_id)  # as it was heard before
    with installation.database.read() as db:
        sheet = find_sheet(db, recording_id, "en")
        assert (sheet.verdict, len(read_cues(db, sheet))) == ("good", len(cues))
