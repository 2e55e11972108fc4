"""A board is told once of each confirmed referral, and a board that fails holds up nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from enterprises.models import Enterprise
from services.boards import handing
from services.boards.board import registered
from services.boards.models import Handed
from services.cases.models import Referral, Result
from services.cases.states import ReferralState
from tests.factories import make_case, make_item, make_need, make_referral
from tests.services.boards.conftest import NOW, TODAY
from tests.seventh.models import Meter

Make = Callable[..., Meter]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("energy")]


def confirmed(firm: Enterprise, board: str = "EN") -> Referral:
    need = make_need(make_case(enterprise=firm, now=NOW), make_item(board), now=NOW)
    referral = make_referral(need, state=ReferralState.CONFIRMED, now=NOW)
    Result.objects.create(
        referral=referral,
        kind=Result.Kind.CERTIFICATE,
        number=f"证-{referral.pk}",
        summary="合格",
        issued_on=TODAY,
        created_by=need.case.owner,
        created_at=NOW,
    )
    return referral


def test_a_confirmed_result_reaches_its_register_once(firm: Enterprise, meter: Make) -> None:
    row, referral = meter(), confirmed(firm)
    make_referral(make_need(make_case(enterprise=firm, now=NOW), make_item("EN"), now=NOW), now=NOW)
    assert (handing.hand_over(NOW), handing.hand_over(NOW)) == (1, 0)
    row.refresh_from_db()
    assert row.note == referral.results.get().number
    assert Handed.objects.get().referral == referral


def test_one_that_fails_is_tried_again_and_holds_up_nobody(
    firm: Enterprise, meter: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = confirmed(firm), confirmed(firm)
    energy, deliver = registered()["energy"], registered()["energy"].delivered

    def fail_for_one(referral: Referral, results: Any) -> None:
        Meter.objects.update(note="half done")
        if referral == broken:
            raise ValueError("no such meter")
        deliver(referral, results)

    row = meter()
    monkeypatch.setattr(energy, "delivered", fail_for_one)
    assert handing.hand_over(NOW, size=1) == 1, "what fails fills no batch for good"
    row.refresh_from_db()
    assert (row.note, Handed.objects.get().referral) == (fine.results.get().number, fine)
    monkeypatch.setattr(energy, "delivered", deliver)
    assert handing.hand_over(NOW) == 1


def test_a_board_without_an_app_is_told_nothing(firm: Enterprise) -> None:
    confirmed(firm, board="ZZ")
    assert handing.hand_over(NOW) == 1
