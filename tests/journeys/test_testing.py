"""From an order of tests to the report in its registry, with a failure that becomes a case of its own."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.serving import INSTITUTE, delivered, handed_over, taken
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, last_number, send
from tests.journeys.test_through_the_api import Program

pytestmark = pytest.mark.xdist_group("journeys")

SAMPLE = {"label": "SY-1", "identity": "坐便器 ZB-10", "quantity": "2 件", "batch": "2026-10"}
ITEM = {"parameter": "用水量", "method": "GB/T 6952", "basis": "不大于 6.0 L"}


def fill(page: Page, prefix: str, values: dict[str, str], action: str) -> None:
    for name, value in values.items():
        page.locator(f"#{prefix}_{name}").fill(value)
    send(page, action)


def ordered(page: Page, portal: Stack, reference: str) -> str:
    """An order with one sample and one item, written by the enterprise; its page."""
    [(firm,)] = portal.sql("SELECT id FROM enterprises_enterprise WHERE name = '演示卫浴科技有限公司'")
    given = {"reference": reference, "product": "节水型坐便器", "urgency": "normal"}
    row = Program(portal, "enterprise").post(f"/enterprises/{firm}/testing/orders/", given, status=201)
    page.goto(f"/boards/testing/order/{row['id']}/")
    fill(page, "sample", SAMPLE, "/samples/")
    page.locator("#item_sample").select_option(label="SY-1 · 坐便器 ZB-10")
    fill(page, "item", ITEM, "/items/")
    assert_accessible(page)
    return page.url


def ask(page: Page) -> str:
    """Send what is asked of the centre; the number of the case."""
    page.locator("#id_contact").fill("13800138000")
    page.locator("#id_consent").check()
    with page.expect_navigation():
        page.locator("main form button[data-sending]").click()
    assert_no_error(page)
    return last_number(page)


def laboratory_tests(page: Page, order: str) -> None:
    """The sample comes in, and what was measured is judged: by whoever has taken the case."""
    page.goto(order)
    page.locator("summary", has_text="交接").first.click()
    page.locator("[id^=custody][id$=_given_by]").fill("企业送样员")
    page.locator("[id^=custody][id$=_taken_by]").fill("收样室")
    send(page, "/hand-over/")
    page.locator("summary", has_text="结果").first.click()
    page.locator("[id^=result][id$=_value]").fill("6.4 L")
    page.locator("[id^=result][id$=_judgement]").select_option("fail")
    send(page, "/result/")
    assert_accessible(page)


def test_an_order_of_tests_ends_in_the_registry_and_its_failure_in_a_case(visit: Visitor, portal: Stack) -> None:
    page, laboratory = visit("enterprise"), visit("provider", width=390)
    order = ordered(page, portal, "WT-旅程-1")
    page.locator('a[href$="/send/"]').click()
    number = ask(page)
    referral = taken(portal, number, "TI-01")
    laboratory_tests(laboratory, order)
    delivered(portal, referral, kind="test_report", number="演检 2026-0007", summary="用水量不合格")

    page.goto(f"/cases/{number}/")
    send(page, f"/delivery/{referral}/answer/confirm/")
    handed_over(portal, referral)
    page.goto(order)
    expect(page.locator("main")).to_contain_text("演检 2026-0007")
    expect(page.locator("main")).to_contain_text(INSTITUTE)
    expect(page.locator("main")).to_contain_text("收样室")
    assert_accessible(page)

    page.locator('a[href$="/rectify/"]').click()
    assert_accessible(page)
    help_asked = ask(page)
    asked = portal.sql("SELECT text, ordered_item FROM cases_case WHERE number = %s", help_asked)
    assert "用水量" in asked[0][0] and asked[0][1].startswith("MC-")
