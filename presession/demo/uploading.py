"""Sends a recording through the resumable upload, piece by piece, as the speaker's page does."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from pipeline.domain.errors import FinalError
from presession.demo.visitor import Visitor

_TUS = {"Tus-Resumable": "1.0.0"}
_BODY_TYPE = "application/offset+octet-stream"
_PIECE_BYTES = 256 * 1024
_CHUNK_BYTES = 16 * 1024
_LONGEST_WAIT_SECONDS = 30
_PAUSE_SECONDS = 1.0


class UploadFailed(FinalError):
    """An upload did not go as the protocol says."""


class _LineDropped(Exception):
    """The line went away, on purpose."""


def send_recording(visitor: Visitor, endpoint: str, path: Path, *, is_interrupted: bool = False) -> int:
    """Upload a file; returns the offset at which it was resumed, 0 when it was never interrupted."""
    size = path.stat().st_size
    answer = visitor.http.post(endpoint, headers={**_TUS, "Upload-Length": str(size)})
    _expect(answer, 201)
    address = str(answer.url.join(answer.headers["Location"]))
    resumed_at = 0
    if is_interrupted:
        _drop_the_line(visitor, address, path, size)
        resumed_at = _offset_after_a_while(visitor, address, size)
    _send_from(visitor, address, path, resumed_at, size)
    return resumed_at


def _send_from(visitor: Visitor, address: str, path: Path, offset: int, size: int) -> None:
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            answer = visitor.http.patch(
                address, headers=_piece_headers(offset), content=file.read(min(_PIECE_BYTES, size - offset))
            )
            _expect(answer, 204)
            offset = int(answer.headers["Upload-Offset"])


def _drop_the_line(visitor: Visitor, address: str, path: Path, size: int) -> None:
    """Announce the whole file, send about half of it, and close the connection."""
    headers = {**_piece_headers(0), "Content-Length": str(size)}
    try:
        with httpx.Client(timeout=_LONGEST_WAIT_SECONDS, trust_env=False, cookies=visitor.http.cookies) as line:
            line.patch(address, headers=headers, content=_half_of(path, size))
    except _LineDropped:
        return
    raise UploadFailed("The line did not drop although it was cut.")


def _half_of(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while file.tell() < size // 2:
            yield file.read(_CHUNK_BYTES)
    raise _LineDropped


def _offset_after_a_while(visitor: Visitor, address: str, size: int) -> int:
    """How much was kept, once the server has noticed that the line is gone."""
    until = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)
        offset = _offset(visitor, address)
        if 0 < offset < size:
            return offset
    raise UploadFailed(f"After a dropped line the server holds {offset} of {size} bytes.")


def _offset(visitor: Visitor, address: str) -> int:
    answer = visitor.http.head(address, headers=_TUS)
    _expect(answer, 200)
    return int(answer.headers["Upload-Offset"])


def _piece_headers(offset: int) -> dict[str, str]:
    return {**_TUS, "Upload-Offset": str(offset), "Content-Type": _BODY_TYPE}


def _expect(answer: httpx.Response, status: int) -> None:
    if answer.status_code != status:
        raise UploadFailed(
            f"The upload's {answer.request.method} was answered with status {answer.status_code} "
            f"instead of {status}: {answer.text[:200]}"
        )
