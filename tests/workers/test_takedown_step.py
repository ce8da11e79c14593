"""Takedown: hidden at once whatever else is written, every object and version gone, caches told until they take it."""

import sys

import pytest

from config.settings import CdnSettings
from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import CachePurge, Event, Job, Release
from pipeline.services.receipts import load_receipts
from pipeline.services.releases import publish_country
from pipeline.services.withdrawals import withdraw_statement
from pipeline.storage.keys import package_prefix, under
from tests.fixtures.installation import run_job
from tests.fixtures.packages import make_package
from tests.fixtures.panels import STAFF, approve_new_recording, country_of, statement_of
from workers.clock import utc_now
from workers.steps import takedown

pytestmark = pytest.mark.slow

PREFIX = "site/36/mw/"


@pytest.fixture
def published(sqlite_installation, tmp_path):
    """Malawi with two statements, out."""
    package = make_package(tmp_path / "statement", seconds=2)
    for position in (1, 2):
        prefix = package_prefix(f"{position:032x}")
        for uri in package.media_uris():
            path = tmp_path / "statement" / uri
            sqlite_installation.store.put_file(under(prefix, uri), path, content_type="video/mp4")
        with sqlite_installation.database.begin() as db:
            approve_new_recording(db, statement_of(db, "MW", position), package, prefix)
    with sqlite_installation.database.begin() as db:
        publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now())
    _run(sqlite_installation, JobKind.RELEASE)
    return sqlite_installation


def _run(installation, kind):
    """Run the newest job of a kind; as it stands afterwards."""
    with installation.database.begin() as db:
        job = db.query(Job).filter(Job.kind == kind).order_by(Job.id.desc()).first()
        job.not_before = None
    run_job(installation.context(), job.id)
    with installation.database.read() as db:
        return db.get_one(Job, job.id)


def _withdraw(installation):
    with installation.database.begin() as db:
        statement = statement_of(db, "MW", 1)
        live = db.query(Release).one()
        gone = [(item.media_name, item.card_name) for item in live.items if item.statement_id == statement.id]
        withdraw_statement(db, statement=statement, actor=STAFF, now=utc_now())
    return live.name, *gone[0]


def _published(installation):
    keys = list(installation.store.list_keys(PREFIX))
    return keys, b"".join(installation.store.read_bytes(key) for key in keys if not key.endswith(".mp4"))


def test_what_is_withdrawn_is_hidden_while_workers_write_other_things(published, monkeypatch):
    monkeypatch.setattr(takedown, "_HEAD_START_SECONDS", 0.0)
    before, _ = _published(published)
    release, *media = _withdraw(published)
    assert _run(published, JobKind.TAKEDOWN).state is JobState.DONE
    keys, texts = _published(published)
    assert b"being updated" in published.store.read_bytes(f"{PREFIX}index.html")
    assert b"Organisation" not in texts
    assert not [key for key in keys if release in key or any(name in key for name in media)]
    assert [key for key in before if key in keys and "/media/" in key], "media of the other statement are kept"
    with published.database.read() as db:
        assert db.query(Release).order_by(Release.id).first().removed_at is not None

    assert _run(published, JobKind.RELEASE).state is JobState.DONE
    keys, texts = _published(published)
    assert b"Organisation 2" in texts
    assert b"Organisation 1" not in texts


def test_nothing_is_hidden_where_the_release_comes_first(published):
    _withdraw(published)
    assert _run(published, JobKind.RELEASE).state is JobState.DONE
    page = published.store.read_bytes(f"{PREFIX}index.html")
    assert _run(published, JobKind.TAKEDOWN).state is JobState.DONE
    assert published.store.read_bytes(f"{PREFIX}index.html") == page
    with published.database.read() as db:
        assert db.query(Event).filter(Event.name == "release.hidden").count() == 0


def test_caches_are_told_what_is_gone_until_they_take_it_and_the_receipt_says_so(published, tmp_path):
    told = tmp_path / "told"
    script = "import os, sys; open(sys.argv[1], 'a').write(sys.stdin.read()); sys.exit(not os.path.exists(sys.argv[2]))"
    command = (sys.executable, "-c", script, str(told), str(tmp_path / "told.ok"))
    cdn = CdnSettings(kind="command", command=command, public_url="https://cdn.example.org")
    published.settings = published.settings.model_copy(update={"cdn": cdn})
    release, *media = _withdraw(published)
    _run(published, JobKind.RELEASE)
    waiting = _run(published, JobKind.PURGE)
    assert (waiting.state, waiting.attempt) == (JobState.QUEUED, 0), "it waits, and counts no attempt"
    with published.database.read() as db:
        assert [(purge.answer, purge.told_at) for purge in db.query(CachePurge)] == [("exit_1", None)]
    (tmp_path / "told.ok").touch()
    assert _run(published, JobKind.PURGE).state is JobState.DONE
    place = "https://cdn.example.org/watch/36/mw/"
    wanted = {place, f"{place}index.html", f"{place}r/{release}/", *(f"{place}media/{name}/" for name in media)}
    assert wanted <= set(told.read_text().splitlines())
    with published.database.read() as db:
        receipt = load_receipts(db, statement_of(db, "MW", 1))[0]
        assert (receipt.caches.answer, receipt.caches.told_at is not None) == ("exit_0", True)
