"""Reasons for sending back by short names, as staff pick them."""

from flask_babel import gettext as _

from webapp.wording.reasons import Reason


def reason_name(reason: Reason) -> str:
    """A reason in a few words."""
    return {
        Reason.QUIET: _("Too quiet"),
        Reason.NOISE: _("Too noisy"),
        Reason.DARK: _("Too dark"),
        Reason.UPRIGHT: _("Picture upright"),
        Reason.CUT_OFF: _("Beginning or end missing"),
        Reason.OTHER_FILE: _("Another file"),
        Reason.TIME: _("Not within the time"),
        Reason.NAMES: _("Names of people at risk"),
    }[reason]
