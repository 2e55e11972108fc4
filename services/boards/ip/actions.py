"""What is done about deadlines: noted as done, taken back, or ordered as a service."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.transactions import as_one
from services.boards import ordering
from services.boards.ip import reckoning
from services.boards.ip.faults import DoneAlready, OrderedAlready
from services.boards.ip.models import Deadline, DeadlineRule, Order, Right
from services.boards.ordering import Asking
from services.cases.models import Case, Result, Urgency
from services.clocks.models import WorkCalendar
from services.intake.actions import Said
from services.triage import deadlines

BATCH = 500
LATELY = timedelta(days=1)


@as_one
def done(deadline: Deadline, *, on: date, note: str, by: User) -> Deadline:
    """Note that it is done.

    :raises DoneAlready: somebody was faster.
    """
    if not Deadline.objects.filter(pk=deadline.pk, done_on=None).update(done_on=on, done_note=note):
        raise DoneAlready
    audit.record(by, "noted a deadline as done", deadline.right, {"deadline": deadline.pk, "on": on.isoformat()})
    deadline.refresh_from_db()
    return deadline


@as_one
def take_back(deadline: Deadline, *, by: User) -> None:
    """It was not done after all: it is reckoned again, and gone if its rule no longer asks for it."""
    Deadline.objects.filter(pk=deadline.pk).update(done_on=None, done_note="", result=None)
    audit.record(by, "took back that a deadline is done", deadline.right, {"deadline": deadline.pk})
    reckoning.reckon(rights=[deadline.right_id])


@transaction.atomic(savepoint=False)
def order(deadline: Deadline, text: str, *, asking: Asking, now: datetime) -> Case:
    """A case for the deadline, as urgent as its day makes it.

    :raises OrderedAlready: an open case is about it.
    :raises DoneAlready: there is nothing left to do.
    """
    held = Deadline.objects.select_for_update(of=("self",)).select_related("right__enterprise", "rule__item")
    deadline = held.get(pk=deadline.pk)
    if deadline.done_on:
        raise DoneAlready
    if open_cases(deadline):
        raise OrderedAlready
    today = timezone.localdate(now)
    day = deadline.due_on if deadline.due_on >= today else deadline.last_day
    item = deadline.rule.item
    answers = {item.deadline_question: day.isoformat()} if item and item.deadline_question else {}
    said = Said(
        text, deadline.right.title, wanted_on=max(day, today), ordered_item=item.pk if item else "", answers=answers
    )
    case = ordering.order(said, asking, deadline.right.enterprise, now=now, urgency=urgency(deadline, day, now=now))
    Order.objects.create(case=case, right=deadline.right, deadline=deadline)
    return case


def urgency(deadline: Deadline, day: date, *, now: datetime) -> Urgency:
    """How urgent the work is that has to be done by that day."""
    item = deadline.rule.item
    days = item.promised_working_days if item else 0
    return deadlines.of_day(day, days, calendar=deadlines.current_calendar(), now=now).urgency


def open_cases(deadline: Deadline) -> list[Case]:
    orders = Order.objects.filter(deadline=deadline).select_related("case")
    return [one.case for one in orders if one.case.is_open]


def deliver(order: Order, result: Result) -> None:
    """The receipt of a filing is what its deadline waited for."""
    held = Deadline.objects.filter(orders=order, done_on=None)
    held.update(done_on=result.issued_on, done_note=result.number[:200], result=result)


@as_one
def keep_rule(rule: DeadlineRule) -> DeadlineRule:
    """Every right that the rule is about gets its new days at once."""
    rule.save()
    reckoning.reckon(rule=rule.pk)
    return rule


def follow_all(*, size: int = BATCH) -> int:
    """Deadlines of all rights by the calendar and the rules as they are now; how many rights were looked at. Days that
    agree are left alone, so that a second run beside it or one that was broken off does no harm.
    """
    done = last = 0
    while part := list(Right.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        reckoning.reckon(rights=part)
        done, last = done + len(part), part[-1]
    return done


def calendar_changed(now: datetime) -> bool:
    """Whether working days were published lately, so that last days may have moved."""
    return WorkCalendar.objects.filter(is_default=True, published_at__gte=now - LATELY).exists()


def rights_of(case: Case) -> list[Right]:
    return list(Right.objects.filter(orders__case=case))
