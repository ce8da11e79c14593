"""The outline of a recording's sound, drawn for those who write its subtitles."""

from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.captions.alignment import Streams
from pipeline.captions.waveform import draw_waveform
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Recording
from pipeline.services.originals import original_of
from pipeline.services.reviews import report_of
from pipeline.services.waveforms import find_waveform, keep_waveform
from workers.steps.originals import fetch_original
from workers.steps.run import JobRun, Record

_FETCHED = 0.3


def run_waveform(run: JobRun) -> Record:
    """Draw it, or find that the same bytes were drawn before."""
    with run.context.database.read() as db:
        recording = db.get_one(Recording, run.claim.subject_id)
        if recording.withdrawn_at is not None:
            raise ChangeNotAllowed("This recording was withdrawn.")
        original, sha256, report = original_of(recording), recording.sha256, report_of(recording)
        kept = find_waveform(db, recording)
    if kept is not None:
        return lambda _db, _now: None
    run.progress("fetching")
    source = fetch_original(run, original)
    run.progress("listening", _FETCHED)
    streams = Streams(report.audio.index, report.video.index) if report and report.audio and report.video else None
    points = draw_waveform(source, streams, run.folder, run.context.programs)

    def record(db: Session, now: datetime) -> None:
        keep_waveform(db, sha256, points, now=now)

    return record
