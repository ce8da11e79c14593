"""A recording that is too long, from the check over the speaker's choice to a package of what is left."""

import pytest
from sqlalchemy import select

from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.packages import Package
from pipeline.domain.statements import StatementState
from pipeline.domain.trims import Trim
from pipeline.records.tables import PreSession
from pipeline.services.hand_ins import limit_of
from pipeline.services.proxies import ProxyState, ask_for_proxy, find_proxy, proxy_state
from pipeline.services.recordings import is_ready_for_approval
from pipeline.services.statements import approve_recording
from pipeline.services.trims import trim_recording
from tests.fixtures.installation import run_job
from tests.fixtures.panels import STAFF, statement_of

pytestmark = pytest.mark.slow


def run(installation, kind, recording_id) -> None:
    run_job(installation.context(), installation.job(kind, recording_id).id)
    job = installation.job(kind, recording_id)
    assert job.state is JobState.DONE, job.told_operator


def trim(installation, recording_id, chosen, now) -> None:
    with installation.database.begin() as db:
        statement = statement_of(db, "MW")
        limit = limit_of(statement.speaker.country.pre_session)
        trim_recording(db, statement, recording_id, chosen, limit=limit, actor=STAFF, now=now)


def seconds_of(recording) -> float:
    return sum(segment.duration_seconds for segment in Package.from_json(recording.package).videos[0].segments)


def test_from_too_long_to_approved_without_a_new_upload(sqlite_installation, clips, now):
    installation = sqlite_installation
    with installation.database.begin() as db:
        pre_session = db.scalars(select(PreSession)).one()
        pre_session.min_seconds, pre_session.max_seconds, pre_session.tolerance_seconds = 1, 3, 0
    recording_id = installation.hand_in(clips(seconds=5))
    run(installation, JobKind.INTAKE, recording_id)
    assert installation.recording(recording_id).verdict is Verdict.REFUSED
    assert list(installation.store.list_keys("packages/")) == []

    run(installation, JobKind.PROXY, recording_id)
    with installation.database.begin() as db:
        recording = statement_of(db, "MW").current_recording
        assert proxy_state(db, recording) is ProxyState.READY
        ask_for_proxy(db, recording, now=now)  # there is one: nothing is asked for
        prefix = find_proxy(db, recording)
    assert installation.job(JobKind.PROXY, recording_id).state is JobState.DONE
    assert set(installation.store.list_keys(prefix)) == {
        f"{prefix}{name}" for name in ("proxy.mp4", "stills.jpg", "poster.jpg")
    }

    trim(installation, recording_id, Trim(1.0, 3.5), now)
    run(installation, JobKind.ENCODE, recording_id)
    recording = installation.recording(recording_id)
    assert is_ready_for_approval(recording)
    assert (seconds_of(recording), recording.duration_seconds) == (pytest.approx(2.5, abs=0.03), 2.5)
    assert recording.report["pictures_checked"]
    first = recording.package_prefix
    with installation.database.begin() as db:
        approve_recording(db, statement_of(db, "MW"), recording_id, actor=STAFF, now=now)

    trim(installation, recording_id, Trim(0.0, 2.0), now)
    run(installation, JobKind.ENCODE, recording_id)
    assert seconds_of(installation.recording(recording_id)) == pytest.approx(2.0, abs=0.01)
    with installation.database.read() as db:
        assert statement_of(db, "MW").state is StatementState.IN_REVIEW

    trim(installation, recording_id, Trim(1.0, 3.5), now)
    run(installation, JobKind.ENCODE, recording_id)
    assert installation.recording(recording_id).package_prefix == first  # what was made before is found again
