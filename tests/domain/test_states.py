"""The tables of allowed changes: every pair of state and action is walked."""

from itertools import product

import pytest

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.statements import (
    ALLOWED_CHANGES,
    StatementAction,
    StatementState,
    is_allowed,
    next_state,
)


@pytest.mark.parametrize(("state", "action"), list(product(StatementState, StatementAction)))
def test_a_change_is_in_the_table_or_refused(state: StatementState, action: StatementAction) -> None:
    if is_allowed(state, action):
        assert next_state(state, action) is ALLOWED_CHANGES[state, action]
    else:
        with pytest.raises(ChangeNotAllowed, match=state.value):
            next_state(state, action)


@pytest.mark.parametrize("state", [s for s in StatementState if s is not StatementState.WITHDRAWN])
def test_a_speaker_can_withdraw_from_anywhere(state: StatementState) -> None:
    assert next_state(state, StatementAction.WITHDRAW) is StatementState.WITHDRAWN


def test_only_what_was_approved_is_published() -> None:
    sources = {state for (state, action) in ALLOWED_CHANGES if action is StatementAction.PUBLISH}
    assert sources == {StatementState.APPROVED, StatementState.PUBLISHED}


def test_every_state_can_be_reached() -> None:
    reached = {StatementState.INVITED}
    while (more := {to for (source, _), to in ALLOWED_CHANGES.items() if source in reached}) - reached:
        reached |= more
    assert reached == set(StatementState)


def test_a_published_recording_is_not_replaced_behind_the_back_of_staff() -> None:
    assert not is_allowed(StatementState.PUBLISHED, StatementAction.RECEIVE)


def test_only_what_nobody_decided_about_can_be_refused() -> None:
    refusable = {state for (state, action) in ALLOWED_CHANGES if action is StatementAction.REFUSE}
    assert refusable == {StatementState.RECEIVED, StatementState.IN_REVIEW}
