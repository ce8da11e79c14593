"""A voice whose bytes lie in the spool: sealed into the store, then on record; where that fails, nothing is left."""

from collections.abc import Callable

from pipeline.domain.voices import MAX_VOICE_BYTES, VoiceFault, VoiceRefused
from pipeline.services.originals import Originals, StoredOriginal, store_original
from pipeline.services.uploads import original_of_upload
from pipeline.storage.spool import Spool


def store_voice(originals: Originals, spool: Spool, name: str, record: Callable[[StoredOriginal], None]) -> None:
    """Store what lies under `name` in the spool and have `record` put it on record, in a transaction of its own.

    Raises `VoiceRefused` for nothing and for too much, `StoreUnavailable`, and what `record` raises.
    """
    try:
        with spool.hold(name) as file:
            if not 0 < file.size_bytes <= MAX_VOICE_BYTES:
                raise VoiceRefused(VoiceFault.TOO_LARGE if file.size_bytes else VoiceFault.EMPTY)
            sealed_key = originals.keys.new_key()
            stored = StoredOriginal(original_of_upload(name), file.size_bytes, sealed_key)
            store_original(originals, file.path, key=stored.key, sealed_key=sealed_key, place=file.sealed_path)
        _record(originals, stored, record)
    finally:
        spool.remove(name)


def _record(originals: Originals, stored: StoredOriginal, record: Callable[[StoredOriginal], None]) -> None:
    try:
        record(stored)
    except BaseException:
        originals.store.delete(stored.key)
        raise
