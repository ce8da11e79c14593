"""Sheets: the subtitles of one recording in one language while people work on them, and the table of allowed changes.

A sheet is a transcript in the language spoken or an interpretation in another. Where there is no sheet, subtitles are
missing; what a sheet holds becomes a track, a revision that can be published, when it is submitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pipeline.domain.errors import ChangeNotAllowed


class SheetKind(StrEnum):
    """What a sheet says: the words spoken, or what they mean in another language."""

    TRANSCRIPT = "transcript"
    INTERPRETATION = "interpretation"


class SheetState(StrEnum):
    """How far subtitles are. Stale: something that they were made for is another now."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    STALE = "stale"


class SheetOrigin(StrEnum):
    """Where the words and times of a sheet came from."""

    ALIGNED = "aligned"
    TYPED = "typed"
    UPLOADED = "uploaded"
    DOCUMENT = "document"
    RECOGNISED = "recognised"
    MACHINE = "machine"


class SheetAction(StrEnum):
    """What can happen to a sheet.

    `OUTDATE` is the system's: recording, trim, text or source is another now. So are those that follow it: all is as it
    was again, and the sheet is what it was before.
    """

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    OUTDATE = "outdate"
    RENEW_DRAFT = "renew_draft"
    RENEW_REVIEW = "renew_review"
    RENEW_APPROVED = "renew_approved"


BEING_WRITTEN = frozenset({SheetState.DRAFT, SheetState.STALE})
"""States in which nobody has handed the words in yet."""

NOT_SPOKEN = 1.0
"""The doubt of a line that is not heard in the recording: a person decides what becomes of it."""

DOUBTFUL = 0.15
"""From this doubt on a person should look: in one case of seven or more the line begins elsewhere."""


class TrackMark(StrEnum):
    """What is said beside subtitles that go out all the same, by somebody's deliberate yes; the graver one last."""

    UNREVIEWED = "unreviewed"
    STALE = "stale"


_ENGLISH = "en"
_INTO_ENGLISH = frozenset({"fr", "es"})


def wanted_languages(of_session: Sequence[str], spoken: str) -> tuple[str, ...]:
    """Languages in which subtitles of a statement are wanted: the session's, and English for French and Spanish."""
    own = (_ENGLISH,) if spoken.partition("-")[0] in _INTO_ENGLISH else ()
    return tuple(dict.fromkeys((*of_session, *own)))


def graver(marks: Iterable[TrackMark]) -> TrackMark | None:
    """The gravest of some marks; None for none."""
    return max(marks, key=list(TrackMark).index, default=None)


_S, _A = SheetState, SheetAction

ALLOWED_CHANGES: Mapping[tuple[SheetState, SheetAction], SheetState] = {
    (_S.DRAFT, _A.EDIT): _S.DRAFT,
    (_S.DRAFT, _A.SUBMIT): _S.IN_REVIEW,
    (_S.DRAFT, _A.OUTDATE): _S.STALE,
    (_S.IN_REVIEW, _A.EDIT): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.APPROVE): _S.APPROVED,
    (_S.IN_REVIEW, _A.SEND_BACK): _S.DRAFT,
    (_S.IN_REVIEW, _A.OUTDATE): _S.STALE,
    (_S.APPROVED, _A.REOPEN): _S.DRAFT,
    (_S.APPROVED, _A.OUTDATE): _S.STALE,
    (_S.STALE, _A.EDIT): _S.STALE,
    (_S.STALE, _A.SUBMIT): _S.IN_REVIEW,
    (_S.STALE, _A.OUTDATE): _S.STALE,
    (_S.STALE, _A.RENEW_DRAFT): _S.DRAFT,
    (_S.STALE, _A.RENEW_REVIEW): _S.IN_REVIEW,
    (_S.STALE, _A.RENEW_APPROVED): _S.APPROVED,
}


def next_sheet_state(state: SheetState, action: SheetAction) -> SheetState:
    """The state after an action; raises `ChangeNotAllowed` when the table has no such change."""
    try:
        return ALLOWED_CHANGES[state, action]
    except KeyError:
        raise ChangeNotAllowed(f"Subtitles that are {state.value} cannot be changed by “{action.value}”.") from None
