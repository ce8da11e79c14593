"""What every test can ask for; fixtures shared by several folders live in `tests/fixtures`."""

import gc
import os
import sys

import pytest
from hypothesis import Phase, settings

gc.disable()
"""While tests are collected nothing becomes garbage; looking for it would be a tenth of the work."""

LONGEST = "test_demo.py"
FILM_FIXTURES = {"clips", "media_programs"}
SERVER_NAMES = {"postgresql", "s3", "several machines", "RabbitMQ"}
"""Parameters under which a test starts servers beside SQLite and a folder."""
TRIED_TWICE = {"browser", "servers", "slow"}
"""Marks of tests that wait for other programs, on a machine that may be busy with other work."""

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
"""Set in many containers. A suite that starts hundreds of processes compiles what they import once."""

os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = "/etc/ssl/certs"
"""Certificates are looked up when one is shown, not all read for each client: the servers of tests speak plain HTTP."""

settings.register_profile("tests", deadline=None, phases=[phase for phase in Phase if phase is not Phase.explain])
settings.load_profile("tests")
"""How fast a busy machine is tells nothing; to explain a failure, every line of every example would be traced."""

pytest_plugins = [
    "tests.fixtures.clock",
    "tests.fixtures.database",
    "tests.fixtures.s3",
    "tests.fixtures.rabbitmq",
    "tests.fixtures.panels",
    "tests.fixtures.installation",
    "tests.fixtures.worker_processes",
    "tests.fixtures.portal",
    "tests.fixtures.smtp",
    "tests.fixtures.bad_line",
    "tests.fixtures.browser",
    "tests.fixtures.releases",
    "tests.fixtures.exporting",
    "tests.fixtures.static_server",
    "tests.fixtures.portal_parts",
    "tests.fixtures.statements_once",
    "tests.fixtures.desk",
    "tests.fixtures.openid_provider",
    "tests.fixtures.translation_server",
    "tests.fixtures.media",
    "tests.fixtures.spoken",
    "tests.fixtures.traps",
    "tests.fixtures.receiver",
]


def pytest_collection_finish() -> None:
    """What is there by now stays to the end, and is never looked through for garbage again."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what the developer loop leaves out, and what continuous integration tries a second time.

    Side by side, files with slow tests go first: begun last, one alone would keep all waiting.
    """
    for item in items:
        if FILM_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.films)
        parameters = getattr(getattr(item, "callspec", None), "params", {}).values()
        if any(value in SERVER_NAMES for value in parameters if isinstance(value, str)):
            item.add_marker(pytest.mark.servers)
        if os.environ.get("TESTS_TRY_TWICE") and TRIED_TWICE & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: (item.path.name != LONGEST, item.path not in slow))
