"""A change is followed by the work that depends on it, and by no other; asking twice does nothing twice."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from pipeline.domain.build_graph import Step, StepState, WaitsFor
from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job, Recording, Speaker, StepResult
from pipeline.services.build_graph import check_objects, load_build_graph
from pipeline.services.leftovers import remove_leftovers
from pipeline.services.rebuilding import rebuild
from pipeline.services.releases import publish_country
from pipeline.services.statements import approve_recording
from pipeline.services.tracks import add_track
from pipeline.site.player_assets import read_player_assets
from tests.fixtures.installation import run_job
from tests.fixtures.panels import STAFF, approve_again, country_of, give_consent, statement_of
from workers.clock import utc_now

pytestmark = pytest.mark.slow


class Workshop:
    """One recording, watched through its build graph; jobs are run as a worker does."""

    def __init__(self, installation, clip):
        self.installation = installation
        self.database = installation.database
        self.context = installation.context()
        self.recording_id = installation.hand_in(clip)

    def run_all(self):
        """Run what is queued until nothing is; how many jobs of each kind were run."""
        ran = Counter()
        while waiting := self._queued():
            for job in waiting:
                run_job(self.context, job.id)
                ran[job.kind] += 1
        assert not self._jobs(JobState.FAILED), [job.told_operator for job in self._jobs(JobState.FAILED)]
        return ran

    def graph(self):
        with self.database.read() as db:
            graph = load_build_graph(
                db, self.recording_id, making=self.context.card_making, player=read_player_assets(), now=utc_now()
            )
        return check_objects(graph, self.installation.store)

    def states(self):
        return {node.step: node.state for node in self.graph().nodes if node.step is not Step.TRACKS}

    def stale(self):
        """Stale steps with the inputs that made them so."""
        return {node.step: set(node.changed) for node in self.graph().nodes if node.state is StepState.STALE}

    def approve(self):
        with self.database.begin() as db:
            statement = statement_of(db, "MW")
            give_consent(db, statement)
            approve_recording(db, statement, self.recording_id, actor=STAFF, now=utc_now())

    def publish(self):
        with self.database.begin() as db:
            approve_again(db, statement_of(db, "MW"))
            publish_country(db, country_of(db, "MW"), actor=STAFF, now=utc_now())
        return self.run_all()

    def subtitle(self, words):
        data = f"WEBVTT\n\n00:00.500 --> 00:02.000\n{words}\n".encode()
        with self.database.begin() as db:
            recording = db.get_one(Recording, self.recording_id)
            add_track(db, recording, language="fr", data=data, actor=STAFF, now=utc_now())

    def rebuild(self):
        graph = self.graph()
        with self.database.begin() as db:
            return rebuild(db, graph, actor=STAFF, now=utc_now())

    def package(self):
        return self.installation.recording(self.recording_id).package_prefix

    def _queued(self):
        return self._jobs(JobState.QUEUED)

    def _jobs(self, state):
        with self.database.read() as db:
            return db.scalars(select(Job).where(Job.state == state).order_by(Job.id)).all()


@pytest.fixture
def workshop(sqlite_installation, clips):
    """A recording that is approved and out."""
    workshop = Workshop(sqlite_installation, clips(seconds=3))
    assert workshop.run_all() == {JobKind.INTAKE: 1, JobKind.ENCODE: 1}
    workshop.approve()
    workshop.publish()
    assert set(workshop.states().values()) == {StepState.BUILT}
    return workshop


def test_what_people_change_is_published_again_and_never_encoded_again(workshop):
    package = workshop.package()
    workshop.subtitle("Corrected words")
    assert workshop.stale() == {Step.CARD: {"subtitles"}, Step.RELEASE: {"card", "track fr"}}, (
        "the card tells languages"
    )
    assert workshop.graph().node(Step.RELEASE).waits_for is WaitsFor.STAFF
    assert workshop.rebuild() == (), "publishing corrected words is for people"
    assert workshop.publish() == {JobKind.RELEASE: 1}
    assert workshop.stale() == {}
    assert workshop.publish() == {}, "nothing has changed"
    assert workshop.package() == package
    with workshop.database.begin() as db:
        steps = Counter(result.step for result in db.scalars(select(StepResult)) if result.inputs)
        db.scalars(select(Speaker).where(Speaker.position == 1)).one().organisation = "Another Organisation"
    assert steps == {"intake": 1, "encode": 1, "card": 2}
    assert workshop.stale() == {Step.CARD: {"text"}, Step.RELEASE: {"card"}}


def test_another_ladder_encodes_again_and_then_makes_the_release_again(workshop):
    old, ladder = workshop.package(), workshop.context.ladder
    other = replace(ladder, videos=tuple(replace(rung, crf=rung.crf + 1) for rung in ladder.videos))
    workshop.context = replace(workshop.context, ladder=other)
    assert workshop.stale() == {Step.ENCODE: {"ladder"}, Step.CARD: {"ladder"}, Step.RELEASE: {"card"}}
    assert [workshop.rebuild(), workshop.rebuild()] == [(Step.ENCODE,), ()], "it is asked for once"
    assert workshop.run_all() == {JobKind.ENCODE: 1}
    assert workshop.package() != old
    assert workshop.stale() == {Step.CARD: {"ladder"}, Step.RELEASE: {"card", "package"}}
    assert workshop.rebuild() == (Step.RELEASE,)
    assert workshop.run_all() == {JobKind.RELEASE: 1, JobKind.PURGE: 1}
    assert set(workshop.states().values()) == {StepState.BUILT}
    assert remove_leftovers(workshop.database, workshop.installation.store, older_than_hours=0) == 0
    workshop.context = replace(workshop.context, ladder=ladder)
    assert workshop.rebuild() == (Step.ENCODE,)
    assert workshop.run_all() == {JobKind.ENCODE: 1}
    assert workshop.package() == old, "what was made under the first ladder was kept"
