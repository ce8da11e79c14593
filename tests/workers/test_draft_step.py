"""A draft is made by the operator's server as a job: labelled, through the pivot that is told, off terms named."""

import pytest
from pydantic import SecretStr

from config.settings import RecognitionSettings, TranslationSettings
from pipeline.domain.jobs import JobKind, JobState
from pipeline.services.drafts import draft_sheet, drafted_by, recognise_sheet
from pipeline.services.sheets import find_sheet, read_cues
from tests.fixtures.installation import run_job
from tests.fixtures.panels import STAFF, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept

SAID = ("We speak for the treaty bodies,", "and for the death penalty.", "Thank you.")
WHOLE = (f"{SAID[0]} {SAID[1]}", SAID[2])
FRENCH = dict(zip(WHOLE, ("Nous parlons pour les comités, et pour la peine de mort.", "Merci."), strict=True))


@pytest.fixture
def place(sqlite_installation, translation_server):
    """An installation with a translation server and a transcript."""
    translation_server.translate = lambda text, _source, _target: FRENCH[text]
    _set(sqlite_installation, translation=_engine(translation_server))
    with sqlite_installation.database.begin() as db:
        open_typed(db, accept(db, statement_of(db, "MW")), "en", *SAID)
    return sqlite_installation


def _engine(server):
    return TranslationSettings(engine="libretranslate", url=server.url, api_key=SecretStr(server.key))


def _set(installation, **parts):
    installation.settings = installation.settings.model_copy(update=parts)


def _draft(place, now, language="fr"):
    with place.database.begin() as db:
        source = find_sheet(db, statement_of(db, "MW").current_recording.id, "en")
        sheet_id = draft_sheet(db, source, language, translates=True, actor=STAFF, now=now).id
    return _run(place, sheet_id)


def _run(place, sheet_id):
    run_job(place.context(), place.job(JobKind.DRAFT, sheet_id).id)
    return place.job(JobKind.DRAFT, sheet_id)


def test_whole_sentences_are_translated_and_given_back_to_their_cues(place, translation_server, now):
    job = _draft(place, now)
    assert job.state is JobState.DONE, job.told_operator
    assert translation_server.asked[0]["q"] == list(FRENCH)
    with place.database.read() as db:
        recording = statement_of(db, "MW").current_recording
        sheet, source = find_sheet(db, recording.id, "fr"), find_sheet(db, recording.id, "en")
        cues = read_cues(db, sheet)
        assert [cue.text for cue in cues] == ["Nous parlons pour les comités,", "et pour la peine de mort.", "Merci."]
        assert all(cue.is_machine for cue in cues)
        off = [cue.key for cue in read_cues(db, source)][:1]
        assert drafted_by(sheet) == {"engine": "libretranslate", "route": ["en", "fr"], "off_terms": off}


def test_a_server_that_is_busy_is_waited_for_and_a_wrong_one_is_told_by_its_setting(place, translation_server, now):
    translation_server.manner = "busy"
    job = _draft(place, now)
    assert (job.state, job.waits) == (JobState.QUEUED, 1)
    assert "PRESESSION_TRANSLATION__" in job.told_operator
    translation_server.manner = "few"
    with place.database.begin() as db:
        db.get_one(type(job), job.id).not_before = None
    job = _run(place, job.subject_id)
    assert job.state is JobState.FAILED
    assert "PRESESSION_TRANSLATION__URL" in job.told_operator
    assert "treaty" not in job.told_operator


def test_a_model_that_lacks_a_file_is_named_to_the_operator(place, tmp_path, plain_clip, now):
    (tmp_path / "model").mkdir()
    _set(place, recognition=RecognitionSettings(model=tmp_path / "model"))
    recording_id = place.hand_in(plain_clip, position=2)
    with place.database.begin() as db:
        recording = statement_of(db, "MW", 2).recordings[-1]
        assert recording.id == recording_id
        sheet_id = recognise_sheet(db, recording, recognises=True, actor=STAFF, now=now).id
    job = _run(place, sheet_id)
    assert job.state is JobState.FAILED
    assert "PRESESSION_RECOGNITION__MODEL" in job.told_operator
    assert "tokenizer.json" in job.told_operator
