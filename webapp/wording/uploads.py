"""What the upload says while it runs, handed to the page's script in the reader's language.

The script puts numbers in for `{…}`; they are never read as HTML.
"""

from flask_babel import gettext as _


def upload_words() -> dict[str, str]:
    """Every text of the upload by its name in the script."""
    return _choosing() | _checks() | _sending() | _troubles() | _units()


def _choosing() -> dict[str, str]:
    return {
        "chosen": _("Your file: {size}"),
        "send": _("Send this recording"),
        "resume": _("Continue sending"),
        "interrupted": _(
            "An upload was interrupted: {sent} of {total} have arrived and are kept. "
            "Choose the same file again, and it continues where it stopped."
        ),
        "interrupted_kept": _(
            "An upload was interrupted: {sent} of {total} have arrived and are kept. "
            "This browser still has your file. Press the button, and it continues where it stopped."
        ),
        "same": _("This is the same file. {sent} of {total} are already here."),
        "different": _(
            "This is another file than the one you began to send. If you send it, it starts from the beginning."
        ),
        "too_large": _("This file has {size}. At most {limit} can be sent. Please record with a lower quality."),
        "empty": _("This file is empty. Please choose another one."),
        "unreadable": _("This file cannot be read any more. Please choose it again."),
    }


def _checks() -> dict[str, str]:
    return {
        "check_runs": _("Looking at your file …"),
        "check_good": _("Yes, this recording can be sent."),
        "check_mind": _("You can send this recording. Please look at this first:"),
        "check_unknown": _("This browser cannot look into the file. You can send it: we check it when it has arrived."),
        "check_length": _("Length: {time}. That is right."),
        "check_long": _(
            "It lasts {time}; at most {limit} can be shown. Send it and then choose which part is shown, "
            "or record it again."
        ),
        "check_short": _("It lasts {time}; at least {limit} are needed. Please record a longer one."),
        "check_picture": _("Picture: {size}. That is good."),
        "check_small_picture": _("The picture is small: {size}. If you can, record in 720p or more."),
        "check_upright": _(
            "You held the camera upright. It works, with empty space at both sides. Turned sideways, "
            "your picture fills the screen."
        ),
        "check_no_picture": _("No picture was found in this file. Please choose a video of yourself."),
        "check_sound": _("Sound: found."),
        "check_no_sound": _("No sound was found in this file. Please check the microphone and record again."),
        "check_size": _("{size} will be sent."),
        "check_size_and_time": _("{size} will be sent. On your line this takes about {time}."),
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
        "done_shared": _(
            "Your recording has arrived, and nothing of it is kept in this browser. "
            "Because other people use this device, press “Leave this page” when you are done."
        ),
        "percent": _("{percent} %"),
        "was_away": _(
            "This page was in the background for {time}. Many phones stop sending then. "
            "Keep this page in front and the screen on until all has arrived."
        ),
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
        "fields_not_saved": _(
            "What you wrote below could not be saved. Please look at it. "
            "If you press the button again, only the recording is sent."
        ),
        "protection_not_saved": _(
            "What you want hidden in your recording could not be saved, so nothing is sent. Please try again."
        ),
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
        "pixels": _("{width} × {height} pixels"),
    }
