"""Writing a request's body to the end of a spool file: streamed, counted, verified where a checksum came with it."""

import hashlib
from collections.abc import Callable, Iterable

from pipeline.storage.spool import SpoolFile
from webapp.tus.protocol import CHECKSUM_MISMATCH, TOO_LARGE, Checksum, TusRefused


def append_body(
    file: SpoolFile,
    chunks: Iterable[bytes],
    *,
    room_bytes: int,
    checksum: Checksum | None,
    on_chunk: Callable[[], None],
) -> None:
    """Append what arrives and have it on the disk at the end; `room_bytes` is what may still come.

    With a checksum all of it counts or none. Raises `TusRefused` for a mismatch or a body that is too long, and
    `SpoolFull`; what was written before a full disk is kept.
    """
    try:
        if checksum is None:
            _append_plain(file, chunks, room_bytes, on_chunk)
        else:
            _append_verified(file, chunks, room_bytes, checksum, on_chunk)
    finally:
        file.sync()


def _append_plain(file: SpoolFile, chunks: Iterable[bytes], room_bytes: int, on_chunk: Callable[[], None]) -> None:
    for chunk in chunks:
        on_chunk()
        if len(chunk) > room_bytes:
            raise TusRefused(TOO_LARGE, "More bytes came than Upload-Length had announced.")
        file.append(chunk)
        room_bytes -= len(chunk)


def _append_verified(
    file: SpoolFile,
    chunks: Iterable[bytes],
    room_bytes: int,
    checksum: Checksum,
    on_chunk: Callable[[], None],
) -> None:
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False)
    with file.unverified() as aside:
        for chunk in chunks:
            digest.update(chunk)
            _append_plain(aside, (chunk,), room_bytes - aside.size_bytes, on_chunk)
        if not checksum.is_of(digest):
            raise TusRefused(CHECKSUM_MISMATCH, "These bytes do not match their checksum; none of them is kept.")
        file.append_file(aside.path)
