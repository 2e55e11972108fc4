"""An instrument is booked for a need, used, and the result is on the case; and a rush on one time has one winner."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import requests
from django.utils import timezone

from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import send
from tests.journeys.test_through_the_api import Program

pytestmark = pytest.mark.xdist_group("journeys")

CHAMBER = "高低温湿热试验箱"
CLIENTS, ROUNDS = 50, 2
NOW_IN_USE = "UPDATE labs_booking SET span = tstzrange(now() - interval '5 min', now() + interval '2 h') WHERE id = %s"


def accepted(portal: Stack) -> tuple[str, int]:
    """A case with a need to use an instrument, taken on by the institute; its number, and the need."""
    desk, institute = Program(portal, "specialist"), Program(portal, "provider")
    said = {"text": "控制板要做湿热试验，我们自己派人操作。", "product": "智能坐便器", "consent": True}
    number = Program(portal, "enterprise").post("/cases/", said, status=201)["number"]
    version = desk.get(f"/desk/cases/{number}/")["version"]
    [piece] = desk.post(f"/desk/cases/{number}/confirm/", {"version": version, "needs": [{"item": "LS-01"}]})["needs"]
    first = desk.get(f"/needs/{piece['id']}/match/")["ranked"][0]["institution"]
    offer = desk.post(f"/needs/{piece['id']}/offers/", {"institution": first}, status=201)
    row = institute.get(f"/referrals/{offer['referral']}/")
    institute.post(f"/referrals/{offer['referral']}/accept/", {"version": row["version"]})
    return number, piece["id"]


def test_an_instrument_is_booked_for_a_need_and_the_result_is_on_the_case(visit: Visitor, portal: Stack) -> None:
    number, need = accepted(portal)
    [(instrument,)] = portal.sql("SELECT id FROM experts_equipment WHERE name = %s", CHAMBER)
    page, keeper = visit("enterprise"), visit("provider", width=390)
    page.goto("/boards/labs/?q=GB/T+2423.3")
    page.get_by_role("link", name=CHAMBER).click()
    page.locator(".fc-timegrid-slot").first.wait_for()
    assert_accessible(page)
    page.locator(".slots a").first.click()
    page.locator("#id_need").select_option(str(need))
    page.locator("#id_purpose").fill("控制板 2 块，40 ℃、93 %RH")
    send(page, f"/equipment/{instrument}/book/")
    assert_accessible(page)
    send(page, "/confirm/")
    booking = int(page.url.rstrip("/").rsplit("/", 1)[-1])
    portal.sql(NOW_IN_USE, booking)

    keeper.goto("/boards/labs/desk/")
    assert_accessible(keeper)
    keeper.goto(f"/boards/labs/bookings/{booking}/")
    send(keeper, "/check-in/")
    keeper.locator("#out_result").fill("试验完成，无异常。")
    keeper.locator("#out_deliver").check()
    send(keeper, "/check-out/")
    assert_accessible(keeper)

    page.goto(f"/cases/{number}/")
    text = page.locator("main").inner_text()
    assert CHAMBER in text and "试验完成，无异常。" in text
    assert portal.sql("SELECT state FROM cases_referral WHERE need_id = %s", need) == [("delivered",)]
    assert portal.sql("SELECT state FROM labs_booking WHERE id = %s", booking) == [("completed",)]


def test_of_fifty_programs_that_want_one_time_one_gets_it_and_none_fails(portal: Stack) -> None:
    [(instrument,)] = portal.sql("SELECT id FROM experts_equipment WHERE name = %s", CHAMBER)
    first = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=30)
    for number in range(ROUNDS):
        begins = first + timedelta(hours=3 * number)
        found = rush(portal, instrument, begins.isoformat(), (begins + timedelta(hours=1)).isoformat())
        assert found == {201: 1, 409: CLIENTS - 1}


def rush(portal: Stack, instrument: int, start: str, end: str) -> Counter[int]:
    ready = Barrier(CLIENTS)
    body = {"equipment": instrument, "start": start, "end": end, "operation": "self"}

    def one(_which: int) -> int:
        key = {"Authorization": f"Token {portal.accounts['rival']['token']}", "Idempotency-Key": uuid.uuid4().hex}
        ready.wait()
        return requests.post(f"{portal.url}/api/v1/labs/bookings/", json=body, headers=key, timeout=30).status_code

    with ThreadPoolExecutor(CLIENTS) as crowd:
        return Counter(crowd.map(one, range(CLIENTS)))
