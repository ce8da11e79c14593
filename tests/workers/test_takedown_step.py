"""Takedown: hidden at once whatever else is written, every object and version gone, caches told until they take it."""

import base64
import hashlib
import hmac
import json
import sys

import pytest

from config.settings import CdnSettings
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.publishing import ViewerChange
from pipeline.domain.webhooks import new_secret
from pipeline.records.tables import CachePurge, Event, Job, Release, Voice
from pipeline.services.receipts import load_receipts
from pipeline.services.release_films import film_names_in
from pipeline.services.release_history import check_return
from pipeline.services.release_voices import voices_in
from pipeline.services.releases import publish_country
from pipeline.services.subtitle_removal import take_down_subtitles
from pipeline.services.tracks import add_track, current_tracks
from pipeline.services.voice_removal import remove_voice
from pipeline.services.voices import voice_bounds
from pipeline.services.withdrawals import withdraw_statement
from pipeline.storage.keys import package_prefix, under
from tests.fixtures.installation import Installation, run_job
from tests.fixtures.packages import make_package
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    approve_new_recording,
    country_of,
    load_plan,
    session_plan,
    statement_of,
)
from workers.clock import utc_now
from workers.steps import takedown

pytestmark = pytest.mark.slow

PREFIX = "site/36/mw/"


@pytest.fixture
def published(sqlite_installation, tmp_path):
    """Malawi with two statements, out."""
    _publish(sqlite_installation, tmp_path)
    return sqlite_installation


def _publish(installation, tmp_path):
    package = make_package(tmp_path / "statement", seconds=2)
    for position in (1, 2):
        prefix = package_prefix(f"{position:032x}")
        for uri in package.media_uris():
            path = tmp_path / "statement" / uri
            installation.store.put_file(under(prefix, uri), path, content_type="video/mp4")
        with installation.database.begin() as db:
            approve_new_recording(db, statement_of(db, "MW", position), package, prefix)
    with installation.database.begin() as db:
        publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now())
    _run(installation, JobKind.RELEASE)


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
    return live.name, *gone[0], *film_names_in(live.facts)


def _published(installation):
    keys = list(installation.store.list_keys(PREFIX))
    return keys, b"".join(installation.store.read_bytes(key) for key in keys if not key.endswith(".mp4"))


def test_what_is_withdrawn_is_hidden_while_workers_write_other_things(published, monkeypatch):
    monkeypatch.setattr(takedown, "_HEAD_START_SECONDS", 0.0)
    before, _ = _published(published)
    release, *media = _withdraw(published)
    assert all(any(name in key for key in before) for name in media)
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


def test_subtitles_and_voices_that_staff_take_away_come_down_as_what_is_withdrawn(published, monkeypatch):
    monkeypatch.setattr(takedown, "_HEAD_START_SECONDS", 0.0)
    voice_id = _add_voice(published)
    for words in (b"Said wrongly", b"Corrected"):
        with published.database.begin() as db:
            recording = statement_of(db, "MW", 1).current_recording
            data = b"WEBVTT\n\n00:00.500 --> 00:01.500\n" + words + b"\n"
            add_track(db, recording, language="fr", data=data, actor=STAFF, now=utc_now())
            for place in (1, 2):
                approve_again(db, statement_of(db, "MW", place))
            publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now())
        assert _run(published, JobKind.RELEASE).state is JobState.DONE
    before, texts = _published(published)
    assert b"Said wrongly" in texts, "the release before is kept as long as it says nothing that it may not"
    with published.database.begin() as db:
        recording = statement_of(db, "MW", 1).current_recording
        track = current_tracks(recording)["fr"]
        take_down_subtitles(db, recording, track_id=track.id, actor=STAFF, now=utc_now())
        remove_voice(db, db.get_one(Voice, voice_id), 1, actor=STAFF, now=utc_now())
        first = db.query(Release).order_by(Release.id).first()
        check = check_return(db, country_of(db, "MW"), first)
        assert (check.left_out, check.lost) == ((), ()), "the first one never had them"
        with_them = db.query(Release).order_by(Release.id).all()[1]
        lost = {one.change: one.language for one in check_return(db, country_of(db, "MW"), with_them).lost}
        assert lost == {ViewerChange.SUBTITLES_REMOVED: "fr", ViewerChange.VOICE_REMOVED: "es"}
        (name,) = {one.name for place in (1, 2) for one in voices_in(with_them.facts, statement_of(db, "MW", place).id)}
    assert _run(published, JobKind.TAKEDOWN).state is JobState.DONE
    keys, texts = _published(published)
    assert b"being updated" in published.store.read_bytes(f"{PREFIX}index.html")
    assert b"Said wrongly" not in texts
    assert b"Corrected" not in texts
    assert [key for key in before if name in key]
    assert not [key for key in keys if name in key]
    media = {key for key in before if "/media/" in key and not key.endswith(".jpg")}
    assert {key for key in media if key.split("/")[4] in _shown_next(published)} <= set(keys), (
        "films are not sent twice"
    )
    assert _run(published, JobKind.RELEASE).state is JobState.DONE
    keys, texts = _published(published)
    assert b"Organisation 1" in texts
    with published.database.read() as db:
        films = [film_names_in(release.facts) for release in db.query(Release)]
    assert films[0].isdisjoint(films[-1]), "no film is taken over from what is being taken away"
    assert {f"{PREFIX}media/{name}/programme.mp4" for name in films[-1]} <= set(keys)


