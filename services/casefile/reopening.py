"""Which settled needs the enterprise may have taken up again, and taking them up."""

from datetime import datetime

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.among import Among
from portal.kept import kept
from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.faults import IllegalMove
from services.cases.models import Case, Need
from services.cases.states import NeedState
from services.clocks.calendar import Calendar
from services.clocks.dials import default_calendar
from services.clocks.models import ClockPolicy, budget_of
from services.clocks.names import ClockName
from services.followup.models import SurveyAnswer


def open_to(case: Case, needs: list[Need], *, now: datetime) -> set[int]:
    """The needs whose follow-up was negative, and those settled within the time the policy gives; three queries, none
    where nothing is settled.
    """
    again = {need.reopens_id for need in needs}
    settled = [need for need in needs if cases.may_reopen(need, case) and need.pk not in again]
    if not settled:
        return set()
    unhappy = _unhappy(needs=[need.pk for need in settled])
    since = _window(now)
    recent = {need.pk for need in settled if since and need.settled_at and need.settled_at >= since}
    return recent.union(unhappy)


def reopen(need: Need, reason: str, *, by: User, now: datetime) -> Need:
    """:raises IllegalMove: nothing was said against it and its time is over."""
    if need.pk not in open_to(need.case, list(Need.objects.filter(case=need.case_id)), now=now):
        raise IllegalMove(need, NeedState.SEEKING)
    return cases.reopen(need, by=Actor.of(by), now=now, reason=reason)


def _window(now: datetime) -> datetime | None:
    """Whatever was settled since then is still open to be taken up again; None without a policy."""
    policy: ClockPolicy | None = next(iter(_policy()), None)
    if policy is None:
        return None
    held = default_calendar()
    minutes, round_the_clock = budget_of(policy.amount, policy.unit, held.working_day_minutes)
    calendar = Calendar.round_the_clock(held.timezone) if round_the_clock else held.as_calendar()
    return calendar.before(now, minutes)


@kept
def _unhappy(*, needs: list[int]) -> QuerySet[SurveyAnswer, int]:
    rows = SurveyAnswer.objects.unhappy().filter(Among("follow_up__referral__need_id", needs))
    return rows.values_list("follow_up__referral__need_id", flat=True)


@kept
def _policy() -> QuerySet[ClockPolicy]:
    return ClockPolicy.objects.fitting(ClockName.REOPEN_WINDOW, urgency="")[:1]
