"""What `presession doctor` says of an installation that runs: scheduler, workers, queues, stuck work, clocks."""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pytest
from sqlalchemy import update

from config.settings import MailSettings
from pipeline.domain.jobs import JobState, Queue
from pipeline.records.database import Database
from pipeline.records.tables import Job
from pipeline.services.running_parts import PartIdentity, beat_part
from presession.checkup import running
from presession.checkup.checks import Level
from presession.checkup.mails import check_mails
from presession.checkup.running import check_running

pytestmark = pytest.mark.slow


class Look:
    """An installation with one recording whose check waits, and what the doctor says of it."""

    def __init__(self, installation, clip) -> None:
        self.installation = installation
        self.recording_id = installation.hand_in(clip)
        self.now = datetime.now(UTC)
        self.change_job(created_at=self.now)

    def checks(self, messages: int | None = 1):
        waiting = None if messages is None else dict.fromkeys(Queue, messages)
        found = check_running(self.installation.settings, self.installation.database, waiting)
        return {check.name: check for check in found}

    def part(self, kind: str, *queues: Queue, released: str = version("presession")) -> None:
        part = PartIdentity(kind, kind, "machine", 1, released, queues, len(queues))
        with self.installation.database.begin() as db:
            beat_part(db, part, now=self.now)

    def change_job(self, **values) -> None:
        with self.installation.database.begin() as db:
            db.execute(update(Job).values(**values))

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)


@pytest.fixture
def look(sqlite_installation, tmp_path):
    """The doctor's look at an installation on SQLite."""
    (tmp_path / "clip").write_bytes(b"a recording")
    return Look(sqlite_installation, tmp_path / "clip")


def test_everything_that_runs_is_seen(look):
    look.part("scheduler")
    look.part("worker", *Queue)
    checks = look.checks()
    assert {check.level for check in checks.values()} == {Level.OK}
    assert checks["scheduler"].found == "seen on machine"
    assert "workers: 1 for 4 at the same time" in checks["queue interactive"].found
    assert "waiting: 1 (the oldest for" in checks["queue interactive"].found
    assert "messages: 1" in checks["queue interactive"].found


def test_work_that_nobody_takes_is_a_problem_and_says_what_to_start(look):
    look.part("worker", Queue.ENCODE)
    checks = look.checks()
    assert checks["queue interactive"].level is Level.PROBLEM
    assert "presession worker --queue interactive" in checks["queue interactive"].mend
    assert checks["queue packaging"].level is Level.NOTE
    assert (checks["scheduler"].level, "presession scheduler" in checks["scheduler"].mend) == (Level.PROBLEM, True)


def test_an_installation_that_is_stopped_gets_notes(look):
    look.change_job(state=JobState.DONE)
    assert {check.level for check in look.checks(None).values()} == {Level.NOTE}


@pytest.mark.parametrize(("messages", "named"), [(0, "broker"), (5, "workers' logs")])
def test_work_that_idle_workers_do_not_take_is_a_problem(look, messages, named):
    look.part("scheduler")
    look.part("worker", *Queue)
    look.change_job(created_at=look.ago(minutes=10))
    check = look.checks(messages)["queue interactive"]
    assert (check.level, named in check.mend) == (Level.PROBLEM, True)


def test_work_that_lost_its_worker_and_work_without_end_are_named(look):
    look.change_job(state=JobState.RUNNING, lease_until=look.ago(minutes=10), started_at=look.ago(hours=7))
    assert "intake 1" in look.checks()["stuck jobs"].found
    look.change_job(lease_until=look.now)
    checks = look.checks()
    assert "stuck jobs" not in checks
    assert (checks["long jobs"].level, "intake 1" in checks["long jobs"].found) == (Level.NOTE, True)


def test_work_that_waits_for_what_is_away_says_for_what(look):
    look.change_job(waits=2, told_operator="The store does not answer.")
    check = look.checks()["work that is held up"]
    assert (check.level, "The store does not answer." in check.found) == (Level.PROBLEM, True)


def test_failed_work_is_counted(look):
    look.change_job(state=JobState.FAILED)
    assert look.checks()["failed jobs"].found == "1"


def test_a_part_of_another_version_is_a_problem(look):
    look.part("worker", *Queue, released="0.0.1")
    check = look.checks()["versions"]
    assert (check.level, "worker on machine (0.0.1)" in check.found) == (Level.PROBLEM, True)


@pytest.mark.parametrize(("seconds", "level"), [(0, Level.OK), (10, Level.NOTE), (-300, Level.PROBLEM)])
def test_a_clock_that_is_off_is_noticed(postgres_url, sqlite_installation, monkeypatch, seconds, level):
    settings = sqlite_installation.settings.model_copy(update={"database_url": postgres_url})
    database = Database(postgres_url)

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) + timedelta(seconds=seconds)

    monkeypatch.setattr(running, "datetime", Clock)
    checks = {check.name: check for check in check_running(settings, database, None)}
    database.close()
    assert checks["clock"].level is level


def test_it_says_whether_a_mail_server_answers(sqlite_installation, mail_server):
    settings = sqlite_installation.settings
    assert check_mails(settings).level is Level.NOTE
    server = mail_server()
    sending = MailSettings(kind="smtp", host="127.0.0.1", port=server.port)
    assert check_mails(settings.model_copy(update={"mails": sending})).level is Level.OK
    server.stop()
    assert check_mails(settings.model_copy(update={"mails": sending})).level is Level.PROBLEM
