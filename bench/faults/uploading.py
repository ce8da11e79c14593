"""A speaker whose upload goes on through whatever happens to the portal, as the page in the browser does."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

import httpx

from bench.faults.batches import Batch, now
from pipeline.domain.errors import FinalError
from pipeline.records.tables import Recording, Statement
from pipeline.services.events import Actor
from pipeline.services.jobs import transaction
from pipeline.services.links import issue_link
from presession.demo.visitor import AnswerUnexpected, Visitor

Answer = TypeVar("Answer")

_TUS = {"Tus-Resumable": "1.0.0"}
_PIECE_BYTES = 256 * 1024
_CHUNK_BYTES = 16 * 1024
_PAUSE_SECONDS = 0.05
_PATIENCE_SECONDS = 180.0
_TROUBLE = (httpx.HTTPError, AnswerUnexpected)


class PacedUpload(threading.Thread):
    """Uploads in a thread of its own, a piece at a time; `finish` gives the recording to the batch."""

    def __init__(self, batch: Batch, data: bytes) -> None:
        super().__init__(name="upload", daemon=True)
        self._batch = batch
        self._data = data
        self._statement_id = batch.statement_ids[len(batch.recording_ids)]
        self._link = self._issue_link()
        self.sent_bytes = 0
        self.resumed = 0
        self._trouble = ""

    def run(self) -> None:
        """Upload until every byte is there; a portal that is away is tried again."""
        try:
            with Visitor(self._batch.installation.portal_url) as visitor:
                page = self._persist(lambda: visitor.send(visitor.open(self._link).own_form()))
                endpoint = str(page.block("upload-config")["endpoint"])
                address = self._persist(lambda: self._begin(visitor.http, endpoint))
                while self.sent_bytes < len(self._data):
                    self._send_piece(visitor.http, address)
        except FinalError as error:
            self._trouble = str(error)

    def finish(self) -> None:
        """Wait for the recording; raises `FinalError` when none came of it, or not exactly these bytes."""
        self.join(_PATIENCE_SECONDS * 2)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and not self._trouble:
            recording = self._recording()
            if recording is not None:
                self._batch.recording_ids.append(recording.id)
                if recording.sha256 != sha256(self._data).hexdigest():
                    raise FinalError("The portal kept other bytes than were sent.")
                return
            time.sleep(0.2)
        raise FinalError(f"No recording came of an upload: {self._trouble or 'it is not there'}")

    def _issue_link(self) -> str:
        installation = self._batch.installation
        with transaction(installation.database, installation.producer) as db:
            statement = db.get_one(Statement, self._statement_id)
            tomorrow = now() + timedelta(days=1)
            token = issue_link(db, statement=statement, expires_at=tomorrow, actor=Actor("staff", 1), now=now())
        return f"{installation.portal_url}/s/{token}"

    def _recording(self) -> Recording | None:
        with self._batch.installation.database.read() as db:
            return db.get_one(Statement, self._statement_id).current_recording

    def _begin(self, http: httpx.Client, endpoint: str) -> str:
        answer = http.post(endpoint, headers={**_TUS, "Upload-Length": str(len(self._data))})
        answer.raise_for_status()
        return str(answer.url.join(answer.headers["Location"]))

    def _send_piece(self, http: httpx.Client, address: str) -> None:
        piece = self._data[self.sent_bytes : self.sent_bytes + _PIECE_BYTES]
        headers = {
            **_TUS,
            "Upload-Offset": str(self.sent_bytes),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(piece)),
        }
        try:
            answer = http.patch(address, headers=headers, content=_slowly(piece))
            answer.raise_for_status()
            self.sent_bytes = int(answer.headers["Upload-Offset"])
        except httpx.HTTPError:
            self.sent_bytes = self._persist(lambda: self._offset(http, address))
            self.resumed += 1

    def _offset(self, http: httpx.Client, address: str) -> int:
        answer = http.head(address, headers=_TUS)
        answer.raise_for_status()
        return int(answer.headers["Upload-Offset"])

    def _persist(self, ask: Callable[[], Answer]) -> Answer:
        """Ask until there is an answer."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except _TROUBLE as error:
                if time.monotonic() > until:
                    raise FinalError(f"The portal did not come back: {_quote(error)}") from error
                time.sleep(0.5)


def _slowly(piece: bytes) -> Iterator[bytes]:
    """As over a thin line: the portal is nearly always in the middle of a piece."""
    for begin in range(0, len(piece), _CHUNK_BYTES):
        yield piece[begin : begin + _CHUNK_BYTES]
        time.sleep(_PAUSE_SECONDS)


def _quote(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        request, answer = error.request, error.response
        return f"{request.method} {request.url.path}: {answer.status_code} {answer.text[:160]}"
    return f"{type(error).__name__}: {error}"
