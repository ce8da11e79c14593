"""Gunicorn as the portal runs it: it leaves with its master, and stops soon when asked, whatever is under way."""

import os
import signal
import socket
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from flask import Flask, render_template

from tests.fixtures.portal import PortalProcess, begin, offset_of
from tests.fixtures.raw_http import RawPatch
from webapp.security import headers_of_answers
from webapp.serving import keep_templates

pytestmark = pytest.mark.slow


def is_running(pid: int) -> bool:
    """Whether a process is there and not only waiting to be collected."""
    with suppress(FileNotFoundError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def wait_until_gone(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < deadline, f"{pid} is still there"
        time.sleep(0.05)


def test_the_worker_leaves_when_its_master_is_killed(make_portal) -> None:
    portal: PortalProcess = make_portal()
    master, worker = portal.pids()
    os.kill(master, signal.SIGKILL)
    wait_until_gone(worker, 30)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", portal.port)).close()


def test_what_cannot_be_understood_is_answered_with_all_headers_and_not_quoted(make_portal) -> None:
    portal: PortalProcess = make_portal()
    for sent in (b"GET / HTTP/1.1\r\nHost: x\r\nA secret\r\n\r\n", b"SECRET\r\n\r\n"):
        with closing(socket.create_connection(("127.0.0.1", portal.port), 10)) as line:
            line.sendall(sent)
            answer = b"".join(iter(lambda line=line: line.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert set(headers_of_answers(is_secure=False)) <= {name.decode() for name, _ in _headers(answer)}
        assert b"secret" not in answer.lower() + portal.log.lower().encode()


def _headers(answer: bytes) -> list[tuple[bytes, bytes]]:
    lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    return [(name, value) for name, _colon, value in (line.partition(b": ") for line in lines)]


def test_it_stops_soon_and_keeps_what_an_upload_had_brought(make_portal, invite) -> None:
    portal: PortalProcess = make_portal(stall_seconds=60)
    invited = invite(portal)
    with closing(invited.visit()) as visitor:
        path = begin(visitor, 1_000_000)
        with RawPatch(visitor, path, offset=0, length=1_000_000) as request:
            request.send(b"x" * 500_000)
            while offset_of(visitor, path) == 0:
                time.sleep(0.05)
            begun = time.monotonic()
            portal.stop()
            assert time.monotonic() - begun < 20
    assert (portal.spool.size_bytes(path.rsplit("/", 1)[1]) or 0) > 0
    assert "Traceback" not in portal.log


def test_somebody_who_stops_taking_an_answer_does_not_hold_a_thread(make_portal, invite) -> None:
    portal: PortalProcess = make_portal(threads=4, stall_seconds=5)
    portal.store.put_bytes("site/36/mw/big.bin", b"x" * 30_000_000, content_type="video/mp4")
    takers = []
    for _ in range(4):
        taker = socket.create_connection(("127.0.0.1", portal.port))
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        taker.sendall(b"GET /watch/36/mw/big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        takers.append(taker)
    begun = time.monotonic()
    answer = httpx.get(f"{portal.url}/healthz", timeout=60)
    assert answer.status_code == 200
    assert time.monotonic() - begun < 20
    for taker in takers:
        taker.close()
    assert "Traceback" not in portal.log


def test_files_that_are_updated_under_a_running_portal_change_none_of_its_pages(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("{{ known }}")
    app = Flask(__name__, template_folder=str(tmp_path))
    keep_templates(app)
    page.write_text("{{ unknown.name }}")
    with app.app_context():
        assert render_template("page.html", known="shown") == "shown"
