"""Films with subtitles in the picture, in words."""

from flask_babel import gettext as _

from pipeline.domain.burning import BurnSize
from pipeline.services.burned_films import BurnedState


def burn_size_words(size: BurnSize) -> str:
    """How large the words are."""
    words = {BurnSize.SMALL: _("small"), BurnSize.MEDIUM: _("medium"), BurnSize.LARGE: _("large")}
    return words[size]


def burned_state_words(state: BurnedState) -> str:
    """How a film stands that was asked for."""
    words = {
        BurnedState.MAKING: _("is being made"),
        BurnedState.READY: _("ready"),
        BurnedState.FAILED: _("could not be made"),
    }
    return words[state]
