"""Instruments and bookings for programs."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.roles import Role
from services.boards.labs.models import Booking
from tests.factories import NOW, make_case, make_enterprise, make_item, make_need, make_user
from tests.people import program_of
from tests.services.boards.labs.rows import DAY, HOUR, MONDAY, make_booking, make_instrument

pytestmark = pytest.mark.django_db
BOOKINGS = "/api/v1/labs/bookings/"
KEYS = count()


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def book(program: Any, instrument: Any, begins: Any = MONDAY, **more: Any) -> Any:
    body = {"equipment": instrument.pk, "start": begins.isoformat(), "end": (begins + HOUR).isoformat(), **more}
    return program.post(BOOKINGS, body, format="json", headers={"Idempotency-Key": f"key-{next(KEYS):05}"})


def test_anybody_finds_instruments_and_when_they_are_free() -> None:
    make_instrument(name="电子万能试验机", standards="GB/T 228.1-2021", hourly_cny=120)
    other = make_instrument(name="色谱仪")
    make_booking(other)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    [found] = client.get("/api/v1/labs/equipment/?q=GB/T228.1").json()["results"]
    assert (found["name"], found["bookable"], found["hourly_cny"]) == ("电子万能试验机", True, "120.00")
    span = {"from": (MONDAY - HOUR).isoformat(), "to": (MONDAY + 2 * HOUR).isoformat()}
    free = client.get(f"/api/v1/labs/equipment/{other.pk}/availability/", span).json()
    assert [one["start"][11:16] + "-" + one["end"][11:16] for one in free["free"]] == ["08:00-09:00", "10:00-11:00"]
    for bad in ({}, {"from": "9" * 5000, "to": "x"}, {**span, "to": (MONDAY + 90 * DAY).isoformat()}):
        assert client.get(f"/api/v1/labs/equipment/{other.pk}/availability/", bad).status_code == 400


def test_a_program_holds_confirms_moves_and_cancels_under_the_same_rules() -> None:
    instrument, user = make_instrument(), make_user()
    firm = make_enterprise(user)
    program = program_of(user)
    made = book(program, instrument, purpose="陶瓷片").json()
    assert {name: made[name] for name in ("state", "enterprise", "operation", "purpose")} == {
        "state": "held",
        "enterprise": firm.pk,
        "operation": "operator",
        "purpose": "陶瓷片",
    }
    row = f"{BOOKINGS}{made['id']}/"
    confirmed = program.post(f"{row}confirm/", {}, format="json", headers={"Idempotency-Key": "confirm-1"}).json()
    assert confirmed["state"] == "confirmed"
    later = {"start": (MONDAY + DAY).isoformat(), "end": (MONDAY + DAY + HOUR).isoformat()}
    moved = program.patch(row, {**later, "version": confirmed["version"]}, format="json").json()
    assert moved["start"].startswith((MONDAY + DAY).isoformat()[:16])
    stale = program.patch(row, {**later, "version": 1}, format="json")
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:portal:stale-booking")
    assert program.delete(row).status_code == 204
    assert Booking.objects.get().state == "cancelled"


def test_the_loser_is_told_the_nearest_times_and_broken_rules_come_all_at_once() -> None:
    instrument = make_instrument()
    make_booking(instrument)
    user = make_user()
    make_enterprise(user)
    program = program_of(user)
    taken = book(program, instrument)
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:portal:slot-taken")
    assert [one["start"][11:16] for one in taken.json()["alternatives"]] == ["08:00", "10:00", "11:00"]
    broken = book(program, instrument, NOW + timedelta(minutes=61))
    assert (broken.status_code, broken.json()["type"]) == (422, "urn:portal:rules-broken")
    assert [(one["name"], one["overridable"]) for one in broken.json()["rules"]] == [("slot", True), ("lead", True)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"equipment": "9" * 5000},
        {"equipment": 2**63},
        {"start": "0001-01-01T00:00:00+08:00"},
        {"start": "２０２６年"},
        {"end": None},
        {"need": -1},
        {"operation": "\u0000"},
        {"purpose": "x" * 501},
    ],
)
def test_bad_input_is_refused_at_the_field(wrong: dict[str, Any]) -> None:
    user = make_user()
    make_enterprise(user)
    answer = book(program_of(user), make_instrument(), **wrong)
    assert answer.status_code in {400, 422}, answer.content
    assert Booking.objects.count() == 0


def test_what_is_not_ones_own_is_not_found_and_a_provider_does_not_book() -> None:
    instrument, owner = make_instrument(), make_user()
    booking = make_booking(instrument, owner)
    stranger = make_user()
    make_enterprise(stranger)
    need = make_need(make_case(submitter=owner, enterprise=booking.enterprise), make_item("LS"))
    program = program_of(stranger)
    assert program.get(f"{BOOKINGS}{booking.pk}/").status_code == 404
    assert program.delete(f"{BOOKINGS}{booking.pk}/").status_code == 404
    assert book(program, instrument, MONDAY + DAY, need=need.pk).status_code == 404
    assert book(program, instrument, MONDAY + DAY, enterprise=booking.enterprise_id).status_code == 404
    assert program_of(make_user(Role.EXPERT)).get(BOOKINGS).status_code == 403
    assert Client().get(BOOKINGS).status_code == 401
    nobody = book(program_of(make_user()), instrument, MONDAY + DAY)
    assert (nobody.status_code, nobody.json()["type"]) == (403, "urn:portal:no-enterprise")


def test_the_lists_cost_the_same_with_one_row_and_with_three() -> None:
    user = make_user()
    make_enterprise(user)
    client, costs = Client(), []
    client.force_login(user)
    for rows in (1, 3):
        while Booking.objects.count() < rows:
            make_booking(make_instrument(), user, MONDAY + Booking.objects.count() * DAY)
        for path in ("/api/v1/labs/equipment/", BOOKINGS):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert len(client.get(path).json()["results"]) == rows
            costs.append(len(asked))
    assert costs[:2] == costs[2:]
    assert costs[0] <= 6 and costs[1] <= 6


def test_who_comes_too_late_costs_little() -> None:
    """Fifty may want one time at one moment: the loser's other times come out of what was looked at anyway."""
    instrument, late = make_instrument(), program_of(enterprise_user())
    make_booking(instrument)
    assert book(late, instrument).status_code == 409
    with CaptureQueriesContext(connection) as asked:
        refused = book(late, instrument)
    assert (refused.status_code, len(refused.json()["alternatives"])) == (409, 3)
    assert len(asked) == 11, "three of them are of the token and the key that makes it happen once"


def enterprise_user() -> Any:
    user = make_user()
    make_enterprise(user)
    return user
