"""The way of a case in six steps, from sent to asked afterwards: where it stands, for the steps component."""

from typing import TypedDict

from django.utils.translation import gettext as _

from portal.templatetags.look import when
from services.cases.models import Case, Need
from services.cases.states import CaseState, NeedState

AT = {
    CaseState.SUBMITTED: 1,
    CaseState.RETURNED: 1,
    CaseState.LAPSED: 1,
    CaseState.IN_SERVICE: 2,
    CaseState.AWAITING_CONFIRMATION: 4,
    CaseState.CLOSED: 5,
    CaseState.FOLLOWED_UP: 6,
    CaseState.ARCHIVED: 6,
}
UNMATCHED = {NeedState.WAITING, NeedState.SEEKING, NeedState.OFFERED}


class Step(TypedDict):
    name: str
    state: str
    when: str


def of_case(case: Case, needs: list[Need]) -> list[Step]:
    """Empty for cases that left the way: withdrawn, joined with another, referred out, closed without a service."""
    at = AT.get(CaseState(case.state))
    if at is None or (at >= AT[CaseState.CLOSED] and not any(need.state == NeedState.FULFILLED for need in needs)):
        return []
    if case.state == CaseState.IN_SERVICE and not any(need.state in UNMATCHED for need in needs):
        at = 3
    names = (
        _("Need sent"),
        _("Triage"),
        _("Matching"),
        _("Work"),
        _("Result confirmed"),
        _("Follow-up"),
    )
    dates = {0: case.submitted_at, 4: case.closed_at}
    return [Step(name=name, state=_state(place, at), when=when(dates.get(place))) for place, name in enumerate(names)]


def _state(place: int, at: int) -> str:
    return "past" if place < at else "now" if place == at else "ahead"
