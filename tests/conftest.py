"""What every test can ask for; fixtures shared by several folders live in `tests/fixtures`."""

import pytest

LONGEST = "test_demo.py"

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
    "tests.fixtures.static_server",
    "tests.fixtures.desk",
    "tests.fixtures.media",
    "tests.fixtures.traps",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side, files with slow tests go first: begun last, one alone would keep all waiting."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: (item.path.name != LONGEST, item.path not in slow))
