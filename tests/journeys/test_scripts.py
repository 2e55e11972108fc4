"""What the scripts of a page do when something does not go through: nothing is lost, and nobody is told otherwise."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, sign_in
from tests.journeys.stack import Stack
from tests.journeys.test_labs import CHAMBER
from tests.journeys.test_the_whole_way import send

pytestmark = pytest.mark.xdist_group("journeys")

END = "DELETE FROM accounts_session s USING accounts_user u WHERE u.id = s.user_id AND u.username = %s"
STAY = "document.getElementById('session-dialog').showModal()"
ASK = "headers => htmx.ajax('GET', '/notices/', {target: '#main', headers})"
NO_ANSWER = """() => {
  window.answering = fetch;
  window.fetch = () => new Promise(() => null);
}"""
ANSWER = "() => { window.fetch = window.answering; }"
HIDE = """
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
document.dispatchEvent(new Event("visibilitychange"));
"""
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"
NO_CLIPBOARD = """() => {
  navigator.clipboard.writeText = () => Promise.reject();
  document.execCommand = () => false;
}"""


def signed_out(page: Page, portal: Stack) -> None:
    portal.sql(END, portal.accounts["enterprise"]["username"])


def test_a_page_outlives_its_session_and_goes_on_after_signing_in_elsewhere(visit: Visitor, portal: Stack) -> None:
    page = visit("enterprise")
    note = page.locator("#toasts a[target=_blank]")
    page.goto("/accounts/profile/")
    page.evaluate(STAY)
    page.locator("[data-stay]").click()
    page.evaluate(ASK, {"X-Background": "1"})
    expect(note).to_have_count(0)
    page.goto("/accounts/profile/")
    page.locator("#id_name").fill("演示企业联系人")
    signed_out(page, portal)
    page.evaluate(STAY)
    page.locator("[data-stay]").click()
    expect(note).to_be_visible()

    elsewhere = page.context.new_page()
    sign_in(elsewhere, portal.accounts["enterprise"])
    page.evaluate(COME_BACK)
    expect(note).to_have_count(0)
    expect(page.locator("#id_name")).to_have_value("演示企业联系人")
    send(page, "/profile/about/")

    for headers in ({}, {"X-Background": "1"}):
        signed_out(page, portal)
        page.evaluate(ASK, headers)
        expect(note).to_be_visible()
        expect(page.locator("#id_name")).to_have_value("演示企业联系人")
        sign_in(elsewhere, portal.accounts["enterprise"])
        page.goto("/accounts/profile/")


def test_whoever_leaves_while_a_draft_is_being_kept_loses_no_word(visit: Visitor) -> None:
    page = visit()
    page.goto("/intake/")
    state = page.locator("[data-draft-state]")
    page.evaluate(NO_ANSWER)
    page.locator("#id_text").fill("压力表要检定，最后几个字。")
    expect(state).to_have_text("正在保存草稿……")
    page.evaluate(ANSWER)
    with page.expect_request("**/intake/draft/") as left:
        page.evaluate(HIDE)
    assert "最后几个字" in (left.value.post_data or "")
    expect(state).to_have_text("草稿已保存")


def test_copied_is_said_of_what_was_copied(visit: Visitor) -> None:
    page = visit("enterprise")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/boards/labs/bookings/")
    send(page, "/calendars/mine/")
    page.locator("[data-copy-from]").click()
    expect(page.locator("#toasts")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#feed-link").inner_text()
    page.reload()
    page.evaluate(NO_CLIPBOARD)
    page.locator("[data-copy-from]").click()
    expect(page.locator("#toasts .note-toast")).to_have_count(1)
    expect(page.locator("#toasts")).not_to_contain_text("已复制")


def test_a_calendar_that_could_not_be_loaded_does_not_look_free(visit: Visitor, portal: Stack) -> None:
    [(instrument,)] = portal.sql("SELECT id FROM experts_equipment WHERE name = %s", CHAMBER)
    page = visit("enterprise")
    warning = page.locator(".calendar-box").locator("xpath=preceding-sibling::*[@role='alert']")
    page.goto(f"/boards/labs/equipment/{instrument}/")
    page.locator(".fc-timegrid-slot").first.wait_for()
    expect(warning).to_be_hidden()
    page.route("**/times/**", lambda route: route.abort())
    page.locator(".fc-next-button").click()
    expect(warning).to_be_visible()
    page.unroute("**/times/**")
    page.locator(".fc-next-button").click()
    expect(warning).to_be_hidden()
