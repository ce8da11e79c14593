"""What the page says on which subtitles are written: its buttons, keys and messages, for its script."""

from collections.abc import Mapping

from flask_babel import gettext as _

from pipeline.captions.complaints import CaptionRule
from pipeline.captions.places import Place
from pipeline.services.sheet_quality import MACHINE_DRAFT
from webapp.wording.caption_rules import rule_texts


def editor_texts() -> Mapping[str, str]:
    """Every text of the script by its name, with {names} for values; the rules' sentences by the rule's code."""
    return {**_about_cues(), **_about_work(), **_about_sending(), **_deeds(), **_places(), **_rules(), **rule_texts()}


def _about_cues() -> dict[str, str]:
    return {
        "number": _("Subtitle {number}"),
        "play": _("Play subtitle {number}"),
        "text": _("Text of subtitle {number}"),
        "start": _("Start of subtitle {number}"),
        "end": _("End of subtitle {number}"),
        "speed": _("{speed} characters/s"),
        "doubtful": _("time doubtful"),
        "not_heard": _("not heard in the recording"),
        "machine": _("draft by a program"),
        "term_missing": _("not found in the translation"),
        "outdated": _("source changed since"),
        "outside": _("not in the part that is shown"),
        "person_here": _("{name} is here"),
        "note_by": _("{name}, {moment}"),
        "note_label": _("Note for those who work on these subtitles"),
        "note_send": _("Add the note"),
        "note_waits": _("not sent yet"),
        "note_done": _("Dealt with"),
        "note_reopen": _("Open again"),
        "theirs": _("{name} wrote meanwhile:"),
        "theirs_deleted": _("{name} removed this subtitle meanwhile."),
        "theirs_times": _("{name} changed the times meanwhile: {start} to {end}."),
        "past_line": _("{name}, {moment} ({start} to {end})"),
        "past_again": _("Make it so again"),
        "past_removed": _("Removed"),
        "past_empty": _("No text"),
        "program": _("A program"),
        "somebody": _("Somebody else"),
        "keep_mine": _("Keep mine"),
        "take_theirs": _("Take theirs"),
    }


def _about_work() -> dict[str, str]:
    return {
        "problems": _("{stops} to mend, {warnings} to look at, {open} empty"),
        "no_problems": _("Nothing to mend."),
        "alone": _("Nobody else is here."),
        "people": _("Also here: {names}"),
        "own_time": _("Your time: {minutes} min, {cues} changes, {speed} a minute. Only you see this."),
        "due": _("Wanted by {moment}"),
        "due_set": _("The last day is set."),
        "asked_of": _("Asked of {names}"),
        "cannot_hand_in": _("This cannot be handed in yet. Mend first:"),
        "go_to": _("Go to subtitle {number}"),
        "nothing_there": _("There is no subtitle yet."),
        "decided": _("Done: {state}"),
        "found": _("{number} found"),
        "replaced": _("{number} replaced"),
        "timeline": _(
            "Waveform with subtitles. Drag an edge to change a time; every time is also a field in the list."
        ),
    }


def _about_sending() -> dict[str, str]:
    return {
        "saved": _("Everything is saved."),
        "saving": _("Saving …"),
        "offline": _("No connection. Go on writing: {number} changes wait here and are sent by themselves."),
        "signed_out": _("You are signed out. Sign in in another tab; what you wrote waits here."),
        "gone": _("These subtitles are not open to you any more. Keep a copy of what is not saved yet."),
        "choose": _("Two people wrote in the same subtitle. Choose below which words stay."),
        "refused": _("That was not taken: {sentence}"),
        "taken_up": _(
            "{number} changes from {moment} were still on this device, not sent. They are in the subtitles now and are "
            "being sent; where somebody else wrote meanwhile, you choose."
        ),
        "laid_aside": _("These words, at {moment}, were not taken, and are kept here. {sentence}"),
        "close": _("Close"),
        "throw_away": _("Throw away"),
        "changed": _("Somebody else changed this meanwhile. Look at what is there now, and do it again."),
        "later": _("That needs the connection. Go on writing; try again when it is back."),
        "read_only": _("These subtitles can be read here and not changed."),
    }


def _deeds() -> dict[str, str]:
    return {
        "did_split": _("Split."),
        "did_merge": _("Joined."),
        "did_delete": _("Removed. Undo brings it back."),
        "did_insert": _("Subtitle added."),
        "did_shift": _("Moved."),
        "did_undo": _("Undone."),
        "did_redo": _("Done again."),
        "did_replace": _("Replaced."),
        "did_restore": _("As it was."),
        "placed": _("It stands there: {place}"),
        "did_confirm": _("Confirmed."),
        "no_undo": _("There is nothing to undo."),
        "no_room": _("There is no room for a subtitle here."),
        "no_next": _("There is no subtitle after this one to join."),
        "no_problem_left": _("There is no subtitle left to mend."),
    }


def _places() -> dict[str, str]:
    return {f"place_{place.value}": text for place, text in place_words().items()}


def place_words() -> Mapping[Place, str]:
    """The nine places on the picture, the usual one first."""
    return {
        Place.BOTTOM: _("below"),
        Place.TOP: _("above"),
        Place.MIDDLE: _("in the middle"),
        Place.BOTTOM_LEFT: _("below left"),
        Place.BOTTOM_RIGHT: _("below right"),
        Place.TOP_LEFT: _("above left"),
        Place.TOP_RIGHT: _("above right"),
        Place.LEFT: _("left"),
        Place.RIGHT: _("right"),
    }


def _rules() -> dict[str, str]:
    """What stops several subtitles at once, by the rule's code."""
    return {
        f"rule_{code}": text
        for code, text in {
            CaptionRule.EMPTY.value: _("No text:"),
            CaptionRule.TOO_MANY_LINES.value: _("Too many lines:"),
            CaptionRule.LINE_TOO_LONG.value: _("A line is too long:"),
            CaptionRule.TOO_FAST.value: _("Too fast to read:"),
            CaptionRule.TOO_SHORT.value: _("Shown too briefly:"),
            CaptionRule.TOO_LONG.value: _("Shown too long:"),
            CaptionRule.BACKWARDS.value: _("Ends before its start:"),
            CaptionRule.OVERLAP.value: _("Starts before the end of the one before:"),
            CaptionRule.SMALL_GAP.value: _("Starts too soon after the one before:"),
            CaptionRule.PAST_END.value: _("Ends after the recording:"),
            "not_spoken": _("Not heard in the recording; confirm or remove:"),
            MACHINE_DRAFT: _("Written by a program; change or confirm:"),
        }.items()
    }
