"""What is shown beside a recording follows from consent, item by item and reader by reader, and the name's form."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.papers import PaperKind
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Paper, Release, Statement, Track
from pipeline.services.consents import NameRefused, answer_consent, choose_name
from pipeline.services.papers import CleanPaper, add_paper, record_clean
from pipeline.services.releases import publish_country
from pipeline.services.shown_parts import ShownParts, ShownWords, parts_in, words_now
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import change_consent, change_content, withdraw_item, withdraw_paper
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    approve_new_recording,
    country_of,
    load_plan,
    session_plan,
    speaker_plan,
    statement_of,
)

WRITTEN = Written("Water must be clean.", ("Repair the wells.",), "Wells", "fr")


@pytest.fixture
def panel(sqlite_database: Database, now: datetime) -> Database:
    """One approved statement with a text and a paper, all public."""
    plan = session_plan(MW=[speaker_plan(1, name="Ana Lima", organisation="Wells for All")])
    load_plan(sqlite_database, plan)
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW")
        approve_new_recording(db, statement)
        save_content(db, statement=statement, wanted=WRITTEN, actor=STAFF, now=now)
        _add_clean(db, statement, "Report", now)
    return sqlite_database


def _add_clean(db: Session, statement: Statement, title: str, now: datetime, *, says_name: bool = False) -> Paper:
    paper = add_paper(
        db, statement=statement, name=new_name(), kind=PaperKind.PDF, title=title, size_bytes=9, actor=STAFF, now=now
    )
    record_clean(db, paper, CleanPaper(7, says_name), now=now)
    return paper


def _answer(db: Session, statement: Statement, now: datetime, **answers: Audience) -> None:
    given = {ConsentItem(item): audience for item, audience in answers.items()}
    answer_consent(db, statement=statement, answers=given, actor=STAFF, now=now)


def _shown(db: Session, reader: Audience = Audience.PUBLIC) -> ShownWords:
    return words_now(statement_of(db, "MW"), reader)


def test_all_that_is_public_is_shown(panel: Database) -> None:
    with panel.read() as db:
        shown = _shown(db)
        assert (shown.speaker, shown.organisation, shown.theme, shown.language) == (
            "Ana Lima",
            "Wells for All",
            "Wells",
            "fr",
        )
        assert (shown.text, shown.recommendations) == (WRITTEN.text, WRITTEN.recommendations)
        assert [paper.title for paper in shown.papers] == ["Report"]


@pytest.mark.parametrize("item", ["text", "papers", "name"])
@pytest.mark.parametrize("audience", list(Audience))
def test_each_reader_sees_what_was_agreed_for_them(
    panel: Database, now: datetime, item: str, audience: Audience
) -> None:
    with panel.begin() as db:
        _answer(db, statement_of(db, "MW"), now, **{item: audience})
    seen = {}
    with panel.read() as db:
        for reader in (Audience.PUBLIC, Audience.MISSIONS):
            shown = _shown(db, reader)
            seen[reader] = bool({"text": shown.text, "papers": shown.papers, "name": shown.speaker}[item])
    assert seen == {
        Audience.PUBLIC: audience is Audience.PUBLIC,
        Audience.MISSIONS: audience is not Audience.NOBODY,
    }


@pytest.mark.parametrize(
    ("form", "alias", "name"),
    [(NameForm.FULL, "", "Ana Lima"), (NameForm.ORGANISATION, "", None), (NameForm.ALIAS, "Rosa", "Rosa")],
)
def test_a_name_is_shown_in_its_form(panel: Database, now: datetime, form: NameForm, alias: str, name: str) -> None:
    with panel.begin() as db:
        choose_name(db, statement=statement_of(db, "MW"), form=form, alias=alias, actor=STAFF, now=now)
        assert _shown(db).speaker == name
        _answer(db, statement_of(db, "MW"), now, name=Audience.NOBODY)
        assert _shown(db).speaker is None


@pytest.mark.parametrize(("alias", "code"), [(" ", "empty"), ("x" * 121, "too_long"), ("Lima, Ana", "own_name")])
def test_some_names_cannot_stand_for_another(panel: Database, now: datetime, alias: str, code: str) -> None:
    with panel.begin() as db, pytest.raises(NameRefused) as refused:
        choose_name(db, statement=statement_of(db, "MW"), form=NameForm.ALIAS, alias=alias, actor=STAFF, now=now)
    assert refused.value.code == code


def test_whatever_says_a_withheld_name_is_left_out(panel: Database, now: datetime) -> None:
    with panel.begin() as db:
        statement = statement_of(db, "MW")
        save_content(
            db, statement=statement, wanted=Written("I, Ana Lima", (), "Ana Lima's wells"), actor=STAFF, now=now
        )
        _add_clean(db, statement, "By Ana Lima", now)
        _add_clean(db, statement, "Annex", now, says_name=True)
        assert (_shown(db).text, _shown(db).theme, len(_shown(db).papers)) == ("I, Ana Lima", "Ana Lima's wells", 3)
        choose_name(db, statement=statement, form=NameForm.ALIAS, alias="Rosa", actor=STAFF, now=now)
        assert (_shown(db).text, _shown(db).theme) == ("", "")
        assert [paper.title for paper in _shown(db).papers] == ["Report"]


class TestReleases:
    """A change that shows less makes a release; one that would show more waits for people."""

    def published(self, panel: Database, now: datetime) -> ShownParts:
        with panel.begin() as db:
            approve_again(db, statement_of(db, "MW"))
            release = publish_country(db, country_of(db, "MW"), actor=STAFF, now=now)
            return parts_in(release.facts, statement_of(db, "MW").id)

    def newest(self, panel: Database) -> tuple[int, ShownParts]:
        with panel.read() as db:
            release = db.query(Release).order_by(Release.number.desc()).first()
            assert release is not None
            return release.number, parts_in(release.facts, statement_of(db, "MW").id)

    def test_a_release_says_exactly_what_it_shows(self, panel: Database, now: datetime) -> None:
        parts = self.published(panel, now)
        assert (parts.name, parts.text_id, len(parts.paper_ids)) == ("full", parts.details_id, 1)
        assert parts.text_id is not None

    @pytest.mark.parametrize("change", ["alias", "text", "paper", "missions", "item"])
    def test_showing_less_takes_it_out_at_once(self, panel: Database, now: datetime, change: str) -> None:
        before = self.published(panel, now)
        with panel.begin() as db:
            statement = statement_of(db, "MW")
            told = {"statement": statement, "actor": STAFF, "now": now}
            if change == "alias":
                change_consent(db, answers={}, name=(NameForm.ALIAS, "Rosa"), **told)
            elif change == "text":
                change_content(db, wanted=Written("Something else"), **told)
            elif change == "paper":
                withdraw_paper(db, paper=statement.papers[0], **told)
            elif change == "missions":
                change_consent(db, answers={ConsentItem.TEXT: Audience.MISSIONS}, **told)
            else:
                withdraw_item(db, item=ConsentItem.TEXT, **told)
        number, parts = self.newest(panel)
        assert number == 2
        assert parts.is_within(before)
        assert parts != before

    def test_subtitles_that_say_a_name_go_with_the_name(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            recording = statement_of(db, "MW").recordings[0]
            for language, words in (("fr", "Je suis Ana Lima."), ("en", "Water must be clean.")):
                data = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{words}\n".encode()
                add_track(db, recording, language=language, data=data, actor=STAFF, now=now)
        self.published(panel, now)
        with panel.begin() as db:
            told = {"statement": statement_of(db, "MW"), "actor": STAFF, "now": now}
            change_consent(db, answers={}, name=(NameForm.ALIAS, "Rosa"), **told)
        with panel.read() as db:
            first, second = db.query(Release).order_by(Release.number)
            assert len(first.items[0].track_ids) == 2
            left = db.query(Track).filter(Track.id.in_(second.items[0].track_ids))
            assert [track.language for track in left] == ["en"]

    def test_showing_more_waits_for_people(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            _answer(db, statement_of(db, "MW"), now, text=Audience.NOBODY)
        assert self.published(panel, now).text_id is None
        with panel.begin() as db:
            answers = {ConsentItem.TEXT: Audience.PUBLIC}
            change_consent(db, statement=statement_of(db, "MW"), answers=answers, actor=STAFF, now=now)
        assert self.newest(panel)[0] == 1
        assert self.published(panel, now).text_id is not None


def test_an_older_release_only_said_whether_the_name_showed() -> None:
    assert parts_in({"named": [7]}, 7) == ShownParts(name="full")
    assert parts_in({"named": []}, 7) == ShownParts()
