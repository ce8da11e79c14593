"""Puts the demonstration together: samples, installation, journey, checks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.settings import Settings
from pipeline.domain.pre_sessions import PreSessionPlan
from presession.demo.by_link import MissionsCountry, watch_by_link
from presession.demo.desk import Desk
from presession.demo.installation import Account
from presession.demo.journey import Journey, Part
from presession.demo.outcome import PublishedCountry, check_story, published_countries, told_recordings
from presession.demo.published import walk_published
from presession.demo.samples import Sample, make_sample
from presession.demo.story import FOR_MISSIONS, Take
from presession.demo.texts import DemoStatement, demo_statements
from presession.demo.visitor import Visitor
from presession.parts import build_database

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """A demonstration in which everything held."""

    countries: list[PublishedCountry]
    missions: list[MissionsCountry]
    recordings: list[dict[str, Any]]
    addresses_checked: int
    parts: list[Part]

    def to_json(self, seconds: float) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "countries": [country.to_json() for country in self.countries],
            "missions": [country.to_json() for country in self.missions],
            "recordings": self.recordings,
            "addresses_checked": self.addresses_checked,
            "seconds": round(seconds, 1),
        }


def perform(settings: Settings, plan: PreSessionPlan, *, account: Account, samples_dir: Path, say: Say) -> Outcome:
    """Take every recording through a running installation and check the result; raises `DemoFailed`."""

    def sample_for(take: Take, statement: DemoStatement) -> Sample:
        return make_sample(take, statement, limit=plan.limit, samples_dir=samples_dir, ffmpeg=settings.media.ffmpeg)

    statements = demo_statements(plan)
    with Visitor(settings.public_url) as visitor:
        desk = Desk(visitor, plan.slug)
        desk.sign_in(account.email, account.password)
        journey = Journey(plan=plan, portal_url=settings.public_url, desk=desk, make_sample=sample_for, say=say)
        journey.run(statements)
        countries, recordings = _check_records(settings, plan)
        say("Fetching every published address")
        addresses = walk_published(countries)
        say("Missions open what is for them only; one of their links is revoked")
        for_missions = [one for one in statements if one.name in FOR_MISSIONS]
        missions = [watch_by_link(desk, settings, plan.slug, one) for one in for_missions]
    return Outcome(countries, missions, recordings, addresses, journey.parts)


def _check_records(settings: Settings, plan: PreSessionPlan) -> tuple[list[PublishedCountry], list[dict[str, Any]]]:
    """What is out, and every recording; raises `DemoFailed` where it is not as the story says."""
    database = build_database(settings)
    try:
        check_story(database)
        return published_countries(database, settings, plan.slug), told_recordings(database)
    finally:
        database.close()


class Teller:
    """Says on stderr what happens, with the seconds since the start."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._started

    def say(self, sentence: str) -> None:
        """One line."""
        self._write(f"[{self.seconds:4.0f} s] {sentence}")
