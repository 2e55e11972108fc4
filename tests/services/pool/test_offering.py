"""What an institution changes by itself, what waits for a curator meanwhile, and when it works."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from experts import loading as experts_loading
from experts.models import CredentialScope, Expert, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.notices.models import Notice
from portal.reference.models import Region
from services.directory.models import Capability, ProviderCalendar
from services.pool.actions import offering
from services.pool.actions.applying import Offer
from services.pool.actions.offering import Decided
from services.pool.models import OfferRequest
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_credential,
    make_institution,
    make_item,
    make_region,
    make_user,
)
from tests.people import browser_of
from tests.services.pool.rows import make_curator

pytestmark = pytest.mark.django_db
OFFERS, OFFER, TIMES = 8, 12, 8
"""Queries of each page, however many rows it has."""


@pytest.fixture
def city() -> Region:
    return make_region("510100")


@pytest.fixture
def province(city: Region) -> Region:
    assert city.parent is not None
    return city.parent


@pytest.fixture
def provider() -> User:
    return make_user(Role.PROVIDER)


@pytest.fixture
def institution(provider: User) -> Institution:
    return make_institution(provider)


def said(row: Capability, *regions: Region, **fields: Any) -> Offer:
    words: dict[str, Any] = {"fee": "paid", "price": "800", "promised_working_days": 8, "scope_note": "", **fields}
    return Offer(item=row.item, regions=regions, **words)


def regions_of(row: Capability) -> list[str]:
    return sorted(row.regions.values_list("pk", flat=True))


def state_of(row: Capability) -> str:
    return Capability.objects.get(pk=row.pk).state


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_price_counts_at_once_and_keeps_its_history(provider: User, institution: Institution) -> None:
    row = make_capability(institution, make_item(), price="500")
    waits = offering.put(institution, said(row, price="900"), by=provider, now=NOW, row=row)
    row.refresh_from_db()
    kept = row.history.order_by("pgh_id")  # type: ignore[attr-defined]  # made by pghistory
    prices = list(kept.values_list("price", flat=True))
    assert (waits, row.state, row.price, prices[0], prices[-1]) == (None, "approved", "900", "500", "900")


def test_fewer_regions_count_at_once_and_more_wait_while_the_old_ones_go_on(
    provider: User, institution: Institution, province: Region, city: Region
) -> None:
    row = make_capability(institution, make_item())
    narrowed = offering.put(institution, said(row, city), by=provider, now=NOW, row=row)
    assert (narrowed, state_of(row), regions_of(row)) == (None, "approved", ["510100"])
    widened = offering.put(institution, said(row, province), by=provider, now=NOW, row=row)
    assert widened is not None
    assert (widened.before, state_of(row), regions_of(row)) == ("approved", "approved", ["510100"])
    offering.decide(widened, approve=True, reason="", by=make_curator(), now=NOW)
    assert (state_of(row), regions_of(row)) == ("approved", ["510000"])


def test_everywhere_is_more_than_any_region(provider: User, institution: Institution, city: Region) -> None:
    row = make_capability(institution, make_item())
    row.regions.set([city])
    assert offering.put(institution, said(row), by=provider, now=NOW, row=row) is not None


def test_a_refusal_leaves_what_was_approved_and_says_why(
    provider: User, institution: Institution, province: Region, city: Region
) -> None:
    row = make_capability(institution, make_item())
    row.regions.set([city])
    asked = offering.put(institution, said(row, province), by=provider, now=NOW, row=row)
    assert asked is not None
    offering.decide(asked, approve=False, reason="人手不足", by=make_curator(), now=NOW)
    notice = Notice.objects.get(event="offer_decided")
    assert (state_of(row), regions_of(row), notice.facts["reason"]) == ("approved", ["510100"], "人手不足")
    with pytest.raises(Decided):
        offering.decide(asked, approve=True, reason="", by=make_curator(), now=NOW)


def test_a_new_service_is_proposed_until_somebody_has_decided(provider: User, institution: Institution) -> None:
    make_curator()
    row = Capability(institution=institution, item=make_item())
    asked = offering.put(institution, said(row), by=provider, now=NOW)
    assert asked is not None
    states = [state_of(asked.capability)]
    offering.decide(asked, approve=False, reason="无资质", by=make_curator(), now=NOW)
    states.append(state_of(asked.capability))
    again = offering.put(institution, said(row), by=provider, now=NOW, row=asked.capability)
    assert again is not None
    offering.decide(again, approve=True, reason="", by=make_curator(), now=NOW)
    assert [*states, state_of(asked.capability)] == ["proposed", "retired", "approved"]
    assert Notice.objects.filter(event="offer_asked").exists()


def test_a_pause_counts_at_once_and_taking_it_up_again_waits(provider: User, institution: Institution) -> None:
    row = make_capability(institution, make_item())
    offering.pause(row, now=NOW)
    states = [state_of(row)]
    first = offering.put(institution, said(row), by=provider, now=NOW, row=row)
    second = offering.put(institution, said(row, price="700"), by=provider, now=NOW, row=row)
    states.append(state_of(row))
    assert first is not None and second is not None
    assert (second.before, OfferRequest.objects.get(pk=first.pk).state) == ("paused", "taken_back")
    offering.decide(second, approve=False, reason="x", by=make_curator(), now=NOW)
    assert [*states, state_of(row)] == ["paused", "proposed", "paused"]


def test_the_pages_of_an_institution_do_it_and_show_it(provider: User, institution: Institution, city: Region) -> None:
    experts_loading.load()
    browser, item = browser_of(provider), make_item(required_credentials=["CMA"])
    new = reverse("pool:offer_new", args=[institution.pk])
    typed = {"item": item.pk, "fee": "paid", "price": "800", "region_1": city.pk}
    assert browser.post(new, {**typed, "price": "不过退款"}).status_code == 422
    assert browser.post(new, {**typed, "fee": ""}).status_code == 422
    assert browser.post(new, typed).status_code == 302
    row = Capability.objects.get()
    assert "a change waits for a curator" in text(browser.get(reverse("pool:mine")))
    assert "Waiting for a curator" in text(browser.get(reverse("pool:offer", args=[institution.pk, row.pk])))
    assert browser.post(new, typed).status_code == 409, "it is in the list already"

    desk, asked = browser_of(make_curator()), OfferRequest.objects.get()
    page = text(desk.get(reverse("pool:offer_requests")))
    assert (institution.name in page, "not in force: CMA" in page) == (True, True)
    decide = reverse("pool:decide_offer", args=[asked.pk])
    assert desk.post(decide, {"outcome": "refuse"}).status_code == 422
    assert desk.post(decide, {"outcome": ""}).status_code == 422
    assert desk.post(decide, {"outcome": "approve"}).status_code == 302
    assert state_of(row) == "approved"
    assert desk.post(decide, {"outcome": "approve"}).status_code == 404
    browser.post(reverse("pool:offer_pause", args=[institution.pk, row.pk]))
    assert state_of(row) == "paused"


def test_all_regions_survive_a_change_of_the_price(provider: User, institution: Institution) -> None:
    row = make_capability(institution, make_item())
    more = [make_region(f"51010{number}") for number in range(4, 9)]
    row.regions.set(more)
    browser, address = browser_of(provider), reverse("pool:offer", args=[institution.pk, row.pk])
    form = browser.get(address).context["form"]
    typed = {name: value for name, value in form.initial.items() if value is not None}
    typed |= {name: value.pk for name, value in typed.items() if isinstance(value, Region)}
    browser.post(address, {**typed, "price": "1,000"})
    row.refresh_from_db()
    assert (row.price, regions_of(row), OfferRequest.objects.count()) == ("1,000", [one.pk for one in more], 0)


def test_days_away_and_the_calendar_count_at_once(provider: User, institution: Institution) -> None:
    browser, address = browser_of(provider), reverse("pool:times", args=[institution.pk])
    first, last = TODAY + timedelta(days=9000), TODAY + timedelta(days=9010)
    assert browser.post(address, {"first": last, "last": first}).status_code == 422
    assert browser.post(address, {"first": first, "last": last, "reason": "年度内审"}).status_code == 302
    away = institution.absences.get()
    assert "年度内审" in text(browser.get(address))
    assert away.history.count() == 1  # type: ignore[attr-defined]
    browser.post(reverse("pool:away_drop", args=[institution.pk, away.pk]))
    assert not institution.absences.exists()
    assert browser.post(address, {"calendar": ""}).status_code == 302
    assert browser.post(address, {"calendar": "999"}).status_code == 422
    assert not ProviderCalendar.objects.exists()


def test_a_stranger_finds_none_of_it(institution: Institution) -> None:
    row = make_capability(institution, make_item())
    stranger = make_user(Role.PROVIDER)
    other = make_institution(stranger)
    pages = [
        reverse("pool:offer", args=[institution.pk, row.pk]),
        reverse("pool:offer", args=[other.pk, row.pk]),
        reverse("pool:times", args=[institution.pk]),
        reverse("pool:offer_new", args=[institution.pk]),
    ]
    assert [browser_of(stranger).get(page).status_code for page in pages] == [404] * 4


def test_a_new_scope_is_shown_before_it_is_kept() -> None:
    credential, desk = make_credential(make_institution()), browser_of(make_curator())
    CredentialScope.objects.create(credential=credential, object="陶瓷砖", method="GB/T 3810.3")
    CredentialScope.objects.create(credential=credential, object="水嘴")
    address = reverse("pool:rescope", args=[credential.pk])
    assert "陶瓷砖 |  | GB/T 3810.3" in text(desk.get(address))
    typed = {"on": TODAY.isoformat(), "scope": "陶瓷砖 | | GB/T 3810.3\n石材"}
    change = desk.post(address, typed).context["change"]
    assert ([row.object for row in change.new], [str(row) for row in change.gone], change.kept) == (
        ["石材"],
        ["水嘴"],
        1,
    )
    assert credential.scope.count() == 2, "nothing is kept by looking"
    assert desk.post(address, {**typed, "sure": "yes"}).status_code == 302
    rows = {row.object: (row.since, row.until) for row in credential.scope.all()}
    yesterday = TODAY - timedelta(days=1)
    assert rows == {"陶瓷砖": (None, None), "水嘴": (None, yesterday), "石材": (TODAY, None)}
    assert desk.post(address, {**typed, "on": yesterday.isoformat()}).status_code == 422, "a later change is there"


def test_an_expert_keeps_their_own_profile_and_confirms_it() -> None:
    experts_loading.load()
    user = make_user(Role.EXPERT)
    browser, address = browser_of(user), reverse("pool:myself")
    assert "You are not in the pool yet" in text(browser.get(address))
    expert = Expert.objects.create(user=user, name="李工", fields="计量")
    typed = {"fields_said": "计量、热工", "languages": "中文", "interests_declared": "无", "available": ""}
    refused = browser.post(address, {**typed, "title": "保证通过"})
    assert (refused.status_code, "计量、热工" in text(refused)) == (422, True)
    assert browser.post(address, typed).status_code == 302
    expert.refresh_from_db()
    assert (expert.fields, expert.available, expert.confirmed_at is not None) == ("计量、热工", False, True)


def test_an_auditor_reads_the_desk_and_changes_nothing(institution: Institution, provider: User) -> None:
    row = Capability(institution=institution, item=make_item())
    asked = offering.put(institution, said(row), by=provider, now=NOW)
    assert asked is not None
    browser = browser_of(make_user(Role.AUDITOR))
    page = text(browser.get(reverse("pool:offer_requests")))
    assert (institution.name in page, "outcome" in page) == (True, False)
    assert browser.post(reverse("pool:decide_offer", args=[asked.pk]), {"outcome": "approve"}).status_code == 403


def test_a_page_costs_the_same_with_one_row_and_with_three(
    institution: Institution, provider: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own, desk = browser_of(provider), browser_of(make_curator())
    for wanted in (1, 2):
        for number in range(wanted):
            row = Capability(institution=institution, item=make_item(required_credentials=["CMA"]))
            asked = offering.put(institution, said(row), by=provider, now=NOW)
            away = TODAY + timedelta(days=9000 + 10 * number + wanted)
            offering.be_away(institution, first=away, last=away, reason="")
        assert asked is not None
        with django_assert_num_queries(OFFERS):
            desk.get(reverse("pool:offer_requests"))
        with django_assert_num_queries(OFFER):
            own.get(reverse("pool:offer", args=[institution.pk, asked.capability_id]))
        with django_assert_num_queries(TIMES):
            own.get(reverse("pool:times", args=[institution.pk]))
