"""What is kept and removed together, in words."""

from flask_babel import gettext as _

from pipeline.domain.retention import RetentionClass


def class_words(kind: RetentionClass) -> str:
    """What belongs to a class."""
    return {
        RetentionClass.ORIGINALS: _("Originals"),
        RetentionClass.UNUSED_ATTEMPTS: _("Attempts that are not used"),
        RetentionClass.PERSONAL_DATA: _("Personal data"),
        RetentionClass.EVENTS: _("The record of who did what"),
    }[kind]
