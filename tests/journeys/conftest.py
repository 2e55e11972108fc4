"""One running portal and one browser for all journeys."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, sync_playwright

from portal.errors import OWN_FAULT
from scripts.launcher.browser import ADVICE, find
from tests.journeys.stack import Stack, running

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTER = """#!/bin/sh
for word do
  shift
  case $word in --disable-features=*) word=$word,WebUIOmniboxPopup,WebUIOmniboxAimPopup ;; esac
  set -- "$@" "$word"
done
exec "{path}" "$@"
"""
"""The address bar has two pages of its own, drawn beside each window and seen by nobody: two fifths of the browser's
time. They are added to what Playwright switches off, since Chromium hears the last such list only.
"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir></fontconfig>
"""


@pytest.fixture(scope="package")
def portal() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="journey-") as folder, running(Path(folder)) as stack:
        yield stack


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The machine's Chromium, with a Chinese font brought along."""
    path = find(os.environ)
    if not path:
        without = pytest.fail if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1" else pytest.skip
        without(ADVICE)
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(FONTS.format(folder=Path(pylopdf_fonts_zh_cn.__file__).parent), encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    starter = fonts.with_name("chromium")
    starter.write_text(STARTER.format(path=path), encoding="utf-8")
    starter.chmod(0o755)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=starter, args=FLAGS, env=environment)
        yield chromium
        chromium.close()


Visitor = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, portal: Stack) -> Iterator[Visitor]:
    """Open the portal as a new person: ``visit("specialist", language="en", width=375)``; no role, nobody signed in.
    Nobody may meet a fault of the portal's own on the way.
    """
    contexts, faults = [], []

    def note(answer: Response) -> None:
        if answer.status >= OWN_FAULT:
            faults.append(f"{answer.status} {answer.request.method} {answer.url}")

    def open_as(role: str = "", *, language: str = "zh-CN", width: int = 1280, height: int = 900) -> Page:
        context = browser.new_context(base_url=portal.url, locale=language, viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("response", note)
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        if role:
            sign_in(page, portal.accounts[role])
        return page

    yield open_as
    for context in contexts:
        context.close()
    log = (portal.folder / "web.log").read_text(errors="replace")[-4000:]
    assert not faults, f"{faults}\n{log}"


def sign_in(page: Page, account: dict[str, str]) -> None:
    page.goto("/accounts/sign-in/")
    page.locator("input[autocomplete=username]").fill(account["username"])
    page.locator("input[type=password]").fill(account["password"])
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe can find; what is in order is not written down node by node."""
    found = Axe().run(page, options={"runOnly": LEVELS, "resultTypes": ["violations"]})
    assert not found.response["violations"], f"{page.url}\n{found.generate_report()}"
