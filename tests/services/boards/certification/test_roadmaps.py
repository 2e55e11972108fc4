"""The way of a laboratory: its steps, what shows them, and no promises."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from enterprises.models import Enterprise
from experts.models import PromisePhrase
from portal.accounts.roles import Role
from services.boards import reminders
from services.boards.certification import loading
from services.boards.certification.models import Requirement, Roadmap, Step
from tests.factories import make_board, make_enterprise, make_user
from tests.services.boards.certification.rows import checked, roadmap
from tests.services.boards.conftest import NOW, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_friday() -> Any:
    make_board("CA")
    with time_machine.travel(NOW, tick=False), override("en"):
        yield


def at(row: Roadmap) -> str:
    return reverse("boards:entry", args=["certification", "roadmaps", row.pk])


def test_a_roadmap_begins_with_the_requirements_of_its_aim(page: Client, firm: Enterprise) -> None:
    loading.load()
    loading.load()
    path = reverse("boards:new", args=["certification", firm.pk, "roadmaps"])
    assert page.post(path, {"laboratory": "研发实验室", "aim": "cma"}).status_code == 302
    row = Roadmap.objects.get()
    assert (row.asked, row.settled) == (Requirement.objects.filter(aim="cma").count(), 0)
    shown = page.get(at(row)).content.decode()
    assert "check before relying on it" in shown and "nobody can promise it" in shown
    edit = reverse("boards:edit", args=["certification", "roadmaps", row.pk])
    assert page.post(edit, {"laboratory": "研发实验室", "aim": "cnas", "version": "1"}).status_code == 302
    assert Roadmap.objects.get().asked == Requirement.objects.filter(aim="cnas").count() == 16


def test_a_step_is_settled_with_what_shows_it(page: Client, firm: Enterprise) -> None:
    row = roadmap(firm)
    first, second = Step.objects.order_by("pk")
    typed = {"state": "met", "owner": "质量负责人", "target_on": "2026-12-31", "evidence": "", "version": "1"}
    refused = page.post(first.get_absolute_url(), typed)
    assert (refused.status_code, "Say what shows it" in refused.content.decode()) == (422, True)
    paper = SimpleUploadedFile("记录.txt", "内审".encode(), content_type="text/plain")
    assert page.post(first.get_absolute_url(), {**typed, "paper": paper}).status_code == 302
    assert (
        page.post(second.get_absolute_url(), {**typed, "state": "not_needed", "evidence": "不抽样"}).status_code == 302
    )
    assert page.post(second.get_absolute_url(), {**typed, "evidence": "迟了"}).status_code == 409
    evidence = reverse("certification:evidence", args=[first.pk])
    assert page.get(evidence).getvalue().decode() == "内审"
    assert page.get(reverse("certification:evidence", args=[second.pk])).status_code == 404
    row = Roadmap.objects.get()
    assert (row.progress(), row.percent) == ("2/2", 100)
    assert "2 of 2 settled" in page.get(at(row)).content.decode()


def test_no_promises_are_kept(page: Client, firm: Enterprise) -> None:
    PromisePhrase.objects.create(code="包通过")
    [step] = [roadmap(firm, steps=1).steps.get()]
    typed = {"state": "at_work", "evidence": "咨询公司承诺包 通过", "version": "1", "target_on": "31.2.2026"}
    answer = page.post(step.get_absolute_url(), typed)
    assert answer.status_code == 422
    assert "Nobody can promise" in answer.content.decode() and "Enter a valid date." in answer.content.decode()
    assert Step.objects.get().version == 1


def test_it_is_not_applied_for_before_it_was_begun(page: Client, firm: Enterprise) -> None:
    typed = {"laboratory": "研发实验室", "aim": "cnas", "begun_on": "2026-03-01", "apply_on": "2026-02-28"}
    answer = page.post(reverse("boards:new", args=["certification", firm.pk, "roadmaps"]), typed)
    assert (answer.status_code, "This is before the day it was begun." in answer.content.decode()) == (422, True)
    [row] = checked(firm, "roadmaps", typed)
    assert row.problems == [
        {"column": "apply_on", "reason": "This is before the day it was begun.", "value": "2026-02-28"}
    ]
    [row] = checked(firm, "roadmaps", {**typed, "apply_on": "2026-03-01"})
    assert not row.problems


def test_no_promises_come_in_from_a_file(firm: Enterprise, django_assert_num_queries: Any) -> None:
    PromisePhrase.objects.create(code="包通过")
    notes = ["咨询公司承诺包 通过", "", "咨询公司已选定"]
    rows = [{"laboratory": str(number), "aim": "cnas", "note": note} for number, note in enumerate(notes)]
    for few in (rows[:1], rows):
        with django_assert_num_queries(1):
            found = checked(firm, "roadmaps", *few)
    assert [[problem["column"] for problem in row.problems] for row in found] == [["note"], [], []]
    assert "Nobody can promise" in found[0].problems[0]["reason"]


def test_who_sees_to_a_step_is_reminded_through_the_enterprise(firm: Enterprise) -> None:
    row = roadmap(firm, steps=3)
    row.steps.update(target_on=date(2026, 12, 1))
    Step.objects.filter(pk=row.steps.first().pk).update(state="met", evidence="x")
    reminders.load()
    assert [reminders.remind(NOW, day) for day in (NOW.date(), date(2026, 12, 1), date(2026, 12, 2))] == [2, 2, 0]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_with_one_and_with_three(
    page: Client, firm: Enterprise, rows: int, django_assert_num_queries: Any
) -> None:
    made = [roadmap(firm, steps=rows, laboratory=f"{number} 号实验室") for number in range(rows)]
    listed = reverse("boards:entries", args=["certification", firm.pk, "roadmaps"])
    for path, queries in ((listed, 7), (at(made[0]), 8), (made[0].steps.first().get_absolute_url(), 6)):
        page.get(path)
        with django_assert_num_queries(queries):
            page.get(path)


def test_nobody_else_sees_or_changes_a_step(firm: Enterprise) -> None:
    step = roadmap(firm).steps.first()
    stranger = make_user()
    make_enterprise(stranger)
    paths = [step.get_absolute_url(), reverse("certification:evidence", args=[step.pk])]
    assert {signed_in(stranger).get(path).status_code for path in paths} == {404}
    assert {signed_in(make_user(Role.PROVIDER)).get(path).status_code for path in paths} == {403}
    assert signed_in(stranger).post(paths[0], {"state": "open", "version": "1"}).status_code == 404
    assert signed_in(make_user(Role.AUDITOR)).post(paths[0], {}).status_code == 403
