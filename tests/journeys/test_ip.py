"""From a right that is entered to its deadline settled by the receipt, in a browser, on the running portal."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from services.boards.ip.numbers import check_digit
from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.serving import handed_over, served
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, last_number, send

pytestmark = pytest.mark.xdist_group("journeys")
AGENCY = "演示知识产权代理事务所"


def anniversary(years: int) -> date:
    """A day in about a month, so many years ago."""
    day = timezone.localdate() + timedelta(days=30)
    return day.replace(year=day.year - years, day=min(day.day, 28))


def test_an_annuity_is_ordered_delivered_and_noted_as_paid(visit: Visitor, portal: Stack) -> None:
    page = visit("enterprise")
    [(firm,)] = portal.sql(
        "SELECT m.enterprise_id FROM enterprises_membership m JOIN accounts_user u ON u.id = m.user_id "
        "WHERE u.username = %s ORDER BY m.enterprise_id LIMIT 1",
        portal.accounts["enterprise"]["username"],
    )
    page.goto(f"/boards/ip/{firm}/rights/new/")
    body = "201510123456"
    page.locator("#id_kind").select_option("invention")
    page.locator("#id_number").fill(f"ZL {body}.{'1' if check_digit(body) == '0' else '0'}")
    page.locator("#id_title").fill("陶瓷釉面检测方法")
    page.locator("#id_state").select_option("granted")
    page.locator("#id_filed_on").fill(anniversary(5).isoformat())
    page.locator("#id_granted_on").fill(anniversary(3).isoformat())
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("校验位")
    page.locator("#id_number").fill(f"ZL {body}.{check_digit(body)}")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    assert_no_error(page)
    assert_accessible(page)

    page.locator("main table a").first.click()
    page.wait_for_url("**/boards/ip/deadlines/*/")
    deadline = page.url
    page.locator("summary", has_text="委托办理").click()
    page.locator("#order_contact").fill("li@sanitary.example")
    page.locator("#order_consent").check()
    send(page, "/order/")
    number = last_number(page)
    assert_accessible(page)

    assert portal.sql("SELECT ordered_item FROM cases_case WHERE number = %s", number) == [("IP-07",)]
    referral = served(portal, number, "IP-07", AGENCY, kind="filing", number="SJ-2026-0001", summary="年费收据")
    page.goto(f"/cases/{number}/")
    send(page, f"/delivery/{referral}/answer/confirm/")
    handed_over(portal, referral)
    page.goto(deadline)
    expect(page.locator("main")).to_contain_text("SJ-2026-0001")
    assert_accessible(page)
