"""The table of a mail's changes: every pair is walked; what a mail says is tied to states in which it is so."""

from itertools import product

import pytest

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.mails import ALLOWED_CHANGES, TRUE_IN, MailAction, MailKind, MailState, is_allowed, next_state


@pytest.mark.parametrize(("state", "action"), list(product(MailState, MailAction)))
def test_a_change_is_in_the_table_or_refused(state: MailState, action: MailAction) -> None:
    if is_allowed(state, action):
        assert next_state(state, action) is ALLOWED_CHANGES[state, action]
    else:
        with pytest.raises(ChangeNotAllowed):
            next_state(state, action)


def test_only_what_waits_is_sent_and_nothing_that_was_sent_is_dropped() -> None:
    assert {state for (state, action) in ALLOWED_CHANGES if action is MailAction.SEND} == {MailState.WAITING}
    assert not is_allowed(MailState.SENT, MailAction.DROP)


def test_every_kind_of_mail_is_tied_to_states() -> None:
    assert set(TRUE_IN) == set(MailKind)
    assert all(TRUE_IN.values())
