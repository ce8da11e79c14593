"""Where a statement stands when what people decided and what machines are doing are read together.

This is what a screen shows; it is computed and never kept. Wording belongs to the screens.
"""

from collections.abc import Mapping
from enum import StrEnum

from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobState
from pipeline.domain.statements import StatementState


class Standing(StrEnum):
    """One word for one cell of the board."""

    NO_LINK = "no_link"
    INVITED = "invited"
    CHECKING = "checking"
    CHECK_FAILED = "check_failed"
    REFUSED = "refused"
    PREPARING = "preparing"
    PREPARE_FAILED = "prepare_failed"
    TO_REVIEW = "to_review"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"


class Waiting(StrEnum):
    """Who has to move next."""

    STAFF = "staff"
    SPEAKER = "speaker"
    MACHINE = "machine"
    NOBODY = "nobody"


_FOLLOWS_STATE = {
    StatementState.APPROVED: Standing.APPROVED,
    StatementState.PUBLISHED: Standing.PUBLISHED,
    StatementState.WITHDRAWN: Standing.WITHDRAWN,
    StatementState.TAKEN_DOWN: Standing.TAKEN_DOWN,
}

WAITS_FOR: Mapping[Standing, Waiting] = {
    Standing.NO_LINK: Waiting.STAFF,
    Standing.INVITED: Waiting.SPEAKER,
    Standing.CHECKING: Waiting.MACHINE,
    Standing.CHECK_FAILED: Waiting.STAFF,
    Standing.REFUSED: Waiting.SPEAKER,
    Standing.PREPARING: Waiting.MACHINE,
    Standing.PREPARE_FAILED: Waiting.STAFF,
    Standing.TO_REVIEW: Waiting.STAFF,
    Standing.SENT_BACK: Waiting.SPEAKER,
    Standing.APPROVED: Waiting.STAFF,
    Standing.PUBLISHED: Waiting.NOBODY,
    Standing.WITHDRAWN: Waiting.NOBODY,
    Standing.TAKEN_DOWN: Waiting.NOBODY,
}


def standing_of(
    state: StatementState,
    *,
    has_link: bool,
    verdict: Verdict | None,
    is_packaged: bool,
    job_state: JobState | None,
) -> Standing:
    """The standing of a statement.

    `verdict` and `is_packaged` tell of its current recording, `job_state` of the newest job on that recording.
    """
    if state is StatementState.INVITED:
        return Standing.INVITED if has_link else Standing.NO_LINK
    has_stopped = job_state in {JobState.FAILED, JobState.CANCELLED}
    if state is StatementState.RECEIVED:
        return Standing.CHECK_FAILED if has_stopped else Standing.CHECKING
    if state is StatementState.IN_REVIEW:
        if is_packaged:
            return Standing.TO_REVIEW
        return Standing.PREPARE_FAILED if has_stopped else Standing.PREPARING
    if state is StatementState.SENT_BACK:
        return Standing.REFUSED if verdict is Verdict.REFUSED else Standing.SENT_BACK
    return _FOLLOWS_STATE[state]
