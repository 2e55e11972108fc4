"""Orders from registers: what an enterprise sends itself, and what the desk writes down for one."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.models import Consent, PrivacyNotice, User
from portal.accounts.roles import Role
from services.boards.asking import AskForm
from services.boards.ordering import may_order
from services.cases.models import Case, Channel
from services.stations.models import Station
from tests.factories import make_station, make_user
from tests.services.boards.conftest import NOW, signed_in
from tests.services.boards.metrology.rows import instrument, verification

pytestmark = pytest.mark.django_db
ASKED = {"contact_name": "王经理", "contact": "13800138000", "consent": True, "address": "演示大道 1 号"}


@pytest.fixture(autouse=True)
def station() -> Iterator[Station]:
    station = make_station()
    PrivacyNotice.objects.create(version="1", text_zh="告知", text_en="Notice", in_force_from=date(2026, 1, 1))
    verification()
    with time_machine.travel(NOW, tick=False), override("en"):
        yield station


@pytest.fixture
def desk(station: Station) -> User:
    return make_user(Role.SPECIALIST, language="en")


def typed(firm: Enterprise, **more: str) -> dict[str, object]:
    rows = [str(instrument(firm).pk), str(instrument(firm).pk)]
    item = verification().pk
    return {"row": rows, "item": item, "place": "on_site", **ASKED, "consent": "on", **more}


def test_the_desk_orders_for_an_enterprise_that_agreed_aloud(desk: User, station: Station, firm: Enterprise) -> None:
    answer = signed_in(desk).post(reverse("metrology:order", args=[firm.pk]), typed(firm, channel="phone"))
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.recorder, case.enterprise, case.channel, case.station) == (desk, firm, Channel.PHONE, station)
    assert (case.submitter.phone, case.contact_name) == ("+8613800138000", "王经理")  # type: ignore[union-attr]
    consent = Consent.objects.get(purpose=Consent.Purpose.CASE)
    assert (consent.channel, consent.recorded_by, consent.user) == (Consent.Channel.SPOKEN, desk, case.submitter)


def test_the_desk_says_how_it_was_asked_and_an_enterprise_is_not_asked_that(desk: User, firm: Enterprise) -> None:
    answer = signed_in(desk).post(reverse("metrology:order", args=[firm.pk]), typed(firm))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The caller agreed aloud" in page and "This field is required." in page
    assert not Case.objects.exists()
    owner = firm.memberships.get().user
    assert "channel" not in AskForm(user=owner).fields
    assert AskForm(user=owner).initial["contact_name"] == owner.name
    assert "contact" not in AskForm(user=desk).initial, "what the desk is reached by is not what the caller is"


def test_who_neither_sends_nor_records_needs_does_not_order() -> None:
    assert {role for role in Role if may_order(make_user(role))} == {
        *(Role.ENTERPRISE, Role.SPECIALIST, Role.TEAM_LEAD, Role.CENTRE_LEAD)
    }


@pytest.mark.parametrize("more", [{"contact": "1"}, {"consent": ""}, {"channel": "web"}])
def test_bad_input_of_the_desk_is_explained_and_makes_nothing(
    desk: User, firm: Enterprise, more: dict[str, str]
) -> None:
    given = typed(firm, channel="counter")
    answer = signed_in(desk).post(reverse("metrology:order", args=[firm.pk]), {**given, **more})
    assert answer.status_code == 422
    assert not Case.objects.exists()
