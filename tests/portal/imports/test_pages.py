"""The pages of an import: the whole way with a browser, whose file it is, what is refused at the door."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from experts.models import Institution
from portal.accounts.roles import Role
from portal.imports import actions
from portal.imports.models import ImportRun
from portal.tables import reading
from tests.factories import NOW, make_region, make_user
from tests.people import browser_of
from tests.portal.imports.rows import HEADER, make_checked, make_done, upload

pytestmark = pytest.mark.django_db
LIST, RUN = 5, 6
"""Queries of each page, however many rows it has."""


def text(answer: Any) -> str:
    return answer.content.decode()


def body(answer: Any) -> io.BytesIO:
    return io.BytesIO(b"".join(answer.streaming_content))


def test_from_the_file_to_the_rows_and_the_bad_ones_back() -> None:
    region = make_region().pk
    browser = browser_of(make_user(Role.CURATOR, language="en"))
    listed = [HEADER, ["甲检测", region, "028-8000 0000", ""], ["乙检测", region, "12", "=x"]]
    answer = browser.post(reverse("imports:new", args=["institutions"]), {"file": upload(listed)})
    page = answer["Location"]
    assert "being read and checked" in text(browser.get(page))
    actions.work(NOW)
    report = text(browser.get(page))
    assert ("Take over 1 row" in report, "Line 3" in report, "This is not a phone number" in report) == (True,) * 3
    run = ImportRun.objects.get()
    progress = browser.get(reverse("imports:progress", args=[run.pk]))
    assert progress["HX-Refresh"] == "true"
    browser.post(reverse("imports:confirm", args=[run.pk]))
    assert "of 1 rows are written" in text(browser.get(page))
    actions.work(NOW)
    assert (Institution.objects.get().name_zh, "Added" in text(browser.get(page))) == ("甲检测", True)
    for ending in ("csv", "xlsx"):
        lines = reading.read(body(browser.get(reverse("imports:errors", args=[run.pk, ending]))), ending)
        said = dict(zip(lines[0].cells, lines[1].cells, strict=False))
        assert (said["Name (Chinese) *"], said["E-mail"], said["Line"]) == ("乙检测", "=x", "3")
        assert "Phone: This is not a phone number" in said["Reason"]


def test_the_bad_rows_can_be_mended_and_sent_again() -> None:
    region, user = make_region().pk, make_user(Role.CURATOR)
    run = make_done(user, [HEADER, ["甲检测", region, "", ""], ["乙检测", "000000", "", ""]])
    browser = browser_of(user)
    lines = reading.read(body(browser.get(reverse("imports:errors", args=[run.pk, "csv"]))), "csv")
    mended = [[cell.replace("000000", region) for cell in line.cells] for line in lines]
    again = make_done(user, mended)
    assert (again.added, again.bad, Institution.objects.count()) == (1, 0, 2)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_of_each_kind_fits_its_own_import(language: str, ending: str) -> None:
    user = make_user(Role.CURATOR)
    browser = browser_of(user)
    for kind in ("institutions", "experts", "equipment", "scope"):
        address = reverse("imports:template", args=[kind, ending])
        lines = reading.read(body(browser.get(address, headers={"accept-language": language})), ending)
        assert make_checked(user, [line.cells for line in lines], kind=kind).state == "checked"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.csv", "名称,b\n甲".encode() + b"\n\xff\xff", "Line 3 cannot be read"),
        ("list.xlsx", b"PK\x03\x04" + bytes(50), "is not opened"),
        ("list.pdf", b"%PDF-1.7", "Excel workbook"),
        ("list.csv", b"", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(name: str, content: bytes, said: str) -> None:
    browser = browser_of(make_user(Role.CURATOR))
    answer = browser.post(reverse("imports:new", args=["institutions"]), {"file": SimpleUploadedFile(name, content)})
    assert (answer.status_code, said in text(answer), ImportRun.objects.count()) == (422, True, 0)


def test_an_import_is_only_its_makers() -> None:
    run = make_checked(make_user(Role.CURATOR), [HEADER])
    other = browser_of(make_user(Role.CURATOR))
    pages = [reverse(f"imports:{name}", args=[run.pk]) for name in ("run", "progress")]
    pages.append(reverse("imports:errors", args=[run.pk, "csv"]))
    assert [other.get(page).status_code for page in pages] == [404, 404, 404]
    steps = [reverse(f"imports:{name}", args=[run.pk]) for name in ("confirm", "cancel")]
    assert [other.post(step).status_code for step in steps] == [404, 404]


def test_the_pages_cost_the_same_with_one_row_and_with_three(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = make_user(Role.CURATOR)
    browser = browser_of(user)
    for count in (1, 3):
        run = make_checked(user, [HEADER, *[[f"机构{number}", "000000", "1", ""] for number in range(count)]])
        with django_assert_num_queries(LIST):
            browser.get(reverse("imports:list"))
        with django_assert_num_queries(RUN):
            browser.get(reverse("imports:run", args=[run.pk]))


def test_discarded_is_discarded() -> None:
    user = make_user(Role.CURATOR)
    run, browser = make_checked(user, [HEADER]), browser_of(user)
    browser.post(reverse("imports:cancel", args=[run.pk]))
    assert browser.post(reverse("imports:confirm", args=[run.pk])).status_code == 409


@pytest.mark.parametrize("after", ["x", "99999999999", "-1", "7"])
def test_a_report_survives_what_nobody_should_type(after: str) -> None:
    user = make_user(Role.CURATOR)
    run = make_checked(user, [HEADER, ["甲", "000000", "", ""]])
    assert browser_of(user).get(reverse("imports:run", args=[run.pk]), {"after": after}).status_code == 200
