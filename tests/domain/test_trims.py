"""What may be chosen of a recording."""

import pytest

from pipeline.domain.limits import Limit
from pipeline.domain.trims import Trim, TrimProblem, find_trim_problem

LIMIT = Limit(60, 120, 2)


@pytest.mark.parametrize(
    ("trim", "problem"),
    [
        (Trim(10, 100), None),
        (Trim(0, 122), None),  # what the limit forgives
        (Trim(42, 100), None),
        (Trim(0, 122.5), TrimProblem.TOO_LONG),
        (Trim(42.5, 100), TrimProblem.TOO_SHORT),
        (Trim(100, 100), TrimProblem.BACKWARDS),
        (Trim(-0.1, 100), TrimProblem.OUTSIDE),
        (Trim(100, 200.05), None),  # tenths of a second, rounded
        (Trim(100, 200.2), TrimProblem.OUTSIDE),
        (Trim(200, 200), TrimProblem.OUTSIDE),
    ],
)
def test_a_trim_lies_within_the_recording_and_the_limit(trim, problem):
    assert find_trim_problem(trim, 200.0, LIMIT) is problem


def test_nothing_is_left_out():
    assert Trim(0.0, 200.04).leaves_all(200.0)
    assert not Trim(0.2, 200.0).leaves_all(200.0)
    assert not Trim(0.0, 199.0).leaves_all(200.0)
