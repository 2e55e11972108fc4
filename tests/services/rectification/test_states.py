"""The table of steps: every pair, legal and illegal; and one clock for every state that is not over."""

import pytest

from services.rectification.states import APPEALABLE, CLOCKS, OVER, RECTIFICATION_STEPS, RectificationState

LEGAL = {
    ("opened", "called_back"),
    ("opened", "closed"),
    ("opened", "appealed"),
    ("called_back", "replied"),
    ("called_back", "closed"),
    ("called_back", "appealed"),
    ("replied", "re_asked"),
    ("replied", "appealed"),
    ("re_asked", "replied"),
    ("re_asked", "called_back"),
    ("re_asked", "unsettled"),
    ("re_asked", "closed"),
    ("re_asked", "appealed"),
    ("unsettled", "called_back"),
    ("unsettled", "closed"),
    ("unsettled", "appealed"),
    ("appealed", "opened"),
    ("appealed", "called_back"),
    ("appealed", "replied"),
    ("appealed", "re_asked"),
    ("appealed", "unsettled"),
    ("appealed", "upheld"),
    ("closed", "opened"),
}
PAIRS = [(before, after) for before in RectificationState.values for after in RectificationState.values]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_step_is_in_the_table_or_it_is_none(before: str, after: str) -> None:
    taken = RectificationState(after) in RECTIFICATION_STEPS[RectificationState(before)]
    assert taken is ((before, after) in LEGAL)


def test_any_open_state_can_be_appealed_and_what_is_over_has_no_clock() -> None:
    assert {state for state, steps in RECTIFICATION_STEPS.items() if "appealed" in steps} == APPEALABLE
    assert set(CLOCKS) == set(RectificationState) - OVER
