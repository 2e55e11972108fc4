"""From the order of a diagnosis to the closed improvement plan, in a browser, on the running portal."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.serving import handed_over, served
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, last_number, send
from tests.portal.files.corpus import picture

pytestmark = pytest.mark.xdist_group("journeys")

CONSULTANT = "演示卓越质量咨询有限公司"


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.btn-primary[data-sending]").click()
    assert_no_error(page)


def test_an_ordered_diagnosis_becomes_a_plan_that_is_checked_and_closed(
    visit: Visitor, portal: Stack, tmp_path: Path
) -> None:
    page = visit("enterprise")
    page.goto("/intake/?item=MC-01")
    page.locator("#id_text").fill("釉面针孔多，想请专家来厂看看。")
    page.locator("#id_contact").fill("13800138000")
    page.locator("#id_consent").check()
    page.locator("#id_enterprise").select_option(label="演示卫浴科技有限公司")
    send(page, "/intake/")
    number = last_number(page)
    referral = served(portal, number, "MC-01", CONSULTANT, kind="plan", summary="来料检验缺记录")
    page.goto(f"/cases/{number}/")
    send(page, f"/delivery/{referral}/answer/confirm/")
    handed_over(portal, referral)

    [(plan,)] = portal.sql("SELECT id FROM consulting_diagnosis WHERE title LIKE %s AND state = 'draft'", f"%{number}%")
    page.goto(f"/boards/consulting/plans/{plan}/")
    expect(page.locator("main")).to_contain_text("来料检验缺记录")
    assert_accessible(page)
    page.locator('.page-head a[href$="/findings/new/"]').click()
    page.locator("#id_stage").select_option("materials")
    page.locator("#id_severity").select_option("major")
    page.locator("#id_text").fill("釉料进厂没有检验记录")
    photo = tmp_path / "釉料.png"
    photo.write_bytes(picture("PNG"))
    page.locator("input[type=file]").set_input_files(photo)
    save(page)
    expect(page.locator(".photos img")).to_have_js_property("complete", True)
    page.locator('.finding a[href*="/actions/new/"]').click()
    page.locator("#id_text").fill("建立釉料进厂检验台账")
    page.locator("#id_owner").fill("王工")
    page.locator("#id_due_on").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    page.locator("#id_expected_cny").fill("50000")
    save(page)
    page.locator(".planned a").first.click()
    send(page, "/done/")

    desk = visit("specialist")
    desk.goto(f"/boards/consulting/plans/{plan}/re-check/")
    desk.locator("#id_visited_on").fill(timezone.localdate().isoformat())
    desk.locator("#id_summary").fill("台账齐全，已抽查三批。")
    desk.locator("select[name^=action_]").select_option("done")
    assert_accessible(desk)
    save(desk)

    page.goto(f"/boards/consulting/plans/{plan}/")
    page.locator('form[action$="/close/"] button').click()
    with page.expect_navigation():
        page.locator('#confirm-dialog button[value="yes"]').click()
    assert_no_error(page)
    assert_accessible(page)
    assert portal.sql("SELECT state FROM consulting_diagnosis WHERE id = %s", plan) == [("closed",)]
    with page.expect_download() as paper:
        page.locator('a[href$="/plan.pdf"]').click()
    assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"
