"""Files sealed with keys of their own in the age format (age-encryption.org), and the master keys that seal the keys.

A sealed file can be opened by any age program that has its key. A key is kept only sealed, as text: whoever destroys
that text has destroyed the file, wherever copies of it lie.
"""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyrage
from pyrage import x25519

from pipeline.domain.errors import RetryableError, WrongUsage
from pipeline.storage.chunks import Chunks
from pipeline.storage.store import StoreUnavailable


class MasterKeyMissing(StoreUnavailable):
    """None of the master keys here is the one that a key was sealed with; with it all goes on."""

    def __init__(self) -> None:
        super().__init__(
            "An original is sealed with a master key that this machine does not have. Give every machine the same "
            "PRESESSION_ORIGINALS__MASTER_KEYS, or the same key file."
        )


class SealBroken(RetryableError):
    """A sealed file is not whole, or was changed."""

    def __init__(self) -> None:
        super().__init__(
            "A sealed original cannot be opened: it is cut short or was changed. Restore it from a backup."
        )


class KeyRing:
    """The master keys of an installation: the first seals, all open. Without any nothing is sealed."""

    def __init__(self, master_keys: Sequence[str]) -> None:
        self._masters = [_parsed(key) for key in master_keys]

    @property
    def seals(self) -> bool:
        """Whether there is a key to seal with."""
        return bool(self._masters)

    def new_key(self) -> str:
        """A fresh key for one file, sealed; empty where nothing is sealed."""
        return self._sealed(str(x25519.Identity.generate())) if self.seals else ""

    def is_current(self, sealed_key: str) -> bool:
        """Whether a key is sealed with the first master key."""
        return self.seals and sealed_key.partition(":")[0] == _name_of(self._masters[0])

    def can_open(self, sealed_key: str) -> bool:
        """Whether the master key that a key was sealed with is here."""
        return sealed_key.partition(":")[0] in {_name_of(master) for master in self._masters}

    def renewed(self, sealed_key: str) -> str:
        """The same key, sealed with the first master key. Raises `MasterKeyMissing`."""
        return self._sealed(str(self._opened(sealed_key)))

    def seal_file(self, source: Path, target: Path, sealed_key: str) -> None:
        """Write a sealed copy of a file, with flat memory. Raises `MasterKeyMissing`, `StoreUnavailable`."""
        key = self._opened(sealed_key)
        try:
            pyrage.encrypt_file(str(source), str(target), [key.to_public()])
        except (pyrage.EncryptError, OSError) as error:
            raise StoreUnavailable(f"There is no room in {target.parent} to seal an original. Make room.") from error

    def open_to_file(self, chunks: Chunks, target: Path, sealed_key: str) -> None:
        """Write what a sealed file's bytes say, with flat memory. Raises `MasterKeyMissing`, `SealBroken`."""
        key, source = self._opened(sealed_key), _ChunkReader(chunks)
        with target.open("wb") as file:
            try:
                pyrage.decrypt_io(source, file, [key])
            except (pyrage.DecryptError, OSError) as error:
                raise source.fault or SealBroken() from error

    def _sealed(self, key: str) -> str:
        master = self._masters[0]
        return f"{_name_of(master)}:{base64.b64encode(pyrage.encrypt(key.encode(), [master.to_public()])).decode()}"

    def _opened(self, sealed_key: str) -> x25519.Identity:
        try:
            opened = pyrage.decrypt(base64.b64decode(sealed_key.partition(":")[2]), self._masters)
        except pyrage.DecryptError as error:
            raise MasterKeyMissing from error
        return x25519.Identity.from_str(opened.decode())


class _ChunkReader:
    """Chunks as a file to read from; keeps what their source raised, of which its reader only says that it failed."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._rest = b""
        self.fault: Exception | None = None

    def read(self, amount: int, /) -> bytes:
        """At most so many bytes; empty at the end."""
        if not self._rest:
            try:
                self._rest = next(self._chunks, b"")
            except StoreUnavailable as error:
                self.fault = error
                raise
        given, self._rest = self._rest[:amount], self._rest[amount:]
        return given


def new_master_key() -> str:
    """A fresh master key, as one line of text."""
    return str(x25519.Identity.generate())


def _parsed(key: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(key)
    except pyrage.IdentityError:
        raise WrongUsage(
            "A master key of originals is a line like AGE-SECRET-KEY-1…, as `presession keys new` prints one."
        ) from None


def _name_of(master: x25519.Identity) -> str:
    """A short name by which a master key is known without telling it."""
    return hashlib.sha256(str(master.to_public()).encode()).hexdigest()[:12]
