"""Tokens and messages to other systems in words."""

from flask_babel import gettext as _

from pipeline.domain.desk import DeliveryState
from pipeline.domain.scopes import Scope
from pipeline.records.tables import WebhookDelivery


def scope_words(scope: Scope) -> str:
    """What a script with this scope may do."""
    words = {
        Scope.READ: _("read everything but e-mail addresses"),
        Scope.SESSIONS: _("make and change sessions and panels"),
        Scope.SPEAKERS: _("issue personal links and send mails"),
        Scope.REVIEW: _("decide about statements and change subtitles"),
        Scope.UPLOAD: _("hand in recordings for speakers"),
        Scope.PUBLISH: _("publish and take down"),
        Scope.AUDIT: _("read the record of events"),
    }
    return words[scope]


def subject_words(subject: str) -> str:
    """What events of a kind are about."""
    words = {
        "caches": _("Caches in front of the page"),
        "comment": _("Comments"),
        "assignment": _("Assignments"),
        "consent": _("Consents"),
        "content": _("Texts of speakers"),
        "country": _("Countries and panels"),
        "hold": _("Legal holds"),
        "item": _("Parts that are withdrawn"),
        "link": _("Personal links"),
        "mail": _("Mails"),
        "mission_link": _("Missions’ links"),
        "name": _("Names of speakers"),
        "paper": _("Papers"),
        "recording": _("Recordings"),
        "release": _("Publications"),
        "retention": _("Removal after its time"),
        "session": _("Sessions"),
        "sheet": _("Work on subtitles"),
        "speaker": _("Speakers"),
        "statement": _("Statements and decisions"),
        "track": _("Subtitles"),
        "upload": _("Uploads"),
        "voice": _("Spoken interpretations"),
    }
    return words.get(subject, subject)


def delivery_words(delivery: WebhookDelivery) -> str:
    """How a message stands."""
    if delivery.state is DeliveryState.DELIVERED:
        return _("taken")
    if delivery.state is DeliveryState.FAILED:
        return _("given up")
    return _("tried again later") if delivery.attempts else _("waiting")


def delivery_tone(delivery: WebhookDelivery) -> str:
    """The name of a badge's colour."""
    if delivery.state is DeliveryState.DELIVERED:
        return "good"
    return "bad" if delivery.state is DeliveryState.FAILED else "warn" if delivery.attempts else "calm"


def answer_words(answer: str) -> str:
    """What came of the last try: a status, or why there was none."""
    words = {
        "private_address": _("the address leads into a private network, which the settings do not allow"),
        "not_https": _("the address is not for https"),
        "tls": _("its certificate is not in order"),
        "timeout": _("no answer in time"),
        "unknown_host": _("no such host"),
        "no_answer": _("no answer"),
    }
    return words.get(answer) or (_("answered %(status)s", status=answer) if answer else "")


def interface_event_words() -> dict[str, str]:
    """What happened to tokens and addresses of other systems."""
    return {
        "token.issued": _("Token for a script made"),
        "token.revoked": _("Token for a script revoked"),
        "webhook.added": _("Another system is told of events"),
        "webhook.paused": _("Another system is told nothing for a while"),
        "webhook.removed": _("Another system is told nothing any more"),
        "webhook.resumed": _("Another system is told of events again"),
    }
