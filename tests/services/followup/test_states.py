"""The table of steps: every pair, legal and illegal."""

import pytest

from services.followup.states import ASKED, FOLLOW_UP_STEPS, TERMINAL, FollowUpState

LEGAL = {
    ("scheduled", "due"),
    ("scheduled", "waived"),
    ("due", "attempted"),
    ("due", "completed"),
    ("due", "unreachable"),
    ("due", "waived"),
    ("attempted", "attempted"),
    ("attempted", "completed"),
    ("attempted", "unreachable"),
    ("attempted", "waived"),
}
PAIRS = [(before, after) for before in FollowUpState.values for after in FollowUpState.values]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_step_is_in_the_table_or_it_is_none(before: str, after: str) -> None:
    assert (FollowUpState(after) in FOLLOW_UP_STEPS[FollowUpState(before)]) is ((before, after) in LEGAL)


def test_what_is_over_has_no_way_on_and_what_is_asked_is_not_over() -> None:
    assert {state for state, steps in FOLLOW_UP_STEPS.items() if not steps} == TERMINAL
    assert not ASKED & TERMINAL
