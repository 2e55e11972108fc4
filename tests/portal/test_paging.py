"""Pages newest first: the same rows, whichever way they are found, and only the rows of the page are joined."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from portal import paging, search
from services.cases.models import Case
from services.cases.models.cases import CaseQuerySet
from tests.factories import make_case

pytestmark = pytest.mark.django_db


def dressed(rows: CaseQuerySet) -> CaseQuerySet:
    return rows.select_related("enterprise")


def pages(text: str, *, size: int) -> list[list[int]]:
    """All pages from the newest to the oldest, by their links."""
    rows, found, before = Case.objects.all(), [], None
    while True:
        request = RequestFactory().get("/", {"before": before} if before else {})
        near = search.looked_at(rows, text)
        page = paging.newest_first(search.match(rows, text), request, size=size, near=near, dressed=dressed)
        found.append([row.pk for row in page.rows])
        before = page.older
        if before is None:
            return found


@pytest.mark.parametrize(("near", "far"), [(1, 1), (1, 4), (4, 8), (4, 100), (2_000, 10_000)])
def test_near_and_far_come_in_one_order_without_gap_or_repetition(
    near: int, far: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make_case(text="光刻胶检测" if at % 2 else "电梯检验").pk for at in range(11)]
    monkeypatch.setattr(paging, "NEAR", near)
    monkeypatch.setattr(paging, "FAR", far)
    expected = [pk for at, pk in enumerate(made) if at % 2][::-1]
    assert pages("光刻胶", size=2) == [expected[:2], expected[2:4], expected[4:]]


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ([1, 1, 1], ["near"]),
        ([1, 0, 0, 0, 1, 0, 0, 0, 1], ["near", "far"]),
        ([0, 0, 0, 0, 1, 0, 0, 0, 1, 1], ["near", "everywhere"]),
        ([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], ["near", "far", "everywhere"]),
    ],
    ids=["the page is full", "they let expect it", "they do not", "they did not hold what they promised"],
)
def test_it_looks_on_while_that_is_shorter(held: list[int], asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """From the newest on, which of the cases have the word; one of three nearby promises a page of two among nine."""
    monkeypatch.setattr(paging, "NEAR", 3)
    monkeypatch.setattr(paging, "FAR", 16)
    made = [make_case(text="光刻胶检测" if one else "电梯检验").pk for one in reversed(held)][::-1]
    rows = Case.objects.all()
    request = RequestFactory().get("/")
    with CaptureQueriesContext(connection) as said:
        page = paging.newest_first(
            search.match(rows, "光刻胶"), request, size=2, near=search.looked_at(rows, "光刻胶"), dressed=dressed
        )
    assert [row.pk for row in page.rows] == [pk for pk, one in zip(made, held, strict=True) if one][:2]
    assert len(said.captured_queries) == len(asked)
    assert ["ts_match_vq" in one["sql"] for one in said.captured_queries] == [how != "everywhere" for how in asked]


def test_words_are_found_alike_by_index_and_by_looking() -> None:
    make_case(text="光刻胶检测")
    make_case(text="Calibration of gauges")
    rows = Case.objects.all()
    for text in ("光刻", "刻胶检", "calibration", "gauges 光刻", "", "，。"):
        assert set(search.looked_at(rows, text)) == set(search.match(rows, text)), text


def test_a_newer_page_ends_where_the_other_began() -> None:
    made = [make_case().pk for _round in range(5)]
    request = RequestFactory().get("/", {"after": made[1]})
    page = paging.newest_first(Case.objects.all(), request, size=2, dressed=dressed)
    assert [row.pk for row in page.rows] == [made[3], made[2]] and page.newer == made[3] and page.older == made[2]
