"""Encoding of a recording that intake accepted so far: its package, and the verdict that the pictures complete.

The kept result holds what was measured of the pictures beside the package. The same bytes, handed in again under
another limit, are judged anew without being decoded.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.errors import FinalError
from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.limits import Limit
from pipeline.domain.packages import Package
from pipeline.domain.protection import Hidden, Protection
from pipeline.domain.trims import Trim
from pipeline.media.encode import encode_recording
from pipeline.media.intake import complete_report
from pipeline.media.ladder import Ladder
from pipeline.media.picture import PictureMeasures
from pipeline.media.protect import Protected, protect_recording
from pipeline.media.rejudging import without_pictures
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Recording
from pipeline.services.hand_ins import limit_of
from pipeline.services.originals import StoredOriginal, original_of
from pipeline.services.posters import record_poster
from pipeline.services.protection import note_hidden, protection_of
from pipeline.services.recordings import record_completion, record_package
from pipeline.services.results import KeptResult, find_result, keep_result
from pipeline.services.reviews import report_of
from pipeline.services.step_inputs import encode_inputs
from pipeline.services.voices import mix_again
from workers.steps.originals import fetch_original
from workers.steps.packages import is_whole, store_package
from workers.steps.run import JobRun, Record
from workers.steps.stills import with_still

_FETCHED, _PROTECTED, _ENCODED = 0.02, 0.4, 0.95
"""Shares of the work after which the original is here, a person is hidden in it, and the package is made."""


@dataclass(frozen=True)
class _Inputs:
    original: StoredOriginal
    sha256: str
    limit: Limit
    report: IntakeReport
    trim: Trim | None
    protection: Protection
    poster_seconds: float | None

    def named(self, ladder: Ladder) -> StepInputs:
        return encode_inputs(self.sha256, ladder, trim=self.trim, protection=self.protection)

    def complete(self, picture: PictureMeasures) -> IntakeReport:
        return complete_report(self.report, picture, limit=self.limit, trim=self.trim)


@dataclass(frozen=True)
class _Source:
    """What the package is made of: the original, or what hides a person; how much of the work is done by then."""

    path: Path
    report: IntakeReport
    share: float
    protected: Protected | None = None


@dataclass(frozen=True)
class _Made:
    """What an encode gave; no package where the pictures refused the recording."""

    picture: PictureMeasures
    package: Package | None = None
    prefix: str = ""
    hidden: Hidden | None = None

    def to_result(self) -> KeptResult:
        package = self.package.to_json() if self.package else None
        hidden = self.hidden.to_json() if self.hidden else None
        return KeptResult({"picture": self.picture.to_json(), "package": package, "hidden": hidden}, self.prefix)

    @classmethod
    def from_result(cls, kept: KeptResult) -> "_Made":
        package: dict[str, Any] | None = kept.facts["package"]
        picture = PictureMeasures.from_json(kept.facts["picture"])
        hidden = Hidden(**kept.facts["hidden"]) if kept.facts.get("hidden") else None
        return cls(picture, Package.from_json(package) if package else None, kept.prefix, hidden)


def run_encode(run: JobRun) -> Record:
    """Make a recording's package and complete its report, or refuse it by its pictures."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
    named = inputs.named(run.context.ladder)
    made = _find(run, named, inputs) or _encode(run, inputs)
    report = inputs.complete(made.picture)
    shown = with_still(run, made.package, made.prefix, inputs.poster_seconds) if made.package else None

    def record(db: Session, now: datetime) -> None:
        keep_result(db, named, made.to_result(), now=now)
        recording = db.get_one(Recording, run.claim.subject_id)
        record_completion(db, recording, report, now=now)
        if report.is_accepted and shown and protection_of(recording.statement) == inputs.protection:
            note_hidden(recording, made.hidden)
            if recording.package_prefix == made.prefix:
                record_poster(recording, shown)
            else:
                record_package(db, recording, shown, made.prefix, now=now)
                mix_again(db, recording, now=now)

    return record


def _load(db: Session, recording_id: int) -> _Inputs:
    recording = db.get_one(Recording, recording_id)
    report = report_of(recording)
    if report is None:
        raise FinalError("This recording was not checked yet, so it cannot be encoded.")
    limit = limit_of(recording.statement.speaker.country.pre_session)
    return _Inputs(
        original=original_of(recording),
        sha256=recording.sha256,
        limit=limit,
        report=without_pictures(report),
        trim=recording.trim,
        protection=protection_of(recording.statement),
        poster_seconds=recording.poster_seconds,
    )


def _find(run: JobRun, named: StepInputs, inputs: _Inputs) -> _Made | None:
    """What the same bytes gave before: known to be refused, or a package that is still whole."""
    with run.context.database.read() as db:
        kept = find_result(db, named)
    if kept is None:
        return None
    made = _Made.from_result(kept)
    if not inputs.complete(made.picture).is_accepted:
        return made
    return made if made.package and is_whole(run, made.package, made.prefix) else None


def _encode(run: JobRun, inputs: _Inputs) -> _Made:
    run.progress("fetching")
    source = _Source(fetch_original(run, inputs.original), inputs.report, _FETCHED)
    if inputs.protection.is_any:
        protected = _protect(run, inputs, source.path)
        if protected.path is None or protected.report is None or not inputs.complete(protected.picture).is_accepted:
            return _Made(protected.picture)
        source = _Source(protected.path, protected.report, _PROTECTED, protected)
    return _encode_source(run, inputs, source)


def _encode_source(run: JobRun, inputs: _Inputs, source: _Source) -> _Made:
    out_dir = run.folder / "package"
    encoded = encode_recording(
        source.path,
        source.report,
        ladder=run.context.ladder,
        out_dir=out_dir,
        programs=run.context.programs,
        trim=inputs.trim,
        on_progress=run.progress("encoding", source.share, _ENCODED),
    )
    picture = source.protected.picture if source.protected else encoded.picture
    if not inputs.complete(picture).is_accepted:
        return _Made(picture)
    if encoded.package is None:
        raise FinalError("The encode left no package of a recording whose pictures are good.")
    prefix = store_package(run, out_dir, encoded.package, run.claim.token, run.progress("storing", _ENCODED))
    return _Made(picture, encoded.package, prefix, source.protected.hidden if source.protected else None)


def _protect(run: JobRun, inputs: _Inputs, original: Path) -> Protected:
    """Nothing that others see is made of the original itself."""
    protected = protect_recording(
        original,
        inputs.report,
        inputs.protection,
        ladder=run.context.ladder,
        out_dir=run.folder / "protected",
        programs=run.context.programs,
        on_progress=run.progress("protecting", _FETCHED, _PROTECTED),
    )
    original.unlink()
    return protected
