"""What a use costs: on paper for whoever booked it, as a table for the owner."""

import csv
import io
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from portal.accounts.models import User
from services.boards.labs import actions
from services.boards.labs.models import Booking
from tests.factories import make_user
from tests.people import browser_of
from tests.services.boards.labs.rows import DAY, HOUR, MONDAY, keeper_of, make_booking, make_instrument

pytestmark = pytest.mark.django_db


def used(instrument: Any, user: User, begins: Any = MONDAY) -> Booking:
    """Half an hour longer than booked."""
    booking = make_booking(instrument, user, begins)
    actions.check_in(booking, by=user, now=begins)
    return actions.check_out(booking, by=user, now=begins + 1.5 * HOUR, result="无异常")


@pytest.fixture(autouse=True)
def _after() -> Any:
    with time_machine.travel(MONDAY + 4 * HOUR, tick=False):
        yield


def test_the_statement_is_a_paper_with_the_amount_of_the_log() -> None:
    user = make_user()
    booking = used(make_instrument(hourly_cny="120", slot_minutes=30), user)
    answer = browser_of(user).get(reverse("labs:statement", args=[booking.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store" and f"{booking.number}.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF-")
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\x00", "")
    assert "180.00" in said and booking.number in said and "无异常" in said


def test_without_a_rate_the_statement_names_no_amount() -> None:
    user = make_user(language="en")
    booking = used(make_instrument(), user)
    answer = browser_of(user).get(reverse("labs:statement", args=[booking.pk]))
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\x00", "")
    assert "As agreed with the owner" in said


def test_before_the_use_has_ended_there_is_no_statement_and_for_others_there_is_none_at_all() -> None:
    user = make_user()
    booking = make_booking(make_instrument(), user, MONDAY + DAY)
    path = reverse("labs:statement", args=[booking.pk])
    assert browser_of(user).get(path).status_code == 409
    assert browser_of(make_user()).get(path).status_code == 404


def rows_of(owner: User, ending: str = "csv", **asked: str) -> list[list[str]]:
    answer = browser_of(owner).get(reverse("labs:statements", args=[ending]), asked)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_the_owner_takes_the_uses_of_a_month_along_and_nobody_elses() -> None:
    user = make_user()
    instrument, foreign = make_instrument(hourly_cny="100"), make_instrument()
    first = used(instrument, user)
    used(foreign, user)
    make_booking(instrument, user, MONDAY + DAY)
    header, *rows = rows_of(keeper_of(instrument), month=f"{MONDAY:%Y-%m}")
    assert len(header) == 10
    assert [(row[0], row[7:]) for row in rows] == [(first.number, ["90", "100.00", "150.00"])]
    assert rows_of(keeper_of(instrument), month="2020-01")[1:] == []
    for nonsense in ("", "2026-13", "9" * 5000, "month"):
        assert len(rows_of(keeper_of(instrument), month=nonsense)) == 2, "this month"
    assert browser_of(keeper_of(instrument)).get(reverse("labs:statements", args=["pdf"])).status_code == 404


def test_a_month_costs_the_same_with_one_use_and_with_three() -> None:
    user, instrument, costs = make_user(), make_instrument(), []
    for rows in (1, 3):
        while Booking.objects.count() < rows:
            used(instrument, user, MONDAY + Booking.objects.count() * 2 * HOUR)
        with CaptureQueriesContext(connection) as asked:
            assert len(rows_of(keeper_of(instrument))) == rows + 1
        costs.append(len(asked))
    assert costs[0] == costs[1]
