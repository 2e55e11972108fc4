"""The pages: finding, booking, being told what is taken, the owner's desk."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.roles import Role
from services.boards.labs import feeds, shelf
from services.boards.labs.models import Blackout, Booking, BookingRule, Qualification, WaitingPlace
from services.boards.labs.states import BookingState
from tests.factories import NOW, make_board, make_case, make_item, make_need, make_user
from tests.people import browser_of
from tests.portal.files.corpus import picture, upload
from tests.services.boards.labs.rows import (
    DAY,
    HOUR,
    MONDAY,
    keeper_of,
    make_booking,
    make_instrument,
    rule_of,
    user_enterprise,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def times(begins: Any = MONDAY, **more: Any) -> dict[str, Any]:
    ends = begins + HOUR
    return {"begins": f"{begins:%Y-%m-%dT%H:%M}", "ends": f"{ends:%Y-%m-%dT%H:%M}", "operation": "self", **more}


def person() -> tuple[Any, Client]:
    user = make_user()
    user_enterprise(user)
    return user, browser_of(user)


def test_instruments_are_found_by_what_they_can_and_when_they_are_free() -> None:
    press = make_instrument(name="电子万能试验机", standards="GB/T 228.1-2021")
    make_booking(press)
    make_instrument(name="气相色谱仪")
    anybody = browser_of()
    found = anybody.get("/boards/labs/", {"q": "GB/T228"})
    assert "电子万能试验机" in found.content.decode() and "气相色谱仪" not in found.content.decode()
    free = anybody.get("/boards/labs/", {"begins": f"{MONDAY:%Y-%m-%dT%H:%M}", "hours": 1}).content.decode()
    assert "电子万能试验机" not in free and "气相色谱仪" in free
    assert "No instrument fits" in anybody.get("/boards/labs/", {"q": "没有的"}).content.decode()
    for bad in ({"begins": "9" * 5000}, {"hours": "-1"}, {"region": "x" * 900}, {"begins": "0001-01-01T00:00"}):
        assert anybody.get("/boards/labs/", bad).status_code == 422


def test_the_page_says_that_not_all_were_looked_at_and_a_narrower_search_finds_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_instrument(name="气相色谱仪")
    make_booking(make_instrument(name="电子万能试验机"))
    monkeypatch.setattr(shelf, "MOST_LOOKED_AT", 1)
    asked, said = {"begins": f"{MONDAY:%Y-%m-%dT%H:%M}", "hours": 1}, "Only the 1 newest of these instruments"
    cut = browser_of().get("/boards/labs/", asked).content.decode()
    assert said in cut and "气相色谱仪" not in cut
    whole = browser_of().get("/boards/labs/", {**asked, "q": "色谱"}).content.decode()
    assert said not in whole and "气相色谱仪" in whole


def test_a_stranger_sees_that_it_is_taken_and_no_names() -> None:
    instrument = make_instrument()
    booking = make_booking(instrument, enterprise=user_enterprise(make_user()))
    span = {"start": (MONDAY - DAY).isoformat(), "end": (MONDAY + DAY).isoformat()}
    path = reverse("labs:times", args=[instrument.pk])
    [seen] = browser_of().get(path, span).json()
    assert (seen["title"], "url" in seen) == ("Taken", False)
    [own] = browser_of(booking.booked_by).get(path, span).json()
    assert booking.enterprise.name not in own["title"] or own["url"] == booking.get_absolute_url()
    assert browser_of().get(path, {"start": "x", "end": "9" * 5000}).status_code == 400
    page = browser_of().get(reverse("labs:instrument", args=[instrument.pk]))
    assert booking.enterprise.name not in page.content.decode()
    assert "'nonce-" in page["Content-Security-Policy"] and 'name="csp-nonce"' in page.content.decode()


def test_from_the_free_slot_to_the_confirmed_booking_and_its_end() -> None:
    instrument = make_instrument(hourly_cny=80)
    user, browser = person()
    page = browser.get(reverse("labs:instrument", args=[instrument.pk]), {"day": f"{MONDAY:%Y-%m-%d}"})
    assert "08:00–09:00" in page.content.decode()
    browser.post(reverse("labs:book", args=[instrument.pk]), times(purpose="瓷片"))
    booking = Booking.objects.get()
    held = browser.get(booking.get_absolute_url()).content.decode()
    assert "Confirm the booking" in held and "80.00 CNY" in held
    browser.post(reverse("labs:confirm", args=[booking.pk]), {"version": booking.version})
    assert "示波器" in browser.get("/boards/labs/bookings/").content.decode()
    with time_machine.travel(MONDAY, tick=False):
        browser = browser_of(user)
        browser.post(reverse("labs:check_in", args=[booking.pk]))
        assert "Check out" in browser.get(booking.get_absolute_url()).content.decode()
        browser.post(reverse("labs:check_out", args=[booking.pk]), {"result": "完成"})
        statement = browser.get(booking.get_absolute_url()).content.decode()
    assert "80.00 CNY" in statement and "完成" in statement
    booking.refresh_from_db()
    assert booking.state == BookingState.COMPLETED


def test_what_is_just_taken_shows_the_nearest_times_as_buttons_and_the_wait_list() -> None:
    instrument = make_instrument()
    make_booking(instrument)
    user, browser = person()
    answer = browser.post(reverse("labs:book", args=[instrument.pk]), times(purpose="瓷片"))
    text = answer.content.decode()
    assert (answer.status_code, text.count('name="begins"')) == (409, 4)
    assert "Just taken" in text and 'value="2026-11-23T08:00"' in text and 'value="瓷片"' in text
    browser.post(reverse("labs:wait", args=[instrument.pk]), times())
    assert WaitingPlace.objects.get().user == user
    assert "Wait no longer" in browser.get("/boards/labs/bookings/").content.decode()
    browser.post(reverse("labs:leave", args=[WaitingPlace.objects.get().pk]))
    assert WaitingPlace.objects.get().state == "left"


@pytest.mark.parametrize(
    ("begins", "hours", "said"),
    [
        (MONDAY - 7 * DAY, 1, "This time has begun or is over."),
        (MONDAY, -1, "The end is before the beginning."),
        (MONDAY + 12 * HOUR, 1, "The instrument is not open at this time."),
    ],
    ids=["past", "order", "opening"],
)
def test_nobody_waits_for_a_time_that_can_never_be_theirs(begins: datetime, hours: int, said: str) -> None:
    instrument = make_instrument()
    wanted = times(begins, ends=f"{begins + hours * HOUR:%Y-%m-%dT%H:%M}")
    answer = person()[1].post(reverse("labs:wait", args=[instrument.pk]), wanted)
    assert (answer.status_code, WaitingPlace.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_broken_rules_and_bad_input_are_said_in_the_form_which_keeps_what_was_typed() -> None:
    instrument = make_instrument()
    browser = person()[1]
    path = reverse("labs:book", args=[instrument.pk])
    answer = browser.post(path, times(MONDAY + 12 * HOUR, purpose="釉料"))
    text = answer.content.decode()
    assert answer.status_code == 422 and "The instrument is not open at this time." in text and "釉料" in text
    for wrong in ({"begins": "9" * 5000}, {"weeks": "9" * 5000}, {"need": "1" * 30}, {"operation": "x"}, {"ends": ""}):
        assert browser.post(path, {**times(), **wrong}).status_code == 422, wrong
    weekly = browser.post(path, times(MONDAY, weeks=12))
    assert weekly.status_code == 409 and "60 days ahead" in weekly.content.decode()
    assert Booking.objects.count() == 0
    browser.post(path, times(MONDAY, weeks=3))
    assert Booking.objects.count() == 3


def test_staff_book_for_an_enterprise_and_set_a_rule_aside() -> None:
    instrument, lead = make_instrument(), make_user(Role.TEAM_LEAD)
    firm = user_enterprise(make_user())
    said = times(MONDAY + 12 * HOUR, enterprise=firm.pk, override="夜班试验")
    browser_of(lead).post(reverse("labs:book", args=[instrument.pk]), said)
    booking = Booking.objects.get()
    assert (booking.enterprise, booking.overridden) == (firm, ["opening"])


def test_people_choose_among_their_needs_and_the_desk_says_the_number_of_one() -> None:
    instrument, user, lead = make_instrument(), make_user(), make_user(Role.TEAM_LEAD)
    make_board("LS")
    case = make_case(submitter=user, enterprise=user_enterprise(user))
    need = make_need(case, make_item("LS", delivery=["booking"]))
    page = reverse("labs:instrument", args=[instrument.pk])
    own, desk = (browser_of(each).get(page).content.decode() for each in (user, lead))
    assert f'<option value="{need.pk}">{case.number}' in own
    assert case.number not in desk and '<input type="number" name="need"' in desk
    book = reverse("labs:book", args=[instrument.pk])
    assert browser_of(lead).post(book, times(need=need.pk + 1)).status_code == 422
    browser_of(lead).post(book, times(need=need.pk))
    assert (Booking.objects.get().need, Booking.objects.get().enterprise) == (need, case.enterprise)


def test_a_reason_that_is_too_long_is_refused_and_kept_in_the_form() -> None:
    booking = make_booking(make_instrument())
    browser, path = browser_of(booking.booked_by), reverse("labs:cancel", args=[booking.pk])
    answer = browser.post(path, {"version": booking.version, "reason": "检" * 301})
    assert (answer.status_code, "检" * 301 in answer.content.decode()) == (422, True)
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    browser.post(path, {"version": booking.version, "reason": "检" * 300})
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == (BookingState.CANCELLED, "检" * 300)


def test_the_owner_decides_blocks_rules_and_qualifies() -> None:
    instrument = make_instrument(approval_needed=True, operated="either")
    keeper, firm = keeper_of(instrument), user_enterprise(make_user())
    first, second = make_booking(instrument, enterprise=firm), make_booking(instrument, begins=MONDAY + 2 * HOUR)
    browser = browser_of(keeper)
    desk = browser.get("/boards/labs/desk/").content.decode()
    assert "Please decide" in desk and firm.name in desk and "Hours booked" in desk
    browser.post(reverse("labs:approve", args=[first.pk]), {"version": first.version})
    assert browser.post(reverse("labs:decline", args=[second.pk]), {"reason": ""}).status_code == 422
    browser.post(reverse("labs:decline", args=[second.pk]), {"reason": "检修"})
    assert list(Booking.objects.order_by("pk").values_list("state", flat=True)) == ["confirmed", "declined"]
    keep = [instrument.pk]
    blocked = {"begins": "2026-11-23T09:30", "ends": "2026-11-23T10:30", "kind": "maintenance"}
    assert browser.post(reverse("labs:block", args=keep), blocked).status_code == 409
    browser.post(reverse("labs:block", args=keep), {**blocked, "begins": "2026-11-23T10:00"})
    browser.post(reverse("labs:lift", args=[Blackout.objects.get(lifted_at=None).pk]))
    assert Blackout.objects.filter(lifted_at=None).count() == 0
    rules = {name: "" if (value := getattr(rule_of(instrument), name)) is None else value for name in RULES}
    assert browser.post(reverse("labs:rules", args=keep), {**rules, "slot_minutes": "9" * 5000}).status_code == 422
    browser.post(reverse("labs:rules", args=keep), {**rules, "slot_minutes": "60", "active": "on"})
    assert (rule_of(instrument).slot_minutes, rule_of(instrument).version) == (60, 2)
    assert browser.post(reverse("labs:hours", args=keep), {"opens_0": "09:00"}).status_code == 422
    browser.post(reverse("labs:hours", args=keep), {"opens_0": "09:00", "closes_0": "17:00"})
    assert [str(one) for one in instrument.opening_hours.all()] == ["0 09:00–17:00"]
    assert browser.post(reverse("labs:qualify", args=keep), {"enterprise": "没有"}).status_code == 422
    sent = browser.post(reverse("labs:qualify", args=keep), {"enterprise": firm.name, "valid_to": "2027-01-31"})
    assert sent.status_code == 302, sent.content.decode()
    browser.post(reverse("labs:withdraw", args=[Qualification.objects.get().pk]))
    assert Qualification.objects.get().withdrawn_at is not None
    facts = {"standards": "GB/T 1", "operated": "either", "calibrated_until": "2027-01-31"}
    browser.post(reverse("labs:facts", args=keep), {**facts, "photo": upload("a.png", picture("PNG"))})
    instrument.refresh_from_db()
    assert (instrument.standards, instrument.photo is not None) == ("GB/T 1", True)
    shown = browser_of().get(reverse("labs:photo", args=keep))
    assert (shown["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", picture("PNG"))  # type: ignore[arg-type]
    assert browser_of(keeper).get(reverse("labs:keep", args=keep)).status_code == 200


RULES = (
    *("slot_minutes", "longest_minutes", "before_minutes", "after_minutes", "lead_hours", "horizon_days"),
    *("cancel_hours", "weekly_hours", "hourly_cny", "hold_minutes", "turn_minutes", "no_show_minutes"),
)


def test_the_calendar_link_opens_without_signing_in_and_a_wrong_one_is_not_found() -> None:
    booking = make_booking(make_instrument())
    browser = browser_of(booking.booked_by)
    browser.post(reverse("labs:feed_mine"))
    assert "/calendars/" in browser.get("/boards/labs/bookings/").content.decode()
    feed = feeds.Feed.objects.get()
    answer = browser_of().get(reverse("labs:feed", args=[feed.pk, feeds.token(feed)]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8" and booking.number in answer.content.decode()
    assert browser_of().get(reverse("labs:feed", args=[feed.pk, "x" * 43])).status_code == 404


def test_the_pages_cost_the_same_with_one_row_and_with_three() -> None:
    user, browser = person()
    instrument = make_instrument()
    keeper = browser_of(keeper_of(instrument))
    costs = []
    for rows in (1, 3):
        while Booking.objects.count() < rows:
            make_booking(instrument, user, MONDAY + Booking.objects.count() * HOUR)
        span = f"?start={MONDAY:%Y-%m-%dT%H:%M}&end={MONDAY + 7 * DAY:%Y-%m-%dT%H:%M}"
        for client, path in (
            (browser, "/boards/labs/"),
            (browser, reverse("labs:instrument", args=[instrument.pk])),
            (browser, "/boards/labs/bookings/"),
            (keeper, "/boards/labs/desk/"),
            (keeper, f"/boards/labs/desk/times/{span}"),
            (browser, f"/boards/labs/equipment/{instrument.pk}/times/{span}"),
        ):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            costs.append(len(asked))
    assert costs[:6] == costs[6:]
    assert costs[:6] < [9, 22, 12, 15, 8, 8] and BookingRule.objects.count() == 1
