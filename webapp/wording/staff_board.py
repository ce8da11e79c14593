"""The board in words: what is missing, until when, when somebody was reminded last, and what became of a reminder."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pipeline.domain.mails import MailState
from pipeline.domain.standings import Waiting
from pipeline.services.board_lines import SpeakerLine
from pipeline.services.board_missing import Missing
from pipeline.services.deadlines import Due
from pipeline.services.reminders import LastReminder, Reminded
from webapp.i18n import day_words, language_name_for_reader, moment_words
from webapp.wording.sheets import open_subtitles_words

_MISSING = {
    Missing.ADDRESS: _l("no e-mail address"),
    Missing.RECORDING: _l("no recording"),
    Missing.CONSENT: _l("no consent yet"),
    Missing.NAME: _l("name: no answer"),
    Missing.ALIAS: _l("other name not given"),
    Missing.TEXT: _l("no text"),
    Missing.SECOND_LOOK: _l("second look needed"),
    Missing.APPROVAL: _l("approve again"),
}

_REMINDERS = {
    MailState.WAITING: _l("Reminder on its way"),
    MailState.HELD: _l("Reminder held in the outbox"),
    MailState.FAILED: _l("Reminder could not be sent"),
}


def missing_words(missing: Missing) -> str:
    """One thing that is missing, in two or three words."""
    return str(_MISSING[missing])


def all_missing_words(line: SpeakerLine) -> list[str]:
    """Everything that a statement lacks, subtitles by their languages."""
    words = [missing_words(missing) for missing in line.missing]
    if line.has_recording and line.missing_subtitles:
        languages = ", ".join(map(language_name_for_reader, line.missing_subtitles))
        words.append(_("no subtitles in %(languages)s", languages=languages))
    begun = (language for language in line.open_subtitles if language in line.tracks)
    words.extend(open_subtitles_words(language, line.open_subtitles[language]) for language in begun)
    return words


def due_words(line: SpeakerLine) -> str:
    """Until when a speaker can hand in, where that is what is waited for; empty where it is not."""
    if line.last_day is None or Missing.RECORDING not in line.missing:
        return ""
    day = day_words(line.last_day)
    return _("Last day was %(day)s", day=day) if line.due is Due.PAST else _("Until %(day)s", day=day)


def reminder_words(last: LastReminder) -> str:
    """When a speaker was reminded last, or why nothing has reached them."""
    if last.state is MailState.SENT:
        return _("Reminded %(when)s", when=moment_words(last.at))
    return str(_REMINDERS.get(last.state, ""))


def waiting_words(waiting: Waiting) -> str:
    """Who has to move next."""
    words = {
        Waiting.STAFF: _("us"),
        Waiting.SPEAKER: _("the speaker"),
        Waiting.MACHINE: _("the machine"),
        Waiting.NOBODY: _("nobody"),
    }
    return words[waiting]


def reminded_words(outcome: Reminded, organisation: str) -> str:
    """What became of one reminder."""
    words = {
        Reminded.QUEUED: _("%(who)s: the reminder is on its way.", who=organisation),
        Reminded.LATELY: _("%(who)s: reminded within the last day. Tick it to remind again.", who=organisation),
        Reminded.CHANGED: _(
            "%(who)s: somebody else sent a reminder while you looked. Nothing more was sent.", who=organisation
        ),
        Reminded.NOTHING_MISSING: _("%(who)s: nothing is missing any more. No reminder was sent.", who=organisation),
        Reminded.TOO_LATE: _("%(who)s: the last day is over. Give them more time first.", who=organisation),
        Reminded.NOT_INVITED: _("%(who)s: has no personal link. Send an invitation first.", who=organisation),
        Reminded.NO_ADDRESS: _("%(who)s: has no e-mail address. Issue a link and send it yourself.", who=organisation),
    }
    return words[outcome]
