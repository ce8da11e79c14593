"""Every kind of work has a step, a queue with a consumer, and sentences; messages are hints and nothing more."""

import errno

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import Settings
from pipeline.domain.errors import (
    ChangeNotAllowed,
    DiskFull,
    FinalError,
    InputRefused,
    RetryableError,
    WrongUsage,
)
from pipeline.domain.jobs import QUEUES, JobKind, Queue
from pipeline.services.claims import Claim
from pipeline.storage.store import StoreUnavailable
from presession.services import service_parts
from workers.app import RUN_NEXT, make_celery
from workers.failures import describe_failure, is_nobodys_fault
from workers.presence import worker_identity
from workers.steps import STEPS
from workers.tasks import add_task


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


def _failure(error, kind=JobKind.ENCODE):
    return describe_failure(error, Claim(12, kind, 3, 1, "0" * 32))


def test_every_kind_of_job_has_a_step_a_queue_and_a_sentence():
    assert set(STEPS) == set(QUEUES) == set(JobKind)
    for kind in JobKind:
        assert "job 12" in _failure(RuntimeError(), kind).told_staff


def test_every_queue_is_consumed_and_short_work_does_not_wait_behind_encodes(settings):
    assert set(make_celery(settings).amqp.queues) == {queue.value for queue in Queue}
    assert QUEUES[JobKind.INTAKE] is not QUEUES[JobKind.ENCODE]
    workers = [part.name for part in service_parts(settings) if part.name.startswith("worker")]
    assert len(workers) == len(Queue)


def test_a_worker_has_the_one_task_and_acknowledges_early(settings):
    app = make_celery(settings)
    add_task(app, settings, worker_identity([Queue.ENCODE], 1), is_stopping=lambda: False)
    own = [name for name in app.tasks if not name.startswith("celery.")]
    assert own == [RUN_NEXT]
    assert app.tasks[RUN_NEXT].acks_late is False
    assert app.tasks[RUN_NEXT].ignore_result is True
    assert app.conf.result_backend is None
    assert app.conf.accept_content == ["json"]


@pytest.mark.parametrize(
    ("error", "is_final"),
    [
        (FinalError("It cannot be."), True),
        (InputRefused("It cannot be taken."), True),
        (WrongUsage("It was asked for wrongly."), True),
        (ChangeNotAllowed("It changed."), True),
        (RetryableError("The store is away."), False),
        (OSError(28, "No space left on device"), False),
        (RuntimeError("anything"), False),
    ],
)
def test_the_type_of_an_error_says_whether_another_attempt_helps(error, is_final):
    assert _failure(error).is_final is is_final


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (StoreUnavailable("The store is away."), "PRESESSION_STORE__"),
        (OperationalError("SELECT", {}, ConnectionError()), "PRESESSION_DATABASE_URL"),
        (OSError(errno.ENOSPC, "No space left on device"), "PRESESSION_DATA_DIR"),
        (OSError(errno.EDQUOT, "Quota exceeded"), "PRESESSION_DATA_DIR"),
        (DiskFull("The disk is full."), "PRESESSION_DATA_DIR"),
    ],
)
def test_what_is_away_is_nobodys_fault_and_the_operator_hears_which_setting_says_where_it_is(error, setting):
    assert is_nobodys_fault(error)
    assert setting in _failure(error).told_operator


@pytest.mark.parametrize("error", [FinalError("No."), RetryableError("Killed."), RuntimeError(), OSError(5, "I/O")])
def test_everything_else_counts_as_an_attempt(error):
    assert not is_nobodys_fault(error)


def test_what_people_did_meanwhile_is_told_to_staff_in_its_own_words():
    assert "It changed." in _failure(ChangeNotAllowed("It changed.")).told_staff


def test_a_full_disk_is_named_to_the_operator_and_contents_of_foreign_errors_are_not():
    assert "No space left on device" in _failure(OSError(28, "No space left on device", "Jane.mp4")).told_operator
    assert "Jane" not in _failure(OSError(28, "No space left on device", "Jane.mp4")).told_operator
    assert "Jane" not in _failure(ValueError("Jane Doe")).told_operator
