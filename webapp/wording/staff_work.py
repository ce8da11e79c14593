"""What is asked of whom, and what a statement waits for, in words for staff."""

from flask_babel import gettext as _

from pipeline.domain.desk import AssignmentKind
from pipeline.records.tables import Assignment, StaffAccount
from pipeline.services.work_queue import ToDo
from webapp.i18n import language_name_for_reader


def to_do_words(to_do: ToDo) -> str:
    """What a statement in the queue waits for."""
    return {
        ToDo.REVIEW: _("To review"),
        ToDo.SECOND_LOOK: _("A second person has to approve it"),
        ToDo.APPROVE_AGAIN: _("Changed since it was approved"),
        ToDo.FAILED: _("Work on it has failed"),
    }[to_do]


def assignment_words(assignment: Assignment) -> str:
    """What somebody was asked for."""
    if assignment.kind is AssignmentKind.REVIEW:
        return _("Review")
    if not assignment.language:
        return _("Subtitles")
    return _("Subtitles: %(language)s", language=language_name_for_reader(assignment.language))


def person_words(account: StaffAccount | None) -> str:
    """Somebody of the organiser, as colleagues know them."""
    return (account.name or account.email) if account is not None else _("somebody")
