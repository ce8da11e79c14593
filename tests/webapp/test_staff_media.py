"""The preview of a recording: for staff alone, with today's subtitles, and nothing beside its package."""

import pytest

from pipeline.domain.packages import MediaRendition, Package, Segment
from pipeline.domain.tokens import new_name
from pipeline.services.tracks import add_track, remove_track
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import STAFF, hand_in, load_plan, session_plan, statement_of
from tests.fixtures.standings import accept

MEDIA = "/staff/recordings/1/media/"
BYTES = b"0123456789"
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


def _package() -> Package:
    video = MediaRendition(
        "v180", "avc1.4d400d", "v180/init.mp4", (Segment("v180/0001.m4s", 4.0, 10),), 20, 20, 320, 180, 25.0
    )
    audio = MediaRendition("a", "mp4a.40.2", "a/init.mp4", (Segment("a/0001.m4s", 4.0, 10),), 20, 20, channels=2)
    return Package(4.0, (video,), audio, "poster.jpg")


@pytest.fixture
def recording_id(sqlite_database, store) -> int:
    """A recording whose package is in the store, beside another object."""
    load_plan(sqlite_database, session_plan(MW=2))
    package, prefix = _package(), package_prefix(new_name())
    for uri in package.media_uris():
        store.put_bytes(prefix + uri, BYTES, content_type="video/mp4")
    store.put_bytes(f"{prefix}package.json", b"{}", content_type="application/json")
    with sqlite_database.begin() as db:
        return accept(db, statement_of(db, "MW"), package=package, prefix=prefix).id


def test_media_are_streamed_in_ranges_and_kept_privately(anna, recording_id):
    answer = anna.get(f"{MEDIA}v180/0001.m4s", headers={"Range": "bytes=2-4"})
    assert answer.status_code == 206
    assert answer.data == b"234"
    assert answer.headers["Cache-Control"].startswith("private")


def test_manifests_are_written_with_the_subtitles_of_this_moment(anna, recording_id, sqlite_database, now):
    master = anna.get(f"{MEDIA}master.m3u8")
    assert master.content_type == "application/vnd.apple.mpegurl"
    assert master.headers["Cache-Control"] == "no-store"
    assert "SUBTITLES" not in master.text
    with sqlite_database.begin() as db:
        recording = statement_of(db, "MW").current_recording
        track = add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
    with_french = anna.get(f"{MEDIA}master.m3u8").text
    assert 'LANGUAGE="fr"' in with_french
    subtitles = next(line.split('URI="')[1].split('"')[0] for line in with_french.splitlines() if "SUBTITLES" in line)
    assert anna.get(f"{MEDIA}{subtitles}").status_code == 200
    with sqlite_database.begin() as db:
        recording = statement_of(db, "MW").current_recording
        remove_track(db, recording, track_id=track.id, actor=STAFF, now=now)
    assert "SUBTITLES" not in anna.get(f"{MEDIA}master.m3u8").text


@pytest.mark.parametrize(
    "path",
    ["package.json", "nothing.m4s", "../x", "v180/", "", "%2e%2e/%2e%2e/originals/" + "a" * 32, "v180/0001.m4s/"],
)
def test_nothing_beside_the_package_is_served(anna, recording_id, path):
    assert anna.get(MEDIA + path).status_code in {404, 308}


def test_the_preview_is_for_staff_alone(visit, recording_id):
    for path in ("master.m3u8", "v180/0001.m4s", "poster.jpg"):
        answer = visit().get(MEDIA + path, headers={"Accept": "*/*"})
        assert answer.status_code in {302, 401}
        assert BYTES not in answer.data


def test_a_recording_without_a_package_has_no_preview(anna, recording_id, sqlite_database):
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW", 2))
    assert anna.get("/staff/recordings/2/media/master.m3u8").status_code == 404
    assert anna.get("/staff/recordings/99/media/master.m3u8").status_code == 404


def test_no_connection_is_held_while_media_flow(anna, recording_id, sqlite_database):
    answer = anna.client.get(f"{MEDIA}v180/0001.m4s", buffered=False)
    assert sqlite_database.engine.pool.checkedout() == 0
    assert answer.data == BYTES
    answer.close()
