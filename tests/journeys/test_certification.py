"""From an order to the renewed certificate on the register, and a step of the roadmap settled by its evidence."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.serving import handed_over, served
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, last_number, send

pytestmark = pytest.mark.xdist_group("journeys")

BODY = "演示认证中心有限公司"
OLD, RENEWED = "00124Q00001R1M", "00126Q00001R2M"


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.btn-primary[data-sending]").click()
    assert_no_error(page)


def orders_recertification(page: Page) -> str:
    """Of the management system, by its name in the catalogue; the number of the case."""
    page.goto("/intake/?item=CA-01")
    page.locator("#id_text").fill("质量管理体系证书到期前要再认证。")
    page.locator("#id_contact").fill("13800138000")
    page.locator("#id_consent").check()
    page.locator("#id_enterprise").select_option(label="演示卫浴科技有限公司")
    send(page, "/intake/")
    return last_number(page)


def test_a_certificate_is_renewed_and_watched(visit: Visitor, portal: Stack) -> None:
    page = visit("enterprise")
    number = orders_recertification(page)
    referral = served(portal, number, "CA-01", BODY, kind="certificate", number=RENEWED, summary="再认证通过")
    page.goto(f"/cases/{number}/")
    send(page, f"/delivery/{referral}/answer/confirm/")
    handed_over(portal, referral)

    [(row, firm)] = portal.sql("SELECT id, enterprise_id FROM certification_certificate WHERE number = %s", RENEWED)
    page.goto(f"/boards/certification/{firm}/certificates/")
    expect(page.locator("main table")).to_contain_text(RENEWED)
    expect(page.locator("main table")).not_to_contain_text(OLD)
    assert_accessible(page)
    page.goto(f"/boards/certification/certificates/{row}/edit/")
    page.locator("#id_valid_to").fill((timezone.localdate() + timedelta(days=3 * 365)).isoformat())
    page.locator("#id_surveillance_on").fill((timezone.localdate() + timedelta(days=25)).isoformat())
    save(page)
    page.goto(f"/boards/{firm}/due/")
    expect(page.locator("main")).to_contain_text(RENEWED)


def test_a_step_of_a_roadmap_is_settled_by_what_shows_it(visit: Visitor, portal: Stack, tmp_path: Path) -> None:
    page = visit("enterprise", width=390)
    [(roadmap, done)] = portal.sql(
        "SELECT roadmap_id, count(*) FILTER (WHERE state = 'met') FROM certification_step GROUP BY roadmap_id"
    )
    page.goto(f"/boards/certification/roadmaps/{roadmap}/")
    assert_accessible(page)
    page.locator("tr[data-row] th a").nth(done).click()
    page.locator("#id_state").select_option("met")
    with page.expect_navigation():
        page.locator("main form button[data-sending]").click()
    expect(page.locator(".errorlist, .invalid-feedback").first).to_be_visible()
    file = tmp_path / "组织架构.txt"
    file.write_text("组织架构与公正性声明", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    save(page)
    expect(page.locator("tr[data-row]").nth(done)).to_contain_text("组织架构")
    assert_accessible(page)
