"""What a program is given on its stdin, piece by piece, as fast as it takes it."""

import os
from collections.abc import Iterable
from typing import IO


class Input:
    """Pieces for one program; only the one under way is kept in memory."""

    def __init__(self, stream: IO[bytes], pieces: Iterable[bytes]) -> None:
        self.stream = stream
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def give(self) -> bool:
        """Write what the program takes now; whether there is more to give. One that reads no further gets no more."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self._rest = memoryview(piece)
        try:
            self._rest = self._rest[os.write(self.stream.fileno(), self._rest) :]
        except BlockingIOError:
            return True
        except BrokenPipeError:
            return False
        return True
