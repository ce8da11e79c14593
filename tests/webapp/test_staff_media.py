"""The preview of a recording: for staff alone, with today's subtitles, and nothing beside its package."""

import pytest

from pipeline.domain.tokens import new_name
from pipeline.services.tracks import add_track, remove_track
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import STAFF, hand_in, load_plan, session_plan, statement_of
from tests.fixtures.standings import accept
from tests.site.values import package as make_package

MEDIA = "/staff/recordings/1/media/"
BYTES = b"0123456789"
WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@pytest.fixture
def recording_id(sqlite_database, store) -> int:
    """A recording whose package is in the store, beside another object."""
    load_plan(sqlite_database, session_plan(MW=2))
    package, prefix = make_package([4.0]), package_prefix(new_name())
    for uri in package.media_uris():
        store.put_bytes(prefix + uri, BYTES, content_type="video/mp4")
    store.put_bytes(f"{prefix}package.json", b"{}", content_type="application/json")
    with sqlite_database.begin() as db:
        return accept(db, statement_of(db, "MW"), package=package, prefix=prefix).id


def test_media_are_streamed_in_ranges_and_kept_privately(anna, recording_id):
    answer = anna.get(f"{MEDIA}v180.mp4", headers={"Range": "bytes=2-4"})
    assert answer.status_code == 206
    assert answer.data == b"234"
    assert answer.headers["Cache-Control"] == "no-store"  # another package will have the same address


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
    listed = anna.get(f"{MEDIA}{subtitles}").text.splitlines()
    (span,) = (line.removeprefix("#EXT-X-BYTERANGE:") for line in listed if line.startswith("#EXT-X-BYTERANGE:"))
    length, offset = map(int, span.split("@"))
    wanted = {"Range": f"bytes={offset}-{offset + length - 1}"}
    segment = anna.get(f"{MEDIA}{listed[-2]}", headers=wanted)
    assert segment.status_code == 206
    assert segment.content_type == "text/vtt; charset=utf-8"
    assert "00:00:00.500 --> 00:00:02.000\nWords" in segment.text
    assert anna.get(f"{MEDIA}{listed[-2]}").text == segment.text
    with sqlite_database.begin() as db:
        recording = statement_of(db, "MW").current_recording
        remove_track(db, recording, track_id=track.id, actor=STAFF, now=now)
    assert "SUBTITLES" not in anna.get(f"{MEDIA}master.m3u8").text


@pytest.mark.parametrize(
    "path",
    ["package.json", "nothing.mp4", "../x", "subtitles/", "", "%2e%2e/%2e%2e/originals/" + "a" * 32, "v180.mp4/"],
)
def test_nothing_beside_the_package_is_served(anna, recording_id, path):
    assert anna.get(MEDIA + path).status_code in {404, 308}


def test_the_preview_is_for_staff_alone(visit, recording_id):
    for path in ("master.m3u8", "v180.mp4", "poster.jpg"):
        answer = visit().get(MEDIA + path, headers={"Accept": "*/*"})
        assert answer.status_code in {302, 401}
        assert BYTES not in answer.data


def test_a_recording_without_a_package_has_no_preview(anna, recording_id, sqlite_database):
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW", 2))
    assert anna.get("/staff/recordings/2/media/master.m3u8").status_code == 404
    assert anna.get("/staff/recordings/99/media/master.m3u8").status_code == 404


def test_no_connection_is_held_while_media_flow(anna, recording_id, sqlite_database):
    answer = anna.client.get(f"{MEDIA}v180.mp4", buffered=False)
    assert sqlite_database.engine.pool.checkedout() == 0
    assert answer.data == BYTES
    answer.close()
