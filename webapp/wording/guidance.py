"""What a statement is made of, with a suggested time for each part within the session's limit."""

from dataclasses import dataclass

from flask_babel import gettext as _

from pipeline.domain.limits import Limit
from webapp.wording.measured import length_words


@dataclass(frozen=True)
class StatementPart:
    """One part: what it is, what to say in it, and how long."""

    words: str
    hint: str
    length: str


def statement_parts(limit: Limit) -> list[StatementPart]:
    """The parts in order; their times together are between the shortest and the longest length."""
    aim_seconds = (limit.min_seconds + limit.max_seconds) / 2
    return [StatementPart(words, hint, _suggested(share * aim_seconds)) for share, words, hint in _parts()]


def _suggested(seconds: float) -> str:
    """Rounded, since nobody speaks to the second."""
    step = 10 if seconds >= 20 else 1
    return length_words(max(step, round(seconds / step) * step))


def _parts() -> list[tuple[float, str, str]]:
    return [
        (1 / 12, _("Who you are"), _("Your organisation, and what it does.")),
        (1 / 12, _("National consultations"), _("Did they take place? Were you part of them?")),
        (1 / 12, _("Your plan"), _("The one to three issues that you will speak about.")),
        (1 / 2, _("What happened since the last review"), _("What was recommended, what changed, and what did not.")),
        (1 / 4, _("Two or three recommendations"), _("Short and specific, so that missions can take them up.")),
    ]
