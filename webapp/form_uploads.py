"""A recording sent by a plain form, for browsers without scripts: one request, no resuming, bounded, flat memory.

The bytes go to the spool as they arrive and end in the same place as those of a resumable upload.
"""

from dataclasses import dataclass
from typing import IO, Any, cast

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header
from werkzeug.wsgi import LimitedStream

from config.settings import MIB
from pipeline.storage.spool import Spool, SpoolFile

FORM_BYTES = 256 * MIB
"""Larger files need an upload that can be resumed."""

_FIELD_BYTES = 64 * 1024
_FIELDS = 8


@dataclass(frozen=True)
class ReceivedForm:
    """What a form brought: its small fields, and how many bytes its file had (None without a file)."""

    fields: dict[str, str]
    file_bytes: int | None


def receive_form(environ: dict[str, Any], spool: Spool, name: str, *, max_bytes: int) -> ReceivedForm:
    """Read a multipart body, its file into the spool under `name`, which must not exist.

    Raises `RequestEntityTooLarge`, `ClientDisconnected`, `BadRequest` or `SpoolFull`; then the spool is left without
    the file.
    """
    spool.create(name)
    try:
        with spool.hold(name) as file:
            received = _parse(environ, file, max_bytes)
            file.sync()
    except BaseException:
        spool.remove(name)
        raise
    if received.file_bytes is None:
        spool.remove(name)
    return received


class _SpoolStream:
    """The part of a writable file that the form parser uses."""

    def __init__(self, file: SpoolFile, max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes

    def write(self, chunk: bytes) -> int:
        if self._file.size_bytes + len(chunk) > self._max_bytes:
            raise RequestEntityTooLarge
        self._file.append(chunk)
        return len(chunk)

    def seek(self, offset: int) -> int:
        return offset


def _parse(environ: dict[str, Any], file: SpoolFile, max_bytes: int) -> ReceivedForm:
    mimetype, options = parse_options_header(environ.get("CONTENT_TYPE", ""))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if mimetype != "multipart/form-data" or not length:
        raise BadRequest
    files = 0

    def open_stream(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        nonlocal files
        files += 1
        if files > 1:
            raise BadRequest
        return cast("IO[bytes]", _SpoolStream(file, max_bytes))

    parser = FormDataParser(
        stream_factory=open_stream,
        max_form_memory_size=_FIELD_BYTES,
        max_content_length=max_bytes + _FIELD_BYTES,
        max_form_parts=_FIELDS,
        silent=False,
    )
    body = LimitedStream(environ["wsgi.input"], length)  # a body that ends before its announced length raises
    try:
        _, fields, sent = parser.parse(cast("IO[bytes]", body), mimetype, length, options)
    except ValueError as error:  # not a form, or one that ends in the middle
        raise BadRequest from error
    has_file = any(part.filename for part in sent.values())
    return ReceivedForm({key: fields[key] for key in fields}, file.size_bytes if has_file else None)
