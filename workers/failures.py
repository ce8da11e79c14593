"""Exceptions become job states here: whether another attempt helps, and a sentence for each of two readers."""

import traceback
from collections.abc import Mapping
from pathlib import Path

from pipeline.domain.errors import ChangeNotAllowed, FinalError, InputRefused, PresessionError, WrongUsage
from pipeline.domain.jobs import MAX_ATTEMPTS, JobKind
from pipeline.services.claims import Claim, Failure

_FINAL = (FinalError, InputRefused, WrongUsage, ChangeNotAllowed)

_TOLD_STAFF: Mapping[JobKind, str] = {
    JobKind.INTAKE: "This recording could not be checked.",
    JobKind.ENCODE: "This recording passed the check but could not be prepared for watching.",
    JobKind.RELEASE: "Publishing this country did not finish.",
}

_ROOT = Path(__file__).parent.parent


def describe_failure(error: Exception, claim: Claim) -> Failure:
    """What a failed attempt says to staff and to the operator. Only our own errors are quoted: others may hold data."""
    return Failure(
        told_staff=f"{_TOLD_STAFF[claim.kind]} {_advice(error, claim)}",
        told_operator=f"Attempt {claim.attempt} of {MAX_ATTEMPTS}: {_quote(error)}",
        is_final=isinstance(error, _FINAL),
    )


def _advice(error: Exception, claim: Claim) -> str:
    if isinstance(error, ChangeNotAllowed):
        return str(error)
    return f"Try it again later; if that does not help, the person who runs this service looks up job {claim.job_id}."


def place_of(error: Exception) -> str:
    """The last line of ours that an error passed through, as `file:line`; empty when there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)]
    return f"{Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}" if ours else ""


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts


def _quote(error: Exception) -> str:
    if isinstance(error, PresessionError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({type(error).__name__} at {place_of(error)})."
    return f"{type(error).__name__} at {place_of(error)}."
