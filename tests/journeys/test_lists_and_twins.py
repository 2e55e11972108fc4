"""A list with a bad row comes into the pool, two of its rows turn out to be one and then two again, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, send

pytestmark = pytest.mark.xdist_group("journeys")

LIST = """名称（中文）,所在地区,电话,入库状态
演示双生检测有限公司,510185,028-8000 0101,正常
演示双生检测（有限责任公司）,510185,028-8000 0101,正常
演示无处可寻检测所,999999,028-8000 0102,正常
"""
FOUND = """
SELECT 1 FROM twins_pair p JOIN experts_institution i ON i.id = p.first_ref WHERE i.name_zh LIKE '演示双生检测%%'
"""


def standings(portal: Stack) -> list[str]:
    rows = portal.sql("SELECT standing FROM experts_institution WHERE name_zh LIKE '演示双生检测%%' ORDER BY id")
    return [standing for (standing,) in rows]


def brings_in(page: Page, folder: Path) -> None:
    """The bad row is named; the good ones come in once somebody has confirmed. The page follows by itself."""
    page.goto("/imports/new/institutions/")
    assert_accessible(page)
    file = folder / "机构清单.csv"
    file.write_text(LIST, encoding="gb18030")
    page.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        page.locator("main form button[data-sending]").click()
    page.locator('form[action$="/confirm/"]').wait_for()
    row = page.locator("table tbody tr").inner_text()
    assert "999999" in row and "4" in row
    assert_accessible(page)
    send(page, "/confirm/")
    page.locator(".state.done", has_text="已完成").wait_for()


def make_one(page: Page) -> None:
    page.goto("/twins/institution/")
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("tr[data-row] a", has_text="演示双生检测").first.click()
    assert_accessible(page)
    for choice in page.locator('input[type=radio][value="kept"]').all():
        choice.check(force=True)
    page.locator("#id_reason").fill("电话核实为同一家机构。")
    with page.expect_navigation():
        page.locator("main form button[data-sending]").click()
    assert_no_error(page)


def make_two(page: Page) -> None:
    assert_accessible(page)
    page.locator("#id_reason").fill("两家机构同名，地址不同。")
    with page.expect_navigation():
        page.locator("main form button.btn-outline-danger").click()
    assert_no_error(page)


def test_a_list_comes_in_and_two_of_it_are_made_one_and_two_again(
    visit: Visitor, portal: Stack, tmp_path: Path
) -> None:
    curator = visit("curator", width=390)
    brings_in(curator, tmp_path)
    assert standings(portal) == ["active", "active"]
    portal.nudge("services.twins.tasks.find")
    portal.until(FOUND)
    make_one(curator)
    assert sorted(standings(portal)) == ["active", "merged"]
    make_two(curator)
    assert standings(portal) == ["active", "active"]
