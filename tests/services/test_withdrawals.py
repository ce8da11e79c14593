"""Consent is kept answer by answer; what may no longer be shown is taken out of what is out."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.consents import CONSENT_WORDS_VERSION, Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.statements import StatementState
from pipeline.records.database import Database
from pipeline.records.tables import Consent, Event, Job, Release, ReleaseItem, Upload
from pipeline.services.consents import answer_consent, audience_of, is_consent_complete
from pipeline.services.events import Actor
from pipeline.services.withdrawals import change_consent, withdraw_statement
from tests.fixtures.panels import country_of, give_consent, hand_in, statement_of

SPEAKER = Actor("speaker", 1)
YES = dict.fromkeys(ConsentItem, Audience.PUBLIC)


@pytest.fixture
def panel(database: Database, load) -> Database:
    load(MW=2)
    return database


def publish_as_if(database: Database, now: datetime) -> None:
    """Both statements are out, as after a release was written."""
    with database.begin() as db:
        country = country_of(db, "MW")
        release = Release(
            country_id=country.id, number=1, name="0" * 32, created_at=now, published_at=now, facts={"named": []}
        )
        db.add(release)
        db.flush()
        country.live_release_id = release.id
        for position in (1, 2):
            statement = statement_of(db, "MW", position)
            recording = hand_in(db, statement)
            give_consent(db, statement)
            statement.state = StatementState.PUBLISHED
            statement.approved_recording_id = recording.id
            recording.package_prefix = "packages/" + "1" * 32 + "/"
            db.add(
                ReleaseItem(
                    release_id=release.id,
                    position=position,
                    statement_id=statement.id,
                    recording_id=recording.id,
                    track_ids=[],
                    package_prefix=recording.package_prefix,
                    media_name=str(position) * 32,
                    card_name="a" * 32,
                )
            )


def items_of_newest_release(database: Database) -> list[int]:
    with database.read() as db:
        newest = db.scalars(select(Release).order_by(Release.number.desc()).limit(1)).one()
        return [item.position for item in newest.items]


class TestConsent:
    def test_without_an_answer_nobody_may_see_anything(self, panel: Database) -> None:
        with panel.read() as db:
            statement = statement_of(db, "MW")
            assert {audience_of(statement, item) for item in ConsentItem} == {Audience.NOBODY}
            assert not is_consent_complete(statement)

    def test_each_answer_is_added_under_the_words_in_force_and_the_newest_counts(
        self, panel: Database, now: datetime
    ) -> None:
        for hours, audience in enumerate((Audience.PUBLIC, Audience.NOBODY, Audience.PUBLIC)):
            with panel.begin() as db:
                answers = {ConsentItem.RECORDING: audience}
                at = now + timedelta(hours=hours)
                assert answer_consent(db, statement=statement_of(db, "MW"), answers=answers, actor=SPEAKER, now=at)
        with panel.read() as db:
            assert audience_of(statement_of(db, "MW"), ConsentItem.RECORDING) is Audience.PUBLIC
            kept = list(db.scalars(select(Consent)))
            assert len(kept) == 3
            assert {consent.words_version for consent in kept} == {CONSENT_WORDS_VERSION}
            names = [event.name for event in db.scalars(select(Event)) if event.name.startswith("consent.")]
            assert names == ["consent.given", "consent.withdrawn", "consent.given"]

    def test_saying_the_same_again_adds_nothing(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            statement = statement_of(db, "MW")
            assert answer_consent(db, statement=statement, answers=YES, actor=SPEAKER, now=now)
            assert not answer_consent(db, statement=statement, answers=YES, actor=SPEAKER, now=now)
            assert is_consent_complete(statement)

    def test_an_answer_to_older_words_counts_but_is_asked_again(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            statement = statement_of(db, "MW")
            give_consent(db, statement)
            assert audience_of(statement, ConsentItem.NAME) is Audience.PUBLIC
            assert not is_consent_complete(statement)
            assert answer_consent(db, statement=statement, answers=YES, actor=SPEAKER, now=now)
            assert is_consent_complete(statement)

    def test_taking_back_consent_takes_a_published_statement_down(self, panel: Database, now: datetime) -> None:
        publish_as_if(panel, now)
        assert items_of_newest_release(panel) == [1, 2]
        with panel.begin() as db:
            answers = {ConsentItem.RECORDING: Audience.NOBODY}
            change_consent(db, statement=statement_of(db, "MW"), answers=answers, actor=SPEAKER, now=now)
        with panel.read() as db:
            assert statement_of(db, "MW").state is StatementState.TAKEN_DOWN
            assert statement_of(db, "MW", 2).state is StatementState.PUBLISHED
            assert db.scalars(select(Job).where(Job.kind == JobKind.RELEASE)).one().state is JobState.QUEUED
        assert items_of_newest_release(panel) == [2]

    def test_taking_back_a_name_makes_a_release_without_it(self, panel: Database, now: datetime) -> None:
        publish_as_if(panel, now)
        with panel.begin() as db:
            answers = {ConsentItem.NAME: Audience.NOBODY}
            change_consent(db, statement=statement_of(db, "MW"), answers=answers, actor=SPEAKER, now=now)
        with panel.read() as db:
            assert statement_of(db, "MW").state is StatementState.PUBLISHED
            assert len(list(db.scalars(select(Release)))) == 2
        assert items_of_newest_release(panel) == [1, 2]

    def test_giving_consent_publishes_nothing(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            change_consent(db, statement=statement_of(db, "MW"), answers=YES, actor=SPEAKER, now=now)
        with panel.read() as db:
            assert list(db.scalars(select(Release))) == []


class TestWithdrawal:
    def test_nothing_is_left_standing(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            statement = statement_of(db, "MW")
            give_consent(db, statement)
            recording = hand_in(db, statement)
            upload = Upload(
                name="0" * 32,
                statement_id=statement.id,
                length_bytes=9,
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
            db.add(upload)
        with panel.begin() as db:
            withdraw_statement(db, statement=statement_of(db, "MW"), actor=SPEAKER, now=now)
        with panel.read() as db:
            statement = statement_of(db, "MW")
            assert statement.state is StatementState.WITHDRAWN
            assert {audience_of(statement, item) for item in ConsentItem} == {Audience.NOBODY}
            assert [job.state for job in db.scalars(select(Job).where(Job.subject_id == recording.id))] == [
                JobState.CANCELLED
            ]
            assert list(db.scalars(select(Upload))) == []
            assert "statement.withdrawn" in set(db.scalars(select(Event.name)))

    def test_what_is_out_comes_down(self, panel: Database, now: datetime) -> None:
        publish_as_if(panel, now)
        with panel.begin() as db:
            withdraw_statement(db, statement=statement_of(db, "MW", 2), actor=SPEAKER, now=now)
        assert items_of_newest_release(panel) == [1]

    def test_it_is_done_once(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            withdraw_statement(db, statement=statement_of(db, "MW"), actor=SPEAKER, now=now)
        with panel.begin() as db, pytest.raises(ChangeNotAllowed):
            withdraw_statement(db, statement=statement_of(db, "MW"), actor=SPEAKER, now=now)
