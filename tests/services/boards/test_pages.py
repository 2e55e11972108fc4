"""The pages that every register has, shown on a board that exists for the tests alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.roles import Role
from services.boards.board import dated
from services.catalogue.models import Board
from tests.factories import make_case, make_enterprise, make_item, make_need, make_user
from tests.services.boards.conftest import NOW, signed_in
from tests.seventh.models import Meter

Make = Callable[..., Meter]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("energy")]
LIST_QUERIES, ENTRY_QUERIES, DUE_QUERIES = 7, 7, 5 + len(dated())
TYPED = {"name": "二号表", "kind": "gas", "read_on": "2027年1月31日", "note": "机房"}


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


def entries(firm: Enterprise, **query: str) -> str:
    return reverse("boards:entries", args=["energy", firm.pk, "meters"], query=query)


def address(name: str, row: Meter) -> str:
    return reverse(f"boards:{name}", args=["energy", "meters", row.pk])


def test_an_entry_is_entered_changed_put_away_and_taken_out_with_its_history(page: Client, firm: Enterprise) -> None:
    paper = SimpleUploadedFile("证书.txt", "合格".encode(), content_type="text/plain")
    new = reverse("boards:new", args=["energy", firm.pk, "meters"])
    assert page.post(new, {**TYPED, "paper": paper}).status_code == 302
    row = Meter.objects.get()
    kept = (row.name, row.kind, row.read_on, row.note, row.enterprise)
    assert kept == ("二号表", "gas", date(2027, 1, 31), "机房", firm)
    assert page.get(address("paper", row)).getvalue().decode() == "合格"

    assert page.post(address("edit", row), {**TYPED, "name": "三号表", "version": "1"}).status_code == 302
    assert page.post(address("retire", row), {"why": "报废", "version": "2"}).status_code == 302
    assert "三号表" not in page.get(entries(firm)).content.decode()
    assert "三号表" in page.get(entries(firm, kept="away")).content.decode()
    assert page.post(address("restore", row), {"version": "3"}).status_code == 302

    row.refresh_from_db()
    assert (row.name, row.version, row.retired_at, row.paper is not None) == ("三号表", 4, None, True)
    shown = page.get(address("entry", row)).content.decode()
    assert shown.index("Changed: Put away") < shown.index("Changed: Meter") < shown.index("Entered<")


def test_what_was_changed_meanwhile_is_not_overwritten(page: Client, meter: Make) -> None:
    row = meter()
    assert page.post(address("edit", row), {**TYPED, "version": "1"}).status_code == 302
    answer = page.post(address("edit", row), {**TYPED, "name": "别的", "version": "1"})
    row.refresh_from_db()
    assert (answer.status_code, row.name) == (409, "二号表")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"read_on": "2027-02-30"}, "Enter a valid date."),
        ({"read_on": "9" * 5000}, "Enter a valid date."),
        ({"name": ""}, "This field is required."),
        ({"kind": "steam"}, "Select a valid choice."),
        ({"name": "一号表"}, "This is on the list already."),
        ({"name": "x" * 81}, "Ensure this value has at most 80 characters"),
    ],
)
def test_bad_input_is_explained_kept_and_changes_nothing(
    page: Client, firm: Enterprise, meter: Make, typed: dict[str, str], sentence: str
) -> None:
    meter("一号表")
    answer = page.post(reverse("boards:new", args=["energy", firm.pk, "meters"]), {**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "机房" in answer.content.decode()
    assert Meter.objects.count() == 1


def test_a_list_is_searched_and_narrowed(page: Client, firm: Enterprise, meter: Make) -> None:
    meter("一号表", kind="gas", read_on=date(2026, 11, 1))
    meter("二号表", read_on=date(2026, 12, 1))
    meter("三号表", note="锅炉房")

    def names(**query: str) -> set[str]:
        shown = page.get(entries(firm, **query)).content.decode()
        return {name for name in ("一号表", "二号表", "三号表") if name in shown}

    assert names() == {"一号表", "二号表", "三号表"}
    assert names(q="锅炉") == {"三号表"}
    assert names(kind="gas") == {"一号表"}
    assert names(due="over") == {"一号表"}
    assert names(due="30") == {"二号表"}
    assert names(due="soon", kind="x") == {"一号表", "二号表", "三号表"}
    assert "Look with fewer conditions." in page.get(entries(firm, q="没有")).content.decode()


def test_an_empty_list_says_what_to_do(page: Client, firm: Enterprise) -> None:
    assert "Enter the meters of the works." in page.get(entries(firm)).content.decode()
    assert "Nothing is due" in page.get(reverse("boards:due", args=[firm.pk])).content.decode()


def test_nobody_sees_or_changes_what_is_kept_for_another(meter: Make, firm: Enterprise) -> None:
    row, stranger = meter(), make_user()
    make_enterprise(stranger)
    other = signed_in(stranger)
    looks = [entries(firm), address("entry", row), address("paper", row), reverse("boards:due", args=[firm.pk])]
    looks += [reverse("boards:export", args=["energy", firm.pk, "meters", "csv"])]
    writes = [address(name, row) for name in ("edit", "retire", "restore")]
    writes += [reverse("boards:new", args=["energy", firm.pk, "meters"])]
    assert {other.get(path).status_code for path in looks} == {404}
    assert {other.post(path, {**TYPED, "why": "x"}).status_code for path in writes} == {404}
    assert Meter.objects.get().version == 1


def test_the_desk_keeps_for_an_enterprise_and_the_auditor_only_looks(firm: Enterprise, meter: Make) -> None:
    row = meter()
    desk, auditor = signed_in(make_user(Role.SPECIALIST)), signed_in(make_user(Role.AUDITOR))
    assert desk.post(address("edit", row), {**TYPED, "version": "1"}).status_code == 302
    assert auditor.get(address("entry", row)).status_code == 200
    assert auditor.post(address("edit", row), {**TYPED, "version": "2"}).status_code == 403
    assert signed_in(make_user(Role.PROVIDER)).get(entries(firm)).status_code == 403


def test_what_goes_out_is_what_comes_in(page: Client, firm: Enterprise, meter: Make) -> None:
    meter("=1+1", kind="gas", read_on=date(2027, 1, 31), note="机房")
    answer = page.get(reverse("boards:export", args=["energy", firm.pk, "meters", "csv"]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Meter,Kind,Next reading,Note", "'=1+1,Gas,2027-01-31,机房"]
    assert page.get(reverse("boards:export", args=["energy", firm.pk, "meters", "pdf"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, meter: Make, rows: int, django_assert_num_queries: Any
) -> None:
    row, *_others = [meter(f"{number}号表", read_on=date(2026, 12, number + 1)) for number in range(rows)]
    for path, queries in (
        (entries(firm), LIST_QUERIES),
        (address("entry", row), ENTRY_QUERIES),
        (reverse("boards:due", args=[firm.pk]), DUE_QUERIES),
    ):
        page.get(path)
        with django_assert_num_queries(queries):
            page.get(path)


def test_the_page_of_a_case_shows_what_the_board_keeps(page: Client, firm: Enterprise, energy: Board) -> None:
    need = make_need(make_case(enterprise=firm, submitter=firm.memberships.get().user), make_item("EN"))
    assert entries(firm) in page.get(need.case.get_absolute_url()).content.decode()
    desk = signed_in(make_user(Role.SPECIALIST))
    assert entries(firm) in desk.get(reverse("triage:case", args=[need.case.number])).content.decode()
