"""From an application to the pool to a standing that two people lowered and an appeal restored, in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, assert_accessible, sign_in
from tests.journeys.stack import Stack
from tests.journeys.test_the_whole_way import assert_no_error, send

pytestmark = pytest.mark.xdist_group("journeys")

NAME = "演示卫浴检测有限公司"
REGION, ITEM = "510185", "SM-02"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
APPLICANT = {"username": "journey-zhou", "password": "a-journey-through-the-pool-2026"}
PEOPLE = """
from portal.accounts.models import User
user = User(username="{username}", role="enterprise", name="周经理")
user.set_password("{password}")
user.save()
"""
DISLIKED = """
from django.utils import timezone
from experts.actions import record_rating
from experts.models import Institution
from services.pool.tasks import propose
one = Institution.objects.get(name_zh="{name}")
for number in range(3):
    record_rating(one, board="SM", referral_ref={first} + number, enterprise_ref=None, grade=1, solved=False,
                  comment="", source="link", now=timezone.now())
propose()
"""
"""Three dissatisfied enterprises and the night that follows."""


def send_sure(page: Page, action: str) -> None:
    """The same as ``send`` for what asks whether one is sure."""
    page.locator(f'form[action$="{action}"] button:not([type=button])').last.click()
    with page.expect_navigation():
        page.locator('#confirm-dialog button[value="yes"]').click()
    assert_no_error(page)


def choose(page: Page, name: str, value: str, typed: str) -> None:
    """Nothing is chosen by a search alone, and what is chosen stays when the search box is emptied."""
    box, found = page.locator(f"#id_{name}_q"), page.locator(f"select[name={name}]")
    box.fill(typed)
    expect(found.locator("option")).to_have_count(2)
    expect(found).to_have_value("")
    found.select_option(value)
    box.fill("")
    expect(found.locator("option").nth(3)).to_be_attached()
    expect(found).to_have_value(value)


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main .actions a.btn-primary").last.click()


def keep(page: Page) -> None:
    with page.expect_navigation():
        page.locator('main form[enctype="multipart/form-data"] button[data-sending]').last.click()
    assert_no_error(page)


def applies(page: Page, folder: Path) -> None:
    """Name, one service, no credential, the licence, and sent."""
    page.goto("/pool/apply/")
    with page.expect_navigation():
        page.locator('button[name=kind][value="institution"]').click()
    for field, words in {"name": NAME, "uscc": "91510185MA6A000155", "introduction": "面向卫浴行业的校准。"}.items():
        page.locator(f"#id_{field}").fill(words)
    page.locator("#id_contact_name").fill("周经理")
    page.locator("#id_phone").fill("13800138000")
    choose(page, "region", REGION, "简阳市")
    assert_accessible(page)
    keep(page)
    choose(page, "item", ITEM, ITEM)
    page.locator("#id_fee").select_option("paid")
    keep(page)
    go_on(page)
    go_on(page)
    licence = folder / "营业执照.pdf"
    licence.write_bytes(PDF)
    page.locator("input[type=file]").set_input_files(licence)
    keep(page)
    go_on(page)
    send(page, "/submit/")


def accepts(page: Page, portal: Stack) -> None:
    """Every point in order, every service approved; then into the pool."""
    [(pk,)] = portal.sql("SELECT id FROM pool_application WHERE name = %s AND state = 'submitted'", NAME)
    page.goto(f"/pool/desk/applications/{pk}/")
    assert_accessible(page)
    for answer in page.locator('select[name^="point_"]').all():
        answer.select_option("yes")
    for answer in page.locator('select[name^="item_"]').all():
        answer.select_option("approved")
    with page.expect_navigation():
        page.locator("main .split form button[data-sending]", has=page.locator(".bi-save")).click()
    with page.expect_navigation():
        page.locator('button[formaction$="/accept/"]').first.click()
    assert_no_error(page)


def standing_of(portal: Stack) -> str:
    [(standing,)] = portal.sql("SELECT standing FROM experts_institution WHERE name_zh = %s", NAME)
    return standing


def disliked(portal: Stack, first: int) -> int:
    """Three bad answers and what the rules propose of them."""
    portal.manage("shell", "-c", DISLIKED.format(name=NAME, first=first))
    [(pk,)] = portal.sql(
        "SELECT p.id FROM pool_standingproposal p JOIN experts_institution i ON i.id = p.institution_id "
        "WHERE i.name_zh = %s AND p.state = 'open'",
        NAME,
    )
    return pk


def decides(page: Page, proposal: int) -> None:
    page.goto(f"/pool/desk/standing/{proposal}/")
    assert_accessible(page)
    page.locator('input[name=carry][value="yes"]').check(force=True)
    page.locator("#decide_reason").fill("近期多家企业不满意，请整改。")
    send_sure(page, f"/standing/{proposal}/decide/")


def test_a_standing_is_lowered_by_two_and_restored_on_appeal(visit: Visitor, portal: Stack, tmp_path: Path) -> None:
    portal.manage("shell", "-c", PEOPLE.format(**APPLICANT))
    applicant, curator = visit(), visit("curator")
    sign_in(applicant, APPLICANT)
    applies(applicant, tmp_path)
    accepts(curator, portal)
    assert standing_of(portal) == "active"

    decides(curator, disliked(portal, 900_000))
    assert standing_of(portal) == "probation"
    suspension = disliked(portal, 900_100)
    decides(curator, suspension)
    assert (standing_of(portal), curator.locator(f'form[action$="/{suspension}/sign/"]').count()) == ("probation", 0)

    lead, own, officer = visit("centre_lead"), visit(), visit("appeals_officer")
    sign_in(own, APPLICANT)  # as a provider now
    [(institution,)] = portal.sql("SELECT id FROM experts_institution WHERE name_zh = %s", NAME)
    home = f"/pool/mine/{institution}/standing/"
    own.goto(home)
    own.locator("#reply_text").fill("已更换人员并补做校准。")
    send(own, "/reply/")
    lead.goto(f"/pool/desk/standing/{suspension}/")
    assert "已更换人员并补做校准。" in lead.content()
    assert_accessible(lead)
    lead.locator('input[name=agree][value="yes"]').check(force=True)
    lead.locator("#sign_note").fill("情况属实。")
    send_sure(lead, f"/standing/{suspension}/sign/")
    assert standing_of(portal) == "suspended"

    own.goto(home)
    assert_accessible(own)
    own.locator("details:has(#appeal_reason) > summary").click()
    own.locator("#appeal_reason").fill("评价针对的不是我方的服务。")
    send(own, "/appeal/")
    [(appeal,)] = portal.sql("SELECT id FROM pool_standingappeal WHERE proposal_id = %s", suspension)
    officer.goto(f"/pool/appeals/{appeal}/")
    assert_accessible(officer)
    officer.locator('input[name=uphold][value="yes"]').check(force=True)
    officer.locator("#id_decision").fill("核实无误，撤回暂停。")
    send_sure(officer, f"/appeals/{appeal}/decide/")
    assert standing_of(portal) == "probation"
