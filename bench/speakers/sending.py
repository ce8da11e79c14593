"""A tus client as the page's script is one: pieces one after the other, after a failure on from the portal's offset."""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.speakers.amounts import PIECE_BYTES
from bench.speakers.films import Film
from bench.speakers.invitations import Invited
from bench.speakers.portals import BenchPortal
from pipeline.domain.errors import FinalError

TUS = {"Tus-Resumable": "1.0.0"}
BODY = {**TUS, "Content-Type": "application/offset+octet-stream"}

_ANSWER_SECONDS = 300
_PATIENCE_SECONDS = 300
_PAUSE_SECONDS = 0.5
_LATER = {409, 423, 503, 507}


@dataclass(frozen=True)
class Answer:
    """Status and headers; bodies are read and thrown away."""

    status: int
    headers: http.client.HTTPMessage


class Sender:
    """One speaker's browser, on a connection that is kept; `sent_bytes` counts what was given to it."""

    def __init__(self, portal: BenchPortal, speaker: Invited) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=_ANSWER_SECONDS)
        self._cookie = {"Cookie": speaker.cookie}
        self.sent_bytes = 0

    def send(self, film: Film) -> None:
        """Send all of it, whatever happens to the portal; raises `FinalError` when it stays away."""
        path = self._patiently("POST", "/uploads/", {**TUS, "Upload-Length": str(film.size_bytes)}).headers["Location"]
        path, offset = urlsplit(path).path, 0
        while offset < film.size_bytes:
            offset = self._send_piece(path, film, offset)

    def send_at_once(self, film: Film) -> None:
        """Send all of it in one request."""
        beginning = self._patiently("POST", "/uploads/", {**TUS, "Upload-Length": str(film.size_bytes)})
        headers = {**BODY, "Upload-Offset": "0", "Content-Length": str(film.size_bytes)}
        answer = self.ask("PATCH", urlsplit(beginning.headers["Location"]).path, headers, film)
        if answer.status != 204:
            raise FinalError(f"All bytes in one request were answered with {answer.status}.")

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | Film | None = None) -> Answer:
        """One request; raises `OSError` or `HTTPException` where the line breaks."""
        try:
            data = body.pieces(PIECE_BYTES) if isinstance(body, Film) else body
            self._connection.request(method, path, body=data, headers={**self._cookie, **headers})
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return Answer(answer.status, answer.headers)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _send_piece(self, path: str, film: Film, offset: int) -> int:
        piece = film.read(offset, PIECE_BYTES)
        self.sent_bytes += len(piece)
        try:
            answer = self.ask("PATCH", path, {**BODY, "Upload-Offset": str(offset)}, piece)
        except (OSError, http.client.HTTPException):
            return self._offset(path)
        return int(answer.headers["Upload-Offset"]) if answer.status == 204 else self._offset(path)

    def _offset(self, path: str) -> int:
        return int(self._patiently("HEAD", path, TUS).headers["Upload-Offset"])

    def _patiently(self, method: str, path: str, headers: dict[str, str]) -> Answer:
        """Ask until there is an answer that lets go on."""
        until, said = time.monotonic() + _PATIENCE_SECONDS, ""
        while time.monotonic() < until:
            try:
                answer = self.ask(method, path, headers)
            except (OSError, http.client.HTTPException) as error:
                said = type(error).__name__
            else:
                if answer.status < 300:
                    return answer
                said = str(answer.status)
                if answer.status not in _LATER:
                    break
            time.sleep(_PAUSE_SECONDS)
        raise FinalError(f"The portal did not let a speaker go on: {method} gave {said}.")
