"""Failed work in words: what did not work, what to do, and who can. A worker's own sentence is for English readers."""

from enum import StrEnum

from flask_babel import gettext as _

from pipeline.domain.jobs import FailureCode, JobKind, JobState
from pipeline.services.board_rows import JobRow
from webapp.i18n import reader_language


class Doer(StrEnum):
    """Who can act on a failure."""

    STAFF = "staff"
    OPERATOR = "operator"


_FOR_OPERATOR = frozenset({FailureCode.CRASHED, FailureCode.AWAY, FailureCode.DISK_FULL})


def failure_words(job: JobRow) -> str:
    """What did not work, and what to do."""
    if job.state is JobState.CANCELLED:
        return _("This work was cancelled. Try it again if it is wanted after all.")
    if job.told_staff and reader_language() == "en":
        return job.told_staff
    words = {
        JobKind.INTAKE: _("This recording could not be checked."),
        JobKind.ENCODE: _("This recording passed the check but could not be prepared for watching."),
        JobKind.RELEASE: _("Publishing this country did not finish."),
        JobKind.MAIL: _("A mail to this speaker could not be sent."),
        JobKind.ACCOUNT_MAIL: _("A mail with a link to an account could not be sent."),
        JobKind.ACCOUNT_NOTICE: _("A mail about an account could not be sent."),
        JobKind.WEBHOOK: _("Another system could not be told of an event."),
        JobKind.PROXY: _("The small copy in which a speaker shortens a recording could not be made."),
        JobKind.PAPER: _("A paper that a speaker sent could not be prepared."),
        JobKind.ALIGN: _("The text could not be timed by the recording."),
        JobKind.DRAFT: _("A draft of subtitles could not be made."),
        JobKind.TAKEDOWN: _("What may not be out could not be hidden at once."),
        JobKind.PURGE: _("The caches in front of the published pages could not be told of what is gone."),
        JobKind.BURN: _("The film with subtitles in its picture could not be made."),
        JobKind.VOICE: _("A spoken interpretation could not be mixed with the original."),
        JobKind.WAVEFORM: _("The outline of the sound could not be drawn."),
    }
    return f"{words[job.kind]} {_advice(job)}"


def doer_of(job: JobRow) -> Doer:
    """Who can act first."""
    return Doer.OPERATOR if job.failure_code in _FOR_OPERATOR else Doer.STAFF


def doer_words(doer: Doer) -> str:
    """Who can act, in a few words."""
    words = {Doer.STAFF: _("You can act."), Doer.OPERATOR: _("The person who runs this service can act.")}
    return words[doer]


def failure_code_words(code: str) -> str:
    """What kind of failure it was, for the operator; as it stands where it has no words."""
    words: dict[str, str] = {
        FailureCode.CRASHED: _("the worker stopped in each attempt"),
        FailureCode.AWAY: _("a part did not answer for too long"),
        FailureCode.DISK_FULL: _("a disk was full"),
        FailureCode.REFUSED: _("what was given could not be used"),
        FailureCode.CHANGED: _("it was changed meanwhile"),
        FailureCode.ERROR: _("an error"),
    }
    return words.get(code, code)


def _advice(job: JobRow) -> str:
    words: dict[str, str] = {
        FailureCode.CRASHED: _(
            "The worker stopped each time it worked on this. The person who runs this service looks up job %(number)d.",
            number=job.id,
        ),
        FailureCode.AWAY: _(
            "A part of this service was away for too long. When the person who runs it has mended that, try again."
        ),
        FailureCode.DISK_FULL: _("A disk was full. When the person who runs this service has made room, try again."),
        FailureCode.CHANGED: _("Something was changed meanwhile. Look at it again, then try again."),
    }
    otherwise = _(
        "Try it again; if that does not help, the person who runs this service looks up job %(number)d.", number=job.id
    )
    return words.get(job.failure_code, otherwise)
