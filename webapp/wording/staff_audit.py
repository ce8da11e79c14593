"""The record of who did what, in words for administrators."""

from flask_babel import gettext as _

from pipeline.records.tables import Event
from pipeline.services.audit import AuditLine

EVENT_FAMILIES = (
    "statement",
    "recording",
    "consent",
    "content",
    "paper",
    "track",
    "sheet",
    "voice",
    "name",
    "item",
    "comment",
    "assignment",
    "link",
    "mail",
    "release",
    "caches",
    "mission_link",
    "session",
    "country",
    "speaker",
    "account",
    "token",
    "webhook",
    "retention",
    "hold",
    "upload",
    "job",
)
"""First parts of the events' names, in the order in which they are offered."""


def family_words(family: str) -> str:
    """What events of a kind are about."""
    words = {
        "statement": _("Statements and decisions"),
        "recording": _("Recordings"),
        "consent": _("Consent"),
        "content": _("Texts"),
        "paper": _("Papers"),
        "track": _("Subtitles"),
        "sheet": _("Work on subtitles"),
        "voice": _("Spoken interpretations"),
        "name": _("Names of speakers"),
        "item": _("Parts that are withdrawn"),
        "comment": _("Comments"),
        "assignment": _("Assignments"),
        "link": _("Personal links"),
        "mail": _("Mails"),
        "release": _("Publishing"),
        "caches": _("Caches in front of the page"),
        "mission_link": _("Missions’ links"),
        "session": _("Sessions"),
        "country": _("Countries"),
        "speaker": _("Speakers"),
        "account": _("Accounts"),
        "token": _("Tokens of scripts"),
        "webhook": _("Messages to other systems"),
        "retention": _("Retention"),
        "hold": _("Legal holds"),
        "upload": _("Uploads"),
        "job": _("Work in the background"),
    }
    return words[family]


def actor_kind_words(kind: str) -> str:
    """Who acts, where it is no account of the organiser."""
    return _("speakers") if kind == "speaker" else _("the service itself")


def audit_words(line: AuditLine) -> str:
    """Who did it: a staff address, the speaker, or the service."""
    if line.event.actor_kind == "staff":
        return line.staff_email or _("an account that is gone")
    return _("the speaker") if line.event.actor_kind == "speaker" else _("the service itself")


def fact_words(event: Event) -> str:
    """The event's facts, which are ids and codes, as they are kept."""
    return " · ".join(f"{name} {_value(value)}" for name, value in event.facts.items() if value not in (None, "", []))


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
