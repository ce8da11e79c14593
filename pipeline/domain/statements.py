"""The editorial state of a statement: what people decided, and the one table of allowed changes."""

from collections.abc import Mapping
from enum import StrEnum

from pipeline.domain.errors import ChangeNotAllowed


class StatementState(StrEnum):
    """Where a statement stands for people; whether a job is encoding it is no part of this."""

    INVITED = "invited"
    RECEIVED = "received"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    TAKEN_DOWN = "taken_down"


class StatementAction(StrEnum):
    """What can happen to a statement. Speakers hand in and withdraw; the rest is staff, but for two things.

    Intake accepts or refuses; the encode, which sees every picture, may still refuse what intake accepted. `LOOK` is
    the first of two approvals, `APPROVE` the one after which nobody else has to look; both may be given again for
    what has changed since.
    """

    RECEIVE = "receive"
    ACCEPT = "accept"
    REFUSE = "refuse"
    LOOK = "look"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REOPEN = "reopen"
    PUBLISH = "publish"
    TAKE_DOWN = "take_down"
    WITHDRAW = "withdraw"
    INVITE_AGAIN = "invite_again"
    LEAVE_OUT = "leave_out"


_S, _A = StatementState, StatementAction

ALLOWED_CHANGES: Mapping[tuple[StatementState, StatementAction], StatementState] = {
    (_S.INVITED, _A.RECEIVE): _S.RECEIVED,
    (_S.RECEIVED, _A.RECEIVE): _S.RECEIVED,
    (_S.IN_REVIEW, _A.RECEIVE): _S.RECEIVED,
    (_S.SENT_BACK, _A.RECEIVE): _S.RECEIVED,
    (_S.APPROVED, _A.RECEIVE): _S.RECEIVED,
    (_S.RECEIVED, _A.ACCEPT): _S.IN_REVIEW,
    (_S.RECEIVED, _A.REFUSE): _S.SENT_BACK,
    (_S.IN_REVIEW, _A.REFUSE): _S.SENT_BACK,
    (_S.IN_REVIEW, _A.LOOK): _S.IN_REVIEW,
    (_S.IN_REVIEW, _A.APPROVE): _S.APPROVED,
    (_S.APPROVED, _A.LOOK): _S.APPROVED,
    (_S.APPROVED, _A.APPROVE): _S.APPROVED,
    (_S.PUBLISHED, _A.LOOK): _S.PUBLISHED,
    (_S.PUBLISHED, _A.APPROVE): _S.PUBLISHED,
    (_S.IN_REVIEW, _A.SEND_BACK): _S.SENT_BACK,
    (_S.APPROVED, _A.SEND_BACK): _S.SENT_BACK,
    (_S.APPROVED, _A.REOPEN): _S.IN_REVIEW,
    (_S.SENT_BACK, _A.REOPEN): _S.IN_REVIEW,
    (_S.TAKEN_DOWN, _A.REOPEN): _S.IN_REVIEW,
    (_S.APPROVED, _A.PUBLISH): _S.PUBLISHED,
    (_S.PUBLISHED, _A.PUBLISH): _S.PUBLISHED,
    (_S.PUBLISHED, _A.TAKE_DOWN): _S.TAKEN_DOWN,
    (_S.PUBLISHED, _A.LEAVE_OUT): _S.APPROVED,
    (_S.INVITED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RECEIVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_REVIEW, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SENT_BACK, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.TAKEN_DOWN, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.WITHDRAWN, _A.INVITE_AGAIN): _S.INVITED,
}

CAN_BE_UNDONE = frozenset({_A.LOOK, _A.APPROVE, _A.SEND_BACK, _A.REOPEN})
"""What staff can undo as if it had not been, as long as nothing followed from it."""


def is_allowed(state: StatementState, action: StatementAction) -> bool:
    """Whether the table has a change for this pair."""
    return (state, action) in ALLOWED_CHANGES


def next_state(state: StatementState, action: StatementAction) -> StatementState:
    """The state after an action; raises `ChangeNotAllowed` when the table has no such change."""
    try:
        return ALLOWED_CHANGES[state, action]
    except KeyError:
        raise ChangeNotAllowed(
            f"This statement is “{state.value}”; “{action.value}” is not possible now. "
            "Reload the page to see what changed."
        ) from None


def can_be_undone(state: StatementState, action: StatementAction, before: StatementState) -> bool:
    """Whether an action that led from `before` to `state` can be undone.

    A statement that was sent back and is reviewed after all is sent back again instead: the speaker is told anew.
    """
    is_told_anew = (before, action) == (_S.SENT_BACK, _A.REOPEN)
    return action in CAN_BE_UNDONE and not is_told_anew and ALLOWED_CHANGES.get((before, action)) is state
