"""Where the trace of an unexpected error goes, so that the terminal shows a sentence and nothing is lost."""

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

_LONGEST_BYTES = 1024**2


def crash_log_path() -> Path:
    """The user's own log of unexpected errors."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "presession" / "crash.log"


def write_crash_log(error: BaseException) -> Path | None:
    """Append the trace, readable by the user alone; None when it cannot be written."""
    try:
        path = crash_log_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LONGEST_BYTES:
            path.unlink()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as log:
            log.write(f"--- {datetime.now(UTC).isoformat(timespec='seconds')}\n")
            log.writelines(traceback.format_exception(error))
    except (OSError, RuntimeError):
        return None
    return path
