"""The history of a statement in sentences; an event without words is shown by its name."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from pipeline.domain.consents import ConsentItem
from pipeline.domain.mails import MailKind
from pipeline.records.tables import Event
from pipeline.services.reviews import HistoryLine
from webapp.i18n import language_name_for_reader
from webapp.wording.interfaces import interface_event_words
from webapp.wording.sheets import sheet_event_words
from webapp.wording.staff_accounts import account_event_words
from webapp.wording.staff_mails import mail_kind_words
from webapp.wording.staff_sessions import session_event_words
from webapp.wording.voices import voice_event_words


def event_words(event: Event) -> str:
    """What happened, in the past tense."""
    words_of = _BY_SUBJECT.get(event.name.partition(".")[0])
    if words_of is not None:
        return words_of(event)
    if event.name == "recording.trimmed" and event.actor_kind == "staff":
        return _("Staff chose which part is shown")
    words = _words() | account_event_words() | interface_event_words() | session_event_words()
    return words.get(event.name, event.name)


def actor_words(line: HistoryLine) -> str:
    """Who did it: a staff address, the speaker, or the system."""
    if line.event.actor_kind == "staff":
        return line.staff_email or _("staff")
    return _("speaker") if line.event.actor_kind == "speaker" else _("system")


def _track_words(event: Event) -> str:
    language = language_name_for_reader(str(event.facts.get("language", "")))
    if event.name == "track.added":
        return _("Subtitles added: %(language)s", language=language)
    if event.name == "track.film_asked_for":
        return _("Film with subtitles asked for: %(language)s", language=language)
    return _("Subtitles removed: %(language)s", language=language)


def _consent_words(event: Event) -> str:
    items = {
        ConsentItem.RECORDING.value: _("recording"),
        ConsentItem.NAME.value: _("name"),
        ConsentItem.TEXT.value: _("text"),
        ConsentItem.PAPERS.value: _("papers"),
    }
    item = items.get(str(event.facts.get("item")), "")
    if event.name == "consent.given":
        return _("Consent given: %(item)s", item=item)
    return _("No consent: %(item)s", item=item)


def _mail_words(event: Event) -> str:
    kind = mail_kind_words(MailKind(str(event.facts["kind"])))
    words = {
        "mail.queued": _("Mail asked for: %(kind)s", kind=kind),
        "mail.held": _("Mail held: %(kind)s", kind=kind),
        "mail.released": _("Mail let go: %(kind)s", kind=kind),
        "mail.dropped": _("Mail not to be sent: %(kind)s", kind=kind),
        "mail.sent": _("Mail sent: %(kind)s", kind=kind),
        "mail.failed": _("Mail could not be sent: %(kind)s", kind=kind),
    }
    return words[event.name]


def _words() -> dict[str, str]:
    return {
        "assignment.made": _("Somebody was asked to work on it"),
        "assignment.ended": _("Somebody is no longer asked to work on it"),
        "comment.added": _("Comment written"),
        "comment.reader_changed": _("Who reads a comment was changed"),
        "comment.reopened": _("Comment opened again"),
        "comment.resolved": _("Comment dealt with"),
        "comment.taken_back": _("Comment taken back"),
        "recording.poster_chosen": _("Still picture chosen"),
        "link.issued": _("Personal link issued"),
        "link.opened": _("Personal link opened"),
        "link.revoked": _("Personal link revoked"),
        "content.saved": _("Text saved"),
        "content.removed": _("Text removed"),
        "item.withdrawn": _("A part withdrawn"),
        "name.changed": _("Way of being named changed"),
        "paper.added": _("Paper received"),
        "paper.cleaned": _("Hidden data removed from a paper"),
        "paper.refused": _("Paper refused"),
        "paper.removed": _("Paper removed"),
        "recording.received": _("Recording received"),
        "recording.accepted": _("Recording accepted by the check"),
        "recording.refused": _("Recording refused by the check"),
        "recording.packaged": _("Recording prepared for watching"),
        "recording.chosen": _("The speaker chose an earlier recording"),
        "recording.withdrawn": _("Recording withdrawn by the speaker"),
        "recording.erased": _("Recording erased"),
        "recording.sealed": _("Uploaded file sealed"),
        "recording.expired": _("Recording that was not used removed: its time is over"),
        "recording.original_removed": _("Uploaded file removed: its time is over"),
        "retention.applied": _("Removed what is kept no longer"),
        "speaker.erased": _("Person erased"),
        "hold.begun": _("Legal hold begun"),
        "hold.ended": _("Legal hold ended"),
        "recording.trimmed": _("The speaker chose which part is shown"),
        "recording.previewed": _("The speaker looked at the preview"),
        "release.stopped": _("The publication was stopped"),
        "release.hidden": _("The page was hidden until it is written anew"),
        "release.scheduled": _("A date for publishing or ending was set"),
        "release.schedule_ended": _("A date for publishing or ending is over"),
        "release.returned_to": _("An earlier publication was brought back"),
        "release.expired": _("The published page ended"),
        "release.exported": _("What is published was exported"),
        "caches.told": _("The caches in front of the page were told what is gone"),
        "statement.left_out": _("It was left out of the published page"),
        "statement.approved": _("Approved"),
        "statement.approved_first": _("Approved by a first person"),
        "statement.sent_back": _("Sent back"),
        "statement.decision_undone": _("The last decision was undone"),
        "statement.reopened": _("Reopened for review"),
        "statement.protection_changed": _("The speaker changed what is hidden"),
        "statement.published": _("Published"),
        "statement.taken_down": _("Taken down"),
        "statement.withdrawn": _("Withdrawn"),
        "statement.given_time": _("More time given to hand in"),
        "statement.invited_again": _("Invited again"),
        "upload.started": _("Upload begun"),
        "upload.finished": _("Upload finished"),
        "upload.expired": _("Unfinished upload expired"),
        "upload.removed": _("Upload removed"),
        "job.attempt_failed": _("An attempt failed; another follows"),
        "job.taken_back": _("Taken back from a worker that stopped; begun anew"),
        "job.retried": _("Work tried again"),
        "job.failed": _("Work failed"),
        "job.cancelled": _("Work cancelled"),
    }


_BY_SUBJECT: Mapping[str, Callable[[Event], str]] = {
    "track": _track_words,
    "sheet": sheet_event_words,
    "voice": voice_event_words,
    "consent": _consent_words,
    "mail": _mail_words,
}
