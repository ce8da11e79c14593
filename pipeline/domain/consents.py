"""Consent: what a speaker allowed to be shown, to whom, under which words; and under which name."""

from enum import StrEnum

CONSENT_WORDS_VERSION = "2026-12"
"""Version of the sentences that speakers agree to; changing a sentence means changing this."""

MAX_ALIAS_LENGTH = 120


class ConsentItem(StrEnum):
    """What consent is asked for, item by item."""

    RECORDING = "recording"
    TEXT = "text"
    PAPERS = "papers"
    NAME = "name"


class Audience(StrEnum):
    """Who may see an item, from most to least. Without an answer, nobody."""

    PUBLIC = "public"
    MISSIONS = "missions"
    NOBODY = "nobody"


RELEASE_AUDIENCES = (Audience.PUBLIC, Audience.MISSIONS)
"""Whom a release can be for. What missions see is all that the public sees and more."""


class NameForm(StrEnum):
    """How a speaker is named where the name may be shown. An alias stands for the person, not for the organisation."""

    FULL = "full"
    ORGANISATION = "organisation"
    ALIAS = "alias"