def _add_voice(installation):
    """Spoken interpretation of the second statement, approved: its own sound once more."""
    with installation.database.begin() as db:
        recording = statement_of(db, "MW", 2).current_recording
        sound, prefix = recording.package["audio"], package_prefix("f" * 32)
        source = under(recording.package_prefix, sound["uri"])
        installation.store.copy(source, under(prefix, sound["uri"]), content_type="video/mp4", cache_control="no-store")
        voice = Voice(
            recording_id=recording.id,
            language="es",
            revision=1,
            original_key="",
            size_bytes=1,
            bound=voice_bounds(recording),
            package_prefix=prefix,
            package=sound,
            made_for=recording.package_prefix,
            created_at=utc_now(),
            approved_at=utc_now(),
        )
        recording.voices.append(voice)
        db.flush()
        return voice.id


def _shown_next(installation):
    """Names of the statements' media in the release that comes."""
    with installation.database.read() as db:
        coming = db.query(Release).order_by(Release.id.desc()).first()
        return {item.media_name for item in coming.items}


def test_nothing_is_hidden_where_the_release_comes_first(published, monkeypatch):
    _withdraw(published)
    assert _run(published, JobKind.RELEASE).state is JobState.DONE
    page = published.store.read_bytes(f"{PREFIX}index.html")
    assert _run(published, JobKind.TAKEDOWN).state is JobState.DONE
    assert published.store.read_bytes(f"{PREFIX}index.html") == page
    with published.database.read() as db:
        assert db.query(Event).filter(Event.name == "release.hidden").count() == 0
    monkeypatch.setattr(takedown, "_HEAD_START_SECONDS", 0.0)
    with published.database.begin() as db:
        # As where whoever moved the pointer died before that was noted down.
        db.query(Release).order_by(Release.id.desc()).first().published_at = None
        country_of(db, "MW").live_release_id = None
        withdraw_statement(db, statement=statement_of(db, "MW", 2), actor=STAFF, now=utc_now())
    assert _run(published, JobKind.TAKEDOWN).state is JobState.DONE
    assert b"being updated" in published.store.read_bytes(f"{PREFIX}index.html")


def test_caches_are_told_what_is_gone_until_they_take_it_and_the_receipt_says_so(published, receiver, tmp_path):
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
    place = "https://cdn.example.org/watch/36/mw/"
    wanted = {place, f"{place}index.html", f"{place}r/{release}/", *(f"{place}media/{name}/" for name in media)}
    assert wanted <= set(told.read_text().splitlines())
    secret = new_secret()
    cdn = CdnSettings(kind="http", url=receiver.url, secret=secret, public_url="https://cdn.example.org")
    published.settings = published.settings.model_copy(update={"cdn": cdn})
    receiver.status = 500
    assert _run(published, JobKind.PURGE).state is JobState.QUEUED
    receiver.status = 204
    assert _run(published, JobKind.PURGE).state is JobState.DONE
    refused, taken = [_checked_message(secret, *message) for message in receiver.got]
    assert wanted <= refused == taken == set(told.read_text().splitlines())
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1, "the same message, tried again"
    with published.database.read() as db:
        receipt = load_receipts(db, statement_of(db, "MW", 1))[0]
        assert (receipt.caches.answer, receipt.caches.told_at is not None) == ("204", True)


def _checked_message(secret, headers, body):
    """The addresses that a signed message names, and nothing else is in it; verified as a receiver does."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert hmac.compare_digest(headers["webhook-signature"], f"v1,{digest}")
    message = json.loads(body)
    assert (set(message), message["type"]) == ({"type", "timestamp", "urls"}, "caches.gone")
    return set(message["urls"])


def test_no_version_is_left_in_a_bucket_that_keeps_them(sqlite_database, s3_bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(takedown, "_HEAD_START_SECONDS", 0.0)
    load_plan(sqlite_database, session_plan(MW=2))
    installation = Installation(tmp_path / "data", sqlite_database, bucket=s3_bucket)
    client, kept = installation.store.connection.client, {"Bucket": s3_bucket.bucket}
    client.put_bucket_versioning(**kept, VersioningConfiguration={"Status": "Enabled"})
    _publish(installation, tmp_path)
    assert _times_shown(installation) == 2, "the programme's film shows both, whose recordings are alike"
    release, *media = _withdraw(installation)
    gone = [f"{PREFIX}r/{release}/", *(f"{PREFIX}media/{name}/" for name in media)]
    installation.store.put_bytes(f"{gone[1]}v180.mp4", b"another version", content_type="video/mp4")
    client.delete_object(**kept, Key=f"{gone[1]}a.mp4")  # as somebody else's program removes: a mark, and the version
    assert all(installation.store.count_traces(prefix) for prefix in gone)
    assert _run(installation, JobKind.TAKEDOWN).state is JobState.DONE
    assert not any(installation.store.count_traces(prefix) for prefix in gone)
    versions = client.list_object_versions(**kept, Prefix=f"{PREFIX}index.html")
    assert b"being updated" in installation.store.read_bytes(f"{PREFIX}index.html")
    assert [one["IsLatest"] for one in versions["Versions"]] == [True], "pointers of before named who was shown"
    assert "DeleteMarkers" not in versions
    assert _run(installation, JobKind.RELEASE).state is JobState.DONE
    assert _times_shown(installation) == 1
    assert not any(installation.store.count_traces(prefix) for prefix in gone)
    installation.store.close()


def _times_shown(installation):
    """How often the pictures of the statements' recording are in the one film of the programme that is out."""
    (programme,) = [key for key in installation.store.list_keys(PREFIX) if key.endswith("/programme.mp4")]
    recording = installation.store.read_bytes(f"{package_prefix(f'{2:032x}')}film-1.mp4")
    begins = recording.index(b"mdat") + 4
    return installation.store.read_bytes(programme).count(recording[begins : begins + 400])
