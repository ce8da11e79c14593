"""Why a part of a recording cannot be what is shown, in words for staff."""

from flask_babel import gettext as _

from pipeline.domain.trims import TrimProblem


def refused_part_words(problem: TrimProblem) -> str:
    """What is wrong with the part that was chosen."""
    return {
        TrimProblem.OUTSIDE: _("This lies outside of what is shown."),
        TrimProblem.BACKWARDS: _("The end has to come after the beginning."),
        TrimProblem.TOO_SHORT: _("What is left is shorter than a statement may be."),
        TrimProblem.TOO_LONG: _("What is left is longer than a statement may be."),
    }[problem]
