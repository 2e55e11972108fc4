"""What somebody sees who has never been here."""

import pytest

from tests.journeys.conftest import Visitor, assert_accessible

pytestmark = pytest.mark.xdist_group("journeys")

PUBLIC = [
    "/",
    "/catalogue/",
    "/boards/metrology/",
    "/items/SM-01/",
    "/search/?q=检定",
    "/intake/",
    "/directory/",
    "/help/",
    "/privacy/",
    "/accounts/sign-in/",
]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_opens_and_is_accessible(visit: Visitor, path: str, language: str) -> None:
    page = visit(language=language)
    answer = page.goto(path)
    assert answer is not None and answer.status == 200
    assert page.locator("html").get_attribute("lang") == ("en" if language == "en" else "zh-hans")
    assert page.locator("h1").count() == 1
    assert_accessible(page)


@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_is_wider_than_a_small_phone(visit: Visitor, path: str) -> None:
    page = visit(width=320, height=640)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
