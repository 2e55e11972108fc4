"""From the finding to the closed plan: who may do which step, and which figures are never added up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.utils.translation import override

from enterprises.models import Enterprise
from portal.accounts.models import User
from portal.accounts.roles import Role
from services.boards.board import dated
from services.boards.consulting import totals
from services.boards.consulting.actions import door, planning, settling
from services.boards.consulting.board import APP
from services.boards.consulting.faults import NotNow, NotSettled, OnlyTheDesk, OthersCheck, PlanClosed
from services.boards.consulting.models import Diagnosis, PlanAction, PlanStep, RealisedBenefit
from services.boards.consulting.states import ACTION_STEPS, ActionState, Evidence
from tests.factories import NOW, TODAY, make_user
from tests.services.boards.consulting.rows import make_action, make_admitted, make_diagnosis

pytestmark = pytest.mark.django_db
S = ActionState


@pytest.fixture
def desk(db: None) -> User:
    return make_user(Role.SPECIALIST)


@pytest.fixture
def plan(firm: Enterprise) -> Diagnosis:
    return make_diagnosis(firm)


def brought(plan: Diagnosis, state: ActionState, owner: User, desk: User) -> PlanAction:
    """An action that went the shortest way to a state."""
    action = make_action(plan, owner)
    if state in {S.DONE, S.CHECKED}:
        action = settling.done(action, by=owner, now=NOW)
    if state == S.CHECKED:
        settling.recheck(plan, visited_on=TODAY, summary="已完成", found={action: True}, by=desk, now=NOW)
    if state == S.DROPPED:
        action = settling.drop(action, "改用新设备", by=owner, now=NOW)
    action.refresh_from_db()
    return action


@pytest.mark.parametrize("before", list(S))
def test_an_action_takes_the_steps_of_the_table_and_no_others(
    before: ActionState, plan: Diagnosis, owner: User, desk: User
) -> None:
    recheck = brought(plan, S.CHECKED, owner, desk).recheck
    columns = {
        S.DONE: {"done_by": owner, "done_at": NOW},
        S.CHECKED: {"checked_by": desk, "recheck": recheck},
        S.DROPPED: {"dropped_why": "x"},
        S.OPEN: {},
    }
    for after in S:
        action = brought(plan, before, owner, desk)
        written = PlanStep.objects.filter(action=action).count()
        if after in ACTION_STEPS[before]:
            moved = door.move(action, after, by=owner, now=NOW, **columns[after])
            assert (moved.state, moved.version) == (after, action.version + 1)
            assert PlanStep.objects.filter(action=action).count() == written + 1
        else:
            with pytest.raises(NotNow):
                door.move(action, after, by=owner, now=NOW, **columns[after])
            action.refresh_from_db()
            assert (action.state, PlanStep.objects.filter(action=action).count()) == (before, written)


def test_what_is_done_is_checked_by_somebody_else_at_a_recheck(plan: Diagnosis, owner: User, desk: User) -> None:
    expert = make_admitted(plan, desk).expert.user
    fine, poor = brought(plan, S.DONE, owner, desk), brought(plan, S.DONE, owner, desk)
    said = {"visited_on": TODAY, "summary": "毛刺仍有", "now": NOW}
    with pytest.raises(OthersCheck):
        settling.recheck(plan, **said, found={fine: True}, by=owner)
    by_expert = settling.done(make_action(plan, expert), by=expert, now=NOW)
    with pytest.raises(OthersCheck):
        settling.recheck(plan, **said, found={by_expert: True}, by=expert)

    visit = settling.recheck(plan, **said, found={fine: True, poor: False}, by=expert)
    for row in (fine, poor):
        row.refresh_from_db()
    assert (fine.state, fine.checked_by, fine.recheck) == (S.CHECKED, expert, visit)
    assert (poor.state, poor.checked_by, poor.recheck) == (S.OPEN, None, None)
    assert list(poor.steps.order_by("pk").values_list("from_state", "to_state", "reason")) == [
        ("open", "done", ""),
        ("done", "open", "毛刺仍有"),
    ]


def test_a_plan_closes_when_everything_is_settled_and_then_nothing_changes(
    plan: Diagnosis, owner: User, desk: User
) -> None:
    with pytest.raises(NotSettled):
        settling.close(plan, by=owner, now=NOW)
    open_one = brought(plan, S.OPEN, owner, desk)
    checked = brought(plan, S.CHECKED, owner, desk)
    for _state in (S.OPEN, S.DONE):
        with pytest.raises(NotSettled):
            settling.close(plan, by=owner, now=NOW)
        if _state == S.OPEN:
            open_one = settling.done(open_one, by=owner, now=NOW)
    settling.drop(open_one, "不再需要", by=owner, now=NOW)
    closed = settling.close(plan, by=owner, now=NOW)
    assert (closed.state, closed.closed_at) == ("closed", NOW)
    for change in (
        lambda: make_action(plan, owner),
        lambda: planning.add_finding(plan, {"stage": "product", "severity": "minor", "text": "x"}, by=owner, now=NOW),
        lambda: settling.recheck(plan, visited_on=TODAY, summary="x", found={}, by=desk, now=NOW),
        lambda: planning.change_action(checked, {"owner": "李工"}, version=checked.version, by=owner),
    ):
        with pytest.raises(PlanClosed):
            change()
    with pytest.raises(OnlyTheDesk):
        settling.reopen(plan, "漏项", by=owner, now=NOW)
    assert settling.reopen(plan, "漏项", by=desk, now=NOW).closed_at is None
    assert make_action(plan, owner).state == S.OPEN
    assert list(plan.steps.filter(action=None).order_by("pk").values_list("to_state", "reason")) == [
        ("closed", ""),
        ("open", "漏项"),
    ]
    with pytest.raises(InternalError), transaction.atomic():
        PlanStep.objects.update(reason="x")


def test_expected_and_realised_stand_apart_and_so_does_each_level_of_evidence(
    plan: Diagnosis, owner: User, desk: User
) -> None:
    first = make_action(plan, owner, cost_cny=Decimal("100"), expected_cny=Decimal("1000"))
    dropped = make_action(plan, owner, cost_cny=Decimal("7"), expected_cny=Decimal("7000"))
    said = {"amount_cny": Decimal("400.50"), "basis": "废品率下降", "by": owner, "now": NOW}
    with pytest.raises(NotNow):
        planning.report_benefit(first, year=2026, **said)
    settling.done(first, by=owner, now=NOW)
    settling.drop(dropped, "x", by=owner, now=NOW)
    with pytest.raises(NotNow):
        planning.report_benefit(dropped, year=2026, **said)
    paper = SimpleUploadedFile("账.txt", "账目".encode(), content_type="text/plain")
    reported = planning.report_benefit(first, year=2024, **said)
    supported = planning.report_benefit(first, year=2025, **said, paper=paper)
    checked = planning.report_benefit(first, year=2026, **said)
    assert (reported.level, supported.level) == (Evidence.REPORTED, Evidence.SUPPORTED)
    with pytest.raises(OthersCheck):
        planning.check_benefit(checked, by=owner, now=NOW)
    planning.check_benefit(checked, by=desk, now=NOW)

    found = totals.of(PlanAction.objects.filter(diagnosis=plan).prefetch_related("benefits"))
    assert (found.cost_cny, found.expected_cny, found.actions, found.settled, found.percent) == (100, 1000, 2, 1, 50)
    assert found.realised == dict.fromkeys(Evidence, Decimal("400.50"))
    amounts = {found.expected_cny + sum(found.realised.values()), sum(found.realised.values())}
    shown = " ".join(value for _label, value in APP.summary(plan.enterprise, owner, TODAY))
    assert not any(f"{amount:,.2f}" in shown for amount in amounts)

    again = planning.report_benefit(first, year=2026, **{**said, "amount_cny": Decimal(1)})
    assert (again.pk, again.level, again.checked_by) == (checked.pk, Evidence.REPORTED, None)
    for broken in ({"level": "supported"}, {"checked_by": desk}, {"amount_cny": -1}, {"level": "verified"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RealisedBenefit.objects.filter(pk=again.pk).update(**broken)


def test_the_word_for_the_highest_level_is_checked_and_never_verified() -> None:
    with override("en"):
        assert [str(level.label) for level in Evidence] == ["Self-reported", "Supported by documents", "Checked"]
    with override("zh-hans"):
        assert [str(level.label) for level in Evidence] == ["自报", "佐证", "核实"]


def test_open_actions_of_plans_that_are_kept_fall_due(plan: Diagnosis, owner: User, desk: User) -> None:
    action = make_action(plan, owner, due_on=TODAY)
    brought(plan, S.DONE, owner, desk)
    away = make_diagnosis(plan.enterprise, retired_at=None)
    make_action(away, owner, due_on=TODAY)
    Diagnosis.objects.filter(pk=away.pk).update(retired_at=NOW, retired_why="x")
    [kind] = [one for one in dated() if one.slug == "consulting-action"]
    assert list(kind.of(plan.enterprise, TODAY)) == [action]
    assert kind.owner_id(kind.of(plan.enterprise, TODAY)[0]) == plan.enterprise_id


def test_the_database_keeps_what_the_table_means(plan: Diagnosis, owner: User, desk: User) -> None:
    action = brought(plan, S.DONE, owner, desk)
    rows = PlanAction.objects.filter(pk=action.pk)
    for broken in (
        {"state": "verified"},
        {"state": "dropped"},
        {"state": "checked"},
        {"done_by": None},
        {"checked_by": desk},
        {"cost_cny": -1},
        {"owner": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)
    for wrong in ({"state": "closed"}, {"state": "done"}, {"recheck_on": date(2000, 1, 1)}, {"closed_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Diagnosis.objects.filter(pk=plan.pk).update(**wrong)
    assert plan.visited_on == TODAY - timedelta(days=30)
