"""Choosing what is shown of a recording, in words: what is wrong with a choice, and what the page's script says."""

from dataclasses import dataclass

from flask_babel import gettext as _

from pipeline.domain.findings import FindingCode
from pipeline.domain.limits import Limit
from pipeline.domain.trims import Trim, TrimProblem
from pipeline.services.hand_ins import HandIn
from pipeline.services.trims import can_be_trimmed
from webapp.wording.measured import length_words


@dataclass(frozen=True)
class TrimOffer:
    """What the speaker's page says about shortening: a sentence, and whether it is what has to be done next."""

    sentence: str
    is_needed: bool


def trim_offer(hand_in: HandIn) -> TrimOffer | None:
    """None where nothing can be shortened."""
    if hand_in.recording is None or not can_be_trimmed(hand_in.statement):
        return None
    trim = hand_in.recording.trim
    if trim is not None:
        return TrimOffer(_trimmed_words(trim), is_needed=False)
    if any(finding.code is FindingCode.TOO_LONG for finding in hand_in.findings):
        words = _("You can shorten it here. You do not need to send the video again.")
        return TrimOffer(words, is_needed=True)
    return TrimOffer(_("You can leave out something at the beginning or at the end."), is_needed=False)


def problem_words(problem: TrimProblem, trim: Trim, whole_seconds: float, limit: Limit) -> str:
    """What is wrong with a choice, and what to change."""
    left = length_words(trim.duration_seconds)
    words = {
        TrimProblem.OUTSIDE: _(
            "Your recording is %(length)s long. Please choose a start and an end within it.",
            length=length_words(whole_seconds),
        ),
        TrimProblem.BACKWARDS: _("The end must come after the start."),
        TrimProblem.TOO_SHORT: _(
            "%(left)s would be left. At least %(shortest)s are needed. Please leave out less.",
            left=left,
            shortest=length_words(limit.min_seconds),
        ),
        TrimProblem.TOO_LONG: _(
            "%(left)s would be left. At most %(longest)s are allowed. Please leave out more.",
            left=left,
            longest=length_words(limit.max_seconds),
        ),
    }
    return str(words[problem])


def trim_words() -> dict[str, str]:
    """What the trimmer's script says; words in braces are filled in by it."""
    return {
        "good": _("{length} are left. That is a good length."),
        "too_long": _("{length} are left. That is {by} too long."),
        "too_short": _("{length} are left. That is {by} too short."),
        "backwards": _("The end must come after the start."),
        "ready": _("The small copy is ready."),
        "failed": _("The small copy could not be made. You can still choose with the picture of the sound."),
    }


def _trimmed_words(trim: Trim) -> str:
    return str(
        _(
            "Only the part that you chose is shown: %(length)s. You can change that.",
            length=length_words(trim.duration_seconds),
        )
    )
