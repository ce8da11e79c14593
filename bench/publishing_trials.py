"""Publishing again and again from the same beginning, each time disturbed at another of its steps.

A step is whatever changes something: an object written, copied or removed, the pointer, a transaction of the records;
the records are told when verifying and walking begin and end, so those are among them.
"""

import multiprocessing
import os
import re
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bench.publishing_scene import Scene
from pipeline.domain.jobs import JobState
from pipeline.records.tables import Job
from pipeline.services.unpublished_leftovers import remove_unpublished
from pipeline.site.walking import walk_release
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import is_written_once, site_prefix

CODE = "MW"
PREFIX = site_prefix("36", CODE)
_POINTER = f"{PREFIX}index.html"
_PROGRAMME_FILM = re.compile(r"media/[0-9a-f]+/(programme\.\w+)")
_CHANGES = ("put_bytes", "put_file", "replace_bytes", "copy", "delete", "delete_prefix", "forget_versions")


@dataclass
class Beginning:
    """Everything as it is when a job begins: records, published objects with what is said of them, the page."""

    scene: Scene
    job_id: int
    objects: dict[str, tuple[bytes, str, str]]
    page: bytes

    def is_untouched(self) -> bool:
        """Whether the page is as it was, and every object that was there has the same bytes still."""
        store = self.scene.store
        there = set(store.list_keys(PREFIX))
        if store.read_bytes(_POINTER) != self.page:
            return False
        kept = {key: data for key, (data, _kind, _caching) in self.objects.items() if key.startswith(PREFIX)}
        return kept.keys() <= there and all(store.read_bytes(key) == data for key, data in kept.items())

    def restore(self) -> None:
        """Have all of it again."""
        store, url = self.scene.store, _database_file(self.scene)
        self.scene.installation.database.engine.dispose()
        for suffix in ("-wal", "-shm"):
            url.with_name(url.name + suffix).unlink(missing_ok=True)
        shutil.copy(url.with_suffix(".beginning"), url)
        there = set(store.list_keys("site/"))
        for key in there - self.objects.keys():
            store.delete(key)
        for key, (data, kind, caching) in self.objects.items():
            if key not in there or (not is_written_once(key) and store.read_bytes(key) != data):
                store.put_bytes(key, data, content_type=kind, cache_control=caching)


@dataclass
class Seen:
    """What readers found: `old` and `new` pages that were whole, `mixed` that were not."""

    old: int = 0
    new: int = 0
    mixed: list[str] = field(default_factory=list)

    def add(self, other: "Seen") -> None:
        """Count what another saw too."""
        self.old, self.new = self.old + other.old, self.new + other.new
        self.mixed += other.mixed


@dataclass
class Outcome:
    """What came of all trials: what was out after each, what was read meanwhile, what second attempts left undone."""

    trials: int = 0
    after: Seen = field(default_factory=Seen)
    meanwhile: Seen = field(default_factory=Seen)
    unfinished: int = 0
    left_over: int = 0


def begin_here(scene: Scene, job_id: int) -> Beginning:
    """Keep what is there now, to come back to."""
    scene.installation.database.engine.dispose()
    url, store = _database_file(scene), scene.store
    shutil.copy(url, url.with_suffix(".beginning"))
    infos = [info for key in store.list_keys("site/") if (info := store.stat(key))]
    objects = {info.key: (store.read_bytes(info.key), info.content_type, info.cache_control) for info in infos}
    return Beginning(scene, job_id, objects, store.read_bytes(_POINTER))


def kill_at_each_step(start: Beginning) -> Outcome:
    """Kill who publishes at the first step, the second … until one trial ends by itself; each is then tried again."""
    began = _look(start)
    if began.old != 1:
        raise RuntimeError(f"The bench's own release is not whole: {began.mixed}")
    start.scene.run(start.job_id)
    whole = _places(start.scene)
    outcome = Outcome()
    for step in count(1):
        start.restore()
        meanwhile, code = _run_watched(start, step, _die)
        outcome.trials += 1
        outcome.after.add(Seen(old=1) if start.is_untouched() else _look(start))
        outcome.meanwhile.add(meanwhile)
        _try_again(start, outcome, whole)
        if code != -signal.SIGKILL:
            return outcome
    raise AssertionError


