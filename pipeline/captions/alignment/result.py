"""What an alignment says: a time and a doubt for each line, and whether the text belongs to the recording at all."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether the text is what is said in the recording."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a verdict is not plainly good; one that is good may still be `VOICE_APPROXIMATE`."""

    NONE = "none"
    NO_TEXT = "no_text"
    NO_SPEECH = "no_speech"
    TOO_LONG = "too_long"
    WRONG_TEXT = "wrong_text"
    WRONG_LANGUAGE = "wrong_language"
    HALF_TEXT = "half_text"
    HALF_RECORDING = "half_recording"
    OTHER_ORDER = "other_order"
    WEAK_MATCH = "weak_match"
    VOICE_APPROXIMATE = "voice_approximate"


@dataclass(frozen=True)
class Belonging:
    """`score` is about 0 for any other text, and the more above the better the text fits (0.5 to 0.9).

    `sure_part` is the part of the spoken lines that are not doubtful, `spoken_part` how much of the text is said,
    `written_part` how much of what is heard the text has.
    """

    verdict: Verdict
    reason: Reason
    score: float = 0.0
    sure_part: float = 0.0
    spoken_part: float = 0.0
    written_part: float = 0.0

    @property
    def trust(self) -> float:
        """Score and sure part together: any text has places, and a good score comes from lines that are sure."""
        return self.score * self.sure_part


@dataclass(frozen=True)
class Line:
    """When a line is heard, in seconds of the recording; `doubt` from 0 to 1 that it begins more than a second off.

    A line that is not `is_spoken` has the moment where it would have been said, and no length.
    """

    start_seconds: float
    end_seconds: float
    is_spoken: bool
    doubt: float
    is_doubtful: bool


@dataclass(frozen=True)
class Alignment:
    """`lines` in the order of the texts, never overlapping; `unwritten`: where something else is heard for long."""

    lines: tuple[Line, ...]
    belongs: Belonging
    unwritten: tuple[tuple[float, float], ...] = ()
    voice: str = ""
