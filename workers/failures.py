"""Exceptions become job states here: whether another attempt helps, and a sentence for each of two readers."""

import errno
import traceback
from collections.abc import Mapping
from pathlib import Path

from pipeline.captions.drafts.faults import TranslatorAway
from pipeline.domain.errors import ChangeNotAllowed, DiskFull, FinalError, InputRefused, PresessionError, WrongUsage
from pipeline.domain.jobs import MAX_ATTEMPTS, FailureCode, JobKind
from pipeline.records.database import is_away
from pipeline.services.claims import Claim, Failure
from pipeline.services.mail_delivery import MailServerAway
from pipeline.services.purge_sending import CachesAway
from pipeline.storage.sealing import MasterKeyMissing
from pipeline.storage.store import StoreUnavailable

_FINAL = (FinalError, InputRefused, WrongUsage, ChangeNotAllowed)
_FULL = {errno.ENOSPC, errno.EDQUOT}

_TOLD_STAFF: Mapping[JobKind, str] = {
    JobKind.INTAKE: "This recording could not be checked.",
    JobKind.ENCODE: "This recording passed the check but could not be prepared for watching.",
    JobKind.RELEASE: "Publishing this country did not finish.",
    JobKind.MAIL: "A mail to this speaker could not be sent.",
    JobKind.ACCOUNT_MAIL: "A mail with a link to an account could not be sent.",
    JobKind.ACCOUNT_NOTICE: "A mail about an account could not be sent.",
    JobKind.WEBHOOK: "Another system could not be told of an event.",
    JobKind.PROXY: "The small copy in which a speaker shortens a recording could not be made.",
    JobKind.PAPER: "A paper that a speaker sent could not be prepared.",
    JobKind.ALIGN: "The text could not be timed by the recording.",
    JobKind.DRAFT: "A draft of subtitles could not be made.",
    JobKind.TAKEDOWN: "What may not be out could not be hidden at once.",
    JobKind.PURGE: "The caches in front of the published pages could not be told of what is gone.",
    JobKind.BURN: "The film with subtitles in its picture could not be made.",
    JobKind.VOICE: "A spoken interpretation could not be mixed with the original.",
    JobKind.WAVEFORM: "The outline of the sound could not be drawn.",
}

_ROOT = Path(__file__).parent.parent


def describe_failure(error: Exception, claim: Claim) -> Failure:
    """What a failed attempt says to staff and to the operator. Only our own errors are quoted: others may hold data."""
    return Failure(
        told_staff=f"{_TOLD_STAFF[claim.kind]} {_advice(error, claim)}",
        told_operator=_told_operator(error, claim),
        is_final=isinstance(error, _FINAL),
        code=_code(error),
    )


def is_nobodys_fault(error: Exception) -> bool:
    """Whether an attempt ended because a store, the records or room on a disk was not there; it is not counted."""
    return _code(error) in {FailureCode.AWAY, FailureCode.DISK_FULL}


def place_of(error: Exception) -> str:
    """The last line of ours that an error passed through, as `file:line`; empty when there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)]
    return f"{Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else ""


def _code(error: Exception) -> FailureCode:
    if isinstance(error, DiskFull) or _is_full(error) or _is_full(error.__cause__):
        return FailureCode.DISK_FULL
    if isinstance(error, StoreUnavailable | MailServerAway | TranslatorAway | CachesAway) or is_away(error):
        return FailureCode.AWAY
    if isinstance(error, ChangeNotAllowed):
        return FailureCode.CHANGED
    if isinstance(error, _FINAL):
        return FailureCode.REFUSED
    return FailureCode.ERROR


def _is_full(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in _FULL


def _advice(error: Exception, claim: Claim) -> str:
    if isinstance(error, ChangeNotAllowed):
        return str(error)
    return f"Try it again later; if that does not help, the person who runs this service looks up job {claim.job_id}."


def _told_operator(error: Exception, claim: Claim) -> str:
    if not is_nobodys_fault(error):
        return f"Attempt {claim.attempt} of {MAX_ATTEMPTS}: {_quote(error)}"
    return f"Waits, and is tried again: {_quote(error)} {_setting(error)}"


def _setting(error: Exception) -> str:
    """Which settings say where the thing is that is away."""
    if isinstance(error, MasterKeyMissing):
        return "Which keys are here: presession keys status."
    if isinstance(error, StoreUnavailable):
        return "Where it is: PRESESSION_STORE__… in the settings."
    if isinstance(error, MailServerAway):
        return "Where it is: PRESESSION_MAILS__… in the settings."
    if isinstance(error, TranslatorAway):
        return "Where it is: PRESESSION_TRANSLATION__… in the settings."
    if is_away(error):
        return "Where the records are: PRESESSION_DATABASE_URL, or the disk of PRESESSION_DATA_DIR."
    return "Work is done in the folder that PRESESSION_DATA_DIR names."


def _quote(error: Exception) -> str:
    if isinstance(error, PresessionError):
        return str(error)
    if is_away(error):
        return f"The records did not answer ({type(error).__name__} at {place_of(error)})."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({type(error).__name__} at {place_of(error)})."
    return f"{type(error).__name__} at {place_of(error)}."


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts
