"""What the upload says while it runs, handed to the page's script in the reader's language.

The script puts numbers in for `{…}`; they are never read as HTML.
"""

from flask_babel import gettext as _


def upload_words() -> dict[str, str]:
    """Every text of the upload by its name in the script."""
    return _choosing() | _sending() | _troubles() | _units()


def _choosing() -> dict[str, str]:
    return {
        "chosen": _("Your file: {size}"),
        "send": _("Send this recording"),
        "resume": _("Continue sending"),
        "interrupted": _(
            "An upload was interrupted: {sent} of {total} have arrived and are kept. "
            "Choose the same file again, and it continues where it stopped."
        ),
        "same": _("This is the same file. {sent} of {total} are already here."),
        "different": _(
            "This is another file than the one you began to send. If you send it, it starts from the beginning."
        ),
        "too_large": _("This file has {size}. At most {limit} can be sent. Please record with a lower quality."),
        "empty": _("This file is empty. Please choose another one."),
        "unreadable": _("This file cannot be read any more. Please choose it again."),
    }


def _sending() -> dict[str, str]:
    return {
        "preparing": _("Preparing …"),
        "sending": _("Sending: {percent} %. Please keep this page open."),
        "progress": _("{sent} of {total}"),
        "speed": _("{speed} per second, {time} left"),
        "paused": _("Paused at {percent} %. What was sent is kept."),
        "finishing": _("Almost done. Please keep this page open."),
        "done": _("Your recording has arrived. You may close this page; nothing of it is kept in this browser."),
        "pause": _("Pause"),
        "go_on": _("Continue"),
        "stop": _("Stop and delete what was sent"),
        "really_stop": _("Really stop? What was sent so far is deleted. Your earlier recordings stay."),
        "stopping": _("Stopping …"),
        "stopped": _("Stopped. What was sent is deleted."),
        "untold": _("Stopped. What was sent could not be deleted now; nobody sees it, and it is deleted later."),
    }


def _troubles() -> dict[str, str]:
    return {
        "offline": _("No connection at {percent} %. We try again by ourselves; nothing is lost. Keep this page open."),
        "waiting": _("The connection was lost at {percent} %. Trying again in {seconds} seconds; nothing is lost."),
        "server_away": _("Our server does not answer at the moment. We try again by ourselves; nothing is lost."),
        "link_ended": _(
            "Your link has ended or was replaced. Open your newest link: what was sent is kept and you can continue."
        ),
        "not_now": _("No recording can be handed in at the moment. Reload the page to see why."),
        "gone": _("This upload was ended, perhaps because another one was begun in another window. Reload the page."),
        "no_room": _("Our server has no room at the moment. We try again by ourselves; nothing is lost."),
        "gave_up": _("It did not work for many hours. Reload the page, then choose the same file to continue."),
        "not_saved": _("This could not be saved. Please try again."),
    }


def _units() -> dict[str, str]:
    return {
        "kilobytes": _("{number} kB"),
        "megabytes": _("{number} MB"),
        "gigabytes": _("{number} GB"),
        "seconds": _("{number} s"),
        "minutes": _("{number} min"),
        "hours": _("{hours} h {minutes} min"),
    }
