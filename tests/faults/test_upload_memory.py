"""The web process stays flat, whatever is sent."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.speakers.memory import highest
from tests.fixtures.portal import BODY, PortalProcess, begin, csrf_token

pytestmark = pytest.mark.slow

MEGABYTE = 1024**2
BLOCK = bytes(range(256)) * 4096


def resident_bytes(portal: PortalProcess) -> int:
    """Memory of the worker process."""
    status = Path(f"/proc/{portal.pids()[-1]}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def blocks(count: int) -> Iterator[bytes]:
    """A megabyte after the other."""
    for _ in range(count):
        yield BLOCK


def test_300_megabytes_leave_no_mark(make_portal, invite) -> None:
    portal = make_portal()
    visitor = invite(portal).visit()
    path = begin(visitor, 300 * MEGABYTE)
    before = resident_bytes(portal)
    begun = time.monotonic()
    with highest(lambda: resident_bytes(portal), every_seconds=0.02) as peaks:
        headers = {**BODY, "Upload-Offset": "0", "Content-Length": str(300 * MEGABYTE)}
        answer = visitor.patch(path, content=blocks(300), headers=headers, timeout=120)
    assert answer.status_code == 204
    grown = (peaks[-1] - before) / MEGABYTE
    print(f"300 MB in {time.monotonic() - begun:.1f} s, {grown:.1f} MB more memory")  # noqa: T201 - a measure
    assert grown < 25
    visitor.close()


def test_a_plain_form_leaves_no_mark_either(make_portal, invite) -> None:
    portal = make_portal()
    invited = invite(portal)
    visitor = invited.visit()
    token = csrf_token(visitor.get("/speaker/").text)
    before = resident_bytes(portal)

    def body() -> Iterator[bytes]:
        yield b'--B\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n"
        yield b'--B\r\nContent-Disposition: form-data; name="recording"; filename="a.mp4"\r\n\r\n'
        yield from blocks(100)
        yield b"\r\n--B--\r\n"

    length = sum(len(piece) for piece in body())
    headers = {"Content-Type": "multipart/form-data; boundary=B", "Content-Length": str(length)}
    with highest(lambda: resident_bytes(portal), every_seconds=0.02) as peaks:
        answer = visitor.post("/speaker/recording", content=body(), headers=headers, timeout=120)
    assert answer.status_code == 303
    assert invited.recordings()[0].size_bytes == 100 * MEGABYTE
    grown = (peaks[-1] - before) / MEGABYTE
    print(f"{grown:.1f} MB more memory")  # noqa: T201 - a measure
    assert grown < 25
    visitor.close()
