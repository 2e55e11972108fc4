"""Warnings of the days that law or contract sets (R20), each given once.

Until an institution has taken a need on, the day that counts is the last one on which the work can begin and be done in
time; from then on the date itself. A need is warned of by the narrowest step it has reached, so that a day without the
scheduler leaves out what has become untrue and doubles nothing; and once more when the day is over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts.models import User
from portal.notices import actions as notices
from portal.notices.actions import Recipient, Telling
from portal.transactions import as_one
from services.cases import office_hours, telling
from services.cases.models import Case, Need
from services.cases.states import NeedState
from services.clocks.calendar import Calendar
from services.stations.people import leads
from services.triage import deadlines
from services.triage.deadlines import Deadline
from services.triage.models import DeadlineWarning, WarningStep

AT_ONCE = 250
TO_BEGIN = frozenset({NeedState.WAITING, NeedState.SEEKING, NeedState.OFFERED})
TO_FINISH = frozenset({NeedState.IN_SERVICE, NeedState.DISPUTED})
DESK, ENTERPRISE = "deadline_desk", "deadline_enterprise"


@dataclass(frozen=True)
class Due:
    """One warning that was not given yet; ``left`` working days, begun ones counted, are left until its day is over."""

    need: Need
    deadline: Deadline
    mark: DeadlineWarning
    left: int


def warn(now: datetime, *, size: int = AT_ONCE) -> int:
    """Give every warning that is due, a batch to a transaction; how many those were."""
    steps = sorted(WarningStep.objects.filter(active=True).values_list("days", flat=True))
    default = deadlines.current_calendar()
    given = last = 0
    while needs := _dated(after=last, size=size):
        last = needs[-1].pk
        due = _due(needs, steps, default, now)
        given += _give(due, now) if due else 0
    return given


def _dated(*, after: int, size: int) -> list[Need]:
    """Needs whose item asks for such a date and whose result is still owed."""
    rows = Need.objects.filter(state__in=TO_BEGIN | TO_FINISH, item__deadline_question__gt="", pk__gt=after)
    joined = ("item", "case__owner", "case__submitter", "case__station__calendar")
    return list(rows.select_related(*joined).order_by("pk")[:size])


def _due(needs: Iterable[Need], steps: list[int], default: Calendar, now: datetime) -> list[Due]:
    """What was not said of the needs, at this distance or a narrower one."""
    found = [due for need in needs if (due := _reached(need, steps, default, now)) is not None]
    marks = DeadlineWarning.objects.filter(need__in=[due.need for due in found])
    given = set(marks.values_list("need", "on", "days"))
    return [
        due
        for due in found
        if not any((due.need.pk, due.mark.on, days) in given for days in (0, *steps) if days <= due.mark.days)
    ]


def _reached(need: Need, steps: list[int], default: Calendar, now: datetime) -> Due | None:
    own = need.case.station.calendar
    calendar = own.as_calendar() if own else default
    deadline = deadlines.of(need.item, need.answers, calendar=calendar, now=now)
    if deadline is None:
        return None
    on = _day(need, deadline)
    minutes = _left(on, calendar, now)
    step = next((days for days in (0, *steps) if minutes <= days * calendar.working_day_minutes), None)
    if step is None:
        return None
    left = -(-minutes // calendar.working_day_minutes)
    return Due(need, deadline, DeadlineWarning(need=need, on=on, days=step, at=now), left)


def _day(need: Need, deadline: Deadline) -> date:
    """The day that counts."""
    return deadline.begin_by if need.state in TO_BEGIN else deadline.on


def _left(on: date, calendar: Calendar, now: datetime) -> int:
    """Working minutes until the day is over, at least one while it is not."""
    end = deadlines.end_of(on)
    return max(1, calendar.elapsed(now, end)) if now < end else 0


@as_one
def _give(due: list[Due], now: datetime) -> int:
    """Marks and notices stand or fall together; two runs at once owe the same notices, by the same keys."""
    DeadlineWarning.objects.bulk_create([one.mark for one in due], ignore_conflicts=True)
    notices.tell_all([telling for one in due for telling in _tellings(one, now)], now=now)
    return len(due)


def _tellings(due: Due, now: datetime) -> list[Telling]:
    """The contact person hears of every warning; the enterprise of those that come in time."""
    told = {DESK: _contact_people(due.need.case)}
    if due.left:
        told[ENTERPRISE] = telling.of_the_enterprise(due.need.case)
    facts, path = _facts(due), due.need.case.get_absolute_url()
    return [
        Telling(some, event, f"{event}-{due.need.pk}-{due.mark.on}-{due.mark.days}", facts, path, send_at)
        for event, people in told.items()
        for send_at, some in office_hours.by_send_time(map(Recipient, people), now=now).items()
    ]


def _contact_people(case: Case) -> list[User]:
    """The contact person; where there is none any more, the leads."""
    if case.owner and case.owner.is_active:
        return [case.owner]
    return leads(case.station)


def _facts(due: Due) -> dict[str, str]:
    item = due.need.item
    return {
        "number": due.need.case.number,
        "need": str(due.need.pk),
        "item_zh": item.name_zh,
        "item_en": item.name_en,
        "needed_on": due.deadline.on.isoformat(),
        "day_on": due.mark.on.isoformat(),
        "left": str(due.left or ""),
        "taken": "" if due.need.state in TO_BEGIN else "yes",
    }
