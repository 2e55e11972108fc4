"""Orders of verification by programs: the same form, the same action."""

from collections.abc import Iterator
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
from services.boards.metrology.models import Batch
from services.cases.models import Case, Channel
from services.stations.models import Station
from tests.factories import make_enterprise, make_station, make_user
from tests.services.boards.conftest import NOW, signed_in
from tests.services.boards.metrology.rows import instrument, verification

pytestmark = pytest.mark.django_db
WHERE: dict[str, Any] = {"address": "演示大道 1 号", "consent": True}


@pytest.fixture(autouse=True)
def station() -> Iterator[Station]:
    station = make_station()
    PrivacyNotice.objects.create(version="1", text_zh="告知", text_en="Notice", in_force_from=date(2026, 1, 1))
    verification()
    with time_machine.travel(NOW, tick=False), override("en"):
        yield station


def order(client: Client, firm: Enterprise, key: str = "order-of-sixty-1", **body: Any) -> tuple[int, dict[str, Any]]:
    address = reverse("api:metrology_orders", args=[firm.pk])
    answer = client.post(address, body, "application/json", headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()


def test_sixty_are_ordered_by_one_call_and_once(page: Client, firm: Enterprise, owner: User) -> None:
    owner.phone = "+8613800138000"
    owner.save(update_fields=["phone"])
    rows = [instrument(firm).pk for _number in range(60)]
    status, made = order(page, firm, instruments=rows, **WHERE)
    batch, case = Batch.objects.get(), Case.objects.get()
    assert (status, made["case"], made["id"], made["place"]) == (201, case.number, batch.pk, "on_site")
    assert sorted(made["instruments"]) == rows
    assert len(case.ordered_answers["instruments"]) == 60
    assert (case.channel, case.contact_phone, case.submitter) == (Channel.API, "+8613800138000", owner)
    assert order(page, firm, instruments=rows, **WHERE) == (status, made), "the same key, the same answer"
    status, refused = order(page, firm, "order-of-sixty-2", instruments=rows[:2], **WHERE)
    assert (status, case.number in refused["detail"]) == (409, True)


def test_the_desk_orders_by_a_program_for_whoever_asked(firm: Enterprise) -> None:
    desk = make_user(Role.SPECIALIST, language="en")
    rows = [instrument(firm).pk]
    asked = {"contact_name": "王经理", "contact": "13800138000", **WHERE}
    status, refused = order(signed_in(desk), firm, instruments=rows, **asked)
    assert (status, list(refused["errors"])) == (400, ["channel"])
    status, _made = order(signed_in(desk), firm, "another-key-0002", instruments=rows, channel="counter", **asked)
    assert (status, Case.objects.get().recorder) == (201, desk)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"consent": False}, "consent"),
        ({"address": ""}, "address"),
        ({"item": "SM-99"}, "item"),
        ({"until_on": "2026-11-01"}, "until_on"),
        ({"from_on": "2026-12-03", "until_on": "2026-12-02"}, "until_on"),
        ({"instruments": []}, "instruments"),
        ({"instruments": list(range(1, 202))}, "instruments"),
        ({"place": "moon"}, "place"),
    ],
)
def test_what_does_not_fit_is_told_at_its_member(
    page: Client, firm: Enterprise, more: dict[str, Any], field: str
) -> None:
    body = {"instruments": [instrument(firm).pk], "contact": "13800138000", **WHERE, **more}
    status, refused = order(page, firm, **body)
    assert (status, list(refused["errors"])) == (400, [field])
    assert not Case.objects.exists()


def test_foreign_instruments_are_not_there(page: Client, firm: Enterprise) -> None:
    other = make_enterprise(make_user())
    foreign, own = instrument(other).pk, instrument(firm).pk
    assert order(page, other, instruments=[foreign], **WHERE)[0] == 404
    assert order(page, firm, instruments=[foreign], **WHERE)[0] == 422
    status, refused = order(page, firm, instruments=[own, foreign], **WHERE)
    assert (status, refused["errors"]["instruments"]) == (400, [f"Not on the ledger: {foreign}."])
    assert not Case.objects.exists()
