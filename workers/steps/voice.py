"""A spoken interpretation: checked, and mixed with the sound of the recording's package."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.packages import Package
from pipeline.domain.voices import Under, VoiceRefused
from pipeline.media.voice_check import VoiceReport, check_voice
from pipeline.media.voice_mix import MixedVoice, VoiceRecipe, mix_voice
from pipeline.records.tables import Voice
from pipeline.services.originals import StoredOriginal
from pipeline.services.voices import MadeVoice, original_of_voice, record_fault, record_made, starts_seconds
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix, under
from workers.steps.originals import fetch_original
from workers.steps.run import JobRun, Record

_FETCHED, _CHECKED, _MIXED = 0.05, 0.25, 0.95


@dataclass(frozen=True)
class _Inputs:
    original: StoredOriginal
    version: int
    starts_seconds: float
    under: Under
    package: Package
    made_for: str


def run_voice(run: JobRun) -> Record:
    """Check a voice and mix it, or say why it cannot be taken; without a package it waits for that."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
    if inputs is None:
        return _nothing
    try:
        made = _make(run, inputs)
    except VoiceRefused as refused:
        fault, seconds = refused.fault, refused.seconds

        def record_refusal(db: Session, now: datetime) -> None:
            record_fault(db, db.get_one(Voice, run.claim.subject_id), fault, seconds, now=now)

        return record_refusal

    def record(db: Session, now: datetime) -> None:
        record_made(db, db.get_one(Voice, run.claim.subject_id), made, now=now)

    return record


def _nothing(db: Session, now: datetime) -> None:
    """The recording has no package yet; when it has one, this work is asked for again."""


def _load(db: Session, voice_id: int) -> _Inputs | None:
    voice = db.get_one(Voice, voice_id)
    recording = voice.recording
    if voice.is_removed or recording.withdrawn_at is not None:
        raise ChangeNotAllowed("The voice, or its recording, was taken away.")
    if recording.package is None or recording.package_prefix is None:
        return None
    return _Inputs(
        original=original_of_voice(voice),
        version=voice.version,
        starts_seconds=starts_seconds(voice),
        under=voice.under,
        package=Package.from_json(recording.package),
        made_for=recording.package_prefix,
    )


def _make(run: JobRun, inputs: _Inputs) -> MadeVoice:
    run.progress("fetching")
    source, below = fetch_original(run, inputs.original), run.folder / "below.mp4"
    run.context.store.fetch_file(under(inputs.made_for, inputs.package.audio.uri), below)
    run.progress("checking", _FETCHED)
    shown = inputs.package.duration_seconds
    report = check_voice(source, shown_seconds=shown, programs=run.context.programs, work_dir=run.folder)
    recipe = VoiceRecipe(source, report, below, inputs.package, inputs.starts_seconds, inputs.under)
    mixed = mix_voice(
        recipe,
        ladder=run.context.ladder,
        out_dir=run.folder,
        programs=run.context.programs,
        on_progress=run.progress("mixing", _CHECKED, _MIXED),
    )
    prefix = _store(run, run.folder, mixed)
    return MadeVoice(inputs.version, _told(report, mixed), asdict(mixed.rendition), prefix, inputs.made_for)


def _store(run: JobRun, folder: Path, mixed: MixedVoice) -> str:
    run.progress("storing", _MIXED)
    prefix = package_prefix(run.claim.token)
    run.undo.callback(run.context.store.delete_prefix, prefix)
    key = under(prefix, mixed.rendition.uri)
    run.context.store.put_file(key, folder / mixed.rendition.uri, content_type=content_type_of(key), is_final=True)
    return prefix


def _told(report: VoiceReport, mixed: MixedVoice) -> dict[str, object]:
    """What is kept of it: measures, and nothing else."""
    heard = {"loudness_lufs": mixed.heard.loudness_lufs, "original_lufs": mixed.original.loudness_lufs}
    return {**report.to_json(), **heard, "true_peak_dbtp": mixed.heard.true_peak_dbtp}
