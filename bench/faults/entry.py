"""What every command of the fault bench does first."""

import os

from bench.faults.disks import keep_mounts_private, may_mount
from config.logs import configure_logs


def prepare() -> None:
    """Forget settings that are meant for others, keep disks to ourselves, say little; call it before any thread."""
    for name in [name for name in os.environ if name.startswith("PRESESSION_")]:
        del os.environ[name]
    if may_mount():
        keep_mounts_private()
    configure_logs("CRITICAL")
