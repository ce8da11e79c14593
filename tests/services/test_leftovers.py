"""What nothing points at any more is removed from the store; what anything points at, or may soon, never is."""

import pytest
from sqlalchemy import select

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import JobKind
from pipeline.domain.papers import PaperKind
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Job, Release
from pipeline.services.claims import claim_job
from pipeline.services.leftovers import card_package_name, remove_attempt, remove_leftover_papers, remove_leftovers
from pipeline.services.papers import add_paper
from pipeline.services.releases import publish_country
from pipeline.services.results import KeptResult, keep_result
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import original_key, package_prefix, paper_prefix, under
from tests.fixtures.clock import NOW
from tests.fixtures.panels import STAFF, approve_new_recording, country_of, hand_in, statement_of


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "store")


@pytest.fixture
def panel(database, load):
    load(MW=2)
    return database


def _put(store, prefix):
    store.put_bytes(under(prefix, "v180.mp4"), b"pictures", content_type="video/mp4")
    store.put_bytes(under(prefix, "poster.jpg"), b"a picture", content_type="image/jpeg")
    return prefix


def _claim(db, kind, subject_id):
    job_id = db.scalars(select(Job.id).where(Job.kind == kind, Job.subject_id == subject_id)).one()
    return claim_job(db, job_id, now=NOW, lease_seconds=60)


def _prefixes(store):
    return {key.rsplit("/", 1)[0] + "/" for key in store.list_keys("packages/")}


def test_everything_that_a_record_points_at_stays(panel, store):
    of_recording, of_result, of_release = (_put(store, package_prefix(new_name())) for _ in range(3))
    with panel.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"), prefix=of_recording)
        keep_result(db, StepInputs("card", 1, {}), KeptResult({}, of_result), now=NOW)
        release = publish_country(db, country_of(db, "MW"), actor=STAFF, now=NOW)
        release.items[0].package_prefix = of_release
    store.put_bytes(original_key(new_name()), b"nobody knows it", content_type="video/mp4")
    left = _put(store, package_prefix(new_name()))
    assert remove_leftovers(panel, store, older_than_hours=0) == 1
    assert _prefixes(store) == {of_recording, of_result, of_release}, f"and {left} is gone"
    assert len(list(store.list_keys("originals/"))) == 1


def test_what_a_running_job_writes_stays_until_the_job_is_taken_from_it(panel, store):
    with panel.begin() as db:
        recording = approve_new_recording(db, statement_of(db, "MW", 1), prefix=_put(store, package_prefix(new_name())))
        release = publish_country(db, country_of(db, "MW"), actor=STAFF, now=NOW)
        claims = [_claim(db, JobKind.RELEASE, release.id), _claim(db, JobKind.INTAKE, recording.id)]
        cards = [card_package_name(claims[0].token, item.card_name) for item in release.items]
    written = {_put(store, package_prefix(name)) for name in (*cards, *(claim.token for claim in claims))}
    assert remove_leftovers(panel, store, older_than_hours=0) == 0
    with panel.begin() as db:
        for claim in claims:
            db.get_one(Job, claim.job_id).lease_token = None
    assert remove_leftovers(panel, store, older_than_hours=0) == len(written)
    assert _prefixes(store) == {recording.package_prefix}
    with panel.read() as db:
        assert db.get_one(Release, release.id).items


def test_what_a_given_up_attempt_wrote_goes_but_for_the_cards_it_had_finished(panel, store):
    with panel.begin() as db:
        for position in (1, 2):
            prefix = _put(store, package_prefix(new_name()))
            approve_new_recording(db, statement_of(db, "MW", position), prefix=prefix)
        release = publish_country(db, country_of(db, "MW"), actor=STAFF, now=NOW)
        token = _claim(db, JobKind.RELEASE, release.id).token
        finished, unfinished = [package_prefix(card_package_name(token, item.card_name)) for item in release.items]
        keep_result(db, StepInputs("card", 1, {}), KeptResult({}, finished), now=NOW)
    before = _prefixes(store)
    for prefix in (package_prefix(token), finished, unfinished):
        _put(store, prefix)
    remove_attempt(panel, store, token)
    assert _prefixes(store) == before | {finished}


def test_what_is_young_stays(panel, store):
    with panel.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"), prefix=_put(store, package_prefix(new_name())))
    _put(store, package_prefix(new_name()))
    assert remove_leftovers(panel, store, older_than_hours=1) == 0
    assert remove_leftovers(panel, store, older_than_hours=0) == 1


def test_records_of_another_store_remove_nothing(panel, store):
    with panel.begin() as db:
        hand_in(db, statement_of(db, "MW"))
    _put(store, package_prefix(new_name()))
    assert remove_leftovers(panel, store, older_than_hours=0) == 0
    assert len(_prefixes(store)) == 1


def test_what_bears_no_name_of_ours_is_left_to_its_owner(panel, store):
    store.put_bytes("packages/readme.txt", b"somebody's", content_type="text/plain")
    with panel.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"), prefix=_put(store, package_prefix(new_name())))
    assert remove_leftovers(panel, store, older_than_hours=0) == 0
    assert store.stat("packages/readme.txt") is not None


def test_papers_of_no_record_go_and_what_came_of_one_after_it_was_erased(panel, store):
    known, erased, nobodys = new_name(), new_name(), new_name()
    with panel.begin() as db:
        facts = {"kind": PaperKind.PDF, "title": "", "size_bytes": 1, "actor": STAFF, "now": NOW}
        for name in (known, erased):
            add_paper(db, statement=statement_of(db, "MW"), name=name, **facts).erased_at = (
                None if name == known else NOW
            )
    for name in (known, erased, nobodys):
        store.put_bytes(under(paper_prefix(name), "clean.pdf"), b"a paper", content_type="application/pdf")
    assert remove_leftover_papers(panel, store, older_than_hours=1) == 1
    assert remove_leftover_papers(panel, store, older_than_hours=0) == 1
    assert list(store.list_keys("papers/")) == [under(paper_prefix(known), "clean.pdf")]


def test_records_of_another_store_remove_no_paper(panel, store):
    store.put_bytes(under(paper_prefix(new_name()), "original"), b"a paper", content_type="application/pdf")
    assert remove_leftover_papers(panel, store, older_than_hours=0) == 0
    assert len(list(store.list_keys("papers/"))) == 1
