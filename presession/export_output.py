"""The files of an export as they are taken: into a folder or a ZIP, each with its checksum."""

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Protocol

SUMS = "SHA256SUMS"

_PACKED = frozenset({".html", ".css", ".js", ".txt", ".vtt", ".srt", ".m3u", ".xspf", ".csv"})
"""Suffixes that are worth packing; films are as small as they get."""


class ExportOutput(Protocol):
    """Takes files by their paths; `add_file` takes the file itself, which is then gone from where it was."""

    def add_bytes(self, path: str, data: bytes) -> None:
        """Write a small file."""

    def add_file(self, path: str, file: Path) -> None:
        """Take a file over."""


class FolderOutput:
    """Files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def add_bytes(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._place(path).write_bytes(data)

    def add_file(self, path: str, file: Path) -> None:
        """Move it there."""
        shutil.move(file, self._place(path))

    def _place(self, path: str) -> Path:
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


class ZipOutput:
    """Files in a ZIP, below a folder of its own name."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        self._archive = archive
        self._folder = folder

    def add_bytes(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._archive.writestr(f"{self._folder}/{path}", data, _packing(path))

    def add_file(self, path: str, file: Path) -> None:
        """Write it, however large, and remove it where it was."""
        self._archive.write(file, f"{self._folder}/{path}", _packing(path))
        file.unlink()


class Summed:
    """An output that notes the checksum and the length of everything that it is given."""

    def __init__(self, output: ExportOutput) -> None:
        self._output = output
        self.sums: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    def add_bytes(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._note(path, hashlib.sha256(data).hexdigest(), len(data))
        self._output.add_bytes(path, data)

    def add_file(self, path: str, file: Path) -> None:
        """Take a file over."""
        with file.open("rb") as opened:
            self._note(path, hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size)
        self._output.add_file(path, file)

    def add_sums(self) -> None:
        """Write what `sha256sum -c` reads; the last file of an export."""
        lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(self.sums.items()))
        self._output.add_bytes(SUMS, lines.encode())

    def _note(self, path: str, digest: str, size: int) -> None:
        self.sums[path] = digest
        self.sizes[path] = size


def _packing(path: str) -> int:
    return zipfile.ZIP_DEFLATED if Path(path).suffix in _PACKED else zipfile.ZIP_STORED
