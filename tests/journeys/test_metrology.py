"""From a ledger in a file to the certificates on it: imported, ordered from the due list, delivered, confirmed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.serving import delivered, handed_over, taken
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, last_number, send

pytestmark = pytest.mark.xdist_group("journeys")

LEDGER = "器具名称,出厂编号或管理编号,使用地点,强制检定,最近证书日期,周期（月）\n"
DONE = "SELECT 1 FROM imports_importrun WHERE id = %s AND state = %s"


def bring_in(page: Page, portal: Stack, firm: int, file: Path) -> None:
    """Sent, looked at, confirmed; that the page follows by itself is told elsewhere."""
    page.goto(f"/imports/new/metrology-instruments/?for={firm}")
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        page.locator("main form button[data-sending]").click()
    run = int(page.url.rstrip("/").rsplit("/", 1)[-1])
    portal.nudge("portal.imports.tasks.work")
    portal.until(DONE, run, "checked")
    page.reload()
    send(page, "/confirm/")
    portal.nudge("portal.imports.tasks.work")
    portal.until(DONE, run, "done")


def test_a_ledger_is_imported_ordered_and_brought_up_to_date(visit: Visitor, portal: Stack, tmp_path: Path) -> None:
    page = visit("enterprise")
    [(firm,)] = portal.sql("SELECT id FROM enterprises_enterprise WHERE name = '演示卫浴科技有限公司'")
    rows = [f"液位计,YW-{number:03},四号车间,是,2025-{number % 9 + 1:02}-15,12\n" for number in range(60)]
    ledger = tmp_path / "台账.csv"
    ledger.write_bytes((LEDGER + "".join(rows)).encode("gb18030"))

    bring_in(page, portal, firm, ledger)
    page.goto(f"/boards/metrology/{firm}/due/?location=四号车间")
    assert_accessible(page)
    page.locator("[data-choose-all]").check()
    assert page.locator("[data-choose-count]").inner_text() == "60"
    with page.expect_navigation():
        page.locator("[data-choose-send]").click()
    assert_accessible(page)
    page.locator("#id_address").fill("演示大道 1 号四号车间")
    page.locator("#id_contact").fill("13800138000")
    page.locator("#id_consent").check()
    send(page, "/order/")
    assert "/boards/metrology/batches/" in page.url
    assert_accessible(page)
    batch = page.url

    referral = taken(portal, last_number(page), "SM-01")
    delivered(portal, referral, kind="certificate", number="演检字 60 号", summary="全部合格")
    page.locator("main h2 a").first.click()
    send(page, f"/delivery/{referral}/answer/confirm/")
    handed_over(portal, referral)
    page.goto(batch)
    assert_no_error(page)
    assert page.locator("tbody tr", has_text="演检字 60 号").count() == 60
    written = "SELECT count(*), min(due_on - last_on) / 100 FROM metrology_instrument WHERE certificate LIKE '演检字%%'"
    assert portal.sql(written) == [(60, 3)]
