"""Log lines: one of JSON each, also for errors of libraries, and without what people sent."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import configure_logs


@pytest.fixture(autouse=True)
def _keep_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_a_trace_shows_places_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO")
    try:
        _fail(" ".join(["Name", "of", "a", "speaker"]))
    except LookupError:
        logging.getLogger("library").exception("failed")
    line = capsys.readouterr().err
    (trace,) = json.loads(line)["exception"]
    assert [frame["name"] for frame in trace["frames"]][-1] == "_fail"
    assert "Name of a speaker" not in line


def _fail(speaker: str) -> None:
    raise LookupError
