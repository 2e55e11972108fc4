"""The pages of duplicates: compare, choose, merge, take back; who may, and what they cost."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.roles import Role
from services.twins import finding
from services.twins.models import MergeRecord, Pair
from tests.factories import NOW, make_capability, make_enterprise, make_institution, make_item, make_user
from tests.people import browser_of

pytestmark = pytest.mark.django_db
LIST = 7
"""Queries, however many pairs there are."""


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_curator_merges_two_and_takes_it_back() -> None:
    kept, gone = make_institution(phone="+862880000000"), make_institution(phone="+862880000000")
    make_capability(gone, make_item())
    finding.find(NOW)
    browser = browser_of(make_user(Role.CURATOR))
    address = reverse("twins:pair", args=["institution", kept.pk, gone.pk])
    assert address in text(browser.get(reverse("twins:list", args=["institution"])))
    page = text(browser.get(address))
    assert ("What moves" in page, "capabilities" in page) == (True, True)
    said = {"of_name_zh": "kept", "of_name_en": "kept", "reason": "Same licence"}
    assert browser.post(address, {"reason": "x"}).status_code == 422
    record = browser.post(address, said)["Location"]
    assert "Same licence" in text(browser.get(record))
    assert browser.get(address).status_code == 404
    assert browser.post(record, {"reason": ""}).status_code == 422
    browser.post(record, {"reason": "Two after all"})
    assert browser.get(address).status_code == 200
    assert browser.post(record, {"reason": "again"}).status_code == 409


def test_a_pair_that_is_two_is_not_shown_again() -> None:
    for _each in range(2):
        make_institution(phone="1")
    finding.find(NOW)
    browser = browser_of(make_user(Role.CURATOR))
    browser.post(reverse("twins:apart", args=[Pair.objects.get().pk]))
    assert "No duplicates in sight" in text(browser.get(reverse("twins:list", args=["institution"])))


def test_leads_merge_enterprises_and_curators_institutions() -> None:
    lead, curator = browser_of(make_user(Role.TEAM_LEAD)), browser_of(make_user(Role.CURATOR))
    firms = [make_enterprise(phone="1"), make_enterprise(phone="1")]
    finding.find(NOW)
    enterprises, institutions = (reverse("twins:list", args=[kind]) for kind in ("enterprise", "institution"))
    assert [lead.get(enterprises).status_code, lead.get(institutions).status_code] == [200, 403]
    assert [curator.get(enterprises).status_code, curator.get(institutions).status_code] == [403, 200]
    assert lead.get(reverse("twins:list", args=["other"])).status_code == 404
    address = reverse("twins:pair", args=["enterprise", firms[0].pk, firms[1].pk])
    said = {f"of_{name}": "kept" for name in ("name", "other_identifier")}
    record = lead.post(address, {**said, "reason": "x"})["Location"]
    assert (lead.get(record).status_code, curator.get(record).status_code) == (200, 404)
    assert MergeRecord.objects.count() == 1


def test_the_list_costs_the_same_with_one_pair_and_with_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    browser = browser_of(make_user(Role.CURATOR))
    for phones in (("1",), ("2", "3")):
        for phone in phones:
            make_institution(phone=phone)
            make_institution(phone=phone)
        finding.find(NOW)
        with django_assert_num_queries(LIST):
            browser.get(reverse("twins:list", args=["institution"]))
