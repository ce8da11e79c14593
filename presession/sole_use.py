"""One `presession run` for one data folder: a lock that the kernel gives back, however its holder ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.errors import WrongUsage


@contextmanager
def sole_use(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for a block; raises `WrongUsage` when another process holds it."""
    path = data_dir / "run" / "presession.lock"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WrongUsage(
                f"presession already runs on {data_dir}. Stop it first, or use another folder with --data."
            ) from error
        yield
