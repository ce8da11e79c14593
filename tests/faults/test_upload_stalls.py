"""Many lines that stand still do not keep the portal from answering others, and what they had brought is kept."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest

from tests.fixtures.portal import PortalProcess, begin, offset_of
from tests.fixtures.raw_http import RawPatch
from webapp.tus.writers import SILENT_SECONDS

pytestmark = pytest.mark.slow

STALLED = 50
PATIENCE_SECONDS = 30


@contextmanager
def stalled_uploads(portal: PortalProcess, invite, count: int) -> Iterator[list[tuple[httpx.Client, str]]]:
    """Uploads that send a thousand bytes of a million and then nothing."""
    with ExitStack() as stack:
        uploads = []
        for _ in range(count):
            visitor = stack.enter_context(closing(invite(portal).visit()))
            path = begin(visitor, 1_000_000)
            request = stack.enter_context(RawPatch(visitor, path, offset=0, length=1_000_000))
            request.send(b"x" * 1000)
            uploads.append((visitor, path))
        yield uploads


def answers_to_others(portal: PortalProcess, count: int, patience_seconds: float = PATIENCE_SECONDS) -> list[int]:
    """What other people's requests are answered with; one that has to wait for a stalled line to be cut fails."""
    address = f"{portal.url}/healthz"
    return [httpx.get(address, timeout=patience_seconds).status_code for _ in range(count)]


def test_fifty_stalled_uploads_keep_nobody_waiting(make_portal, invite) -> None:
    portal = make_portal(threads=128, stall_seconds=20 * PATIENCE_SECONDS)  # no line is cut meanwhile and makes room
    with stalled_uploads(portal, invite, STALLED):
        assert answers_to_others(portal, 40) == [200] * 40


def test_fewer_threads_than_stalled_uploads_still_answer_and_keep_every_byte(make_portal, invite) -> None:
    portal = make_portal(threads=16, stall_seconds=2 * PATIENCE_SECONDS)
    with ExitStack() as stack:
        uploads = stack.enter_context(stalled_uploads(portal, invite, 14))
        more = stack.enter_context(stalled_uploads(portal, invite, 14))
        assert answers_to_others(portal, 10) == [200] * 10
        time.sleep(SILENT_SECONDS + 0.5)  # a line as silent as that is taken for dead when its speaker asks
        for visitor, path in [*uploads, *more]:
            assert offset_of(visitor, path) == 1000


def test_a_head_that_never_ends_is_given_up_too(make_portal) -> None:
    portal = make_portal(threads=4, stall_seconds=5)
    with ExitStack() as stack:
        for _ in range(8):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", portal.port)))
            slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        assert answers_to_others(portal, 3, patience_seconds=25) == [200] * 3
    assert "Traceback" not in portal.log
