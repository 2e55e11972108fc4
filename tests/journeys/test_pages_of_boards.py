"""Every kind of page that leads on from the dossier, and from the desk of an owner of instruments: it opens, is
accessible, and is no wider than its screen. A board that is added later is walked without a word here.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visitor, assert_accessible

pytestmark = pytest.mark.xdist_group("journeys")

PLACES = {"enterprise": ("/dossier/", "/boards/labs/"), "provider": ("/boards/labs/desk/",)}
OURS = re.compile(r"/(dossier|boards|imports)/")
FILES = re.compile(r"\.\w+$|/(paper|photo|photos|evidence)/")
SOME = 25
"""An enterprise reaches more kinds of pages than this; fewer would mean that the walk has lost its way."""


def walked(page: Page, starts: tuple[str, ...]) -> Iterator[str]:
    """One page of each kind: what differs by numbers only is one kind."""
    waiting, seen = list(starts), {kind(path) for path in starts}
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        yield path
        for link in links(page):
            if OURS.match(link) and not FILES.search(kind(link)) and kind(link) not in seen:
                seen.add(kind(link))
                waiting.append(link)


def links(page: Page) -> list[str]:
    found: list[str] = page.locator("main a[href]").evaluate_all(
        "all => all.map(one => new URL(one.href)).map(one => one.pathname + one.search)"
    )
    return found


def kind(path: str) -> str:
    return re.sub(r"\d+", "#", path.partition("?")[0])


@pytest.mark.parametrize(
    ("role", "language", "width", "least"), [("enterprise", "zh-CN", 390, SOME), ("provider", "zh-CN", 1280, 3)]
)
def test_every_kind_of_page_is_accessible_and_fits(
    visit: Visitor, role: str, language: str, width: int, least: int
) -> None:
    page = visit(role, language=language, width=width)
    paths = []
    for path in walked(page, PLACES[role]):
        paths.append(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert_accessible(page)
    assert len(paths) >= least
