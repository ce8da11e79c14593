"""Consent: what a speaker allowed to be shown, to whom, under which words."""

from enum import StrEnum

CONSENT_WORDS_VERSION = "2026-11"
"""Version of the sentence that speakers agree to; changing the sentence means changing this."""


class ConsentItem(StrEnum):
    """What consent is asked for, item by item."""

    RECORDING = "recording"
    NAME = "name"


class Audience(StrEnum):
    """Who may see an item. Without an answer, nobody."""

    PUBLIC = "public"
    NOBODY = "nobody"
