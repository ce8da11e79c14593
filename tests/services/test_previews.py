"""What a speaker says of the preview holds for exactly what was shown."""

from dataclasses import replace

import pytest

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.services.previews import PreviewAnswer, Previewed, answer_preview, preview_mark, preview_of
from pipeline.services.statement_contents import Written
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import change_consent, change_content
from tests.fixtures.panels import STAFF, statement_of
from tests.fixtures.standings import accept

RIGHT = Previewed(PreviewAnswer.RIGHT, "")
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"
WRONG = Previewed(PreviewAnswer.WRONG, " My name is spelt wrong. ")


@pytest.fixture(autouse=True)
def panel(load):
    load(MW=1)


def test_an_answer_holds_until_another_package_is_made(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        assert preview_of(recording).said is None
        answer_preview(db, statement, preview_mark(recording), WRONG, actor=STAFF, now=now)
        assert preview_of(recording).said == Previewed(PreviewAnswer.WRONG, "My name is spelt wrong.")
        answer_preview(db, statement, preview_mark(recording), RIGHT, actor=STAFF, now=now)
        assert preview_of(recording).said == RIGHT
        recording.package_prefix = "packages/another/"
        assert preview_of(recording).said is None
        assert preview_of(recording).earlier == RIGHT


def _write(db, statement, now, **words):
    told = {"statement": statement, "actor": STAFF, "now": now}
    change_content(db, wanted=replace(Written("My text.", ("Ask.",), "Water"), **words), **told)


def _consent(db, statement, now, **answers):
    change_consent(db, statement=statement, actor=STAFF, now=now, **{"answers": {}, **answers})


CHANGES = {
    "text": lambda db, statement, now: _write(db, statement, now, text="My other text."),
    "recommendations": lambda db, statement, now: _write(db, statement, now, recommendations=("Ask.", "Ask again.")),
    "theme": lambda db, statement, now: _write(db, statement, now, theme="Wells"),
    "name": lambda db, statement, now: _consent(db, statement, now, name=(NameForm.ALIAS, "Rosa")),
    "audience": lambda db, statement, now: _consent(db, statement, now, answers={ConsentItem.TEXT: Audience.NOBODY}),
    "subtitles": lambda db, statement, now: add_track(
        db, statement.current_recording, language="en", data=WEBVTT, actor=STAFF, now=now
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_answer_falls_with_anything_that_was_shown(database, now, change):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        _write(db, statement, now)
        _consent(db, statement, now, answers=dict.fromkeys(ConsentItem, Audience.PUBLIC))
        mark = preview_mark(recording)
        answer_preview(db, statement, mark, WRONG, actor=STAFF, now=now)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        assert preview_of(statement.current_recording).said is not None
        change(db, statement, now)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        preview = preview_of(statement.current_recording)
        assert preview.said is None
        assert preview.earlier.words == "My name is spelt wrong."
        with pytest.raises(ChangeNotAllowed):
            answer_preview(db, statement, mark, RIGHT, actor=STAFF, now=now)


def test_an_answer_to_what_no_longer_counts_is_refused(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        seen = preview_mark(accept(db, statement))
        newer = accept(db, statement)
        with pytest.raises(ChangeNotAllowed):
            answer_preview(db, statement, seen, RIGHT, actor=STAFF, now=now)
        assert preview_of(newer).said is None


def test_something_wrong_needs_words(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        mark = preview_mark(accept(db, statement))
        for words in (" ", "x" * 2001):
            with pytest.raises(WrongUsage):
                answer_preview(db, statement, mark, Previewed(PreviewAnswer.WRONG, words), actor=STAFF, now=now)
