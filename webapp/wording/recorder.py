"""What the recorder says while it runs, handed to the page's script in the reader's language.

The script puts numbers in for `{…}`; they are never read as HTML. Units and troubles of the line are the upload's.
"""

from flask_babel import gettext as _


def recorder_words() -> dict[str, str]:
    """Every text of the recorder by its name in the script."""
    return _devices() | _recording() | _hearing() | _takes() | _arriving()


def kept_takes_words() -> dict[str, str]:
    """What the page that offers to delete takes says of them."""
    texts = recorder_words()
    return {name: texts[name] for name in ("really_forget", "forgotten", "elsewhere")}


def _devices() -> dict[str, str]:
    return {
        "asking": _("Your browser asks you now. Please answer “Allow”."),
        "denied": _(
            "This page may not use your camera and microphone. Press the sign beside the address at the top of the "
            "browser, allow camera and microphone, then press “Turn on” again. Or use your camera app and send the "
            "file."
        ),
        "none": _("No camera or no microphone was found. Connect one and try again, or send a file."),
        "busy": _("Another program uses the camera or the microphone. Close it, then try again."),
        "failed_camera": _("The camera did not start. Try again, or use your camera app and send the file."),
        "unsupported": _("This browser cannot record. Use your camera app and send the file."),
        "insecure": _("Recording works only on a page whose address begins with https. You can still send a file."),
        "elsewhere": _("The recorder is open in another window. Close that window, then reload this page."),
        "camera": _("Camera {number}"),
        "microphone": _("Microphone {number}"),
        "ready": _("Camera and microphone are on. Nothing is recorded yet."),
    }


def _recording() -> dict[str, str]:
    return {
        "countdown": _("It starts in {number}"),
        "recording": _("Recording"),
        "on_pause": _("Paused. Nothing is recorded now."),
        "saving": _("Saving the end …"),
        "take_pause": _("Pause"),
        "take_go_on": _("Go on"),
        "not_yet": _("Speak for at least {shortest}."),
        "long_enough": _("Long enough. The recording stops by itself at {longest}."),
        "ends_soon": _("The recording stops soon, at {longest}."),
        "kept": _("Your take is saved in this browser. Watch it below."),
        "kept_in_page": _("Your take is ready below. It is kept only while this page is open."),
        "nothing": _("Nothing was recorded. Please try again."),
        "at_limit": _("{longest} are over, so the recording has stopped. Watch it below."),
        "camera_lost": _("The camera or the microphone stopped. What you recorded until then is kept below."),
        "camera_rests": _("The camera rests because this page is not in front. Press “Go on” to continue."),
        "page_keeps": _("This browser keeps nothing. Do not close this page before your take has been sent."),
        "no_room": _("Our server has no room at the moment. We try again by ourselves; nothing is lost."),
        "device_full": _("This device has no more room. Do not close this page before your take has been sent."),
        "little_room": _("This device has little room left ({size}). Choose the smaller picture."),
    }


def _hearing() -> dict[str, str]:
    return {
        "hears_nothing": _("We hear nothing. Choose another microphone, or check that it is not switched off."),
        "hears_quiet": _("Quiet. Come closer or speak louder."),
        "hears_good": _("The sound is good."),
        "hears_loud": _("Too loud. Move back a little."),
        "reading_time": _("At this speed your text takes about {time}."),
    }


def _takes() -> dict[str, str]:
    return {
        "take": _("Take {number}"),
        "take_facts": _("{length}, {size}, recorded {when}"),
        "take_broken_off": _("This take ended when the browser or the device stopped. What was recorded is here."),
        "take_short": _("Shorter than {shortest}: it will not be accepted."),
        "take_chosen": _("You chose this take. It is not handed in yet."),
        "really_discard": _("Really delete this take? It cannot be brought back."),
        "really_forget": _("Really delete all takes from this browser? They cannot be brought back."),
        "forgotten": _("Nothing is kept in this browser any more."),
        "discarded": _("The take is deleted."),
        "discarded_here": _(
            "The take is deleted here. What was sent could not be deleted now; nobody sees it, and it is deleted later."
        ),
        "take_unreadable": _("This browser can no longer read this take. Please delete it and record again."),
        "cannot_play": _("This browser cannot show the take. You can still hand it in."),
        "take_too_large": _(
            "This take has {size}. At most {limit} can be sent. Please record with the smaller picture."
        ),
    }


def _arriving() -> dict[str, str]:
    return {
        "sent_along": _("Sent already: {sent}"),
        "all_sent_along": _("All of it so far has been sent."),
        "stays_here": _("It is kept in this browser and is sent when you hand it in."),
        "take_gone": _("It is kept in this browser only; another upload took its place. You can still hand it in."),
        "hand_in": _("Hand in this take"),
        "keep_on": _("Continue sending"),
        "rest_kept": _("Stopped. What was sent is kept; you can continue."),
        "left_behind": _(
            "Of an interrupted recording {size} have arrived, from another browser or device. You can hand in what "
            "has arrived, or delete it."
        ),
        "handing_in": _("Handing in …"),
        "arrived": _("Your recording has arrived. Nothing of it is kept in this browser."),
        "replaces": _("You have begun to send a file: {size} have arrived. A take that is sent takes its place."),
    }