def disturb_at_each_step(start: Beginning, deed: Callable[[Scene], None], check: Callable[[Scene], str]) -> list[str]:
    """Do something else at each step of a publication that goes on; what is wrong after each, empty where nothing is.

    The deed may have to wait for the publication, so it is given a moment and then let be.
    """
    found: list[str] = []
    for step in count(1):
        start.restore()
        reached = multiprocessing.get_context("fork").Event()

        def disturb() -> None:
            doing = threading.Thread(target=deed, args=(start.scene,))
            doing.start()
            doing.join(0.3)
            reached.set()  # noqa: B023 - used before the next turn

        _run_watched(start, step, disturb, is_read=False)
        if not reached.is_set():
            return found
        found.append(check(start.scene))
    raise AssertionError


def _try_again(start: Beginning, outcome: Outcome, whole: Counter[str]) -> None:
    with start.scene.installation.database.begin() as db:
        job = db.get_one(Job, start.job_id)
        if job.state is not JobState.DONE:
            job.state, job.attempt, job.not_before = JobState.QUEUED, 0, None
            job.lease_token, job.lease_until = None, None
    if job.state is not JobState.DONE:
        start.scene.run(start.job_id)
    seen = _look(start)
    outcome.unfinished += seen.new != 1
    remove_unpublished(start.scene.installation.database, start.scene.store, older_than_hours=0)
    found = _places(start.scene)
    outcome.left_over += ((found - whole) + (whole - found)).total()


def _places(scene: Scene) -> Counter[str]:
    """What is published, without the names that each attempt chooses anew: those of programmes' films."""
    return Counter(_PROGRAMME_FILM.sub(r"media/*/\1", key) for key in scene.store.list_keys("site/"))


def _run_watched(
    start: Beginning, step: int, deed: Callable[[], None], *, is_read: bool = True
) -> tuple[Seen, int | None]:
    """Run the job in a process of its own that does something at a step, read all the time; how it ended."""
    process = multiprocessing.get_context("fork").Process(target=_run_apart, args=(start, step, deed))
    process.start()
    seen, is_over = Seen(), threading.Event()
    reader = threading.Thread(target=_read_on, args=(start, seen, is_over))
    if is_read:
        reader.start()
    process.join()
    is_over.set()
    if is_read:
        reader.join()
    return seen, process.exitcode


def _run_apart(start: Beginning, step: int, deed: Callable[[], None]) -> None:
    installation = start.scene.installation
    installation.database.engine.dispose(close=False)
    with _steps(installation, step, deed):
        start.scene.run_to_any_end(start.job_id)


@contextmanager
def _steps(installation: Any, at: int, deed: Callable[[], None]) -> Iterator[None]:
    numbers = count(1)

    def step(*_about: object) -> None:
        if next(numbers) == at:
            deed()

    store = installation.store
    for name in _CHANGES:
        setattr(store, name, _after(step, getattr(store, name)))
    event.listen(installation.database.engine, "commit", step)
    yield


def _after(step: Callable[[], None], call: Callable[..., Any]) -> Callable[..., Any]:
    def stepped(*arguments: Any, **named: Any) -> Any:
        step()
        return call(*arguments, **named)

    return stepped


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _read_on(start: Beginning, seen: Seen, is_over: threading.Event) -> None:
    """Read, and rest as long as that took: the reader is not to be most of the load."""
    rest = 0.0
    while not is_over.wait(rest):
        began = time.monotonic()
        seen.add(_look(start))
        rest = time.monotonic() - began


def _look(start: Beginning) -> Seen:
    """What a reader finds who follows the page to everything that it leads to; nothing where it moved meanwhile."""
    from tests.site.stores import ADDRESS, StoreWeb  # noqa: PLC0415 - needs what the tests need

    store = start.scene.store
    page = store.read_bytes(_POINTER)
    problems = walk_release(StoreWeb(store, PREFIX).fetch, ADDRESS).problems
    if store.read_bytes(_POINTER) != page:
        return Seen()
    if problems:
        return Seen(mixed=problems[:1])
    return Seen(old=1) if page == start.page else Seen(new=1)


def published_texts(scene: Scene) -> bytes:
    """Every published text, and all names."""
    keys = list(scene.store.list_keys("site/"))
    texts = [scene.store.read_bytes(key) for key in keys if content_type_of(key) != "video/mp4"]
    return b"\n".join([*(key.encode() for key in keys), *texts])


def _database_file(scene: Scene) -> Path:
    return Path(str(scene.installation.database.engine.url.database))
