"""What a speaker says of the preview holds for exactly the package that was watched."""

import pytest

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.services.previews import PreviewAnswer, Previewed, answer_preview, package_mark, preview_of, previewed
from tests.fixtures.panels import STAFF, statement_of
from tests.fixtures.standings import accept

RIGHT = Previewed(PreviewAnswer.RIGHT, "")
WRONG = Previewed(PreviewAnswer.WRONG, " My name is spelt wrong. ")


@pytest.fixture(autouse=True)
def panel(load):
    load(MW=1)


def test_an_answer_holds_until_another_package_is_made(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        assert preview_of(recording).said is None
        answer_preview(db, statement, package_mark(recording), WRONG, actor=STAFF, now=now)
        assert previewed(recording) == Previewed(PreviewAnswer.WRONG, "My name is spelt wrong.")
        answer_preview(db, statement, package_mark(recording), RIGHT, actor=STAFF, now=now)
        assert previewed(recording) == RIGHT
        recording.package_prefix = "packages/another/"
        assert previewed(recording) is None


def test_an_answer_to_what_no_longer_counts_is_refused(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        seen = package_mark(accept(db, statement))
        newer = accept(db, statement)
        with pytest.raises(ChangeNotAllowed):
            answer_preview(db, statement, seen, RIGHT, actor=STAFF, now=now)
        assert previewed(newer) is None


def test_something_wrong_needs_words(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        mark = package_mark(accept(db, statement))
        for words in (" ", "x" * 2001):
            with pytest.raises(WrongUsage):
                answer_preview(db, statement, mark, Previewed(PreviewAnswer.WRONG, words), actor=STAFF, now=now)
