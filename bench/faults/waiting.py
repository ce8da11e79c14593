"""Waiting for conditions, never for a time."""

import time
from collections.abc import Callable

from pipeline.domain.errors import FinalError

LOOK_EVERY_SECONDS = 0.1


class WaitedInVain(FinalError):
    """Something that should have come did not."""


def comes_true(condition: Callable[[], object], seconds: float) -> bool:
    """Whether a condition comes true within so many seconds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_EVERY_SECONDS)
    return True


def wait_until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait until it comes true; raises `WaitedInVain`."""
    if not comes_true(condition, seconds):
        raise WaitedInVain(f"Waited {seconds:g} s in vain for {what}.")
