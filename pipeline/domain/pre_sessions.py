"""A session of Pre-sessions as planned: dates, limit, languages, countries, speakers. Plain values, no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.domain.limits import Limit

MAX_PANELISTS = 6
"""A panel has six speakers at most; more is a warning, not a wall."""


class SpeakerKind(StrEnum):
    """What kind of body a speaker stands for."""

    CSO = "cso"
    NHRI = "nhri"
    COALITION = "coalition"


@dataclass(frozen=True)
class SpeakerPlan:
    """One panelist. `language` is the language spoken (BCP 47), `theme` a few words.

    `gender` is a word, for the panel's balance alone; empty where nobody said.
    """

    name: str
    organisation: str
    kind: SpeakerKind
    language: str
    theme: str = ""
    email: str = ""
    gender: str = ""


@dataclass(frozen=True)
class CountryPlan:
    """A State under Review by ISO code, its panel in order, and its own application deadline where it has one."""

    code: str
    speakers: tuple[SpeakerPlan, ...] = ()
    applications_until: date | None = None
    hand_in_until: date | None = None


@dataclass(frozen=True)
class PreSessionPlan:
    """One round of Pre-sessions. `slug` names it in addresses (`36`, `demo`); `subtitle_languages` are those wanted.

    `retention_days` has days by retention class where they differ from the default. None of the last two: nothing is
    said, and what there is stays.
    """

    slug: str
    title: str
    starts_on: date
    ends_on: date
    is_confirmed: bool
    place: str
    limit: Limit
    subtitle_languages: tuple[str, ...]
    applications_until: date | None = None
    hand_in_until: date | None = None
    countries: tuple[CountryPlan, ...] = ()
    wants_second_look: bool | None = None
    is_missions_only: bool | None = None
    retention_days: Mapping[str, int] | None = None
