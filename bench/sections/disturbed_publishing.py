"""Publishing that is killed, or overtaken by a withdrawal, at each of its steps, on a folder and on S3."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from bench.publishing_scene import Scene, open_bucket, open_scene
from bench.publishing_trials import (
    CODE,
    Beginning,
    Outcome,
    begin_here,
    disturb_at_each_step,
    kill_at_each_step,
    published_texts,
)
from bench.rows import Row, SectionResult, said_as_they_come
from bench.stage import Stage
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.packages import Package
from pipeline.records.tables import Event, Job, ReleaseItem
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import withdraw_statement
from workers.clock import utc_now

_SPEAKERS = 2
_WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:01.500\nWords that were corrected\n"
_GONE = b"Organisation 1"


def measure_disturbed_publishing(stage: Stage) -> SectionResult:
    """Two short statements: a correction, and a release without one of them."""
    from tests.fixtures.ceph import PrivateCeph  # noqa: PLC0415 - needs what the tests need
    from tests.fixtures.packages import make_package  # noqa: PLC0415

    folder = stage.fresh("package") / "statement"
    media = make_package(folder, seconds=2), folder
    rows = list(said_as_they_come(_rows(stage, "folder", media), stage.say))
    server = PrivateCeph()
    try:
        rows += said_as_they_come(_rows(stage, "S3", media, server), stage.say)
    finally:
        server.stop()
    return SectionResult(rows, {"statements": _SPEAKERS})


def _rows(stage: Stage, kind: str, media: tuple[Package, Path], server: object = None) -> Iterator[Row]:
    for name, work in (("correction", _correct), ("withdrawal", _withdraw)):
        stage.say(f"Killed at each step of a {name}, {kind}")
        with _scene(stage, name, media, server) as scene:
            yield _told(f"killed at each step of a {name}, {kind}: neither old nor new", work(scene))
    stage.say(f"Withdrawn at each step of publishing, {kind}")
    with _scene(stage, "withdrawn", media, server) as scene:
        wrong = disturb_at_each_step(_corrected(scene), _take_back, _check_gone)
        note = f"{len(wrong)} moments" + "".join(f"; {one}" for one in sorted(set(wrong) - {""}))
        yield Row(f"withdrawn at each step of publishing, {kind}: out afterwards", sum(map(bool, wrong)), "", 0, note)


def _scene(stage: Stage, name: str, media: tuple[Package, Path], server: object) -> AbstractContextManager[Scene]:
    bucket = open_bucket(server, name) if server else None
    return open_scene(stage.fresh(name), media, bucket, panels={CODE: _SPEAKERS})


def _told(title: str, outcome: Outcome) -> Row:
    mixed = outcome.after.mixed + outcome.meanwhile.mixed
    note = (
        f"{outcome.trials} trials: {outcome.after.old} old, {outcome.after.new} new; read meanwhile: "
        f"{outcome.meanwhile.old} old, {outcome.meanwhile.new} new; {outcome.unfinished} second attempts did not "
        f"complete, {outcome.left_over} objects left over" + "".join(f"; {one}" for one in mixed[:3])
    )
    return Row(title, len(mixed) + outcome.unfinished + outcome.left_over, "", 0, note)


def _correct(scene: Scene) -> Outcome:
    return kill_at_each_step(_corrected(scene))


def _withdraw(scene: Scene) -> Outcome:
    _publish_first(scene)
    _take_back(scene)
    return kill_at_each_step(begin_here(scene, _open_job(scene, JobKind.RELEASE)))


def _corrected(scene: Scene) -> Beginning:
    """A corrected subtitle that is about to be published."""
    from tests.fixtures.panels import STAFF, statement_of  # noqa: PLC0415

    _publish_first(scene)
    with scene.installation.database.begin() as db:
        recording = statement_of(db, CODE, 2).current_recording
        assert recording is not None  # noqa: S101 - it was approved
        add_track(db, recording, language="fr", data=_WEBVTT, actor=STAFF, now=utc_now())
    return begin_here(scene, scene.plan(CODE))


def _publish_first(scene: Scene) -> None:
    scene.approve(CODE, _SPEAKERS)
    scene.run(scene.plan(CODE))


def _take_back(scene: Scene) -> None:
    from tests.fixtures.panels import STAFF, statement_of  # noqa: PLC0415

    with scene.installation.database.begin() as db:
        withdraw_statement(db, statement=statement_of(db, CODE, 1), actor=STAFF, now=utc_now())


def _check_gone(scene: Scene) -> str:
    """What is wrong once workers have done what the withdrawal asked for."""
    moved_after = _published_after_withdrawal(scene)
    for kind in (JobKind.TAKEDOWN, JobKind.RELEASE):
        scene.run(_open_job(scene, kind))
    if moved_after:
        return "a release with it went out afterwards"
    return "its words are out" if _GONE in published_texts(scene) else ""


def _published_after_withdrawal(scene: Scene) -> bool:
    """Whether a release that shows it went out after it was withdrawn; the record is in order."""
    from tests.fixtures.panels import statement_of  # noqa: PLC0415

    with scene.installation.database.read() as db:
        statement_id = statement_of(db, CODE, 1).id
        withdrawn = db.query(Event.id).filter(Event.name == "statement.withdrawn").scalar()
        later = db.query(Event.subject_id).filter(Event.name == "release.published", Event.id > withdrawn)
        items = db.query(ReleaseItem).filter(ReleaseItem.release_id.in_(later.scalar_subquery()))
        return any(item.statement_id == statement_id for item in items)


def _open_job(scene: Scene, kind: JobKind) -> int:
    with scene.installation.database.begin() as db:
        jobs = db.query(Job).filter(Job.kind == kind, Job.state.in_(OPEN_STATES)).order_by(Job.id.desc())
        job = jobs.first() or db.query(Job).filter(Job.kind == kind).order_by(Job.id.desc()).first()
        job.not_before = None
        return int(job.id)
