"""The ledger of instruments: days, bad input, import and export, reminders; the due list and the month."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from services.boards import reminders
from services.boards.board import registered
from services.boards.imports import RegisterKind
from services.boards.metrology.models import Instrument
from services.boards.metrology.registers import INSTRUMENTS
from tests.factories import make_board, make_enterprise, make_user
from tests.services.boards.conftest import NOW, TODAY, signed_in
from tests.services.boards.metrology.rows import instrument

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "电子秤",
    "serial": "ＤＺ－００１",
    "use": "trade_settlement",
    "confirmation": "verification",
    "compulsory": "on",
    "last_on": "2026-01-31",
    "interval_months": "1",
}


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    make_board("SM")
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


def new(firm: Enterprise) -> str:
    return reverse("boards:new", args=["metrology", firm.pk, "instruments"])


def test_the_due_day_follows_from_the_last_certificate_unless_it_is_set(page: Client, firm: Enterprise) -> None:
    assert page.post(new(firm), TYPED).status_code == 302
    row = Instrument.objects.get()
    assert (row.serial, row.due_on) == ("DZ-001", date(2026, 2, 28))
    shown = page.get(reverse("boards:entry", args=["metrology", "instruments", row.pk])).content.decode()
    assert "Overdue since" in shown
    edit = reverse("boards:edit", args=["metrology", "instruments", row.pk])
    assert page.post(edit, {**TYPED, "due_set_on": "2027-01-30", "version": "1"}).status_code == 302
    assert Instrument.objects.get().due_on == date(2027, 1, 30)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"last_on": "2026-11-21"}, "This day is still to come."),
        ({"last_on": "0206-01-31"}, "Please give a day between 1950 and 2149."),
        ({"due_set_on": "2620-01-31"}, "Please give a day between 1950 and 2149."),
        ({"due_set_on": "2026-01-31"}, "This is not after the last certificate."),
        ({"confirmation": "calibration"}, "A calibration does not replace compulsory verification."),
        ({"interval_months": "9" * 5000}, "Enter a whole number."),
        ({"interval_months": "0"}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_bad_input_is_explained_at_the_field(
    page: Client, firm: Enterprise, typed: dict[str, str], sentence: str
) -> None:
    answer = page.post(new(firm), {**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.content.decode() and "电子秤" in answer.content.decode()
    assert not Instrument.objects.exists()


def test_a_ledger_goes_out_and_comes_in_again(page: Client, firm: Enterprise, owner: User) -> None:
    made = [instrument(firm), instrument(firm, name="电子秤", compulsory=True, use="trade_settlement")]
    path = reverse("boards:export", args=["metrology", firm.pk, "instruments", "csv"])
    [_header, *lines] = b"".join(page.get(path).streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith(
        f"电子秤,Y-100,{made[1].serial},,,一车间,Trade settlement,yes,Verification,,2026-06-20,6,,"
    )
    kind = RegisterKind(registered()["metrology"], INSTRUMENTS, make_enterprise(owner).pk)
    names = list(INSTRUMENTS.form.base_fields)
    forms = [kind.form(dict(zip(names, line.split(","), strict=True)), known=None) for line in lines]
    assert [form.errors for form in forms] == [{}, {}]
    kind.add([form.cleaned_data for form in forms], by=owner, now=NOW)
    assert sorted(Instrument.objects.values_list("serial", "due_on", "compulsory")) == sorted(
        (one.serial, one.due_on, one.compulsory) for one in made * 2
    )


def test_the_example_of_the_import_can_be_imported(firm: Enterprise, owner: User) -> None:
    app = registered()["metrology"]
    for register in app.registers:
        kind = RegisterKind(app, register, firm.pk)
        row = kind.form(dict(register.example), known=None)
        assert row.is_valid(), (register.slug, row.errors)
        kind.add([row.cleaned_data], by=owner, now=NOW)
        assert kind.keys(row.cleaned_data)[0] in kind.on_record([row.cleaned_data])


def test_the_owner_is_reminded_60_30_and_15_days_ahead_and_once(firm: Enterprise) -> None:
    for _number in range(3):
        instrument(firm)  # due on 20 December
    reminders.load()
    told = []
    for day in (date(2026, 10, 20), date(2026, 10, 21), TODAY, date(2026, 12, 5), date(2026, 12, 5)):
        told.append(reminders.remind(NOW, day))
    assert told == [0, 3, 3, 3, 0]
    assert Notice.objects.filter(event="entry_due").count() == 3
    assert reminders.remind(NOW, date(2026, 12, 30)) == 0


def test_the_due_list_and_the_month_show_what_is_due(page: Client, firm: Enterprise) -> None:
    late, soon, far = (
        instrument(firm, due_set_on=day, name=name)
        for name, day in (("甲表", date(2026, 11, 2)), ("乙表", date(2026, 11, 28)), ("丙表", date(2027, 8, 1)))
    )
    instrument(firm, due_set_on=date(2026, 11, 28), name="丁表", retired_at=NOW, retired_why="报废")
    due, month = (reverse(f"metrology:{name}", args=[firm.pk]) for name in ("due", "calendar"))

    def names(path: str) -> list[str]:
        shown = page.get(path).content.decode()
        return [one.name for one in (late, soon, far) if one.name in shown and "丁表" not in shown]

    assert names(due) == ["甲表", "乙表"]
    assert names(f"{due}?within=0") == ["甲表"]
    assert names(f"{due}?within=365") == ["甲表", "乙表", "丙表"]
    assert names(f"{due}?day=2026-11-28") == ["乙表"]
    assert names(f"{due}?day=31.2.&within=x") == ["甲表", "乙表"]
    assert names(f"{due}?confirmation=calibration") == []
    assert names(month) == names(f"{month}?month=9999-99") == ["甲表", "乙表"]
    assert names(f"{month}?month=2027-08") == ["丙表"]
    with override("zh-hans"):
        shown = page.get(due, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "到期清单" in shown and "全选" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        instrument(firm)
    for path, queries in (
        (reverse("metrology:due", args=[firm.pk]), 8),
        (f"{reverse('metrology:calendar', args=[firm.pk])}?month=2026-12", 7),
    ):
        page.get(path)
        with django_assert_num_queries(queries):
            page.get(path)


def test_nobody_sees_what_is_due_elsewhere(firm: Enterprise) -> None:
    instrument(firm)
    stranger = make_user()
    make_enterprise(stranger)
    paths = [reverse(f"metrology:{name}", args=[firm.pk]) for name in ("due", "calendar")]
    assert {signed_in(stranger).get(path).status_code for path in paths} == {404}
    assert {signed_in(make_user(Role.PROVIDER)).get(path).status_code for path in paths} == {403}
    assert {signed_in(make_user(Role.AUDITOR)).get(path).status_code for path in paths} == {200}
