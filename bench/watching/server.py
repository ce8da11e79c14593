"""A web server for a folder as one is set up: with byte ranges, and with compressed texts where that is wanted."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_TEXTS = {".html", ".css", ".js", ".m3u8", ".vtt", ".mpd", ".json"}
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@contextmanager
def serve(folder: Path, *, compresses: bool) -> Iterator[str]:
    """The address, with a slash at its end, until the block is left."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, folder, compresses)) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, compresses: bool, *arguments: object) -> None:
        self._compresses = compresses
        super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """One file, a part of it, or its compressed form."""
        path = Path(self.translate_path(self.path.split("?")[0]))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        self._answer(path, path.read_bytes())

    def _answer(self, path: Path, data: bytes) -> None:
        wanted = _RANGE.fullmatch(self.headers.get("Range", ""))
        heads = {"Content-Type": self.guess_type(str(path)), "Accept-Ranges": "bytes"}
        if wanted:
            start, end = int(wanted[1]), min(int(wanted[2] or len(data) - 1), len(data) - 1)
            heads["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            data = data[start : end + 1]
        elif self._compresses and path.suffix in _TEXTS and "gzip" in self.headers.get("Accept-Encoding", ""):
            heads["Content-Encoding"] = "gzip"
            data = gzip.compress(data, 6)
        self.send_response(206 if wanted else 200)
        for name, value in {**heads, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle(self) -> None:
        """A browser that leaves in the middle of an answer is nothing to report."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""
