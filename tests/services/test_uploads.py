"""From an upload to a recording: once, whoever finishes it; nothing lost while the store is away."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Select, event, func, select
from sqlalchemy.orm import ORMExecuteState, Session

from pipeline.domain.consents import ConsentItem
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, Queue
from pipeline.domain.statements import StatementState
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Event, Job, Recording, Statement, Upload
from pipeline.services.events import Actor
from pipeline.services.originals import Originals, fetch_original, original_of
from pipeline.services.upload_completion import finish_upload, finish_uploads
from pipeline.services.uploads import (
    LengthRefused,
    UploadTooLarge,
    begin_upload,
    declare_length,
    expire_uploads,
    find_upload,
    forget_upload,
    original_of_upload,
    unfinished_upload,
)
from pipeline.services.withdrawals import withdraw_item
from pipeline.storage.folder import FolderStore
from pipeline.storage.sealing import KeyRing, new_master_key
from pipeline.storage.spool import Spool, SpoolFileBusy, SpoolFileMissing
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.panels import statement_of

SPEAKER = Actor("speaker", 1)
DATA = b"bytes of a recording" * 100


class Sent:
    """A producer that remembers what it was to send."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def send(self, job_id: int, queue: Queue) -> None:
        self.ids.append(job_id)


class Desk:
    """One statement and everything an upload of it needs."""

    def __init__(self, database: Database, folder: Path, now: datetime) -> None:
        self.database, self.now, self.folder = database, now, folder
        self.store = FolderStore(folder / "store")
        self.sealed = Originals(self.store, KeyRing((new_master_key(),)))
        self.spool = Spool(folder / "spool")
        self.sent = Sent()

    def begin(self, data: bytes = DATA, *, arrived: int | None = None, is_open: bool = False) -> str:
        """Begin an upload of which some bytes, by default all, have arrived; an open one has no length yet."""
        with self.database.begin() as db:
            name = begin_upload(
                db,
                self.spool,
                statement=statement_of(db, "MW"),
                length_bytes=None if is_open else len(data),
                max_bytes=10_000,
                expire_hours=1,
                actor=SPEAKER,
                now=self.now,
            ).name
        with self.spool.hold(name) as file:
            file.append(data[:arrived])
        return name

    def finish(self, name: str, wait_seconds: float = 0) -> None:
        finish_upload(
            self.database,
            self.sealed,
            self.spool,
            self.sent,
            name=name,
            now=self.now,
            wait_seconds=wait_seconds,
        )

    def sweep(self, now: datetime | None = None) -> int:
        return finish_uploads(self.database, self.sealed, self.spool, self.sent, now=now or self.now)

    def recordings(self) -> list[str]:
        """Digests of what was received."""
        with self.database.read() as db:
            return list(db.scalars(select(Recording.sha256)))

    def originals(self) -> list[str]:
        return list(self.store.list_keys("originals/"))

    def newest_original(self) -> bytes:
        """What the newest recording's original says when it is opened."""
        place = self.folder / "opened"
        with self.database.read() as db:
            recording = db.scalars(select(Recording).order_by(Recording.id.desc())).first()
            assert recording is not None
            fetch_original(self.sealed, original_of(recording), place)
        return place.read_bytes()

    def set_state(self, state: StatementState) -> None:
        with self.database.begin() as db:
            statement_of(db, "MW").state = state


@pytest.fixture
def desk(database: Database, load, tmp_path: Path, now: datetime) -> Desk:
    load(MW=1)
    return Desk(database, tmp_path, now)


def test_finishing_makes_a_recording_and_tells_a_worker(desk: Desk) -> None:
    name = desk.begin()
    desk.finish(name)
    assert desk.recordings() == [hashlib.sha256(DATA).hexdigest()]
    (key,) = desk.originals()
    assert DATA[:20] not in desk.store.read_bytes(key)
    assert desk.newest_original() == DATA
    assert name not in key
    with desk.database.read() as db:
        upload = db.scalars(select(Upload)).one()
        recording = db.scalars(select(Recording)).one()
        job = db.scalars(select(Job)).one()
        assert (upload.recording_id, job.kind, job.subject_id) == (recording.id, JobKind.INTAKE, recording.id)
        assert statement_of(db, "MW").state is StatementState.RECEIVED
        assert set(db.scalars(select(Event.name))) >= {"upload.started", "upload.finished", "recording.received"}
    assert desk.sent.ids == [job.id]
    assert desk.spool.names() == []


def test_finishing_again_does_nothing(desk: Desk) -> None:
    name = desk.begin()
    desk.finish(name)
    desk.finish(name)
    assert len(desk.recordings()) == len(desk.originals()) == len(desk.sent.ids) == 1


