"""From the due list to one case, its batch, and the certificates on the ledger."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.models import PrivacyNotice, User
from portal.accounts.roles import Role
from services.boards import handing
from services.boards.metrology.models import Batch, BatchLine, Instrument
from services.cases.models import Case, Need, Referral, Result
from services.cases.states import ReferralState
from services.catalogue.models import ServiceItem
from tests.factories import make_enterprise, make_need, make_referral, make_station, make_user
from tests.services.boards.conftest import NOW, signed_in
from tests.services.boards.metrology.rows import instrument, verification

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    make_station()
    PrivacyNotice.objects.create(version="1", text_zh="告知", text_en="Notice", in_force_from=date(2026, 1, 1))
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


@pytest.fixture
def item() -> ServiceItem:
    return verification()


def typed(ordered: ServiceItem, rows: Sequence[Instrument], **more: str) -> dict[str, Any]:
    return {
        "row": [str(one.pk) for one in rows],
        "item": ordered.pk,
        "place": "on_site",
        "address": "演示大道 1 号",
        "from_on": "2026-12-01",
        "until_on": "2026-12-05",
        "contact_name": "王经理",
        "contact": "13800138000",
        "consent": "on",
        **more,
    }


def address(firm: Enterprise) -> str:
    return reverse("metrology:order", args=[firm.pk])


def delivered(case: Case, item: ServiceItem, *results: dict[str, Any]) -> Referral:
    """The case triaged with what came with its order, served and confirmed."""
    need = make_need(case, item, answers=case.ordered_answers)
    referral = make_referral(need, state=ReferralState.CONFIRMED, now=NOW)
    for one in results:
        kind = {"kind": Result.Kind.CERTIFICATE, "summary": "合格", "issued_on": date(2026, 11, 18)}
        Result.objects.create(referral=referral, created_by=make_user(Role.PROVIDER), created_at=NOW, **{**kind, **one})
    return referral


def test_one_order_is_one_case_with_the_table_filled_in_and_a_batch(
    page: Client, firm: Enterprise, item: ServiceItem
) -> None:
    rows = [instrument(firm), instrument(firm, name="电子|秤", measuring_range="(0～30) kg")]
    shown = page.post(address(firm), {"row": [one.pk for one in rows]}).content.decode()
    assert "Order for 2 instruments" in shown and "一车间" in shown
    answer = page.post(address(firm), typed(item, rows))
    batch = Batch.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, batch.get_absolute_url())
    case = batch.case
    assert (case.ordered_item, case.enterprise, case.contact_phone) == (item.pk, firm, "+8613800138000")
    assert (
        case.text
        == "Please verify or calibrate 2 measuring instruments: 压力表 × 1、电子|秤 × 1. The list is attached."
    )
    assert case.ordered_answers == {
        "instruments": [
            {"name": "压力表", "model": "Y-100", "serial_no": rows[0].serial, "quantity": "1", "location": "一车间"},
            {
                "name": "电子/秤",
                "model": "Y-100",
                "range": "(0～30) kg",
                "serial_no": rows[1].serial,
                "quantity": "1",
                "location": "一车间",
            },
        ],
        "place_of_service": "on_site",
        "installation_address": "演示大道 1 号",
    }
    assert {line.instrument for line in batch.lines.all()} == set(rows)
    assert "ordered already" in page.get(reverse("metrology:due", args=[firm.pk])).content.decode()
    entry = reverse("boards:entry", args=["metrology", "instruments", rows[0].pk])
    assert batch.get_absolute_url() in page.get(entry).content.decode()


def test_what_is_on_its_way_is_not_ordered_twice(page: Client, firm: Enterprise, item: ServiceItem) -> None:
    rows = [instrument(firm), instrument(firm)]
    page.post(address(firm), typed(item, rows[:1]))
    again = page.post(address(firm), typed(item, rows))
    assert again.status_code == 409
    assert Batch.objects.get().case.number in again.content.decode()
    Case.objects.update(state="withdrawn")
    assert page.post(address(firm), typed(item, rows)).status_code == 302


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"address": ""}, "Where should the institution come to?"),
        ({"until_on": "2026-11-30"}, "This is before the first day."),
        ({"until_on": "2026-11-01", "from_on": ""}, "This day is over."),
        ({"consent": ""}, "Without your agreement we may not handle the case."),
        ({"item": "SM-99"}, "Select a valid choice."),
        ({"contact": "x"}, "phone number"),
    ],
)
def test_an_order_that_does_not_fit_is_explained_and_makes_nothing(
    page: Client, firm: Enterprise, item: ServiceItem, more: dict[str, str], sentence: str
) -> None:
    answer = page.post(address(firm), typed(item, [instrument(firm)], **more))
    assert answer.status_code == 422
    assert not Case.objects.exists()
    assert sentence in answer.content.decode()


def test_nothing_chosen_foreign_rows_and_nonsense_are_refused(
    page: Client, firm: Enterprise, item: ServiceItem
) -> None:
    foreign = instrument(make_enterprise(make_user()))
    assert page.get(address(firm)).status_code == 422
    assert page.post(address(firm), {"row": ["9" * 18, "9" * 5000, "x", "²"]}).status_code == 422
    assert page.post(address(firm), typed(item, [foreign])).status_code == 422
    assert page.post(address(firm), {"row": [str(n) for n in range(1, 202)]}).status_code == 422
    other = signed_in(make_user())
    assert other.get(address(firm), {"row": foreign.pk}).status_code == 404
    assert signed_in(make_user(Role.CALLER)).get(address(firm)).status_code == 403
    assert not Case.objects.exists()


def test_a_certificate_is_written_to_each_instrument_and_the_next_day_follows(
    page: Client, firm: Enterprise, item: ServiceItem
) -> None:
    rows = [
        instrument(firm, due_set_on=date(2026, 11, 1)),
        instrument(firm),
        instrument(firm, last_on=date(2026, 11, 19)),
    ]
    page.post(address(firm), typed(item, rows))
    bystander = instrument(firm)
    batch = Batch.objects.get()
    own = {"number": f"演检字 {rows[1].serial}", "issued_on": date(2026, 11, 17)}
    delivered(batch.case, item, {"number": "演检字 1 号"}, own, {"kind": "advice", "issued_on": date(2026, 11, 20)})
    assert (handing.hand_over(NOW), handing.hand_over(NOW)) == (1, 0)
    assert [(one.certificate, one.last_on, one.due_on, one.version) for one in Instrument.objects.order_by("pk")] == [
        ("演检字 1 号", date(2026, 11, 18), date(2027, 5, 18), 2),
        (own["number"], date(2026, 11, 17), date(2027, 5, 17), 2),
        ("", date(2026, 11, 19), date(2027, 5, 19), 1),
        ("", date(2026, 6, 20), date(2026, 12, 20), 1),
    ]
    assert BatchLine.objects.filter(done_at=None).count() == 0
    shown = page.get(batch.get_absolute_url()).content.decode()
    assert "演检字 1 号" in shown and bystander.serial not in shown
    assert batch.get_absolute_url() in page.get(batch.case.get_absolute_url()).content.decode()


def test_an_instrument_whose_certificate_has_not_come_gets_no_other_ones(
    page: Client, firm: Enterprise, item: ServiceItem
) -> None:
    rows = [instrument(firm) for _number in range(3)]
    page.post(address(firm), typed(item, rows))
    first, second, waiting = rows
    numbers = [f"演检字 {first.serial}", f"演检字 {second.serial.lower().replace('-', '－')}"]
    delivered(Batch.objects.get().case, item, *({"number": number} for number in numbers))
    assert handing.hand_over(NOW) == 1
    assert [(one.certificate, one.last_on, one.version) for one in Instrument.objects.order_by("pk")] == [
        *((number, date(2026, 11, 18), 2) for number in numbers),
        ("", waiting.last_on, 1),
    ]
    assert [line.instrument for line in BatchLine.objects.filter(done_at=None)] == [waiting]


def test_only_what_the_need_names_is_written_and_a_case_without_an_order_counts_too(
    firm: Enterprise, item: ServiceItem, owner: User
) -> None:
    named, other = instrument(firm), instrument(firm)
    need = make_need(
        item=item, answers={"instruments": [{"name": named.name, "serial_no": named.serial}, {"name": "无号"}]}
    )
    Case.objects.filter(pk=need.case_id).update(enterprise=firm)
    referral = make_referral(Need.objects.get(), state=ReferralState.CONFIRMED)
    Result.objects.create(
        referral=referral,
        kind=Result.Kind.CALIBRATION_CERTIFICATE,
        number="JZ-1",
        summary="见附件",
        issued_on=date(2026, 11, 19),
        created_by=owner,
        created_at=NOW,
    )
    handing.hand_over(NOW)
    assert dict(Instrument.objects.values_list("pk", "certificate")) == {named.pk: "JZ-1", other.pk: ""}
