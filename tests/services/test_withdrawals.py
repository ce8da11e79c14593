"""Consent is kept answer by answer; what may no longer be shown is taken out of what is out."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.consents import CONSENT_WORDS_VERSION, Audience, ConsentItem, NameForm
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.papers import PaperKind
from pipeline.domain.statements import StatementState
from pipeline.records.database import Database
from pipeline.records.tables import Consent, Event, Job, Release, ReleaseItem, Upload
from pipeline.services.consents import answer_consent, audience_of, is_consent_complete
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.events import Actor
from pipeline.services.papers import add_paper, original_key_of
from pipeline.services.receipts import Receipt, load_receipts
from pipeline.services.results import KeptResult, keep_result
from pipeline.services.statement_contents import Written, save_content
from pipeline.services.withdrawals import change_consent, change_content, withdraw_item, withdraw_statement
from pipeline.storage.folder import FolderStore
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

    def test_signs_that_are_no_text_are_no_part_of_a_name_or_a_title(self, panel: Database, now: datetime) -> None:
        with panel.begin() as db:
            told = {"statement": statement_of(db, "MW"), "actor": SPEAKER, "now": now}
            change_consent(db, answers={}, name=(NameForm.ALIAS, "\u202eRo\0sa\n L."), **told)
            add_paper(db, name="3" * 32, kind=PaperKind.PDF, title="A\0 pa\u202eper", size_bytes=1, **told)
        with panel.read() as db:
            statement = statement_of(db, "MW")
            assert (statement.alias, statement.papers[0].title) == ("Rosa L.", "A paper")

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
                expires_at=now,  # whole, and waiting for the store: such ones are taken even so
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

    @pytest.mark.parametrize("addition", ["text", "consent", "paper"])
    def test_nothing_is_added_after_it(self, panel: Database, now: datetime, addition: str) -> None:
        """A page that was open in another window sends its fields; they would stay for good."""
        with panel.begin() as db:
            withdraw_statement(db, statement=statement_of(db, "MW"), actor=SPEAKER, now=now)
        with panel.begin() as db, pytest.raises(ChangeNotAllowed):
            told = {"statement": statement_of(db, "MW"), "actor": SPEAKER, "now": now}
            if addition == "text":
                change_content(db, wanted=Written("Words"), **told)
            elif addition == "consent":
                change_consent(db, answers=YES, **told)
            else:
                add_paper(db, name="3" * 32, kind=PaperKind.PDF, title="T", size_bytes=1, **told)


class TestOneItemAndAll:
    """What was handed in is taken away for good, at once in the records, then in the store; a receipt says so."""

    @pytest.fixture
    def store(self, panel: Database, tmp_path: Path, now: datetime) -> FolderStore:
        """A statement with a recording, a package, a text and a paper, all of them really there."""
        store = FolderStore(tmp_path / "store")
        with panel.begin() as db:
            statement = statement_of(db, "MW")
            give_consent(db, statement)
            recording = hand_in(db, statement)
            recording.package, recording.package_prefix = {}, "packages/" + "1" * 32 + "/"
            recording.preview_words = "My name is said at 2:10."
            made = StepInputs("proxy", 1, {"sha256": recording.sha256})
            keep_result(db, made, KeptResult({}, "packages/" + "2" * 32 + "/"), now=now)
            save_content(db, statement=statement, wanted=Written("Words", ("One",)), actor=SPEAKER, now=now)
            add_paper(
                db,
                statement=statement,
                name="3" * 32,
                kind=PaperKind.PDF,
                title="T",
                size_bytes=1,
                actor=SPEAKER,
                now=now,
            )
            keys = (recording.original_key, "packages/" + "1" * 32 + "/a.mp4", "packages/" + "2" * 32 + "/proxy.mp4")
            for key in (*keys, original_key_of("3" * 32)):
                store.put_bytes(key, b"bytes", content_type="video/mp4")
        return store

    def receipts(self, panel: Database) -> list[Receipt]:
        with panel.read() as db:
            return load_receipts(db, statement_of(db, "MW"))

    def test_withdrawing_everything_leaves_nothing_and_says_when(
        self, panel: Database, store: FolderStore, now: datetime
    ) -> None:
        assert len(list(store.list_keys(""))) == 4
        with panel.begin() as db:
            withdraw_statement(db, statement=statement_of(db, "MW"), actor=SPEAKER, now=now)
        (before,) = self.receipts(panel)
        assert before.is_everything
        assert before.recordings is not None
        assert before.recordings.gone_at is None
        later = now + timedelta(seconds=5)
        assert erase_withdrawn(panel, store, now=later) == 2
        assert list(store.list_keys("")) == []
        assert erase_withdrawn(panel, store, now=later) == 0
        (after,) = self.receipts(panel)
        assert after.recordings is not None
        assert after.papers is not None
        assert (after.recordings.gone_at, after.papers.gone_at, after.revisions) == (later, later, 1)
        assert set(after.consents) == set(ConsentItem)
        with panel.read() as db:
            statement = statement_of(db, "MW")
            assert [content.text for content in statement.contents] == ["", ""]
            assert [paper.title for paper in statement.papers] == [""]
            assert [recording.preview_words for recording in statement.recordings] == [""]

    def test_one_item_is_withdrawn_and_the_rest_stays(self, panel: Database, store: FolderStore, now: datetime) -> None:
        with panel.begin() as db:
            withdraw_item(db, statement=statement_of(db, "MW"), item=ConsentItem.PAPERS, actor=SPEAKER, now=now)
        erase_withdrawn(panel, store, now=now)
        assert len(list(store.list_keys(""))) == 3
        (receipt,) = self.receipts(panel)
        assert (receipt.is_everything, receipt.consents, receipt.recordings) == (False, (ConsentItem.PAPERS,), None)
        with panel.read() as db:
            assert audience_of(statement_of(db, "MW"), ConsentItem.TEXT) is Audience.PUBLIC

    def test_after_the_recording_another_one_can_be_handed_in(
        self, panel: Database, store: FolderStore, now: datetime
    ) -> None:
        with panel.begin() as db:
            withdraw_item(db, statement=statement_of(db, "MW"), item=ConsentItem.RECORDING, actor=SPEAKER, now=now)
        with panel.read() as db:
            statement = statement_of(db, "MW")
            assert (statement.state, statement.current_recording_id) == (StatementState.INVITED, None)
            assert statement.contents[-1].text == "Words"
        with panel.begin() as db:
            hand_in(db, statement_of(db, "MW"), data=b"another")
        erase_withdrawn(panel, store, now=now)
        with panel.read() as db:
            first, second = statement_of(db, "MW").recordings
            assert first.erased_at == now
            assert second.erased_at is None

    def test_bytes_that_somebody_else_handed_in_too_keep_what_was_made_of_them(
        self, panel: Database, store: FolderStore, now: datetime
    ) -> None:
        with panel.begin() as db:
            hand_in(db, statement_of(db, "MW", 2))
            withdraw_statement(db, statement=statement_of(db, "MW"), actor=SPEAKER, now=now)
        erase_withdrawn(panel, store, now=now)
        assert len(list(store.list_keys("packages/"))) == 2
        assert list(store.list_keys("originals/")) == []
