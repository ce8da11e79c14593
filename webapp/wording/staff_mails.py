"""The outbox in words, for staff."""

from flask_babel import gettext as _

from pipeline.domain.mails import MailAction, MailKind, MailState
from pipeline.services.mail_lists import MailLine
from pipeline.services.mail_sending import NotSent

_TONES = {
    MailState.HELD: "warn",
    MailState.WAITING: "main",
    MailState.SENT: "good",
    MailState.FAILED: "bad",
    MailState.DROPPED: "calm",
}


def mail_kind_words(kind: MailKind) -> str:
    """What a mail tells."""
    words = {
        MailKind.INVITATION: _("Invitation"),
        MailKind.NEW_LINK: _("New link"),
        MailKind.RECEIVED: _("Recording received"),
        MailKind.ACCEPTED: _("Recording accepted"),
        MailKind.REFUSED: _("Recording refused"),
        MailKind.SENT_BACK: _("Sent back"),
        MailKind.APPROVED: _("Approved"),
        MailKind.PUBLISHED: _("Published"),
        MailKind.REMINDER: _("Reminder"),
        MailKind.QUESTIONS: _("Reminder of open questions"),
        MailKind.WITHDRAWN: _("Withdrawn"),
    }
    return words[kind]


def mail_state_words(state: MailState) -> str:
    """Where a mail stands."""
    words = {
        MailState.HELD: _("held"),
        MailState.WAITING: _("waiting"),
        MailState.SENT: _("sent"),
        MailState.FAILED: _("not sent"),
        MailState.DROPPED: _("dropped"),
    }
    return words[state]


def mail_state_tone(state: MailState) -> str:
    """The name of a badge's colour."""
    return _TONES[state]


def mail_action_words(action: MailAction) -> str:
    """A button."""
    words = {
        MailAction.HOLD: _("Hold"),
        MailAction.RELEASE: _("Send now"),
        MailAction.DROP: _("Do not send"),
        MailAction.SEND_AGAIN: _("Send again"),
    }
    return words[action]


def not_sent_words(line: MailLine) -> str:
    """Why a mail was not sent, and what to do; empty where there is nothing to say."""
    if line.has_stopped:
        return _("It was tried for a long time without success. When the mail server answers again, send it again.")
    words: dict[str, str] = {
        NotSent.NO_ADDRESS: _("The speaker has no e-mail address. Add one to the session's file and load it again."),
        NotSent.REFUSED: _(
            "The mail server says that nobody can be reached at this address. Correct it in the session's file, load "
            "that again, then send the mail again."
        ),
        NotSent.SHUT_OUT: _("All links of this speaker were revoked, and it would bring a new one. Invite them again."),
        NotSent.OUTDATED: _("What it says was no longer so when it was to be sent."),
    }
    return words.get(line.mail.told, "")
