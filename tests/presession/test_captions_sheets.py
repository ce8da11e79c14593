"""`presession captions list` and `align` over an installation."""

import json

from click.testing import CliRunner

from pipeline.domain.jobs import JobKind, JobState
from pipeline.services.statement_contents import Written, save_content
from presession.cli import main
from tests.fixtures.panels import STAFF, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept


def _run(installation, *arguments):
    settings = installation.settings
    environment = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_DATABASE_URL": settings.database_url}
    found = CliRunner().invoke(main, ["captions", *arguments, "--json"], env=environment)
    assert found.exit_code == 0, found.output
    return json.loads(found.output)


def test_texts_that_are_not_timed_yet_are_and_it_says_how_far_subtitles_are(sqlite_installation, now):
    installation = sqlite_installation
    with installation.database.begin() as db:
        statement = statement_of(db, "MW")
        recording_id = accept(db, statement).id
        save_content(db, statement=statement, wanted=Written(text="Thank you."), actor=STAFF, now=now)
        open_typed(db, statement.current_recording, "fr", "Merci.")
    assert _run(installation, "align", "36") == {"asked": 1, "nothing_to_do": 0}
    assert installation.job(JobKind.ALIGN, recording_id).state is JobState.QUEUED
    (found,) = _run(installation, "list", "36", "MW")["statements"]
    assert (found["languages"], found["is_aligning"]) == ({"en": "missing", "fr": "draft"}, True)
