"""From hold to statement: confirmation, wait list, series, blocked times, composite instruments, no-shows."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.boards.labs import actions, feeds, utilisation
from services.boards.labs.actions import waiting
from services.boards.labs.faults import (
    GoesInCircles,
    NotNow,
    NotYourInstrument,
    Occupied,
    RulesBroken,
    SeriesConflicts,
    SlotTaken,
    TooLateToChange,
)
from services.boards.labs.models import Booking, BookingClaim, WaitingPlace
from services.boards.labs.states import LIVE, BookingState, PlaceState
from services.cases.models import CaseEvent, Result
from services.cases.states import ReferralState
from tests.factories import NOW, make_board, make_case, make_item, make_need, make_referral, make_user
from tests.services.boards.labs.rows import (
    DAY,
    HOUR,
    MONDAY,
    keeper_of,
    make_booking,
    make_instrument,
    make_owner,
    make_wish,
    user_enterprise,
)

pytestmark = pytest.mark.django_db
B, P = BookingState, PlaceState


def told(event: str) -> list[Any]:
    return [notice.user for notice in Notice.objects.filter(event=event).order_by("pk")]


def test_a_hold_that_nobody_confirms_is_let_go_and_the_first_who_waits_gets_it_for_a_limited_time() -> None:
    instrument = make_instrument(turn_minutes=60)
    held = actions.hold(make_wish(instrument), by=make_user(), now=NOW)
    first, second = (actions.join(make_wish(instrument), now=NOW) for _each in range(2))
    assert actions.join(make_wish(instrument, first.user), now=NOW) == first
    assert actions.expire(NOW + timedelta(minutes=14)) == 0
    later = NOW + timedelta(minutes=15)
    assert (actions.expire(later), actions.expire(later)) == (1, 0)
    held.refresh_from_db(), first.refresh_from_db(), second.refresh_from_db()
    assert (held.state, first.state, second.state) == (B.EXPIRED, P.OFFERED, P.WAITING)
    assert first.booking is not None
    assert (first.booking.state, first.booking.held_until) == (B.HELD, later + HOUR)
    assert told("labs_offered") == [first.user]
    with pytest.raises(SlotTaken):  # nobody else gets in between
        actions.hold(make_wish(instrument), by=make_user(), now=later)
    assert actions.expire(later + HOUR) == 1
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == (P.LAPSED, P.OFFERED)
    assert second.booking is not None
    taken = actions.confirm(second.booking, by=second.user, now=later + HOUR)
    second.refresh_from_db()
    assert (taken.state, second.state, told("labs_offered")) == (B.CONFIRMED, P.TAKEN, [first.user, second.user])
    assert actions.offer_missed(later + HOUR) == 0


def test_what_is_cancelled_is_offered_at_once_to_whoever_waits_for_a_part_too() -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner)
    part = make_instrument(keeper, owner, parent=whole)
    booking = make_booking(whole)
    place = actions.join(make_wish(part), now=NOW)
    gone = actions.join(make_wish(part), now=NOW)
    actions.leave(gone, by=gone.user, now=NOW)
    actions.cancel(booking, by=booking.booked_by, now=NOW)
    place.refresh_from_db(), gone.refresh_from_db()
    assert (place.state, gone.state) == (P.OFFERED, P.LEFT)
    late = actions.join(make_wish(part, begins=MONDAY + HOUR), now=NOW)
    actions.offer_missed(MONDAY + 2 * HOUR)
    late.refresh_from_db()
    assert late.state == P.PASSED
    assert WaitingPlace.objects.filter(booking__isnull=True, state=P.OFFERED).count() == 0


@pytest.mark.parametrize("taken", [MONDAY, MONDAY - HOUR], ids=["the same time", "its buffer"])
def test_whose_time_stays_taken_stands_in_nobodys_way(monkeypatch: pytest.MonkeyPatch, taken: datetime) -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner, before_minutes=30)
    part = make_instrument(keeper, owner, parent=whole)
    monkeypatch.setattr(waiting, "MOST_LOOKED_AT", 1)
    make_booking(part, begins=taken)
    first = actions.join(make_wish(whole), now=NOW)
    second, third = (actions.join(make_wish(whole, begins=MONDAY + DAY), now=NOW) for _each in range(2))
    assert (actions.offer_missed(NOW), actions.offer_missed(NOW)) == (1, 0)
    states = {place.pk: place.state for place in WaitingPlace.objects.all()}
    assert states == {first.pk: P.WAITING, second.pk: P.OFFERED, third.pk: P.WAITING}
    assert actions.offer_missed(MONDAY) == 0
    first.refresh_from_db()
    assert first.state == P.PASSED


def test_who_booked_cancels_or_moves_in_time_and_the_owner_at_any_time() -> None:
    instrument = make_instrument(cancel_hours=24)
    keeper, user = keeper_of(instrument), make_user()
    booking = make_booking(instrument, user)
    late = MONDAY - 23 * HOUR
    for act in (
        lambda: actions.cancel(booking, by=user, now=late),
        lambda: actions.move(booking, MONDAY + DAY, MONDAY + DAY + HOUR, by=user, now=late),
    ):
        with pytest.raises(TooLateToChange):
            act()
    gone = actions.cancel(booking, by=keeper, now=late, reason="停电")
    assert (gone.state, gone.reason, gone.claims.count(), told("labs_cancelled")) == (B.CANCELLED, "停电", 0, [user])
    with pytest.raises(NotNow):
        actions.cancel(gone, by=keeper, now=late)


def test_only_the_owner_decides_and_says_why_not() -> None:
    instrument = make_instrument(approval_needed=True)
    asked = make_booking(instrument)
    stranger = make_owner()[0]
    for act in (actions.approve, lambda row, **said: actions.decline(row, reason="x", **said)):
        with pytest.raises(NotYourInstrument):
            act(asked, by=stranger, now=NOW)
    gone = actions.decline(asked, by=keeper_of(instrument), now=NOW, reason="样品不适合")
    assert (gone.state, gone.reason, told("labs_declined")) == (B.DECLINED, "样品不适合", [asked.booked_by])
    other = make_booking(instrument)
    assert actions.expire(MONDAY) == 1
    other.refresh_from_db()
    assert (other.state, told("labs_undecided")) == (B.EXPIRED, [other.booked_by])


def test_a_series_leaves_out_what_is_not_possible_or_books_nothing() -> None:
    instrument, user = make_instrument(horizon_days=23), make_user()
    make_booking(instrument, begins=MONDAY + 7 * DAY)
    wish = make_wish(instrument, user)
    with override("en"), pytest.raises(SeriesConflicts) as raised:
        actions.hold_series(wish, every_weeks=1, occurrences=4, skip=False, by=user, now=NOW)
    dates = {"2026-11-30": "Just taken", "2026-12-14": "It is booked at most 23 days ahead."}
    assert {one["date"]: one["reason"] for one in raised.value.missed} == dates
    assert Booking.objects.count() == 1
    made = actions.hold_series(wish, every_weeks=1, occurrences=4, skip=True, by=user, now=NOW)
    assert [one.begins for one in made] == [MONDAY, MONDAY + 14 * DAY]
    assert [one["date"] for one in made[0].series.skipped] == ["2026-11-30", "2026-12-14"]
    actions.confirm(made[1], by=user, now=NOW)
    assert Counter(Booking.objects.filter(series=made[0].series).values_list("state", flat=True)) == {B.CONFIRMED: 2}


def test_self_operation_needs_a_qualification_that_is_still_valid_on_the_day() -> None:
    instrument, user = make_instrument(qualification_needed=True), make_user()
    keeper, firm = keeper_of(instrument), user_enterprise(user)
    actions.grant(instrument, by=keeper, now=NOW, enterprise=firm, valid_to=NOW.date())
    with pytest.raises(RulesBroken):
        make_booking(instrument, user, enterprise=firm)
    make_booking(instrument, user, enterprise=firm, operation="operator")
    held = actions.grant(instrument, by=keeper, now=NOW, user=user, valid_to=MONDAY.date() + DAY)
    booking = actions.hold(make_wish(instrument, user, MONDAY + HOUR, enterprise=firm), by=user, now=NOW)
    actions.withdraw(held, by=keeper, now=NOW)
    with pytest.raises(RulesBroken):  # looked at again when it is confirmed
        actions.confirm(booking, by=user, now=NOW)


def test_blocked_times_block_and_do_not_run_over_bookings() -> None:
    instrument = make_instrument()
    keeper, booking = keeper_of(instrument), make_booking(instrument)
    said = {"kind": "calibration", "reason": "年度校准", "by": keeper, "now": NOW}
    with pytest.raises(Occupied) as raised:
        actions.block(instrument, begins=MONDAY - HOUR, ends=MONDAY + DAY, **said)
    assert raised.value.extra == {"bookings": [booking.number]}
    row = actions.block(instrument, begins=MONDAY + HOUR, ends=MONDAY + DAY, **said)
    with pytest.raises(SlotTaken):
        make_booking(instrument, begins=MONDAY + 2 * HOUR)
    place = actions.join(make_wish(instrument, begins=MONDAY + 2 * HOUR), now=NOW)
    assert actions.offer_missed(NOW) == 0
    actions.lift(row, by=keeper, now=NOW)
    place.refresh_from_db()
    assert place.state == P.OFFERED


def test_a_new_part_is_claimed_by_the_bookings_of_the_whole_and_let_go_again() -> None:
    keeper, owner = make_owner()
    whole, part = make_instrument(keeper, owner), make_instrument(keeper, owner)
    booking = make_booking(whole)
    own = make_booking(part)
    with pytest.raises(Occupied):
        actions.compose(part, whole, by=keeper, now=NOW)
    actions.cancel(own, by=keeper, now=NOW)
    actions.compose(part, whole, by=keeper, now=NOW)
    with pytest.raises(SlotTaken):
        make_booking(part)
    with pytest.raises(GoesInCircles):
        actions.compose(whole, part, by=keeper, now=NOW)
    with pytest.raises(GoesInCircles):
        actions.compose(part, make_instrument(), by=keeper, now=NOW)
    actions.compose(part, None, by=keeper, now=NOW)
    make_booking(part)
    assert list(booking.claims.values_list("equipment", flat=True)) == [whole.pk]


def test_a_new_part_is_blocked_with_the_whole_and_open_again_without_it() -> None:
    keeper, owner = make_owner()
    top, whole, part = (make_instrument(keeper, owner) for _each in range(3))
    actions.compose(whole, top, by=keeper, now=NOW)
    said = {"kind": "maintenance", "reason": "", "by": keeper, "now": NOW}
    row = actions.block(top, begins=MONDAY, ends=MONDAY + DAY, **said)
    own = make_booking(part)
    with pytest.raises(Occupied) as raised:
        actions.compose(part, whole, by=keeper, now=NOW)
    assert raised.value.extra == {"bookings": [own.number]}
    actions.cancel(own, by=keeper, now=NOW)
    actions.compose(part, whole, by=keeper, now=NOW)
    with pytest.raises(SlotTaken):
        make_booking(part)
    actions.compose(part, None, by=keeper, now=NOW)
    make_booking(part)
    assert list(row.claims.order_by("equipment").values_list("equipment", flat=True)) == [top.pk, whole.pk]


@pytest.mark.parametrize(("longer", "taken"), [(0 * DAY, True), (DAY, True), (-HOUR, False)])
def test_two_that_are_blocked_for_the_same_time_become_one(longer: timedelta, taken: bool) -> None:
    keeper, owner = make_owner()
    whole, part = make_instrument(keeper, owner), make_instrument(keeper, owner)
    said = {"kind": "maintenance", "reason": "", "by": keeper, "now": NOW}
    actions.block(whole, begins=MONDAY, ends=MONDAY + DAY, **said)
    actions.block(part, begins=MONDAY, ends=MONDAY + DAY + longer, **said)
    if not taken:
        with pytest.raises(Occupied):
            actions.compose(part, whole, by=keeper, now=NOW)
        return
    actions.compose(part, whole, by=keeper, now=NOW)
    part.refresh_from_db()
    assert part.parent == whole


def test_who_makes_a_part_is_told_of_the_bookings_in_the_way_and_of_no_others() -> None:
    keeper, owner = make_owner()
    whole, part = make_instrument(keeper, owner), make_instrument(keeper, owner)
    make_booking(whole, begins=MONDAY + 2 * HOUR)
    make_booking(part, begins=MONDAY + DAY)
    met = [make_booking(whole), make_booking(part)]
    with pytest.raises(Occupied) as raised:
        actions.compose(part, whole, by=keeper, now=NOW)
    assert raised.value.extra == {"bookings": [row.number for row in met]}


def test_use_is_logged_billed_told_to_the_case_and_handed_in_as_its_result() -> None:
    keeper, owner = make_owner()
    instrument = make_instrument(keeper, owner, hourly_cny=Decimal(90), slot_minutes=30)
    user = make_user()
    firm = user_enterprise(user)
    make_board("LS")
    need = make_need(make_case(submitter=user, enterprise=firm), make_item("LS", delivery=["booking"]))
    referral = make_referral(need, owner, state=ReferralState.ACCEPTED)
    booking = make_booking(instrument, user, enterprise=firm, need=need)
    with pytest.raises(NotNow):
        actions.check_in(booking, by=user, now=MONDAY - HOUR)
    used = actions.check_in(booking, by=user, now=MONDAY)
    end = MONDAY + timedelta(minutes=75)
    done = actions.check_out(used, by=keeper, now=end, result="三件样品", condition="正常", deliver=True)
    assert (done.usage.billed_minutes, done.usage.amount_cny) == (90, Decimal("135.00"))
    referral.refresh_from_db()
    result = Result.objects.get(referral=referral)
    assert (referral.state, result.kind, result.number) == (ReferralState.DELIVERED, "booking", booking.number)
    notes = [event.note for event in CaseEvent.objects.filter(need=need, verb="noted").order_by("pk")]
    assert booking.number in notes[0] and "三件样品" in notes[1] and "135.00" in notes[1]
    assert told("labs_completed") == [user]
    begins = MONDAY.replace(day=1, hour=0)
    [figures] = utilisation.of([instrument], begins, begins.replace(month=12))
    assert (figures.open_hours, figures.booked_hours, figures.used_hours, figures.share) == (210, 1, 1.2, 0)


def test_what_is_over_early_is_free_for_others() -> None:
    instrument = make_instrument(lead_hours=0, after_minutes=30)
    booking = make_booking(instrument, ends=MONDAY + 4 * HOUR)
    used = actions.check_in(booking, by=booking.booked_by, now=MONDAY)
    done = actions.check_out(used, by=booking.booked_by, now=MONDAY + HOUR)
    assert (done.usage.billed_minutes, done.usage.amount_cny) == (240, None)
    wish = make_wish(instrument, begins=MONDAY + HOUR)
    assert actions.hold(wish, by=wish.booked_by, now=MONDAY + HOUR).state == B.HELD


def test_nobody_came_is_noted_once_and_the_rest_of_the_time_is_free() -> None:
    instrument = make_instrument(lead_hours=0, no_show_minutes=30)
    booking = make_booking(instrument, ends=MONDAY + 3 * HOUR)
    assert actions.mark_no_shows(MONDAY + timedelta(minutes=29)) == 0
    late = MONDAY + DAY
    assert (actions.mark_no_shows(late), actions.mark_no_shows(late)) == (1, 0)
    booking.refresh_from_db()
    assert (booking.state, booking.claims.count()) == (B.NO_SHOW, 0)
    assert told("labs_no_show") == [booking.booked_by, keeper_of(instrument)]


def test_every_live_booking_has_its_claims_and_nothing_else_has() -> None:
    instrument = make_instrument()
    for number, act in enumerate((actions.cancel, None, None)):
        row = make_booking(instrument, begins=MONDAY + number * HOUR)
        if act:
            act(row, by=row.booked_by, now=NOW)
    live = set(Booking.objects.filter(state__in=LIVE).values_list("pk", flat=True))
    assert set(BookingClaim.objects.values_list("booking", flat=True)) == live != set()


def test_a_calendar_link_shows_ones_bookings_until_it_is_renewed_and_an_instruments_shows_no_names() -> None:
    instrument, user = make_instrument(name="示波器"), make_user(Role.ENTERPRISE)
    booking = make_booking(instrument, user)
    mine, its = feeds.renew(now=NOW, user=user), feeds.renew(now=NOW, equipment=instrument)
    old = feeds.token(mine)
    assert feeds.opened_by(mine.pk, old) == mine
    said = feeds.content(mine, now=NOW).decode()
    assert "SUMMARY:示波器" in said and booking.number in said and "DTSTART:20261123T010000Z" in said
    shared = feeds.content(its, now=NOW).decode()
    assert "BEGIN:VEVENT" in shared and booking.number not in shared and booking.enterprise.name not in shared
    feeds.renew(now=NOW, user=user)
    assert feeds.opened_by(mine.pk, old) is None and feeds.opened_by(mine.pk + its.pk, old) is None


@pytest.mark.parametrize(("chosen", "said"), [("zh-hans", "已确认"), ("en", "Confirmed")])
def test_a_persons_calendar_speaks_the_language_they_chose(chosen: str, said: str) -> None:
    booking = make_booking(make_instrument(), make_user(language=chosen))
    mine = feeds.renew(now=NOW, user=booking.booked_by)
    with override("en" if chosen == "zh-hans" else "zh-hans"):
        assert f"{booking.number} · {said}" in feeds.content(mine, now=NOW).decode()
