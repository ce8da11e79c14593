"""Sealed files: only who has the key reads them, what is cut short or changed is never taken for whole."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.storage.chunks import Chunks
from pipeline.storage.sealing import KeyRing, MasterKeyMissing, SealBroken, new_master_key
from pipeline.storage.store import StoreUnavailable

DATA = b"a voice that must not be heard " * 10_000


@pytest.fixture
def master():
    return new_master_key()


@pytest.fixture
def ring(master):
    return KeyRing((master,))


@pytest.fixture
def sealed(ring, tmp_path):
    """A sealed key and the bytes that it sealed."""
    (tmp_path / "plain").write_bytes(DATA)
    key = ring.new_key()
    ring.seal_file(tmp_path / "plain", tmp_path / "sealed", key)
    return key, (tmp_path / "sealed").read_bytes()


def opened(ring, key, data, folder: Path) -> bytes:
    ring.open_to_file(Chunks(io.BytesIO(data), len(data)), folder / "opened", key)
    return (folder / "opened").read_bytes()


def test_a_file_comes_back_as_it_was_and_nothing_of_it_shows(ring, sealed, tmp_path):
    key, data = sealed
    assert opened(ring, key, data, tmp_path) == DATA
    assert b"voice" not in data
    assert "AGE-SECRET" not in key


def test_each_file_has_a_key_of_its_own(ring, sealed, tmp_path):
    with pytest.raises(SealBroken):
        opened(ring, ring.new_key(), sealed[1], tmp_path)


@pytest.mark.parametrize("spoil", [lambda data: data[:-70_000], lambda data: data[:-1], lambda data: data[:200]])
def test_what_is_cut_short_is_not_whole(ring, sealed, spoil, tmp_path):
    with pytest.raises(SealBroken):
        opened(ring, sealed[0], spoil(sealed[1]), tmp_path)


def test_one_changed_bit_is_found(ring, sealed, tmp_path):
    changed = bytearray(sealed[1])
    changed[-5] ^= 1
    with pytest.raises(SealBroken):
        opened(ring, sealed[0], bytes(changed), tmp_path)


def test_after_a_change_of_the_master_key_a_file_opens_with_the_new_one_alone(ring, master, sealed, tmp_path):
    newer = new_master_key()
    both = KeyRing((newer, master))
    assert not both.is_current(sealed[0])
    assert both.can_open(sealed[0])
    renewed = both.renewed(sealed[0])
    assert opened(KeyRing((newer,)), renewed, sealed[1], tmp_path) == DATA
    with pytest.raises(MasterKeyMissing):
        opened(ring, renewed, sealed[1], tmp_path)


def test_a_store_that_goes_away_is_no_broken_file(ring, sealed, tmp_path):
    class Away(io.BytesIO):
        def read(self, amount=-1, /):
            raise StoreUnavailable("The store does not answer.")

    with pytest.raises(StoreUnavailable):
        ring.open_to_file(Chunks(Away(), 1000), tmp_path / "opened", sealed[0])


def test_a_master_key_that_is_none_is_refused_without_saying_it():
    with pytest.raises(WrongUsage) as refused:
        KeyRing(("AGE-SECRET-KEY-1WRONG",))
    assert "WRONG" not in str(refused.value)


@pytest.mark.slow
def test_memory_stays_flat(ring, master, tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(300 * 1024**2)
    key = ring.new_key()
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from pipeline.storage.chunks import Chunks\n"
        "from pipeline.storage.sealing import KeyRing\n"
        "ring, folder = KeyRing((sys.argv[1],)), Path(sys.argv[3])\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "ring.seal_file(folder / 'large', folder / 'sealed', sys.argv[2])\n"
        "size = (folder / 'sealed').stat().st_size\n"
        "ring.open_to_file(Chunks((folder / 'sealed').open('rb'), size), folder / 'opened', sys.argv[2])\n"
        "assert (folder / 'opened').stat().st_size == 300 * 1024**2\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    arguments = [sys.executable, "-c", program, master, key, str(tmp_path)]
    grown_kib = int(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)
    assert grown_kib < 32 * 1024
