"""Bytes to send that no two uploads share, made when they are asked for: no file, and hardly any memory."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

_BLOCK = os.urandom(1024**2)
_MARK_BYTES = 16


@dataclass
class Film:
    """So many bytes of a recording; each megabyte of it begins with a mark of its own."""

    size_bytes: int
    name: bytes = field(default_factory=lambda: os.urandom(_MARK_BYTES // 2))

    def read(self, start: int, most: int) -> bytes:
        """Up to so many bytes from an offset on."""
        end = min(start + most, self.size_bytes)
        first, last = start // len(_BLOCK), -(-end // len(_BLOCK))
        blocks = b"".join(self._block(number) for number in range(first, last))
        return blocks[start - first * len(_BLOCK) : end - first * len(_BLOCK)]

    def pieces(self, piece_bytes: int) -> Iterator[bytes]:
        """All of it."""
        for start in range(0, self.size_bytes, piece_bytes):
            yield self.read(start, piece_bytes)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of all of it."""
        digest = hashlib.sha256()
        for piece in self.pieces(len(_BLOCK)):
            digest.update(piece)
        return digest.hexdigest()

    def _block(self, number: int) -> bytes:
        return self.name + number.to_bytes(_MARK_BYTES // 2, "big") + _BLOCK[_MARK_BYTES:]
