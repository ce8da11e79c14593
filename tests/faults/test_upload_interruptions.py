"""Uploads on bad lines: whatever arrived is kept, a dead line does not lock its speaker out, nothing happens twice."""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.fixtures.portal import TUS, InvitedSpeaker, begin, offset_of, patch
from tests.fixtures.raw_http import RawPatch
from webapp.tus.writers import SILENT_SECONDS

pytestmark = pytest.mark.slow

DATA = os.urandom(300_000)


def wait_for_offset(client: httpx.Client, path: str, at_least: int) -> int:
    """The offset once it has come to `at_least`."""
    deadline = time.monotonic() + 30
    while (offset := offset_of(client, path)) < at_least:
        assert time.monotonic() < deadline, offset
        time.sleep(0.05)
    return offset


def send_the_rest(client: httpx.Client, path: str) -> int:
    """Send what is missing as soon as the line before has let go; the offset from which it was sent."""
    deadline = time.monotonic() + 30
    offset = offset_of(client, path)
    while (status := patch(client, path, offset, DATA[offset:]).status_code) != 204:
        assert status in {409, 423}
        assert time.monotonic() < deadline
        time.sleep(0.05)
        offset = offset_of(client, path)
    return offset


@pytest.mark.parametrize("sent", [1, 10, 5000, 65_537])
def test_a_body_that_ends_early_is_kept_to_the_last_byte(visitor: httpx.Client, sent: int) -> None:
    path = begin(visitor, len(DATA))
    with RawPatch(visitor, path, offset=0, length=len(DATA)) as request:
        request.send(DATA[:sent])
        request.finish_sending()
        answer = request.answer()
    assert f"Upload-Offset: {sent}" in answer
    assert offset_of(visitor, path) == sent


def test_a_connection_that_is_reset_keeps_what_had_arrived(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    path = begin(visitor, len(DATA))
    with RawPatch(visitor, path, offset=0, length=len(DATA)) as request:
        request.send(DATA[:200_000])
        assert wait_for_offset(visitor, path, 4096) > 0
        request.reset()
    assert send_the_rest(visitor, path) > 0
    assert invited.original() == DATA


def test_a_second_writer_is_told_to_wait_while_the_first_is_alive(
    invited: InvitedSpeaker, visitor: httpx.Client
) -> None:
    path = begin(visitor, len(DATA))
    with RawPatch(visitor, path, offset=0, length=len(DATA)) as first:
        first.send(DATA[:100_000])
        wait_for_offset(visitor, path, 4096)
        second = patch(visitor, path, offset_of(visitor, path), b"x")
        assert second.status_code == 423
        first.send(DATA[100_000:])
        assert first.status() == 204
    assert invited.original() == DATA


def test_a_speaker_who_comes_back_is_not_locked_out_by_the_dead_line(
    invited: InvitedSpeaker, visitor: httpx.Client
) -> None:
    path = begin(visitor, len(DATA))
    with RawPatch(visitor, path, offset=0, length=len(DATA)) as dead:
        dead.send(DATA[:100_000])
        wait_for_offset(visitor, path, 4096)
        time.sleep(SILENT_SECONDS + 0.2)
        offset = offset_of(visitor, path)
        assert patch(visitor, path, offset, DATA[offset:]).status_code == 204
    assert offset == 100_000
    assert invited.original() == DATA


@pytest.mark.slow
def test_a_line_that_stands_still_is_given_up_and_its_bytes_are_kept(visitor: httpx.Client) -> None:
    path = begin(visitor, len(DATA))
    with RawPatch(visitor, path, offset=0, length=len(DATA)) as request:
        request.send(DATA[:12_345])
        begun = time.monotonic()
        assert "Upload-Offset: 12345" in request.answer()
        assert time.monotonic() - begun > 4
    assert offset_of(visitor, path) == 12_345


def test_bytes_with_a_checksum_that_break_off_are_not_kept(visitor: httpx.Client) -> None:
    path = begin(visitor, len(DATA))
    headers = {"Upload-Checksum": "sha256 " + "A" * 43 + "="}
    assert patch(visitor, path, 0, DATA[:1000], **headers).status_code == 460
    assert offset_of(visitor, path) == 0


def test_racing_last_bytes_make_one_recording(invited: InvitedSpeaker, visitor: httpx.Client) -> None:
    path = begin(visitor, len(DATA))
    patch(visitor, path, 0, DATA[:-1000])

    def send_last(_turn: int) -> int:
        with httpx.Client(base_url=visitor.base_url, cookies=visitor.cookies, timeout=30) as client:
            return patch(client, path, len(DATA) - 1000, DATA[-1000:]).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send_last, range(8)))
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    (recording,) = invited.recordings()
    assert recording.sha256 == hashlib.sha256(DATA).hexdigest()
    assert invited.original() == DATA


@pytest.mark.slow
def test_a_killed_server_loses_nothing_that_it_had_written(make_portal, invite) -> None:
    portal = make_portal()
    invited = invite(portal)
    visitor = invited.visit()
    path = begin(visitor, len(DATA))
    with RawPatch(visitor, path, offset=0, length=len(DATA)) as request:
        request.send(DATA[:150_000])
        known = wait_for_offset(visitor, path, 100_000)
        portal.kill()
    visitor.close()
    portal.start()
    again = invited.visit()
    offset = again.get("/speaker/status.json").json()["unfinished"]["offset_bytes"]
    assert offset >= known
    assert patch(again, path, offset, DATA[offset:]).status_code == 204
    assert invited.original() == DATA
    again.close()


def test_the_same_cookie_still_counts_after_a_restart(make_portal, invite) -> None:
    portal = make_portal()
    visitor = invite(portal).visit()
    path = begin(visitor, 10)
    portal.stop()
    portal.start()
    assert visitor.head(path, headers=TUS).headers["Upload-Offset"] == "0"
    visitor.close()
