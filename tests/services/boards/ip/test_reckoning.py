"""Deadlines against a second reckoning, written by hand in Python."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises.models import Enterprise
from services.boards import actions as entries
from services.boards.ip import actions, loading, reckoning
from services.boards.ip.models import Deadline, DeadlineRule, Order, Right
from services.clocks.models import WorkCalendar
from tests.factories import make_case, make_user
from tests.services.boards.ip.rows import NOW, make_calendar, make_right, make_rule

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(1985, 1, 1), date(2040, 12, 31))
MONTH_ENDS = st.sampled_from([date(2024, 2, 29), date(2023, 1, 31), date(2023, 12, 31), date(2000, 2, 29)])


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working(day: date, closed: set[date]) -> date:
    while day.weekday() > 4 or day in closed:
        day += timedelta(days=1)
    return day


def days_of(right: Right) -> list[date]:
    return list(Deadline.objects.filter(right=right).order_by("due_on").values_list("due_on", flat=True))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    filed=DAYS | MONTH_ENDS,
    unit=st.sampled_from(["days", "months", "years"]),
    amount=st.integers(1, 40),
    times=st.integers(1, 3),
    grace=st.integers(0, 12),
    opens=st.integers(0, 12),
    moves=st.booleans(),
    day_before=st.booleans(),
    holiday=st.integers(0, 9),
)
def test_any_rule_gives_the_days_that_the_law_means(
    firm: Enterprise,
    filed: date,
    unit: str,
    amount: int,
    times: int,
    grace: int,
    opens: int,
    moves: bool,
    day_before: bool,
    holiday: int,
) -> None:
    for model in (Deadline, Right, DeadlineRule):
        model.objects.all().delete()
    calendar = make_calendar()
    calendar.days.all().delete()

    def end(turn: int) -> date:
        count = amount * turn
        day = filed + timedelta(days=count) if unit == "days" else later(filed, count * (12 if unit == "years" else 1))
        return day - timedelta(days=day_before)

    closed = {end(1) + timedelta(days=shift) for shift in range(holiday)}
    for day in closed:
        calendar.days.create(date=day, windows=[], reason="holiday")
    make_rule(
        event="first_on",
        amount=amount,
        unit=unit,
        times=times,
        grace_months=grace,
        opens_months=opens,
        moves=moves,
        ends_day_before=day_before,
        after_grant=False,
    )
    make_right(firm, now=LONG_AGO, filed_on=filed, granted_on=filed)
    expected = [
        (
            turn,
            later(end(turn), -opens) if opens else None,
            working(end(turn), closed) if moves else end(turn),
            (working(later(end(turn), grace), closed) if moves else later(end(turn), grace)) if grace else None,
        )
        for turn in range(1, times + 1)
    ]
    kept = Deadline.objects.order_by("turn").values_list("turn", "opens_on", "due_on", "grace_until")
    assert list(kept) == expected


def test_annuities_begin_after_the_grant_and_what_was_over_on_entry_is_history(firm: Enterprise) -> None:
    make_rule()
    right = make_right(firm)
    assert days_of(right) == [date(year, 12, 18) for year in range(2026, 2033)]

    before = make_right(firm, now=datetime(2016, 1, 1, tzinfo=UTC), number="97101765.4")
    assert days_of(before)[0] == date(2016, 12, 18)


def test_a_changed_right_gets_its_days_at_once_and_done_ones_stay(firm: Enterprise) -> None:
    make_rule()
    right, owner = make_right(firm), make_user()
    first, second = Deadline.objects.filter(right=right).order_by("due_on")[:2]
    actions.done(first, on=date(2026, 11, 1), note="收据", by=owner)
    entries.change(right, {"filed_on": date(2013, 10, 31)}, version=1, by=owner, now=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.due_on, second.due_on) == (date(2026, 12, 18), date(2027, 10, 31))

    entries.change(right, {"state": "ended"}, version=2, by=owner, now=NOW)
    assert days_of(right) == [date(2026, 12, 18)]
    actions.take_back(first, by=owner)
    assert days_of(right) == []


def test_a_changed_rule_moves_every_open_deadline_and_keeps_the_orders(firm: Enterprise) -> None:
    rule = make_rule()
    right = make_right(firm)
    deadline = Deadline.objects.filter(right=right).earliest("due_on")
    order = Order.objects.create(case=make_case(), right=right, deadline=deadline)
    rule.amount, rule.times = 5, 4
    actions.keep_rule(rule)
    assert days_of(right) == [date(2028, 12, 18), date(2033, 12, 18)]  # the third and fourth turn
    order.refresh_from_db()
    assert order.deadline is None

    rule.active = False
    actions.keep_rule(rule)
    assert days_of(right) == []


def test_reckoning_again_changes_nothing(firm: Enterprise) -> None:
    make_rule()
    make_right(firm)
    before = list(Deadline.objects.order_by("pk").values_list())
    reckoning.reckon()
    reckoning.reckon(rights=[])
    assert list(Deadline.objects.order_by("pk").values_list()) == before


def test_last_days_follow_working_days_that_were_published_lately(firm: Enterprise) -> None:
    calendar = make_calendar()
    make_rule(event="granted_on", amount=1, times=1, moves=True, grace_months=0, after_grant=False)
    right = make_right(firm, granted_on=date(2026, 3, 5))
    assert days_of(right) == [date(2027, 3, 5)]
    calendar.days.create(date=date(2027, 3, 5), windows=[], reason="holiday")
    assert not actions.calendar_changed(NOW)
    WorkCalendar.objects.filter(pk=calendar.pk).update(published_at=NOW - timedelta(hours=3))
    assert actions.calendar_changed(NOW) and not actions.calendar_changed(NOW + timedelta(days=1))
    assert actions.follow_all() == 1
    assert days_of(right) == [date(2027, 3, 8)]


def test_all_rights_follow_in_parts_whatever_was_changed_beside_the_actions(firm: Enterprise) -> None:
    rule = make_rule()
    rights = [make_right(firm, number=f"20131069974{number}.{number}") for number in range(3)]
    DeadlineRule.objects.filter(pk=rule.pk).update(amount=5, times=4)
    assert actions.follow_all(size=2) == 3
    assert {tuple(days_of(right)) for right in rights} == {(date(2028, 12, 18), date(2033, 12, 18))}


def test_copyrights_and_geographical_indications_have_rules_that_ask_to_be_checked(firm: Enterprise) -> None:
    loading.load()
    rules = DeadlineRule.objects.filter(kind__in=["copyright", "gi"])
    assert {rule.kind for rule in rules} == {"copyright", "gi"}
    assert all(rule.source_zh and rule.source_en and rule.checked_on is None for rule in rules)
    notice = {"state": "pending", "granted_on": None, "notified_on": date(2026, 11, 16)}
    software = make_right(firm, kind="copyright", number="2026R11L000001", **notice)
    assert days_of(software) == [date(2026, 12, 16)]
    mark = make_right(firm, kind="gi", number="公告 2026 年第 1 号", granted_on=date(2026, 2, 28))
    assert days_of(mark) == [date(2028, 2, 28)]
