"""`presession captions draft`, `recognise` and `document` over an installation."""

import json

import pytest
from click.testing import CliRunner

from pipeline.domain.jobs import JobKind, JobState
from pipeline.services.sheets import find_sheet, read_cues
from presession.cli import main
from tests.fixtures.documents import odt
from tests.fixtures.panels import statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept


@pytest.fixture
def place(sqlite_installation):
    """An installation with a transcript of two cues."""
    with sqlite_installation.database.begin() as db:
        open_typed(db, accept(db, statement_of(db, "MW")), "en", "We speak for all.", "Thank you.")
    return sqlite_installation


def _invoke(place, *arguments, **variables):
    settings = place.settings
    environment = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, ["captions", *arguments, "--json"], env={**environment, **variables})


def test_a_draft_is_asked_for_where_something_translates_and_refused_where_nothing_does(place):
    refused = _invoke(place, "draft", "36", "MW", "1", "fr")
    assert "Nothing translates here" in f"{refused.exception}{refused.output}"
    engine = {"PRESESSION_TRANSLATION__ENGINE": "libretranslate", "PRESESSION_TRANSLATION__URL": "http://127.0.0.1:1"}
    asked = _invoke(place, "draft", "36", "MW", "1", "fr", **engine)
    assert place.job(JobKind.DRAFT, json.loads(asked.output)["sheet_id"]).state is JobState.QUEUED
    refused = _invoke(place, "recognise", "36", "MW", "1")
    assert "Nothing recognises speech here" in f"{refused.exception}{refused.output}"


def test_a_document_becomes_the_words_of_a_sheet(place, tmp_path):
    path = tmp_path / "translation.odt"
    path.write_bytes(odt("<text:p>Nous parlons pour tous. Merci.</text:p>"))
    taken = _invoke(place, "document", "36", "MW", "1", "fr", str(path))
    assert taken.exit_code == 0, taken.output
    with place.database.read() as db:
        sheet = find_sheet(db, statement_of(db, "MW").current_recording.id, "fr")
        assert [cue.text for cue in read_cues(db, sheet)] == ["Nous parlons pour tous.", "Merci."]
