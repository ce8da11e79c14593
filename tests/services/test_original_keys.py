"""Keys of originals: destroyed with the recording, sealed anew, given to originals from before there were keys."""

import pytest
from sqlalchemy import select, update

from pipeline.domain.errors import FinalError
from pipeline.domain.jobs import JobState
from pipeline.records.tables import Event, Job, Recording
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.original_keys import count_keys, plain_originals, renew_keys, seal_original
from pipeline.services.originals import Originals, fetch_original, original_of
from pipeline.storage.sealing import KeyRing, MasterKeyMissing, new_master_key
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.clock import NOW

DATA = b"a recording from before there were keys"


@pytest.fixture
def handed_in(installation, tmp_path):
    """A recording whose original lies plain; its id."""
    (tmp_path / "clip").write_bytes(DATA)
    recording_id = installation.hand_in(tmp_path / "clip")
    with installation.database.begin() as db:
        db.execute(update(Job).values(state=JobState.DONE))
    return recording_id


@pytest.fixture
def originals(installation):
    return Originals(installation.store, KeyRing((new_master_key(),)))


def seal(installation, originals, recording_id):
    work_dir = installation.settings.work_dir
    return seal_original(installation.database, originals, recording_id, work_dir=work_dir, now=NOW)


def opened(installation, originals, recording_id, tmp_path):
    fetch_original(originals, original_of(installation.recording(recording_id)), tmp_path / "opened")
    return (tmp_path / "opened").read_bytes()


def test_a_plain_original_is_read_and_can_be_sealed(installation, originals, handed_in, tmp_path):
    assert opened(installation, originals, handed_in, tmp_path) == DATA
    plain_key = installation.recording(handed_in).original_key
    assert seal(installation, originals, handed_in)
    assert opened(installation, originals, handed_in, tmp_path) == DATA
    assert installation.store.stat(plain_key) is None
    (key,) = installation.store.list_keys("originals/")
    assert DATA not in installation.store.read_bytes(key)
    assert not any(installation.settings.work_dir.iterdir())
    with installation.database.read() as db:
        assert vars(count_keys(db, originals.keys)) == {"current": 1, "older": 0, "unknown": 0, "plain": 0}
        assert db.scalar(select(Event.name).order_by(Event.id.desc())) == "recording.sealed"


def test_what_a_worker_reads_at_the_moment_stays_where_it_is(installation, originals, handed_in, tmp_path):
    with installation.database.begin() as db:
        db.execute(update(Job).values(state=JobState.RUNNING))
    assert not seal(installation, originals, handed_in)
    assert list(installation.store.list_keys("originals/")) == [installation.recording(handed_in).original_key]
    with installation.database.read() as db:
        assert plain_originals(db) == []


def test_a_change_of_the_master_key_needs_both_and_then_the_new_one_alone(installation, handed_in, tmp_path):
    old, new = new_master_key(), new_master_key()
    seal(installation, Originals(installation.store, KeyRing((old,))), handed_in)
    with installation.database.begin() as db:
        with pytest.raises(MasterKeyMissing):
            renew_keys(db, KeyRing((new,)))
        assert renew_keys(db, KeyRing((new, old))) == 1
    alone = Originals(installation.store, KeyRing((new,)))
    assert opened(installation, alone, handed_in, tmp_path) == DATA


def test_a_withdrawn_recording_is_unreadable_before_the_store_removes_it(installation, originals, handed_in, tmp_path):
    seal(installation, originals, handed_in)
    kept = original_of(installation.recording(handed_in))
    with installation.database.begin() as db:
        db.execute(update(Recording).values(withdrawn_at=NOW))

    class Away:
        def __getattr__(self, name):
            raise StoreUnavailable("The store does not answer.")

    with pytest.raises(StoreUnavailable):
        erase_withdrawn(installation.database, Away(), now=NOW)
    assert installation.store.stat(kept.key) is not None
    assert installation.recording(handed_in).wrapped_key == ""
    erase_withdrawn(installation.database, installation.store, now=NOW)
    assert installation.store.stat(kept.key) is None


def test_an_original_whose_time_is_over_is_said_to_be_gone(installation, originals, handed_in, tmp_path):
    with installation.database.begin() as db:
        db.execute(update(Recording).values(original_key=""))
    with pytest.raises(FinalError, match="time was over"):
        opened(installation, originals, handed_in, tmp_path)