def test_racing_finishers_make_one_recording(desk: Desk) -> None:
    name = desk.begin()

    def finish(_turn: int) -> None:
        desk.finish(name, wait_seconds=10)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(finish, range(6)))
    assert len(desk.recordings()) == len(desk.originals()) == 1


def test_another_writer_has_to_end_first(desk: Desk) -> None:
    name = desk.begin()
    with desk.spool.hold(name), pytest.raises(SpoolFileBusy):
        desk.finish(name)
    assert desk.recordings() == []


def test_a_store_that_is_away_loses_nothing_and_the_sweep_goes_on(desk: Desk, tmp_path: Path) -> None:
    name = desk.begin()
    shutil.rmtree(tmp_path / "store", ignore_errors=True)
    in_the_way = tmp_path / "store"
    in_the_way.write_text("not a folder")
    with pytest.raises(StoreUnavailable):
        desk.finish(name)
    assert desk.sweep() == 0
    assert desk.recordings() == []
    assert desk.spool.size_bytes(name) == len(DATA)
    in_the_way.unlink()
    assert desk.sweep() == 1
    assert desk.sweep() == 0
    assert len(desk.recordings()) == 1


def test_a_process_that_died_between_store_and_record_leaves_no_second_original(desk: Desk) -> None:
    name = desk.begin()
    desk.set_state(StatementState.INVITED)
    desk.finish(name)
    first = desk.originals()
    with desk.database.begin() as db:  # as if the last transaction had not happened
        upload = db.scalars(select(Upload)).one()
        upload.recording_id = None
    desk.spool.create(name)
    with desk.spool.hold(name) as file:
        file.append(DATA)
    desk.finish(name)
    assert desk.originals() == first


def test_the_sweep_leaves_what_has_not_arrived_whole(desk: Desk) -> None:
    desk.begin(arrived=10)
    assert desk.sweep() == 0
    assert desk.recordings() == []


@pytest.mark.parametrize("state", [StatementState.PUBLISHED, StatementState.WITHDRAWN, StatementState.TAKEN_DOWN])
def test_statements_that_take_nothing_keep_no_original(desk: Desk, state: StatementState) -> None:
    name = desk.begin()
    desk.set_state(state)
    with pytest.raises(ChangeNotAllowed):
        desk.finish(name)
    assert desk.sweep() == 0
    assert desk.originals() == desk.recordings() == []
    with pytest.raises(ChangeNotAllowed):
        desk.begin()


def test_an_upload_that_was_ended_cannot_be_finished(desk: Desk) -> None:
    name = desk.begin()
    with desk.database.begin() as db:
        upload = db.scalars(select(Upload)).one()
        forget_upload(db, upload, actor=SPEAKER, now=desk.now)
    with pytest.raises(SpoolFileMissing):
        desk.finish(name)
    assert desk.originals() == []


def test_beginning_and_finishing_lock_the_statement_before_the_upload_as_a_withdrawal_does(desk: Desk) -> None:
    locked: list[str] = []

    def note(state: ORMExecuteState) -> None:
        if isinstance(state.statement, Select) and state.statement._for_update_arg is not None:
            locked.append(state.statement.column_descriptions[0]["name"])

    event.listen(Session, "do_orm_execute", note)
    try:
        desk.finish(desk.begin())
    finally:
        event.remove(Session, "do_orm_execute", note)
    assert locked == ["Statement", "Statement", "Upload"]


def test_a_file_larger_than_allowed_is_refused(desk: Desk) -> None:
    with pytest.raises(UploadTooLarge):
        desk.begin(b"x" * 10_001)
    assert desk.spool.names() == []


def test_an_upload_is_found_by_its_own_statement_only(desk: Desk) -> None:
    name = desk.begin()
    with desk.database.read() as db:
        own = statement_of(db, "MW").id
        assert find_upload(db, name=name, statement_id=own) is not None
        assert find_upload(db, name=name, statement_id=own + 1) is None
        assert find_upload(db, name=new_name(), statement_id=own) is None


def test_a_new_upload_replaces_the_unfinished_one_and_no_finished_one(desk: Desk) -> None:
    finished = desk.begin()
    desk.finish(finished)
    older = desk.begin(arrived=5)
    newer = desk.begin(arrived=6)
    with desk.database.read() as db:
        names = set(db.scalars(select(Upload.name)))
        found = unfinished_upload(db, statement_id=statement_of(db, "MW").id, now=desk.now)
        assert found is not None
        assert found.name == newer
    assert names == {finished, newer}
    assert older in desk.spool.names()  # until the sweep comes by


