"""A paper is cleaned once, refused with a reason, and never more than its clean copy is kept."""

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.papers import PaperKind, PaperState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Paper
from pipeline.services.erasing import erase_withdrawn
from pipeline.services.papers import add_paper, original_key_of, remove_paper
from pipeline.storage.folder import FolderStore
from tests.fixtures.clock import NOW
from tests.fixtures.documents import CANARY, PARAGRAPH, inside, locked_pdf, telling_docx, telling_pdf
from tests.fixtures.installation import run_job
from tests.fixtures.panels import STAFF, statement_of

pytestmark = pytest.mark.slow


@pytest.fixture
def send(sqlite_installation):
    """Puts a paper into the store and on record, as the portal does; its id."""

    def send_one(data, kind=PaperKind.PDF):
        name = new_name()
        sqlite_installation.store.put_bytes(original_key_of(name), data, content_type="application/octet-stream")
        with sqlite_installation.database.begin() as db:
            statement = statement_of(db, "MW")
            values = {"name": name, "kind": kind, "title": "T", "size_bytes": len(data), "actor": STAFF, "now": NOW}
            return add_paper(db, statement=statement, **values).id

    return send_one


def run(installation, paper_id):
    run_job(installation.context(), installation.job(JobKind.PAPER, paper_id).id)
    assert installation.work_folders() == []
    return installation.job(JobKind.PAPER, paper_id)


def paper(installation, paper_id):
    with installation.database.read() as db:
        return db.get_one(Paper, paper_id)


@pytest.mark.parametrize(("make", "kind"), [(telling_pdf, PaperKind.PDF), (telling_docx, PaperKind.DOCX)])
def test_only_a_copy_without_metadata_is_kept(sqlite_installation, send, make, kind):
    paper_id = send(make(), kind)
    assert run(sqlite_installation, paper_id).state is JobState.DONE
    cleaned = paper(sqlite_installation, paper_id)
    data = sqlite_installation.store.read_bytes(cleaned.clean_key)
    assert (cleaned.state, cleaned.size_bytes, cleaned.says_name) == (PaperState.CLEAN, len(data), False)
    assert CANARY.encode() not in inside(data)
    erase_withdrawn(sqlite_installation.database, sqlite_installation.store, now=NOW)
    assert list(sqlite_installation.store.list_keys("papers/")) == [cleaned.clean_key]


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (locked_pdf(), PaperKind.PDF, "locked"),
        (b"%PDF-1.7", PaperKind.PDF, "broken"),
        (telling_pdf(), PaperKind.DOCX, "broken"),
        (b"PK\x03\x04", PaperKind.DOCX, "unknown_kind"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_and_not_kept(sqlite_installation, send, data, kind, code):
    paper_id = send(data, kind)
    assert run(sqlite_installation, paper_id).state is JobState.DONE
    refused = paper(sqlite_installation, paper_id)
    assert (refused.state, refused.refused_because) == (PaperState.REFUSED, code)
    erase_withdrawn(sqlite_installation.database, sqlite_installation.store, now=NOW)
    assert list(sqlite_installation.store.list_keys("papers/")) == []


def test_a_paper_that_was_cleaned_before_its_worker_died_is_taken_as_it_is(sqlite_installation, send):
    paper_id = send(telling_pdf())
    name = paper(sqlite_installation, paper_id).name
    clean = telling_pdf().replace(PARAGRAPH.encode(), b"Speaker 1, I ask you")
    sqlite_installation.store.put_bytes(f"papers/{name}/clean.pdf", clean, content_type="application/pdf")
    run(sqlite_installation, paper_id)
    assert paper(sqlite_installation, paper_id).state is PaperState.CLEAN
    assert sqlite_installation.store.read_bytes(f"papers/{name}/clean.pdf") == clean


def test_a_paper_removed_meanwhile_stays_removed(sqlite_installation, send):
    paper_id = send(telling_pdf())
    with sqlite_installation.database.begin() as db:
        remove_paper(db, db.get_one(Paper, paper_id), actor=STAFF, now=NOW)
    assert run(sqlite_installation, paper_id).state is JobState.CANCELLED
    erase_withdrawn(sqlite_installation.database, sqlite_installation.store, now=NOW)
    assert list(sqlite_installation.store.list_keys("papers/")) == []


def test_a_paper_that_is_taken_back_while_it_is_cleaned_leaves_nothing(sqlite_installation, send, monkeypatch):
    """The worker stores its copy at the very moment when the speaker removes the paper and its bytes are erased."""
    place, paper_id = sqlite_installation, send(telling_pdf())
    put_file = FolderStore.put_file

    def put_after_removal(store, key, path, **options):
        with place.database.begin() as db:
            remove_paper(db, db.get_one(Paper, paper_id), actor=STAFF, now=NOW)
        erase_withdrawn(place.database, place.store, now=NOW)
        put_file(store, key, path, **options)
        assert list(store.list_keys("papers/")) == [key]

    monkeypatch.setattr(FolderStore, "put_file", put_after_removal)
    assert run(place, paper_id).state is JobState.CANCELLED
    assert list(place.store.list_keys("papers/")) == []
