"""A voice is checked, mixed with the package's sound, mixed again when what is shown changes, and goes for good."""

from pathlib import Path

import pytest

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.tokens import new_name
from pipeline.domain.trims import Trim
from pipeline.domain.voices import Under, VoiceFault, VoiceState
from pipeline.records.tables import Recording, StaffAccount, Voice
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.events import Actor
from pipeline.services.leftovers import remove_leftovers
from pipeline.services.originals import StoredOriginal, store_original
from pipeline.services.voice_removal import remove_voice, remove_voices_of
from pipeline.services.voices import (
    VoiceChanged,
    add_voice,
    approve_voice,
    change_voice,
    current_voices,
    fit_of_voice,
    listed_voices,
    mix_again,
    state_of_voice,
)
from pipeline.storage.keys import original_key
from tests.fixtures.clock import NOW
from tests.fixtures.encoded import loudness
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.panels import STAFF

pytestmark = pytest.mark.slow


def _run(installation: Installation, kind: JobKind, subject_id: int) -> None:
    run_job(installation.context(), installation.job(kind, subject_id).id)
    job = installation.job(kind, subject_id)
    assert job.state is JobState.DONE, job.told_operator


def _person(db, name: str) -> Actor:
    account = StaffAccount(email=f"{name}@example.org", created_at=NOW, password_hash="", session_key=new_name())
    db.add(account)
    db.flush()
    return Actor("staff", account.id)


def _hand_in(installation: Installation, recording_id: int, path: Path, actor: Actor, **how) -> int:
    originals, key = installation.context().originals, original_key(new_name())
    sealed_key = originals.keys.new_key()
    store_original(originals, path, key=key, sealed_key=sealed_key, place=path.with_suffix(".sealed"))
    with installation.database.begin() as db:
        stored = StoredOriginal(key, path.stat().st_size, sealed_key)
        recording = db.get_one(Recording, recording_id)
        return add_voice(db, recording, language="fr", original=stored, actor=actor, now=NOW, **how).id


def _state(installation: Installation, voice_id: int) -> VoiceState:
    with installation.database.read() as db:
        return state_of_voice(db.get_one(Voice, voice_id))


@pytest.fixture
def recorded(sqlite_installation, spoken_clip):
    """A recording with its package, and who interprets it."""
    installation = sqlite_installation
    recording_id = installation.hand_in(spoken_clip)
    for kind in (JobKind.INTAKE, JobKind.ENCODE):
        _run(installation, kind, recording_id)
    with installation.database.begin() as db:
        _person(db, "somebody-else")  # who has the number that other tests act by
        return installation, recording_id, _person(db, "interpreter")


def test_a_voice_is_mixed_approved_by_another_person_and_mixed_anew_for_another_part(
    recorded, speech_file, tmp_path: Path
):
    installation, recording_id, interpreter = recorded
    voice_id = _hand_in(installation, recording_id, speech_file("voice.mp3"), interpreter)
    assert _state(installation, voice_id) is VoiceState.WAITING
    _run(installation, JobKind.VOICE, voice_id)
    with installation.database.begin() as db:
        voice = db.get_one(Voice, voice_id)
        assert state_of_voice(voice) is VoiceState.IN_REVIEW
        assert abs(voice.report["loudness_lufs"] - voice.report["original_lufs"]) <= 1.0
        with pytest.raises(ChangeNotAllowed):
            approve_voice(db, voice, voice.version, actor=interpreter, now=NOW)
        with pytest.raises(VoiceChanged):
            approve_voice(db, voice, voice.version + 1, actor=STAFF, now=NOW)
        approve_voice(db, voice, voice.version, is_nameless=True, actor=STAFF, now=NOW)
        assert state_of_voice(voice) is VoiceState.APPROVED
        key = f"{voice.package_prefix}voice.mp4"
    installation.store.fetch_file(key, tmp_path / "voice.mp4")
    assert loudness(tmp_path / "voice.mp4")[1] <= -1.0
    with installation.database.begin() as db:
        change_voice(db, db.get_one(Voice, voice_id), 1, starts=6.0, under=Under.NONE, actor=STAFF, now=NOW)
    _run(installation, JobKind.VOICE, voice_id)
    with installation.database.begin() as db:
        voice = db.get_one(Voice, voice_id)
        fit = fit_of_voice(voice)
        assert state_of_voice(voice) is VoiceState.IN_REVIEW
        assert fit is not None
        assert fit.loses_something
        approve_voice(db, voice, voice.version, is_nameless=True, actor=STAFF, now=NOW)
        recording = voice.recording
        recording.trim_start_seconds, recording.trim_end_seconds = 1.0, 9.0
        assert recording.trim == Trim(1.0, 9.0)
        assert state_of_voice(voice) is VoiceState.STALE
        recording.package_prefix, recording.package = f"packages/{new_name()}/", None
        mix_again(db, recording, now=NOW)
    assert installation.job(JobKind.VOICE, voice_id).state is JobState.QUEUED


def test_what_is_no_voice_leaves_the_one_before_in_its_place(recorded, speech_file, make_clip):
    installation, recording_id, interpreter = recorded
    first = _hand_in(installation, recording_id, speech_file("voice.mp3"), interpreter)
    silent = make_clip("nothing.wav", "-f", "lavfi", "-i", "anullsrc=d=9")
    second = _hand_in(installation, recording_id, silent, interpreter)
    for voice_id in (first, second):
        _run(installation, JobKind.VOICE, voice_id)
    with installation.database.read() as db:
        recording = db.get_one(Recording, recording_id)
        assert [voice.fault for voice in listed_voices(recording)] == [None, VoiceFault.SILENT]
        assert [voice.id for voice in current_voices(recording).values()] == [first]


def test_a_voice_goes_by_decision_with_its_person_and_with_its_recording(recorded, speech_file):
    installation, recording_id, interpreter = recorded
    database, store = installation.database, installation.store
    path = speech_file("voice.mp3")
    ways = {
        "decision": lambda db, voice: remove_voice(db, voice, voice.version, actor=STAFF, now=NOW),
        "person": lambda db, voice: remove_voices_of(db, interpreter.id, actor=STAFF, now=NOW),
        "recording": lambda db, voice: setattr(voice.recording, "withdrawn_at", NOW),
    }
    for way, take_away in ways.items():
        voice_id = _hand_in(installation, recording_id, path, interpreter, is_own=True)
        _run(installation, JobKind.VOICE, voice_id)
        remove_leftovers(database, store, older_than_hours=0)
        with database.begin() as db:
            voice = db.get_one(Voice, voice_id)
            kept = [voice.original_key, f"{voice.package_prefix}voice.mp4"]
            assert all(store.stat(key) for key in kept), way
            take_away(db, voice)
        erase_withdrawn(database, store, now=NOW)
        assert not any(store.stat(key) for key in kept), way
        with database.read() as db:
            voice = db.get_one(Voice, voice_id)
            assert (voice.wrapped_key, voice.original_key, voice.report, voice.erased_at) == ("", "", {}, NOW)
