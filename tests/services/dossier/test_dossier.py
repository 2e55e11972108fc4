"""One page, one PDF and one zip of what an enterprise has; nobody else's."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEntry
from portal.files import actions as files
from portal.files.models import Attachment
from services.boards.board import dated
from services.cases.models import Result
from services.cases.states import ReferralState
from services.catalogue.models import Board
from tests.factories import make_case, make_enterprise, make_item, make_need, make_referral, make_user
from tests.services.boards.conftest import NOW, TODAY, signed_in
from tests.seventh.models import Meter, Reading

pytestmark = pytest.mark.django_db
QUERIES, PAPER, FILES = 10, 28, 113


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user()


@pytest.fixture
def firm(owner: User) -> Enterprise:
    Board.objects.create(code="EN", slug="energy", name_zh="能源", name_en="Energy", order=7)
    return make_enterprise(owner, name="示例陶瓷有限公司")


@pytest.fixture
def page(owner: User) -> Client:
    return signed_in(owner)


def keep(firm: Enterprise, owner: User, name: str, days: int | None = None) -> Meter:
    paper = files.store(SimpleUploadedFile(f"{name}.txt", b"read", content_type="text/plain"), by=owner)
    read_on = TODAY + timedelta(days=days) if days is not None else None
    row: Meter = Meter.objects.create(
        enterprise=firm, name=name, read_on=read_on, paper=paper, created_at=NOW, changed_at=NOW
    )
    Reading.objects.bulk_create(Reading(meter=row, on=TODAY - timedelta(days=back), shown=back) for back in range(2))
    return row


def serve(firm: Enterprise, owner: User) -> Result:
    need = make_need(make_case(enterprise=firm, submitter=owner, now=NOW), make_item("EN"), now=NOW)
    referral = make_referral(need, state=ReferralState.CONFIRMED, now=NOW)
    result: Result = Result.objects.create(
        referral=referral,
        kind=Result.Kind.CERTIFICATE,
        number=f"证-{referral.pk}",
        summary="合格",
        issued_on=TODAY,
        created_by=need.case.owner,
        created_at=NOW,
    )
    return result


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content if answer.streaming else [answer.content])


def test_the_dossier_shows_registers_what_is_due_and_the_services(page: Client, firm: Enterprise, owner: User) -> None:
    keep(firm, owner, "一号表", days=10)
    keep(firm, owner, "二号表", days=100)
    keep(make_enterprise(), owner, "别家的表", days=10)
    result = serve(firm, owner)
    assert page.get(reverse("dossier:mine"))["Location"] == reverse("dossier:enterprise", args=[firm.pk])
    shown = page.get(reverse("dossier:enterprise", args=[firm.pk])).content.decode()
    assert 'Meters</a> <span class="count">2</span>' in shown
    assert "4 entries beneath" in shown and 'Readings <span class="count">4</span>' in shown
    assert "一号表" in shown
    assert result.number in shown
    assert {"二号表", "别家的表"}.isdisjoint(word for word in ("二号表", "别家的表") if word in shown)


def test_the_zip_holds_what_was_said_each_register_and_the_papers(page: Client, firm: Enterprise, owner: User) -> None:
    row, result = keep(firm, owner, "一号表"), serve(firm, owner)
    keep(make_enterprise(), owner, "别家的表")
    answer = page.get(reverse("dossier:archive", args=[firm.pk]))
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("enterprise.json"))["name"] == "示例陶瓷有限公司"
        assert "一号表" in archive.read("energy/meters.csv").decode("utf-8-sig")
        meters = json.loads(archive.read("energy/meters.json"))
        assert [(one["id"], one["name"], one["retired_at"]) for one in meters] == [(row.pk, "一号表", None)]
        readings = json.loads(archive.read("energy/readings.json"))
        assert [(one["meter_id"], one["shown"]) for one in readings] == [(row.pk, "0.00"), (row.pk, "1.00")]
        lines = archive.read("energy/readings.csv").decode("utf-8-sig").splitlines()
        assert lines[0].split(",")[:2] == ["id", "meter_id"] and len(lines) == 3
        keys = {one["file"]: one["keys"] for one in json.loads(archive.read("index.json"))}
        assert keys["energy/readings"] == {"meter_id": "energy/meters"}
        assert keys["testing/items"] == {"sample_id": "testing/samples", "order_id": "testing/orders"}
        assert json.loads(archive.read("due.json")) == []
        assert [one["case"] for one in json.loads(archive.read("services.json"))] == [result.referral.case.number]
        assert [one["number"] for one in json.loads(archive.read("cases.json"))] == [result.referral.case.number]
        papers = json.loads(archive.read("papers.json"))
        assert [(one["name"], one["sha256"]) for one in papers] == [("一号表.txt", row.paper.sha256)]
        assert archive.read(papers[0]["path"]) == b"read"
        assert not any("别家的表" in archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    assert AuditEntry.objects.filter(verb="exported dossier", user=owner).count() == 1


def test_a_paper_that_is_gone_or_has_no_room_is_named_with_the_reason(
    page: Client, firm: Enterprise, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("一号表", "二号表", "三号表"):
        keep(firm, owner, name)
    lost, kept, _long = Attachment.objects.order_by("pk")
    lost.file.storage.delete(lost.file.name)
    monkeypatch.setattr("services.dossier.archive.MOST_BYTES", kept.size)
    answer = page.get(reverse("dossier:archive", args=[firm.pk]))
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as archive:
        assert archive.testzip() is None
        papers = json.loads(archive.read("papers.json"))
        written = [name for name in archive.namelist() if name.startswith("papers/")]
    assert written == [one["path"] for one in papers if one["path"]]
    assert [(one["name"], bool(one["path"]), one["left_out"]) for one in papers] == [
        ("一号表.txt", False, "The file could not be found where it is kept; please tell the centre."),
        ("二号表.txt", True, ""),
        ("三号表.txt", False, "The papers together are larger than one archive may be."),
    ]


def test_the_pdf_is_one(page: Client, firm: Enterprise, owner: User) -> None:
    keep(firm, owner, "一号表", days=10)
    serve(firm, owner)
    answer = page.get(reverse("dossier:pdf", args=[firm.pk]))
    assert answer["Content-Type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\x00", "")
    assert all(words in said for words in ("Meters (1)", "Readings (2)", "一号表", "Page 1 of"))


def test_nobody_reads_the_dossier_of_another(firm: Enterprise) -> None:
    pages = [reverse(f"dossier:{name}", args=[firm.pk]) for name in ("enterprise", "pdf", "archive")]
    assert {signed_in(make_user()).get(path).status_code for path in pages} == {404}
    assert {signed_in(make_user(Role.PROVIDER)).get(path).status_code for path in pages} == {403}
    assert signed_in(make_user(Role.SPECIALIST)).get(pages[0]).status_code == 200
    assert signed_in(make_user(Role.AUDITOR)).get(pages[0]).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "statements"), [("pdf", PAPER), ("archive", FILES)])
def test_paper_and_file_cost_the_same_with_one_and_with_three(
    page: Client,
    firm: Enterprise,
    owner: User,
    rows: int,
    name: str,
    statements: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(rows):
        keep(firm, owner, f"{number}号表", days=number)
        serve(firm, owner)
    path = reverse(f"dossier:{name}", args=[firm.pk])
    assert whole(page.get(path))
    with django_assert_num_queries(statements):
        assert whole(page.get(path))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, owner: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        keep(firm, owner, f"{number}号表", days=number)
        serve(firm, owner)
    page.get(reverse("dossier:enterprise", args=[firm.pk]))
    with django_assert_num_queries(QUERIES + len(dated())):
        page.get(reverse("dossier:enterprise", args=[firm.pk]))
