"""What the page says on which subtitles are written: its buttons, keys and messages, for its script."""

from collections.abc import Mapping

from flask_babel import gettext as _

from webapp.wording.caption_rules import rule_texts


def editor_texts() -> Mapping[str, str]:
    """Every text of the script by its name, with {names} for values; the rules' sentences by the rule's code."""
    return {**_about_cues(), **_about_work(), **_about_sending(), **_deeds(), **rule_texts()}


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
        "not_spoken": _("Lines that are not heard in the recording"),
        "machine": _("draft by a program"),
        "machine_draft": _("Lines drafted by a program that nobody has changed or confirmed"),
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
        "cannot_hand_in": _("This cannot be handed in yet. First mend these subtitles: {numbers}"),
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
        "did_confirm": _("Confirmed."),
        "no_undo": _("There is nothing to undo."),
        "no_room": _("There is no room for a subtitle here."),
        "no_next": _("There is no subtitle after this one to join."),
        "no_problem_left": _("There is no subtitle left to mend."),
    }
