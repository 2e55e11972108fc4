"""From what an enterprise says to the rating of the institution, in a browser, on the running portal."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.asking import ASK_NOW
from tests.journeys.conftest import Visitor, assert_accessible
from tests.journeys.stack import Stack, text_of

pytestmark = pytest.mark.xdist_group("journeys")

SANITARY_WARE = "我们是做卫浴的，一批压力表和电子秤要检定，新建的研发实验室还想做 CNAS 认可，不知道找谁。"
REPORT = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def send(page: Page, action: str) -> None:
    """Press the button of the form with that address and wait for the answer."""
    form = page.locator(f'form[action$="{action}"]').first
    with page.expect_navigation():
        form.locator("button:not([type=button]):not([name])").last.click()
    assert_no_error(page)


def assert_no_error(page: Page) -> None:
    """Neither what a form says of its fields, nor a page that refuses."""
    assert page.locator(".alert.trouble, .errorlist li, .refusal").count() == 0, page.locator("main").inner_text()


def last_number(page: Page) -> str:
    found = re.search(r"QS-\d{8}-\d{5}", page.url + page.content())
    assert found
    return found[0]


def guest_sends_a_need(page: Page, portal: Stack, address: str) -> str:
    """Four fields, a code from the mail, a number."""
    page.goto("/")
    page.locator("#tell").fill(SANITARY_WARE)
    page.locator(".tell button").click()
    expect(page.locator("#id_text")).to_have_value(SANITARY_WARE)
    assert_accessible(page)
    page.locator("#id_product").fill("卫生陶瓷")
    page.locator("#id_contact").fill(address)
    page.locator("#id_contact_name").fill("李经理")
    page.locator("#id_consent").check()
    send(page, "/intake/")
    assert "/intake/verify/" in page.url
    assert_accessible(page)
    page.locator("#id_code").fill(portal.code_for(address))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/intake/sent/**")
    assert_accessible(page)
    return last_number(page)


def desk_splits_it(page: Page, number: str, *codes: str) -> None:
    """Each item by one click or by a search, then the confirmation."""
    page.goto(f"/triage/{number}/")
    assert_accessible(page)
    for code in codes:
        page.locator("#item-search").fill(code)
        page.locator(f'#item-results button[value="{code}"]').click()
        page.locator(f'#pieces input[value="{code}"]').wait_for(state="attached")
    send(page, f"/triage/{number}/confirm/")


def desk_offers(page: Page, portal: Stack, number: str) -> list[int]:
    """Each need to the demo institution: first of the list, or with a reason; returns the referrals."""
    needs = portal.sql(
        "SELECT n.id FROM cases_need n JOIN cases_case c ON c.id = n.case_id WHERE c.number = %s ORDER BY n.position",
        number,
    )
    for (need,) in needs:
        page.goto(f"/routing/needs/{need}/")
        assert_accessible(page)
        candidate = page.locator(".candidates > li", has_text="演示市质量技术研究院")
        reason = candidate.locator("textarea[name=reason]")
        if reason.count():
            candidate.locator("details:has(textarea) > summary").click()
            reason.fill("企业希望两项由同一家机构办理。")
        with page.expect_navigation():
            candidate.locator("form button").click()
        assert_no_error(page)
    return [
        pk
        for (pk,) in portal.sql(
            "SELECT r.id FROM cases_referral r JOIN cases_case c ON c.id = r.case_id WHERE c.number = %s ORDER BY r.id",
            number,
        )
    ]


def institution_serves(page: Page, referral: int, folder: Path) -> None:
    """Masked at first, then accepted, noted and delivered with a file."""
    page.goto(f"/delivery/{referral}/")
    assert "li@sanitary.example" not in page.content(), "who asks is not shown before acceptance"
    assert_accessible(page)
    send(page, f"/delivery/{referral}/accept/")
    page.locator("#progress_note").fill("已安排人员上门。")
    send(page, f"/delivery/{referral}/progress/")
    report = folder / "检定证书.pdf"
    report.write_bytes(REPORT)
    page.locator("#deliver_number").fill(f"DEMO-{referral}")
    page.locator("#deliver_attachments").set_input_files(report)
    page.locator("#deliver_summary").fill("全部合格。")
    send(page, f"/delivery/{referral}/deliver/")
    assert_accessible(page)


def test_a_need_without_an_account_becomes_a_rating(visit: Visitor, portal: Stack, tmp_path: Path) -> None:
    address = "li@sanitary.example"
    guest, desk, institution = visit(), visit("specialist"), visit("provider")
    number = guest_sends_a_need(guest, portal, address)
    assert number in text_of(portal.mail_to(address, containing=number))

    desk_splits_it(desk, number, "SM-01", "CA-18")
    referrals = desk_offers(desk, portal, number)
    assert len(referrals) == 2
    for referral in referrals:
        institution_serves(institution, referral, tmp_path)

    for referral in referrals:
        guest.goto(f"/cases/{number}/")
        assert_accessible(guest)
        send(guest, f"/delivery/{referral}/answer/confirm/")
    assert portal.sql("SELECT state FROM cases_case WHERE number = %s", number) == [("closed",)]

    portal.manage("shell", "-c", ASK_NOW)
    survey = portal.mail_to(address, containing="/followup/s/", within=90)
    link = re.search(r"https?://\S+/followup/s/\S+", text_of(survey))
    assert link
    answered = _answer(visit(), link[0])
    assert_accessible(answered)
    rated = portal.sql("SELECT grade, source FROM experts_rating WHERE referral_ref = ANY(%s)", referrals)
    assert rated == [(5, "link")]


def _answer(page: Page, link: str) -> Page:
    """Opening the link answers nothing; sending the form does."""
    page.goto(link)
    assert_accessible(page)
    page.locator('input[name="grade"][value="5"]').check(force=True)
    page.locator('textarea[name="comment"]').fill("很及时")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    assert "/followup/thanks/" in page.url
    return page


def test_a_question_is_answered_at_the_desk(visit: Visitor, portal: Stack) -> None:
    [(number,)] = portal.sql("SELECT number FROM cases_case WHERE text LIKE '如何报名参加%%' AND state = 'submitted'")
    desk, enterprise = visit("specialist"), visit("rival")
    desk.goto(f"/triage/{number}/")
    desk.locator("#answer summary").click()
    desk.locator("#answer_item").fill("MC-13")
    desk.locator("#answer_text").fill("每年三月和九月报名，材料清单见附件说明，我们可以代您递交。")
    send(desk, f"/triage/{number}/answer/")
    enterprise.goto(f"/cases/{number}/")
    assert "每年三月和九月报名" in enterprise.content()
    [(referral,)] = portal.sql(
        "SELECT r.id FROM cases_referral r JOIN cases_case c ON c.id = r.case_id WHERE c.number = %s", number
    )
    send(enterprise, f"/delivery/{referral}/answer/confirm/")
    assert portal.sql("SELECT state FROM cases_case WHERE number = %s", number) == [("closed",)]
