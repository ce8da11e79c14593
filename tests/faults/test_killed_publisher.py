"""`kill -9` of a process that writes a release, at any of its writes: what is out is the old release or the new one."""

import multiprocessing
import os
import signal
from itertools import count

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job
from pipeline.services.releases import publish_country
from pipeline.services.tracks import add_track
from pipeline.services.unpublished_leftovers import remove_unpublished
from pipeline.site.walking import walk_release
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix, under
from tests.fixtures.installation import run_job
from tests.fixtures.packages import make_package
from tests.fixtures.panels import STAFF, approve_again, approve_new_recording, country_of, statement_of
from tests.site.stores import ADDRESS, StoreWeb
from workers.clock import utc_now

pytestmark = pytest.mark.slow

PREFIX = "site/36/mw/"
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"
SAMPLES = 6


class DeadlyStore(FolderStore):
    """A folder whose n-th change is this process's last, made or not."""

    def __init__(self, root, *, dies_at, dies_after):
        super().__init__(root)
        self._changes, self._dies_at, self._dies_after = count(1), dies_at, dies_after

    def put_bytes(self, key, data, **attributes):
        self._change(lambda: super(DeadlyStore, self).put_bytes(key, data, **attributes))

    def copy(self, source, target, **attributes):
        self._change(lambda: super(DeadlyStore, self).copy(source, target, **attributes))

    def delete_prefix(self, prefix):
        return self._change(lambda: super(DeadlyStore, self).delete_prefix(prefix))

    def _change(self, change):
        is_last = next(self._changes) == self._dies_at
        if is_last and not self._dies_after:
            os.kill(os.getpid(), signal.SIGKILL)
        done = change()
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


class CountingStore(FolderStore):
    """A folder that counts what a whole publication changes."""

    changes = 0

    def put_bytes(self, key, data, **attributes):
        self.changes += 1
        super().put_bytes(key, data, **attributes)

    def copy(self, source, target, **attributes):
        self.changes += 1
        super().copy(source, target, **attributes)

    def delete_prefix(self, prefix):
        self.changes += 1
        return super().delete_prefix(prefix)


@pytest.fixture
def publisher(sqlite_installation, tmp_path):
    """Malawi with two approved statements, the first release of them out."""
    package = make_package(tmp_path / "statement", seconds=2)
    for position in (1, 2):
        prefix = package_prefix(f"{position:032x}")
        for uri in package.media_uris():
            sqlite_installation.store.put_file(
                under(prefix, uri), tmp_path / "statement" / uri, content_type="video/mp4"
            )
        with sqlite_installation.database.begin() as db:
            approve_new_recording(db, statement_of(db, "MW", position), package, prefix)
    _run(sqlite_installation, _publish(sqlite_installation))
    return sqlite_installation


def _publish(installation):
    with installation.database.begin() as db:
        country = country_of(db, "MW")
        for speaker in country.speakers:
            approve_again(db, speaker.statement)
        release = publish_country(db, country, actor=STAFF, now=utc_now())
        return installation_job(db, release.id)


def installation_job(db, release_id):
    jobs = db.query(Job).filter(Job.kind == JobKind.RELEASE, Job.subject_id == release_id)
    return jobs.order_by(Job.id.desc()).first().id


def _correct(installation, words):
    """Another release: a corrected subtitle. Its job."""
    with installation.database.begin() as db:
        recording = statement_of(db, "MW", 2).current_recording
        add_track(db, recording, language="fr", data=WEBVTT + words.encode(), actor=STAFF, now=utc_now())
    return _publish(installation)


def _run(installation, job_id):
    run_job(installation.context(), job_id)
    with installation.database.read() as db:
        assert db.get_one(Job, job_id).state is JobState.DONE


def _run_to_death(installation, job_id, *, dies_at, dies_after):
    def work():
        installation.database.engine.dispose(close=False)
        folder = installation.settings.store_folder
        installation.store = DeadlyStore(folder, dies_at=dies_at, dies_after=dies_after)
        run_job(installation.context(), job_id)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _give_back(installation, job_id):
    """What the scheduler does once the dead process's claim has lapsed."""
    with installation.database.begin() as db:
        job = db.get_one(Job, job_id)
        job.state, job.attempt, job.lease_token, job.lease_until = JobState.QUEUED, 0, None, None


def _out(installation):
    """The page that is out, and what is wrong with anything that it leads to."""
    page = installation.store.read_bytes(f"{PREFIX}index.html")
    return page, walk_release(StoreWeb(installation.store, PREFIX).fetch, ADDRESS).problems


def _changes_of(installation, words):
    counting = CountingStore(installation.settings.store_folder)
    own, installation.store = installation.store, counting
    _run(installation, _correct(installation, words))
    installation.store = own
    return counting.changes


def test_whoever_dies_while_publishing_leaves_the_old_release_or_the_new_one(publisher):
    changes = _changes_of(publisher, "counted")
    steps = {1 + round(sample * (changes - 2) / (SAMPLES - 1)) for sample in range(SAMPLES)}
    moments = [(step, False) for step in sorted(steps)] + [(changes, True)]
    for turn, (step, dies_after) in enumerate(moments):
        before, _ = _out(publisher)
        job_id = _correct(publisher, f"correction {turn}")
        _run_to_death(publisher, job_id, dies_at=step, dies_after=dies_after)
        _, problems = _out(publisher)
        assert problems == [], (step, changes)
        _give_back(publisher, job_id)
        _run(publisher, job_id)
        page, problems = _out(publisher)
        assert (page != before, problems) == (True, [])
    remove_unpublished(publisher.database, publisher.store, older_than_hours=0)
    assert _out(publisher)[1] == []
