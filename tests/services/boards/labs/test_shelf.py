"""What is free with all its parts, found for many instruments at once."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experts.models import Equipment
from services.boards.labs import shelf
from services.boards.labs.actions import hold
from tests.factories import NOW, make_user
from tests.services.boards.labs.rows import HOUR, MONDAY, make_booking, make_instrument, make_owner, make_wish

pytestmark = pytest.mark.django_db


def free(begins: Any = MONDAY) -> set[int]:
    found, cut = shelf.free_on(Equipment.objects.all(), begins, begins + HOUR, now=NOW)
    assert not cut
    return set(found)


def test_a_part_that_is_taken_takes_the_whole_and_not_the_other_part() -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner)
    left, right = make_instrument(keeper, owner, parent=whole), make_instrument(keeper, owner, parent=whole)
    tip = make_instrument(keeper, owner, parent=right)
    assert free() == {whole.pk, left.pk, right.pk, tip.pk}
    make_booking(tip)
    assert free() == {left.pk}
    later = MONDAY + 2 * HOUR
    make_booking(whole, begins=later)
    assert free(later) == set()
    assert free(MONDAY + 6 * HOUR) == {whole.pk, left.pk, right.pk, tip.pk}


def test_calibration_and_sharing_of_a_part_are_those_of_the_whole() -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner)
    part = make_instrument(keeper, owner, parent=whole, calibrated_until=date(2020, 1, 1))
    assert free() == set()
    Equipment.objects.filter(pk=part.pk).update(calibrated_until=None)
    assert free() == {whole.pk, part.pk}
    Equipment.objects.filter(pk=part.pk).update(available=False)
    assert free() == set(), "a part that is not shared is asked for with the whole"


def test_what_is_said_to_be_free_can_be_booked() -> None:
    keeper, owner = make_owner()
    whole = make_instrument(keeper, owner)
    part = make_instrument(keeper, owner, parent=whole)
    make_booking(part, begins=MONDAY + HOUR)
    assert free() == {whole.pk, part.pk}
    assert hold(make_wish(whole), by=make_user(), now=NOW).begins == MONDAY


def test_it_costs_the_same_for_one_and_for_three() -> None:
    costs = []
    for _row in (1, 3):
        keeper, owner = make_owner()
        whole = make_instrument(keeper, owner)
        make_instrument(keeper, owner, parent=whole)
        with CaptureQueriesContext(connection) as asked:
            free()
        costs.append(len(asked))
    assert costs == [5, 5]


def test_of_too_many_the_newest_are_looked_at_and_it_is_said_that_there_are_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper, owner = make_owner()
    rows = [make_instrument(keeper, owner) for _each in range(3)]
    monkeypatch.setattr(shelf, "MOST_LOOKED_AT", 2)
    found = shelf.free_on(Equipment.objects.all(), MONDAY, MONDAY + HOUR, now=NOW)
    assert found == ([rows[2].pk, rows[1].pk], True)
