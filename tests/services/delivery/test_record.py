"""What was measured of an institution, from real steps."""

from datetime import datetime, timedelta

import pytest

from services.cases import actions as cases
from services.cases.actors import Actor
from services.cases.states import ReferralState
from services.clocks import actions as clocks
from services.clocks import dials
from services.clocks.names import Waiting
from services.delivery import actions
from services.delivery.record import Record, record_of
from services.routing.models import TrackRecord
from services.routing.tracks import reckon
from tests.factories import NOW, days_ago, make_institution, make_referral, move_referral

pytestmark = pytest.mark.django_db
SINCE = days_ago(365)


def record(**states: int) -> Record:
    """Of an institution with that many referrals in each state."""
    institution = make_institution()
    for state, number in states.items():
        for _ in range(number):
            make_referral(institution=institution, state=state)
    return record_of([institution.pk], SINCE)[institution.pk]


def test_offers_are_counted_by_how_they_were_answered() -> None:
    got = record(offered=1, recalled=1, accepted=3, declined=2, expired=1, abandoned=1, cancelled=1)
    assert (got.offered, got.accepted, got.declined, got.timed_out) == (8, 5, 2, 1)
    assert (got.decline_rate, got.time_out_rate) == (25, 12)


def test_nothing_seen_is_no_rate() -> None:
    got = record()
    assert got == Record()
    rates = (got.decline_rate, got.time_out_rate, got.on_time_rate, got.rework_rate, got.dispute_rate)
    assert rates == (None,) * 5
    assert (got.hours_to_accept, got.hours_to_rectify) == (None, None)


def test_hours_until_accepted_are_an_average() -> None:
    institution = make_institution()
    for hours in (1, 4):
        referral = make_referral(institution=institution)
        move_referral(referral, "accepted", by=referral.handler, now=NOW + timedelta(hours=hours))
    assert record_of([institution.pk], SINCE)[institution.pk].hours_to_accept == 2.5


def test_a_late_delivery_is_not_on_time() -> None:
    institution = make_institution()
    make_referral(institution=institution, state=ReferralState.DELIVERED, now=days_ago(5))
    late = make_referral(institution=institution, state=ReferralState.IN_PROGRESS, now=days_ago(90))
    move_referral(late, ReferralState.DELIVERED, by=late.handler, now=NOW)
    got = record_of([institution.pk], SINCE)[institution.pk]
    assert (got.delivered, got.on_time, got.on_time_rate) == (2, 1, 50)


@pytest.mark.parametrize(("asked", "on_time"), [(days_ago(70), 1), (days_ago(10), 0)])
def test_the_time_that_delivered_work_waited_is_not_the_institutions(asked: datetime, on_time: int) -> None:
    institution = make_institution()
    referral = make_referral(institution=institution, state=ReferralState.IN_PROGRESS, now=days_ago(74))
    cases.wait(referral, Waiting.SAMPLE, by=Actor.of(referral.handler), now=asked, note="请寄样品")
    move_referral(referral, ReferralState.DELIVERED, by=referral.handler, now=NOW)
    assert record_of([institution.pk], SINCE)[institution.pk].on_time == on_time
    reckon(NOW)
    assert TrackRecord.objects.get(institution=institution).on_time == on_time
    delivery = dials.of("referral", [referral.pk])[referral.pk]["delivery"]
    assert (delivery.missed(NOW), delivery.paused_since) == (not on_time, NOW)


def test_objections_and_work_taken_up_again_are_of_what_was_delivered() -> None:
    institution = make_institution()
    make_referral(institution=institution, state=ReferralState.CONFIRMED)
    referral = make_referral(institution=institution, state=ReferralState.DISPUTED)
    actions.rework(referral, by=referral.handler, now=NOW, note="重做")
    move_referral(referral, ReferralState.DELIVERED, by=referral.handler)
    got = record_of([institution.pk], SINCE)[institution.pk]
    assert (got.delivered, got.reworked, got.disputed) == (2, 1, 1)
    assert (got.rework_rate, got.dispute_rate) == (50, 50)


def test_rectifying_takes_as_long_as_it_is_the_institutions_turn() -> None:
    institution = make_institution()
    for hours in (10, 20):
        pk = make_referral(institution=institution, state=ReferralState.CONFIRMED).pk
        clocks.start("referral", pk, "rectification", now=NOW)
        clocks.pause("referral", pk, "rectification", now=NOW + timedelta(hours=hours), reason="asked_again")
        clocks.stop("referral", pk, "rectification", now=NOW + timedelta(hours=99))
    make_referral(institution=institution, state=ReferralState.CONFIRMED)
    got = record_of([institution.pk], SINCE)[institution.pk]
    assert (got.rectified, got.hours_to_rectify) == (2, 15.0)


def test_what_was_offered_before_does_not_count() -> None:
    institution = make_institution()
    make_referral(institution=institution, state=ReferralState.CONFIRMED, now=days_ago(400))
    assert record_of([institution.pk], SINCE) == {institution.pk: Record()}


@pytest.mark.parametrize("rows", [1, 3])
def test_many_are_read_in_one_query(rows: int, django_assert_num_queries) -> None:
    institutions = [make_institution() for _ in range(rows)]
    for institution in institutions:
        make_referral(institution=institution, state=ReferralState.ACCEPTED)
    with django_assert_num_queries(1):
        got = record_of([each.pk for each in institutions], SINCE)
    assert [got[each.pk].accepted for each in institutions] == [1] * rows
