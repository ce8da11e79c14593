"""All objects from one store to another of either kind: a backup, its way back, a folder to S3."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.storage.keys import is_written_once
from pipeline.storage.store import ObjectMissing, ObjectStore


@dataclass(frozen=True)
class CopiedObjects:
    """What a copy did; `kept` were there already."""

    copied: int
    kept: int


def copy_objects(source: ObjectStore, target: ObjectStore, *, place: Path) -> CopiedObjects:
    """Give the target what the source holds; what is there already is not copied again, and nothing is removed.

    Others may go on writing to the source: what appears or goes meanwhile is in the copy or not. One object at a
    time lies at `place`; on the target's disk it is not written twice.
    """
    keys = list(source.list_keys(""))
    copied = sum(_copy_object(source, target, key, place) for key in keys)
    return CopiedObjects(copied=copied, kept=len(keys) - copied)


def remove_others(source: ObjectStore, target: ObjectStore) -> int:
    """Remove from the target what the source does not hold; how many objects."""
    others = set(target.list_keys("")).difference(source.list_keys(""))
    for key in others:
        target.delete(key)
    return len(others)


def _copy_object(source: ObjectStore, target: ObjectStore, key: str, place: Path) -> bool:
    """Whether it was copied."""
    wanted, there = source.stat(key), target.stat(key)
    if wanted is None or (there and is_written_once(key) and there.size_bytes == wanted.size_bytes):
        return False
    try:
        source.fetch_file(key, place)
    except ObjectMissing:
        return False
    try:
        attributes = {"content_type": wanted.content_type, "cache_control": wanted.cache_control}
        target.put_file(key, place, **attributes, is_final=True)
    finally:
        place.unlink()
    return True
