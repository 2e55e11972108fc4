"""Which clock is open in which state, in whose calendar, and the instant that becomes a row's ``due_at``.

The clocks are the referral's: they run on after it was confirmed, until its rating is settled.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Case as Sql
from django.db.models import DateTimeField, F, QuerySet, Value, When

from services.cases.models import Referral
from services.clocks import actions as clocks
from services.clocks.dials import default_calendar
from services.clocks.models import ClockPolicy, ClockSegment, WorkCalendar, budget_of
from services.clocks.names import ClockName, Waiting
from services.directory.calendars import of_institutions
from services.rectification.models import Appeal, Rectification
from services.rectification.states import CLOCKS
from services.rectification.states import RectificationState as S

REFERRAL = ClockSegment.Subject.REFERRAL
APPEAL_DAYS = Decimal(10)


def entering(row: Rectification, to: str, *, now: datetime) -> datetime | None:
    """Stop the clock of the state that is left, start that of ``to``; while the enterprise is asked it stands still.
    The clock of an appeal is the appeal's own.
    """
    left, entered = CLOCKS.get(S(row.state)), CLOCKS.get(S(to))
    if left and left not in {entered, ClockName.APPEAL}:
        clocks.stop(REFERRAL, row.referral_id, left, now=now)
    if not entered or entered == ClockName.APPEAL:
        return None
    due = None
    if (row.state, to) != (S.REPLIED, S.RE_ASKED):
        due = start(row.referral, entered, now=now)
    if to == S.RE_ASKED:
        clocks.pause(REFERRAL, row.referral_id, entered, now=now, reason=Waiting.ASKED_AGAIN)
        return None
    return due


def start(referral: Referral, clock: str, *, now: datetime) -> datetime | None:
    return clocks.start(REFERRAL, referral.pk, clock, now=now, calendar=_calendar(referral, clock))


def stop_appeal(referral: Referral, *, now: datetime) -> None:
    clocks.stop(REFERRAL, referral.pk, ClockName.APPEAL, now=now)


def appeal_until(referral: Referral, rated_at: datetime) -> datetime:
    """By when the institution may appeal: the policy ``appeal_window``, ten of its working days where there is none."""
    calendar = _calendar(referral, ClockName.RECTIFICATION) or default_calendar()
    policy = ClockPolicy.objects.fitting(ClockName.APPEAL_WINDOW, urgency="").first()
    amount, unit = (policy.amount, policy.unit) if policy else (APPEAL_DAYS, ClockPolicy.Unit.WORKING_DAYS)
    minutes, round_the_clock = budget_of(amount, unit, calendar.working_day_minutes)
    if round_the_clock:
        return rated_at + timedelta(minutes=minutes)
    return calendar.as_calendar().due(rated_at, minutes) or rated_at


def _calendar(referral: Referral, clock: str) -> WorkCalendar | None:
    """The institution's for what the institution owes, the station's for what the centre owes; None: the default."""
    if clock == ClockName.RECTIFICATION:
        return of_institutions([referral.institution_id]).get(referral.institution_id)
    return referral.case.station.calendar


def store_dues(subject_kind: str, clock: str, due: dict[int, datetime | None]) -> None:
    """A calendar or policy was published: the open promises it moved, by referral, become the rows' ``due_at``."""
    states = [state for state, name in CLOCKS.items() if name == clock]
    if subject_kind != REFERRAL or not states or not due:
        return
    _follow(Rectification.objects.filter(referral__in=due, state__in=states), due)
    if clock == ClockName.APPEAL:
        _follow(Appeal.objects.open().filter(referral__in=due), due)


def _follow(rows: "QuerySet[Rectification] | QuerySet[Appeal]", due: dict[int, datetime | None]) -> None:
    moved = [When(referral=pk, then=Value(at, DateTimeField())) for pk, at in due.items()]
    rows.update(due_at=Sql(*moved, default=F("due_at")))
