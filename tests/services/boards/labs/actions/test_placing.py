"""One instrument, one time, one booking: whoever comes, by whatever way."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from services.boards.labs import actions, families
from services.boards.labs.actions import placing
from services.boards.labs.faults import MayNotOverride, NotNow, RulesBroken, SlotTaken, StaleBooking
from services.boards.labs.free import Book
from services.boards.labs.models import Booking, BookingClaim
from services.boards.labs.states import BOOKING_STEPS, LIVE, BookingState
from tests.factories import NOW, make_enterprise, make_user
from tests.services.boards.labs.rows import (
    DAY,
    HOUR,
    MONDAY,
    keeper_of,
    make_booking,
    make_instrument,
    make_owner,
    make_wish,
)

B = BookingState


def names(refusal: RulesBroken) -> list[str]:
    return [problem.name for problem in refusal.problems]


@pytest.mark.django_db
def test_what_is_held_is_taken_and_the_loser_is_shown_the_three_nearest_free_times() -> None:
    instrument = make_instrument(before_minutes=15, after_minutes=15)
    held = actions.hold(make_wish(instrument), by=make_user(), now=NOW)
    with pytest.raises(SlotTaken) as raised:
        actions.hold(make_wish(instrument), by=make_user(), now=NOW)
    assert (held.state, held.held_until, held.number) == (B.HELD, NOW + timedelta(minutes=15), f"LB-{held.pk:06d}")
    begins = [one.begins for one in raised.value.alternatives]
    assert begins == [MONDAY + timedelta(minutes=90), MONDAY + timedelta(minutes=150), MONDAY + timedelta(minutes=210)]
    assert all(one.ends - one.begins == HOUR for one in raised.value.alternatives)
    for begin in begins:
        actions.hold(make_wish(instrument, begins=begin), by=make_user(), now=NOW) if begin == begins[0] else None
    assert Booking.objects.count() == 2


@pytest.mark.django_db
def test_buffers_are_kept_on_both_sides() -> None:
    instrument = make_instrument(before_minutes=30, after_minutes=30)
    make_booking(instrument)
    for begins in (MONDAY - HOUR, MONDAY + HOUR, MONDAY + 90 * timedelta(minutes=1)):
        with pytest.raises(SlotTaken):
            actions.hold(make_wish(instrument, begins=begins), by=make_user(), now=NOW)
    made = actions.hold(make_wish(instrument, begins=MONDAY + 2 * HOUR), by=make_user(), now=NOW)
    assert made.claims.get().span.lower == MONDAY + 1.5 * HOUR


@pytest.mark.django_db
def test_a_whole_and_its_parts_block_each_other_and_two_parts_do_not() -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner)
    left = make_instrument(keeper, owner, parent=whole)
    right = make_instrument(keeper, owner, parent=whole)
    tip = make_instrument(keeper, owner, parent=right)
    make_booking(left)
    make_booking(tip)
    for each in (whole, right):
        with pytest.raises(SlotTaken):
            make_booking(each)
    later = MONDAY + 2 * HOUR
    booked = make_booking(whole, begins=later)
    assert sorted(booked.claims.values_list("equipment", flat=True)) == [whole.pk, left.pk, right.pk, tip.pk]
    for each in (left, right, tip):
        with pytest.raises(SlotTaken):
            make_booking(each, begins=later)


@pytest.mark.django_db
def test_every_rule_that_is_broken_is_said_at_once_by_name() -> None:
    instrument = make_instrument(
        slot_minutes=60,
        longest_minutes=120,
        lead_hours=48,
        weekly_hours=2,
        qualification_needed=True,
        calibrated_until=NOW.date(),
    )
    saturday = NOW + DAY + timedelta(minutes=7)
    wish = make_wish(instrument, begins=saturday, ends=saturday + 15 * HOUR)
    with override("en"), pytest.raises(RulesBroken) as raised:
        actions.hold(wish, by=wish.booked_by, now=NOW)
    assert {one.name: one.overridable for one in raised.value.problems} == {
        "qualification": False,
        "calibration": False,
        "slot": True,
        "longest": True,
        "opening": True,
        "midnight": True,
        "lead": True,
        "quota": True,
    }
    assert "The calibration of 示波器 is valid to" in str(raised.value.detail)
    assert Booking.objects.count() == BookingClaim.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("begins", "ends", "rule", "broken"),
    [
        (MONDAY, MONDAY - HOUR, {}, ["order"]),
        (NOW - HOUR, NOW + HOUR, {"lead_hours": 0}, ["past"]),
        (MONDAY + 70 * DAY, MONDAY + 70 * DAY + HOUR, {}, ["horizon"]),
        (MONDAY, MONDAY + HOUR, {"active": False}, None),
    ],
)
def test_impossible_times_are_refused(begins: Any, ends: Any, rule: dict[str, Any], broken: list[str] | None) -> None:
    instrument = make_instrument(**rule)
    wish = make_wish(instrument, begins=begins, ends=ends)
    with pytest.raises(RulesBroken if broken else placing.NotBookable) as raised:
        actions.hold(wish, by=wish.booked_by, now=NOW)
    if broken:
        assert names(raised.value) == broken


@pytest.mark.django_db
def test_staff_set_aside_with_a_reason_what_may_be_set_aside() -> None:
    instrument = make_instrument(calibrated_until=MONDAY.date())
    wish, lead = make_wish(instrument, begins=MONDAY + 12 * HOUR), make_user(Role.TEAM_LEAD)
    with pytest.raises(MayNotOverride):
        actions.hold(wish, by=wish.booked_by, now=NOW, override="夜间试验")
    made = actions.hold(wish, by=lead, now=NOW, override="夜间试验")
    assert (made.overridden, made.override_reason) == (["opening"], "夜间试验")
    entry = AuditEntry.objects.get(verb="set_booking_rules_aside")
    assert (entry.user, entry.subject, entry.detail) == (lead, f"booking:{made.pk}", {"rules": ["opening"]})
    with pytest.raises(RulesBroken):  # not what keeps results true
        actions.hold(make_wish(instrument, begins=MONDAY + DAY), by=lead, now=NOW, override="x")


@pytest.mark.django_db
def test_a_quota_counts_the_week_of_the_enterprise_and_not_the_booking_that_is_moved() -> None:
    instrument, user = make_instrument(weekly_hours=2), make_user()
    booking = make_booking(instrument, user, ends=MONDAY + 2 * HOUR)
    with pytest.raises(RulesBroken) as raised:
        actions.hold(make_wish(instrument, user, MONDAY + DAY), by=user, now=NOW)
    assert names(raised.value) == ["quota"]
    moved = actions.move(booking, MONDAY + DAY, MONDAY + DAY + 2 * HOUR, by=user, now=NOW)
    assert (moved.begins, moved.state, moved.version) == (MONDAY + DAY, B.CONFIRMED, booking.version + 1)
    actions.hold(make_wish(instrument, user, MONDAY + 7 * DAY), by=user, now=NOW)


@pytest.mark.django_db
def test_moving_and_approving_meet_the_same_guard_as_booking() -> None:
    instrument = make_instrument(approval_needed=True)
    keeper, user = keeper_of(instrument), make_user()
    asked = make_booking(instrument, user)
    assert (asked.state, asked.held_until) == (B.REQUESTED, MONDAY)
    other = make_booking(instrument, begins=MONDAY + 2 * HOUR)
    with pytest.raises(SlotTaken):
        actions.move(other, MONDAY, MONDAY + HOUR, by=other.booked_by, now=NOW)
    instrument.calibrated_until = NOW.date()
    instrument.save()
    with pytest.raises(RulesBroken) as raised:
        actions.approve(asked, by=keeper, now=NOW)
    assert names(raised.value) == ["calibration"]
    instrument.calibrated_until = None
    instrument.save()
    with pytest.raises(StaleBooking):
        actions.approve(asked, by=keeper, now=NOW, version=asked.version + 1)
    made = actions.approve(asked, by=keeper, now=NOW, version=asked.version)
    again = actions.move(made, MONDAY + 4 * HOUR, MONDAY + 5 * HOUR, by=user, now=NOW)
    assert (made.state, again.state) == (B.CONFIRMED, B.REQUESTED)


@pytest.mark.django_db
@pytest.mark.parametrize("state", B)
def test_only_what_is_live_has_claims_and_every_step_is_in_the_table(state: B) -> None:
    booking = make_booking(make_instrument())
    held = {"held_until": MONDAY} if state in {B.HELD, B.REQUESTED} else {"held_until": None}
    Booking.objects.filter(pk=booking.pk).update(state=state, **held)
    for to in B:
        current = Booking.objects.get(pk=booking.pk)
        if to not in BOOKING_STEPS[state]:
            with pytest.raises(NotNow):
                placing.step(current, to)
    assert set(BOOKING_STEPS) == set(B)
    assert all((BOOKING_STEPS[one] == frozenset()) == (one not in LIVE) for one in B)


# Many at once


def crowd(number: int, act: Callable[[int], Any]) -> Counter[str]:
    """What became of so many who act at the same moment, each with a connection of their own."""
    results: Counter[str] = Counter()
    barrier = Barrier(number)

    def one(which: int) -> None:
        barrier.wait()
        try:
            act(which)
            results["won"] += 1
        except Exception as error:
            results[type(error).__name__] += 1
        finally:
            connection.close()

    threads = [Thread(target=one, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_gets_the_time_whether_they_want_the_whole_or_a_part() -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner)
    part = make_instrument(keeper, owner, parent=whole)
    user = make_user()
    make_enterprise(user)
    wishes = [make_wish(part if which % 2 else whole, user) for which in range(20)]
    assert crowd(20, lambda which: actions.hold(wishes[which], by=user, now=NOW)) == {"won": 1, "SlotTaken": 19}
    begins = MONDAY + DAY
    others = [make_booking(whole, user, begins + which * HOUR) for which in range(4)]
    target = begins + 5 * HOUR
    won = crowd(4, lambda which: actions.move(others[which], target, target + HOUR, by=user, now=NOW))
    assert won == {"won": 1, "SlotTaken": 3}
    assert claims_overlap() == 0


WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


def meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """The second comes when all of the first is done but its end, and waits for it."""
    waiting = Thread(target=crowd, args=(1, lambda _which: second()))
    with transaction.atomic():
        first()
        waiting.start()
        for _try in range(200):
            with connection.cursor() as cursor:
                cursor.execute(WAITS)
                if cursor.fetchone()[0]:
                    break
            sleep(0.05)
    waiting.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["compose", "use"])
@pytest.mark.parametrize("use", ["book", "block"])
def test_what_becomes_a_part_while_the_whole_is_booked_or_blocked_is_taken_with_it(first: str, use: str) -> None:
    keeper, owner = make_owner()
    whole, part = make_instrument(keeper, owner), make_instrument(keeper, owner)
    wish = make_wish(whole)
    blocked = {"kind": "maintenance", "begins": wish.begins, "ends": wish.ends, "reason": "", "by": keeper, "now": NOW}
    use_it = {
        "book": lambda: actions.hold(wish, by=wish.booked_by, now=NOW),
        "block": lambda: actions.block(whole, **blocked),
    }[use]
    steps = [lambda: actions.compose(part, whole, by=keeper, now=NOW), use_it]
    meanwhile(*steps if first == "compose" else reversed(steps))
    assert sorted(BookingClaim.objects.values_list("equipment", flat=True)) == [whole.pk, part.pk]


@pytest.mark.django_db
def test_families_that_exchange_a_part_are_locked_at_once_so_that_the_opposite_exchange_waits_for_all() -> None:
    keeper, owner = make_owner()
    wholes = [make_instrument(keeper, owner) for _each in range(2)]
    parts = [make_instrument(keeper, owner, parent=whole) for whole in reversed(wholes)]
    with CaptureQueriesContext(connection) as asked:
        actions.compose(parts[0], parts[1], by=keeper, now=NOW)
    assert len([one for one in asked if "FOR NO KEY UPDATE" in one["sql"]]) == 1
    assert set(families.family_of(wholes[0].pk).parents) == {wholes[0].pk, *(part.pk for part in parts)}


@pytest.mark.django_db(transaction=True)
def test_the_database_alone_still_refuses_and_without_any_guard_there_are_double_bookings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The twin: first the lock is taken away, then the constraint as well."""
    instrument, user = make_instrument(), make_user()
    make_enterprise(user)
    wish, later = make_wish(instrument, user), make_wish(instrument, user, MONDAY + 2 * HOUR)
    ready = Barrier(10)

    def unlocked(pk: int) -> Any:
        return families.family_of(pk), {pk: instrument}

    def all_at_once(*args: Any, **named: Any) -> list[Any]:
        ready.wait(20)
        return []

    monkeypatch.setattr(families, "lock", unlocked)
    monkeypatch.setattr(placing.free, "claims", all_at_once)
    monkeypatch.setattr(placing.free, "around", lambda rule, _begins, _ends: Book(rule, [], [], None))
    assert crowd(10, lambda _which: actions.hold(wish, by=user, now=NOW)) == {"won": 1, "SlotTaken": 9}
    table, name = BookingClaim._meta.db_table, "booking_claim_no_overlap"
    constraint = next(one for one in BookingClaim._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(BookingClaim, constraint)
    try:
        assert crowd(10, lambda _which: actions.hold(later, by=user, now=NOW)) == {"won": 10}
        assert claims_overlap() == 45, table
    finally:
        Booking.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(BookingClaim, constraint)


def claims_overlap() -> int:
    """Pairs of claims of one instrument that overlap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM labs_bookingclaim AS one JOIN labs_bookingclaim AS other"
            " ON one.equipment_id = other.equipment_id AND one.span && other.span AND one.id < other.id"
        )
        return int(cursor.fetchone()[0])
