"""An installation restored on an empty machine publishes the same bytes; its originals open with their master key."""

import pytest
from click.testing import CliRunner

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.database import Database
from pipeline.records.tables import Job, Recording, Release
from pipeline.services.originals import Originals, fetch_original, original_of, store_original
from pipeline.services.releases import publish_country
from pipeline.services.tracks import add_track
from pipeline.storage.keys import original_key, package_prefix, under
from pipeline.storage.sealing import KeyRing, MasterKeyMissing, new_master_key
from presession.cli import main
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.packages import make_package
from tests.fixtures.panels import STAFF, approve_again, approve_new_recording, country_of, statement_of
from workers.clock import utc_now

pytestmark = pytest.mark.slow

VOICE = b"a voice " * 1000


def publish(installation):
    """Publish Malawi and give what is out, without the opaque names that each release and its media get."""
    with installation.database.begin() as db:
        release = publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now())
        release_id, (item,) = release.id, release.items
        names = {release.name: b"RELEASE", item.media_name: b"MEDIA", item.card_name: b"CARD"}
    run_job(installation.context(), installation.job(JobKind.RELEASE, release_id).id)
    assert installation.job(JobKind.RELEASE, release_id).state is JobState.DONE

    def without_names(data):
        for name, word in names.items():
            data = data.replace(name.encode(), word)
        return data

    keys = installation.store.list_keys("site/36/mw/")
    of_this = [key for key in keys if key.count("/") == 3 or any(name in key for name in names)]
    return {without_names(key.encode()): without_names(installation.store.read_bytes(key)) for key in of_this}


def subtitle(installation, words):
    """Add or correct the subtitles, and approve them."""
    with installation.database.begin() as db:
        statement = statement_of(db, "MW", 1)
        webvtt = f"WEBVTT\n\n00:00.500 --> 00:02.000\n{words}\n".encode()
        add_track(db, statement.current_recording, language="fr", data=webvtt, actor=STAFF, now=utc_now())
        approve_again(db, statement)


@pytest.fixture
def master():
    return new_master_key()


@pytest.fixture
def published(sqlite_installation, tmp_path, master):
    """Malawi with a recording that is packaged, subtitled, sealed, approved; and what is out of it."""
    package = make_package(tmp_path / "package", seconds=3, colour="navy")
    prefix = package_prefix("1" * 32)
    for uri in package.media_uris():
        sqlite_installation.store.put_file(under(prefix, uri), tmp_path / "package" / uri, content_type="video/mp4")
    (tmp_path / "voice").write_bytes(VOICE)
    keys = KeyRing((master,))
    originals, sealed_key = Originals(sqlite_installation.store, keys), keys.new_key()
    place = tmp_path / "sealed"
    key = original_key("2" * 32)
    store_original(originals, tmp_path / "voice", key=key, sealed_key=sealed_key, place=place)
    with sqlite_installation.database.begin() as db:
        statement = statement_of(db, "MW", 1)
        approve_new_recording(db, statement, package, prefix)
        recording = statement.current_recording
        recording.original_key, recording.wrapped_key, recording.size_bytes = key, sealed_key, len(VOICE)
    subtitle(sqlite_installation, "Words")
    return publish(sqlite_installation)


@pytest.fixture
def restored(sqlite_installation, published, tmp_path):
    """The same installation out of its backup, in an empty folder."""

    def run(*arguments, data_dir, url=""):
        environment = {"PRESESSION_DATA_DIR": str(data_dir), "PRESESSION_DATABASE_URL": url}
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    settings = sqlite_installation.settings
    run("backup", tmp_path / "backup", data_dir=settings.data_dir, url=settings.database_url)
    told = run("restore", tmp_path / "backup", data_dir=tmp_path / "other")
    assert "1 originals are sealed with a master key that is NOT here" in told
    assert not (tmp_path / "other" / "originals.key").exists(), "the old one is put there, over nothing"
    database = Database(f"sqlite:///{tmp_path / 'other' / 'presession.sqlite3'}")
    yield Installation(tmp_path / "other", database)
    database.close()


def test_it_shows_and_publishes_the_same_bytes(sqlite_installation, published, restored):
    for key in sqlite_installation.store.list_keys(""):
        assert restored.store.read_bytes(key) == sqlite_installation.store.read_bytes(key), key
    for installation in (sqlite_installation, restored):
        subtitle(installation, "Better words")
    published_again = publish(restored)
    assert len(published_again) > 10
    assert published_again == publish(sqlite_installation) != published
    with restored.database.read() as db:
        assert db.query(Release).count() == 2
        assert db.query(Job).filter(Job.state == JobState.FAILED).count() == 0


def test_its_originals_open_with_the_master_key_and_with_no_other(restored, master, tmp_path):
    with restored.database.read() as db:
        stored = original_of(db.query(Recording).one())
    fetch_original(Originals(restored.store, KeyRing((master,))), stored, tmp_path / "opened")
    assert (tmp_path / "opened").read_bytes() == VOICE
    with pytest.raises(MasterKeyMissing):
        fetch_original(Originals(restored.store, KeyRing((new_master_key(),))), stored, tmp_path / "opened")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file())
    assert master.encode() not in everything
    assert b"a voice a voice" not in everything
