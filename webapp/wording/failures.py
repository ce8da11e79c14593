"""Failed work in words. The sentence that a worker recorded is English; other readers are told by the kind of work."""

from flask_babel import gettext as _

from pipeline.domain.jobs import JobKind
from pipeline.services.board_rows import JobRow
from webapp.i18n import reader_language


def failure_words(job: JobRow) -> str:
    """What did not work, and what to do."""
    if job.told_staff and reader_language() == "en":
        return job.told_staff
    words = {
        JobKind.INTAKE: _("This recording could not be checked."),
        JobKind.ENCODE: _("This recording passed the check but could not be prepared for watching."),
        JobKind.RELEASE: _("Publishing this country did not finish."),
    }
    advice = _(
        "Try it again; if that does not help, the person who runs this service looks up job %(number)d.", number=job.id
    )
    return f"{words[job.kind]} {advice}"
