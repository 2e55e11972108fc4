"""What a curator takes along: whole, harmless, on record, and fit to come in again without adding anything."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from experts.models import Credential, CredentialScope, CredentialSuspension, Equipment, Expert, Institution
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from portal.imports import actions, kinds
from portal.tables import lists, reading
from portal.tables.cells import DANGEROUS, MARK
from services.directory.models import Absence, Capability, Relationship
from services.pool import loading as pool_rows
from services.pool.actions import deciding
from services.pool.models import OfferRequest
from services.routing.models import ScopeCorrection
from services.twins.models import MergeRecord, Pair
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_need,
    make_rating,
    make_referral,
    make_user,
)
from tests.people import browser_of
from tests.services.pool.rows import make_sent

pytestmark = pytest.mark.django_db


def make_pool(number: int = 1) -> Institution:
    """One of everything, with texts that a spreadsheet might run; ``number`` tells several apart."""
    provider = make_user(Role.PROVIDER, name="@王")
    institution = make_institution(
        provider, name_zh=f"=HYPERLINK检测{number}", address="＋1", phone="+862880000000", contact_name="@王"
    )
    credential = make_credential(institution)
    CredentialScope.objects.create(credential=credential, object="-陶瓷砖", parameter="吸水率", range="=0.1")
    CredentialSuspension.objects.create(credential=credential, begins_on=TODAY, reason="=x", by=provider, at=NOW)
    Expert.objects.create(name="林工", employer=institution, fields="+卫浴")
    Expert.objects.create(name="周工", employer_name="别处", fields="x", available=False)
    Equipment.objects.create(owner=institution, name="=仪器", model="@1", conditions="'=x")
    Absence.objects.create(institution=institution, begins_on=TODAY, ends_on=TODAY, reason="=x")
    ties = {"kind": Relationship.Kind.OWNED, "since": TODAY, "source": "=x"}
    Relationship.objects.create(institution=institution, enterprise=make_enterprise(name=f"@企业{number}"), **ties)
    make_rating(institution, comment="=cmd")
    make_sent(name="=演示申请")
    _make_desk(institution, make_capability(institution, make_item(), regions=[institution.region]), provider)
    return institution


def _make_desk(institution: Institution, capability: Capability, provider: User) -> None:
    """One of everything that curators decide about."""
    curator = make_user(Role.CURATOR)
    pool_rows.load()
    OfferRequest.objects.create(capability=capability, by=provider, at=NOW)
    referral = make_referral(make_need(item=capability.item), institution)
    said = {"institution": institution, "item": capability.item, "reason": "=不做", "said_at": NOW}
    ScopeCorrection.objects.create(referral=referral, **said)
    proposal = deciding.by_hand(institution, "probation", reason="=x", by=curator, now=NOW)
    deciding.appeal(proposal, reason="=x", uploads=(), by=provider, now=NOW)
    other = make_institution(name_zh=f"-{institution.name_zh}")
    Pair.objects.create(kind="institution", first_ref=institution.pk, second_ref=other.pk, alike=["name"], found_at=NOW)
    names = {"kept_name": "=一", "gone_name": "=二", "reason": "=x", "by": curator, "at": NOW}
    MergeRecord.objects.create(kind="institution", kept_ref=institution.pk, gone_ref=other.pk, **names)


@pytest.fixture(scope="module")
def _pools(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[list[Institution]]:
    """Made once, in a transaction that is never committed; what a test does to them is taken back with the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield [make_pool(number) for number in range(1, getattr(request, "param", 1) + 1)]
        transaction.set_rollback(True)


@pytest.fixture
def pools(_pools: list[Institution], db: None) -> list[Institution]:
    return _pools


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_only_listed_exports_and_formats_are_there() -> None:
    """Before the first pool: to open them makes nothing."""
    browser = browser_of(make_user(Role.CURATOR))
    for what, ending in (("users", "csv"), ("institutions", "pdf")):
        assert browser.get(reverse("pool:export", args=[what, ending])).status_code == 404
    assert "Excel" in browser.get(reverse("pool:exports")).content.decode()
    assert Credential.objects.count() == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("what", lists.registered())
def test_each_list_is_whole_and_recorded(what: str, ending: str) -> None:
    curator = make_user(Role.CURATOR)
    answer = browser_of(curator).get(reverse("pool:export", args=[what, ending]))
    lines = reading.read(io.BytesIO(body(answer)), ending)
    assert len(lines) == 1 + lists.registered()[what].rows().count() > 1
    assert answer["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(verb="exported")
    assert (entry.user, entry.subject, entry.detail) == (curator, f"export:{what}", {"format": ending})


@pytest.mark.usefixtures("pools")
@pytest.mark.parametrize("what", lists.registered())
def test_no_cell_of_any_list_is_a_formula(what: str) -> None:
    answer = browser_of(make_user(Role.CURATOR)).get(reverse("pool:export", args=[what, "csv"]))
    cells = [cell for line in csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell.startswith(DANGEROUS)] == []
    assert [cell for cell in cells if cell.startswith(MARK)] != [], "there was none to be neutralised"


@pytest.mark.parametrize("_pools", [1, 3], indirect=True)
@pytest.mark.parametrize("what", lists.registered())
def test_a_list_costs_the_same_for_one_row_and_for_three(
    what: str, pools: list[Institution], django_assert_max_num_queries: Any
) -> None:
    export = lists.registered()[what]
    with django_assert_max_num_queries(4):
        assert len(list(export.lines())) >= len(pools)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["institutions", "experts", "equipment", "scope"])
@pytest.mark.usefixtures("pools")
def test_what_was_exported_comes_in_again_unchanged_and_adds_nothing(what: str, ending: str, language: str) -> None:
    curator = make_user(Role.CURATOR)
    address, headers = reverse("pool:export", args=[what, ending]), {"accept-language": language}
    before = body(browser_of(curator).get(address, headers=headers))
    upload = SimpleUploadedFile(f"x.{ending}", before)
    run = actions.receive(kinds.registered()[what], upload, by=curator, now=NOW)
    actions.check(run, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.bad, run.rows.filter(outcome="bad").first()) == ("checked", 0, None)
    actions.confirm(run, by=curator, now=NOW)
    actions.write(run, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.added, run.known) == ("done", 0, run.total)
    assert body(browser_of(curator).get(address, headers=headers)) == before if ending == "csv" else True


def test_an_emptied_pool_is_filled_from_its_export(pools: list[Institution]) -> None:
    [institution] = pools
    curator = make_user(Role.CURATOR)
    address = reverse("pool:export", args=["equipment", "csv"])
    content = body(browser_of(curator).get(address))
    before = Equipment.objects.values("name", "model", "conditions", "owner", "available").get()
    Equipment.objects.all().delete()
    run = actions.receive(kinds.registered()["equipment"], SimpleUploadedFile("x.csv", content), by=curator, now=NOW)
    actions.check(run, now=NOW)
    run.refresh_from_db()
    actions.confirm(run, by=curator, now=NOW)
    actions.write(run, now=NOW)
    assert Equipment.objects.values(*before).get() == before
    assert before["owner"] == institution.pk
