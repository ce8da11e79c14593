"""Approvals in words: who approved, who has to look still, what changed since, and which decision can be undone."""

from flask_babel import gettext as _

from pipeline.domain.approvals import CONSENT, TRACK, VOICE, ApprovalWord
from pipeline.domain.consents import ConsentItem
from pipeline.domain.statements import StatementAction
from pipeline.services.approvals import ApprovalStanding
from webapp.i18n import language_name_for_reader, moment_words


def approval_words(standing: ApprovalStanding) -> str:
    """How a statement's approvals stand, in a sentence or two; empty where nobody approved it."""
    if standing.word is ApprovalWord.NONE:
        return ""
    if not standing.looks or standing.since is None:
        return _("It was approved before the service noted what an approval is for. Please approve it again.")
    who = _join([look.by or _("somebody") for look in standing.looks])
    told = _("Approved by %(who)s, %(when)s.", who=who, when=moment_words(standing.since))
    lacking = {
        ApprovalWord.FIRST: _("Another person has to look at it and approve it as well."),
        ApprovalWord.STALE: _("Since then it is no longer what was approved, so it has to be approved again."),
    }
    return f"{told} {lacking.get(standing.word, '')}".strip()


def changed_words(changed: tuple[str, ...]) -> list[str]:
    """What is another than it was when somebody approved it."""
    return [_changed(name) for name in changed]


def decision_words(action: StatementAction) -> str:
    """A decision that can be undone, named in the past tense."""
    words = {
        StatementAction.LOOK: _("Approved by a first person"),
        StatementAction.APPROVE: _("Approved"),
        StatementAction.SEND_BACK: _("Sent back"),
        StatementAction.REOPEN: _("Reopened for review"),
    }
    return words[action]


def _changed(name: str) -> str:
    if name.startswith(TRACK):
        return _("Subtitles: %(language)s", language=language_name_for_reader(name.removeprefix(TRACK)))
    if name.startswith(VOICE):
        language = language_name_for_reader(name.removeprefix(VOICE))
        return _("Spoken interpretation: %(languages)s", languages=language)
    if name.startswith(CONSENT):
        return _consent(ConsentItem(name.removeprefix(CONSENT)))
    words = {
        "recording": _("There is another recording"),
        "trim": _("Another part of the recording is shown"),
        "poster": _("Another picture stands for the recording"),
        "package": _("The recording was prepared anew"),
        "hidden": _("Other things are hidden in the recording"),
        "name": _("The speaker is named in another way"),
        "organisation": _("Organisation, theme or language was changed"),
        "papers": _("There are other papers"),
        "words": _("The text or the recommendations were changed"),
    }
    return words.get(name, name)


def _consent(item: ConsentItem) -> str:
    words = {
        ConsentItem.RECORDING: _("The speaker answered anew about the recording"),
        ConsentItem.NAME: _("The speaker answered anew about the name"),
        ConsentItem.TEXT: _("The speaker answered anew about the text"),
        ConsentItem.PAPERS: _("The speaker answered anew about the papers"),
    }
    return words[item]


def _join(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
