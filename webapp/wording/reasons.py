"""Reasons for asking a speaker for another recording, ready to be picked: sentences that the speaker reads.

Staff know each by the short name in `webapp.wording.staff_reasons`; own words can stand below.
"""

from collections.abc import Iterable
from enum import StrEnum

from flask_babel import gettext as _

from webapp.i18n import written_in


class Reason(StrEnum):
    """What is most often to be done again."""

    QUIET = "quiet"
    NOISE = "noise"
    DARK = "dark"
    UPRIGHT = "upright"
    CUT_OFF = "cut_off"
    OTHER_FILE = "other_file"
    TIME = "time"
    NAMES = "names"


def reason_sentence(reason: Reason) -> str:
    """The sentence in the language of the reader, or of the block that it is asked in."""
    return {
        Reason.QUIET: _("Your voice is hard to hear. Please record again, closer to the microphone."),
        Reason.NOISE: _("There is too much noise behind your voice. Please record again in a quieter place."),
        Reason.DARK: _("Your face is hard to see. Please record again with the light in front of you, not behind you."),
        Reason.UPRIGHT: _("Please record again with the telephone held sideways, so that the picture is wide."),
        Reason.CUT_OFF: _("Words are missing at the beginning or at the end. Please record the whole statement again."),
        Reason.OTHER_FILE: _("This does not seem to be your statement. Please check which file you sent."),
        Reason.TIME: _("The statement does not keep to its time. Please shorten what you say and record it again."),
        Reason.NAMES: _(
            "You say the names of persons whom this could put in danger. Please record again without their names."
        ),
    }[reason]


def composed_reason(picked: Iterable[str], own_words: str, language: str) -> str:
    """All that the speaker reads: the picked sentences in the speaker's language, and own words below."""
    with written_in(language):
        sentences = [reason_sentence(reason) for reason in Reason if reason.value in set(picked)]
    return "\n".join([*sentences, own_words.strip()]).strip()
