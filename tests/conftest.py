"""What every test can ask for; fixtures shared by several folders live in `tests/fixtures`."""

pytest_plugins = [
    "tests.fixtures.clock",
    "tests.fixtures.database",
    "tests.fixtures.s3",
    "tests.fixtures.panels",
    "tests.fixtures.installation",
    "tests.fixtures.worker_processes",
    "tests.fixtures.portal",
    "tests.fixtures.bad_line",
    "tests.fixtures.browser",
    "tests.fixtures.releases",
    "tests.fixtures.static_server",
    "tests.fixtures.desk",
    "tests.fixtures.media",
    "tests.fixtures.traps",
]
