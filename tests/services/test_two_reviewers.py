"""Two reviewers, a speaker, an interpreter and a worker do whatever comes to their minds, on what they once saw.

Everything that happens is compared with a model; two acts at the same moment must leave what one after the other
would. So nothing that somebody decided is lost, and nothing is out that was not approved as it is out.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import product

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.roles import Role
from pipeline.records.database import Database
from pipeline.records.tables import Event, PreSession, Release, ReleaseItem, StaffAccount, Statement
from pipeline.services.events import Actor
from pipeline.services.releases import is_under_way, newest_release
from tests.fixtures.clock import NOW
from tests.fixtures.panels import country_of, load_plan, session_plan, statement_of
from tests.services.desk_acts import Page, RealDesk, live_release
from tests.services.desk_model import Content, Place, Snapshot

STEPS = 200
EXAMPLES = int(os.environ.get("TWO_REVIEWERS_EXAMPLES", "2"))
"""More are for whoever changes decisions."""
PLACES = (1, 2)
PEOPLE = ("anna", "ben")
STAFFS = ("approve", "send_back", "reopen", "undo", "take_down", "invite_again")
LIKELY = {
    "in_review": (*["approve"] * 4, "send_back", "undo"),
    "approved": ("approve", "approve", "undo", "reopen", "send_back"),
    "published": ("approve", "approve", "undo", "take_down"),
    "sent_back": ("undo", "reopen"),
    "taken_down": ("reopen",),
    "withdrawn": ("invite_again",),
}
SPEAKERS = (
    *[("hand_in", "speaker")] * 3,
    *[("answer", "public")] * 3,
    ("answer", "missions"),
    ("answer", "nobody"),
    ("write", "one"),
    ("write", "two"),
    ("subtitle", ""),
    ("withdraw", "speaker"),
)
USUALLY = 0.75
ON_RECORD = {
    "approve": ("statement.approved", "statement.approved_first"),
    "send_back": ("statement.sent_back",),
    "reopen": ("statement.reopened",),
    "undo": ("statement.decision_undone",),
    "invite_again": ("statement.invited_again",),
}


@dataclass(frozen=True)
class Act:
    """Somebody does something; `who` is an answer or words where a speaker acts."""

    kind: str
    who: str
    place: int

    @property
    def is_staffs(self) -> bool:
        """Whether it is done on what somebody of the staff saw."""
        return self.who in PEOPLE


class TwoReviewers(RuleBasedStateMachine):
    """The desk and its model, side by side."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.tracks = self.steps = 0
        self.chance = random.Random(0)  # noqa: S311 - the same choices in every run
        self.pages: dict[tuple[str, int], tuple[Page, Snapshot]] = {}
        self.publications: dict[str, str] = {}
        self.planned: dict[int, dict[int, Content]] = {}

    @initialize(wanted=st.integers(1, 2))
    def begin(self, wanted: int) -> None:
        load_plan(self.database, session_plan(MW=len(PLACES)))
        with self.database.begin() as db:
            db.query(PreSession).one().wants_second_look = wanted == 2
            accounts = [_account(name) for name in PEOPLE]
            db.add_all(accounts)
            db.flush()
            self.ids = {name: account.id for name, account in zip(PEOPLE, accounts, strict=True)}
        actors = {name: Actor("staff", account_id) for name, account_id in self.ids.items()}
        self.desk = RealDesk(self.database, actors, NOW)
        self.model = {place: Place(wanted) for place in PLACES}
        for place in PLACES:
            for kind, who in (("hand_in", "speaker"), ("answer", "public")):
                self.do(Act(kind, who, place))
        self.look_around()

    @rule(seed=st.integers(0, 2**32))
    def somebody_does_something(self, seed: int) -> None:
        """What is done follows from the seed and the step, so that no example is all of one kind."""
        self.steps += 1
        self.chance = random.Random(seed + self.steps)  # noqa: S311 - the same choices in every run
        doing = self.chance.choices(
            [self.decide, self.change, self.race, self.publish, self.go_live, self.stop, self.look_around],
            [8, 3, 4, 3, 3, 1, 1],
        )
        doing[0]()

    def decide(self) -> None:
        self.do(self.looked_at(self.staffs_act()))

    def change(self) -> None:
        self.do(self.speakers_act())

    def race(self) -> None:
        one = self.staffs_act()
        other = replace(self.chance.choice([self.staffs_act, self.speakers_act])(), place=one.place)
        acts = [self.looked_at(act) for act in (one, other)]
        done = self.at_the_same_moment(*acts)
        real = self.desk.stand(one.place)
        note(f"at once {acts}: {done}")
        for order, is_kept in product((acts, acts[::-1]), (True, False)):
            tried = replace(deepcopy(self.model[one.place]), is_kept=is_kept)
            results = {id(act): tried.act(act.kind, act.who, self.seen_by(act)) for act in order}
            if [results[id(act)] for act in acts] == done and self.stands(tried) == real:
                self.model[one.place] = tried
                return
        raise AssertionError(f"{acts} gave {done} and {real}: as if neither had come first")

    def approve_all(self) -> None:
        """What is done before a country is published."""
        for place, one in self.model.items():
            for who in PEOPLE if one.state in ("in_review", "approved", "published") else ():
                self.do(Act("answer", "public", place))
                self.look(who, place)
                self.do(Act("approve", who, place))

    def publish(self) -> None:
        if self.is_fresh():
            self.approve_all()
        who = self.chance.choice(PEOPLE)
        if self.is_fresh():
            self.look_at_publication(who)
        is_as_seen = self.desk.look_at_publication() == self.publications[who]
        shown = {place: one for place, one in self.model.items() if one.state in ("approved", "published")}
        is_agreed = all(one.consent in ("public", "missions") for one in shown.values())
        may_be = bool(shown) and is_agreed and all(one.is_complete for one in shown.values())
        release_id = self.desk.publish(who, self.publications[who])
        note(f"{who} publishes: {release_id}")
        assert (release_id is not None) == (is_as_seen and may_be)
        if release_id is not None:
            self.planned[release_id] = {place: one.content for place, one in shown.items()}

    def stop(self) -> None:
        note(f"stopped: {self.desk.stop(self.chance.choice(PEOPLE))}")

    def go_live(self) -> None:
        release_id = self.desk.go_live()
        note(f"live: {release_id}")
        if release_id is None:
            return
        with self.database.read() as db:
            release = db.get_one(Release, release_id)
            for item in release.items:
                number = place_of(db, item)
                place = self.model[number]
                assert place.state in ("approved", "published")
                assert place.consent == "public" or (place.consent, release.audience) == ("missions", Audience.MISSIONS)
                assert item.recording_id == statement_of(db, "MW", number).current_recording_id
                if release_id in self.planned:
                    planned = self.planned[release_id][number]
                    people = {one.who for one in place.given if one.stands and one.content == planned}
                    assert len(people) >= place.wanted, "out is what was approved, and by whom it has to be"
                place.publish()

    def look_around(self) -> None:
        for who in PEOPLE:
            for place in PLACES:
                self.look(who, place)
            self.look_at_publication(who)

    def look(self, who: str, place: int) -> None:
        self.pages[who, place] = (self.desk.look(place), self.model[place].snapshot())

    def look_at_publication(self, who: str) -> None:
        self.publications[who] = self.desk.look_at_publication()

    def is_fresh(self) -> bool:
        """Most do what can be done, on what they have just seen; some something else, or on what they saw long ago."""
        return self.chance.random() < USUALLY

    def looked_at(self, act: Act) -> Act:
        if act.is_staffs and self.is_fresh():
            self.look(act.who, act.place)
        return act

    def staffs_act(self) -> Act:
        place = self.chance.choice(PLACES)
        likely = LIKELY.get(self.model[place].state, STAFFS)
        return Act(self.chance.choice(likely if self.is_fresh() else STAFFS), self.chance.choice(PEOPLE), place)

    def speakers_act(self) -> Act:
        kind, who = self.chance.choice(SPEAKERS)
        if kind == "subtitle":  # every file is another one
            self.tracks += 1
            who = str(self.tracks)
        return Act(kind, who, self.chance.choice(PLACES))

    @invariant()
    def everything_stands_as_in_the_model(self) -> None:
        for place, one in getattr(self, "model", {}).items():
            assert self.desk.stand(place) == self.stands(one)

    @invariant()
    def what_may_not_be_out_is_being_taken_out(self) -> None:
        with self.database.read() as db:
            live = live_release(db) if hasattr(self, "model") else None
            places = [self.model[place_of(db, item)] for item in live.items] if live else []
            if any(place.state != "published" or place.consent != "public" for place in places):
                newest = newest_release(db, country_of(db, "MW").id)
                assert newest is not None
                assert is_under_way(db, newest)

    def teardown(self) -> None:
        done = Counter(kind for place in getattr(self, "model", {}).values() for kind in place.log)
        with self.database.read() as db:
            events = Counter(event.name for event in db.query(Event).filter(Event.subject_kind == "statement"))
        self.database.close()
        for kind, names in ON_RECORD.items():
            assert sum(events[name] for name in names) == done[kind], f"each {kind} is on record, once"

    def do(self, act: Act) -> None:
        page = self.pages[act.who, act.place][0] if act.is_staffs else None
        done = self.desk.act(act.kind, act.who, act.place, page)
        note(f"{act}: {done}")
        self.model[act.place].is_kept = self.has_missions(act.place)
        assert done == self.model[act.place].act(act.kind, act.who, self.seen_by(act)), act

    def has_missions(self, place: int) -> bool:
        """Whether missions' newest release holds a statement."""
        with self.database.read() as db:
            newest = newest_release(db, country_of(db, "MW").id, Audience.MISSIONS)
            return newest is not None and place in {place_of(db, item) for item in newest.items}

    def seen_by(self, act: Act) -> Snapshot | None:
        return self.pages[act.who, act.place][1] if act.is_staffs else None

    def stands(self, place: Place) -> tuple[str, str, list[int], bool]:
        return place.state, place.word, sorted(self.ids[who] for who in place.people), place.is_undoable

    def at_the_same_moment(self, *acts: Act) -> list[bool]:
        """Both at once, each in a transaction of its own; whether each was done."""
        done: dict[int, bool] = {}
        barrier = threading.Barrier(len(acts))

        def act_alone(index: int, act: Act) -> None:
            page = self.pages[act.who, act.place][0] if act.is_staffs else None
            barrier.wait()
            done[index] = self.desk.act(act.kind, act.who, act.place, page)

        threads = [threading.Thread(target=act_alone, args=pair) for pair in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [done[index] for index in range(len(acts))]


def _account(name: str) -> StaffAccount:
    return StaffAccount(
        email=f"{name}@example.org", role=Role.STAFF, password_hash="-", session_key=name, created_at=NOW
    )


@pytest.mark.slow
def test_two_reviewers_lose_nothing_and_publish_only_what_is_approved(make_database: Callable[[], Database]) -> None:
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: TwoReviewers(make_database()), settings=chosen)


def place_of(db: Session, item: ReleaseItem) -> int:
    """The place on the panel; an audience counts those that it is told of."""
    return db.get_one(Statement, item.statement_id).speaker.position
