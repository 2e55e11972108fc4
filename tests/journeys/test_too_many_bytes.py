"""What is over the limit does not leave the browser: nginx would cut it off, and what was typed would be lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

pytestmark = pytest.mark.xdist_group("journeys")

FORM = """<!doctype html><body data-word-too-big="over the size limit" data-word-remove="Remove">
<form action="/sent/" method="post" enctype="multipart/form-data" {manner}>
<input type="file" name="papers" multiple data-max-bytes="2000"><button>Send</button></form>
<script type="module" src="/static/js/app.js"></script></body>"""


def paper(name: str, size: int) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}


def answer(route: Route, manner: str) -> None:
    path = route.request.url.removeprefix("http://portal.example")
    if path.startswith("/static/"):
        route.fulfill(path=Path(settings.BASE_DIR) / path.removeprefix("/"))
    else:
        route.fulfill(body="Thank you" if path == "/sent/" else FORM.format(manner=manner), content_type="text/html")


@pytest.fixture(params=["", "novalidate"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A form with our scripts, as the browser checks it and as it does not."""
    with browser.new_context(base_url="http://portal.example") as context:
        context.route("**/*", lambda route: answer(route, request.param))
        opened = context.new_page()
        opened.goto("/")
        yield opened


def test_files_that_are_too_big_together_are_said_and_kept_back(page: Page) -> None:
    page.locator("input").set_input_files([paper("a.txt", 1500), paper("b.txt", 1500)])
    expect(page.get_by_role("alert")).to_have_text("over the size limit: 3 KB / 2 KB")
    page.get_by_role("button", name="Send").click()
    assert page.url == "http://portal.example/"
    assert page.locator("input").evaluate("input => input.files.length") == 2


def test_one_taken_back_the_rest_is_sent(page: Page) -> None:
    page.locator("input").set_input_files([paper("a.txt", 1500), paper("b.txt", 1500)])
    page.get_by_role("button", name="Remove: a.txt").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("body")).to_have_text("Thank you")
