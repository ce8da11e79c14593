"""Spoken interpretation: what can be wrong with a voice, how loud the original stays below it, how a voice stands."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.errors import InputRefused

MAX_VOICE_BYTES = 256 * 1024**2
"""Twelve minutes of the largest sound that a recorder writes."""

LARGEST_SHIFT_SECONDS = 600.0
"""Nobody begins so long before or after the statement."""

_LONGEST_SHARE, _LONGEST_MORE_SECONDS = 1.5, 30.0
_SHORTEST_SHARE = 0.3
NOTICED_SECONDS = 1.0
"""A voice that ends so much later than the picture, or begins before it, loses something that may be a word."""


class Under(StrEnum):
    """How the original is heard below a voice: not at all, or at a low level and fully where the voice is silent at
    the ends."""

    NONE = "none"
    LOW = "low"


class VoiceFault(StrEnum):
    """Why a file is no voice that can be taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_SOUND = "not_sound"
    NO_SOUND = "no_sound"
    UNREADABLE = "unreadable"
    DAMAGED = "damaged"
    SILENT = "silent"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"


class VoiceState(StrEnum):
    """How a voice stands. Waiting: it is checked, or waits for the recording's package. Stale: it was made for another
    part of the recording."""

    WAITING = "waiting"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    STALE = "stale"


class VoiceRefused(InputRefused):
    """A file that cannot be a voice; `fault` says why, `seconds` how long it is where that matters."""

    def __init__(self, fault: VoiceFault, seconds: float = 0.0) -> None:
        super().__init__(f"This voice cannot be taken: {fault.value}.")
        self.fault = fault
        self.seconds = seconds


@dataclass(frozen=True)
class VoiceFit:
    """How a voice lies on what is shown, in seconds: what of it is lost before the first picture and after the last,
    and how long the picture goes on without it."""

    lost_before: float
    lost_after: float
    left_over: float

    @property
    def loses_something(self) -> bool:
        """Whether a person should look at where it begins."""
        return max(self.lost_before, self.lost_after) >= NOTICED_SECONDS


def fit_voice(voice_seconds: float, shown_seconds: float, starts_seconds: float) -> VoiceFit:
    """How a voice of this length lies, that begins at `starts_seconds` of what is shown."""
    ends = starts_seconds + voice_seconds
    before, after = max(0.0, -starts_seconds), max(0.0, ends - shown_seconds)
    return VoiceFit(round(before, 3), round(after, 3), round(max(0.0, shown_seconds - ends), 3))


def check_length(voice_seconds: float, shown_seconds: float) -> None:
    """Raise `VoiceRefused` for a voice that is much longer or shorter than what it interprets."""
    if voice_seconds > shown_seconds * _LONGEST_SHARE + _LONGEST_MORE_SECONDS:
        raise VoiceRefused(VoiceFault.TOO_LONG, voice_seconds)
    if voice_seconds < shown_seconds * _SHORTEST_SHARE:
        raise VoiceRefused(VoiceFault.TOO_SHORT, voice_seconds)
