"""How subtitles stand, in words: states, what aligning said of a text, why they are out of date, what happened."""

from flask_babel import gettext as _

from pipeline.domain.sheets import ALLOWED_CHANGES, SheetAction, SheetState
from pipeline.records.tables import Event, Sheet
from pipeline.services.sheet_bounds import RECORDING, SOURCE, TEXT, TRIM
from webapp.i18n import language_name_for_reader

_SIGNS = {SheetState.DRAFT: "…", SheetState.IN_REVIEW: "?", SheetState.STALE: "!"}


def sheet_state_words(state: SheetState | None) -> str:
    """How far subtitles are; None where nobody has begun them."""
    words = {
        None: _("missing"),
        SheetState.DRAFT: _("being written"),
        SheetState.IN_REVIEW: _("waiting for a second person"),
        SheetState.APPROVED: _("approved"),
        SheetState.STALE: _("out of date"),
    }
    return words[state]


def open_subtitles_words(language: str, state: SheetState | None) -> str:
    """Subtitles that nobody can rely on yet: their language, and how far they are."""
    name = language_name_for_reader(language)
    return _("Subtitles, %(language)s: %(state)s", language=name, state=sheet_state_words(state))


def sheet_sign(state: SheetState | None) -> str:
    """One sign beside a language's code that tells states apart without their colour."""
    return _SIGNS.get(state, "") if state is not None else ""


def sheet_decisions(sheet: Sheet, account_id: int | None) -> list[tuple[str, str]]:
    """What this person can decide about subtitles now, each with its words; without any cue there is nothing to."""
    if all(cue.is_deleted for cue in sheet.cues):
        return []
    words = {
        SheetAction.SUBMIT: _("Hand in for review"),
        SheetAction.APPROVE: _("Approve"),
        SheetAction.SEND_BACK: _("Send back"),
        SheetAction.REOPEN: _("Open again"),
    }
    allowed = {action for state, action in ALLOWED_CHANGES if state is sheet.state}
    if sheet.submitted_at is not None and sheet.submitted_by_id == account_id:
        allowed.discard(SheetAction.APPROVE)
    return [(action.value, text) for action, text in words.items() if action in allowed]


def stale_reason_words(reason: str) -> str:
    """What is another than when subtitles were made."""
    words = {
        RECORDING: _("they were made for another recording"),
        TRIM: _("another part of the recording is shown now"),
        TEXT: _("the speaker changed the text"),
        SOURCE: _("the subtitles that they were made from changed"),
    }
    return words.get(reason, reason)


def alignment_words(verdict: str, reason: str) -> str:
    """What aligning said of a text as a whole; empty where there is nothing to say."""
    if verdict == "good" and reason in {"none", ""}:
        return _("The text fits the recording.")
    words: dict[str, str] = {
        "no_text": _("There is no text that could be timed."),
        "no_speech": _("Nobody speaks in the recording, as far as can be heard."),
        "too_long": _("Text and recording are too long to be timed."),
        "wrong_text": _("This is not the text that is spoken in the recording."),
        "wrong_language": _("The text is in another language than the one spoken."),
        "half_text": _("The recording says more than the text has."),
        "half_recording": _("The text is longer than what is spoken in the recording."),
        "other_order": _("The text is spoken in another order."),
        "weak_match": _("The text fits the recording only in part. Check every line."),
        "voice_approximate": _("There is no voice for this language, so a similar one was used. Check every line."),
    }
    return words.get(reason, "")


def sheet_event_words(event: Event) -> str:
    """What happened to subtitles that people work on."""
    language = language_name_for_reader(str(event.facts.get("language", "")))
    words = {
        "sheet.opened": _("Subtitles begun: %(language)s", language=language),
        "sheet.submitted": _("Subtitles handed in for review: %(language)s", language=language),
        "sheet.approved": _("Subtitles approved: %(language)s", language=language),
        "sheet.sent_back": _("Subtitles sent back: %(language)s", language=language),
        "sheet.reopened": _("Subtitles opened again: %(language)s", language=language),
        "sheet.outdated": _("Subtitles out of date: %(language)s", language=language),
        "sheet.renewed": _("Subtitles no longer out of date: %(language)s", language=language),
        "sheet.realigned": _("Subtitles timed again: %(language)s", language=language),
        "sheet.draft_wanted": _("Machine draft of subtitles asked for: %(language)s", language=language),
        "sheet.drafted": _("Subtitles drafted by a machine: %(language)s", language=language),
        "sheet.filled": _("Subtitles taken from a document: %(language)s", language=language),
        "sheet.recognised": _("Subtitles written down by a machine: %(language)s", language=language),
        "sheet.times_wanted": _("Times of subtitles asked for: %(language)s", language=language),
        "sheet.turned": _("Language spoken corrected, with subtitles: %(language)s", language=language),
        "sheet.due_changed": _("Last day for subtitles changed: %(language)s", language=language),
        "sheet.noted": _("Note on subtitles: %(language)s", language=language),
        "sheet.note_resolved": _("Note on subtitles dealt with: %(language)s", language=language),
        "sheet.note_reopened": _("Note on subtitles opened again: %(language)s", language=language),
    }
    return words.get(event.name, event.name)
