"""Log lines: one of JSON each, also for errors of libraries, and without what people sent."""

import json
import logging

import pytest

from tests.fixtures.logs import logs_set_up


def test_a_trace_shows_places_and_no_values(capfd: pytest.CaptureFixture[str]) -> None:
    with logs_set_up(capfd) as read_logs:
        try:
            _fail(" ".join(["Name", "of", "a", "speaker"]))
        except LookupError:
            logging.getLogger("library").exception("failed")
        line = read_logs()
    (trace,) = json.loads(line)["exception"]
    assert [frame["name"] for frame in trace["frames"]][-1] == "_fail"
    assert "Name of a speaker" not in line


def _fail(speaker: str) -> None:
    raise LookupError