def test_what_was_stored_of_an_upload_that_was_ended_before_it_was_on_record_goes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process dies between store and record, then the speaker withdraws: nothing of the recording is left."""
    monkeypatch.setattr("pipeline.services.uploads._ORPHAN_SECONDS", -1.0)
    taken, ended = desk.begin(), ""
    desk.finish(taken)
    desk.spool.create(taken)  # as if that process had died before it removed the bytes
    ended = desk.begin()
    desk.store.put_bytes(original_of_upload(ended), DATA, content_type="application/octet-stream")
    assert len(desk.originals()) == 2
    with desk.database.begin() as db:
        withdraw_item(db, statement=statement_of(db, "MW"), item=ConsentItem.RECORDING, actor=SPEAKER, now=desk.now)
    expire_uploads(desk.database, desk.store, desk.spool, now=desk.now)
    assert desk.originals() == [original_of_upload(taken)], "what is on record is erased elsewhere, and said to be"
    assert desk.spool.names() == []


def test_expired_uploads_are_forgotten_with_their_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    name = desk.begin(arrived=5)
    assert expire_uploads(desk.database, desk.store, desk.spool, now=desk.now) == 0
    later = desk.now + timedelta(hours=2)
    assert expire_uploads(desk.database, desk.store, desk.spool, now=later) == 1
    with desk.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Upload)) == 0
        assert "upload.expired" in set(db.scalars(select(Event.name)))
    assert desk.spool.names() == [name]
    monkeypatch.setattr("pipeline.services.uploads._ORPHAN_SECONDS", -1.0)
    expire_uploads(desk.database, desk.store, desk.spool, now=later)
    assert desk.spool.names() == []


def test_an_upload_that_is_whole_never_expires_while_it_can_be_taken(desk: Desk) -> None:
    name = desk.begin()
    later = desk.now + timedelta(days=30)
    assert expire_uploads(desk.database, desk.store, desk.spool, now=later) == 0
    assert desk.spool.names() == [name]
    assert desk.sweep(later) == 1
    assert len(desk.recordings()) == 1
    assert expire_uploads(desk.database, desk.store, desk.spool, now=later) == 1


def test_an_upload_that_is_whole_expires_where_no_recording_is_taken(desk: Desk) -> None:
    desk.begin()
    desk.set_state(StatementState.PUBLISHED)
    assert expire_uploads(desk.database, desk.store, desk.spool, now=desk.now + timedelta(days=30)) == 1


def test_a_new_upload_replaces_one_whose_time_is_over(desk: Desk) -> None:
    desk.begin()
    desk.now += timedelta(days=30)
    newer = desk.begin(arrived=5)
    with desk.database.read() as db:
        assert list(db.scalars(select(Upload.name))) == [newer]


def test_bytes_of_a_running_upload_are_never_taken_for_leftovers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    name = desk.begin(arrived=5)
    monkeypatch.setattr("pipeline.services.uploads._ORPHAN_SECONDS", -1.0)
    expire_uploads(desk.database, desk.store, desk.spool, now=desk.now)
    assert desk.spool.names() == [name]


def test_an_upload_without_an_end_is_left_alone_until_its_time_is_over(desk: Desk) -> None:
    name = desk.begin(is_open=True)
    assert desk.sweep() == 0
    desk.spool.remove(name)  # no bytes and no length are not "all bytes"
    assert desk.sweep() == 0
    assert expire_uploads(desk.database, desk.store, desk.spool, now=desk.now) == 0
    assert expire_uploads(desk.database, desk.store, desk.spool, now=desk.now + timedelta(hours=2)) == 1
    assert desk.recordings() == []


def test_an_end_can_be_said_once_and_again_but_not_changed(desk: Desk) -> None:
    name = desk.begin(is_open=True)

    def declare(length_bytes: int) -> None:
        with desk.database.begin() as db:
            declare_length(db, name=name, length_bytes=length_bytes, offset_bytes=len(DATA), max_bytes=10_000)

    for wrong, refusal in ((len(DATA) - 1, LengthRefused), (10_001, UploadTooLarge)):
        with pytest.raises(refusal):
            declare(wrong)
    declare(len(DATA))
    declare(len(DATA))
    with pytest.raises(LengthRefused):
        declare(len(DATA) + 1)
    assert desk.sweep() == 1
    assert desk.recordings() == [hashlib.sha256(DATA).hexdigest()]


def test_the_statement_follows(desk: Desk) -> None:
    desk.finish(desk.begin())
    with desk.database.read() as db:
        statement = db.scalars(select(Statement)).one()
        assert statement.current_recording is not None
        assert statement.current_recording.size_bytes == len(DATA)
