"""Two become one and two again: nothing is lost, nothing is there twice, and no relation is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

from enterprises.models import Enterprise, Membership
from experts.models import Institution, InstitutionMembership, InstitutionScore, Rating
from portal.accounts.roles import Role
from services.clocks.models import WorkCalendar
from services.directory.models import Absence, Capability, ProviderCalendar
from services.twins import actions, moving
from services.twins.actions import CannotMerge, CannotUndo, ChoiceMissing
from services.twins.models import Kind, MergeRecord, Pair
from services.twins.plans import PLANS, field_of, references
from tests.factories import (
    NOW,
    TODAY,
    make_capability,
    make_case,
    make_credential,
    make_enterprise,
    make_institution,
    make_item,
    make_rating,
    make_user,
)

pytestmark = pytest.mark.django_db
OF = PLANS[Kind.INSTITUTION]
OF_FIRMS = PLANS[Kind.ENTERPRISE]
SOFT = {
    "audit.AuditEntry.subject",
    "experts.Asking.referral_ref",
    "experts.Rating.referral_ref",
    "clocks.ClockSegment.subject_id",
    "chasers.Chase.subject_id",
    "chasers.Promise.subject_id",
    "twins.Pair.first_ref",
    "twins.Pair.second_ref",
    "twins.MergeRecord.kept_ref",
    "twins.MergeRecord.gone_ref",
}
"""Numbers of rows that are no foreign keys, and are not of institutions or enterprises, or tell what was."""


def merge(kept: Any, gone: Any, plan: Any = OF, **choices: str) -> MergeRecord:
    differ = {one.name: "kept" for one in actions.differences(plan, kept, gone)}
    curator = make_user(Role.CURATOR)
    return actions.merge(plan, kept.pk, gone.pk, {**differ, **choices}, by=curator, now=NOW, reason="同一执照")


def undo(record: MergeRecord, days: int = 1) -> MergeRecord:
    return actions.undo(record, by=make_user(Role.CURATOR), now=NOW + timedelta(days=days), reason="两家")


def snapshot(*rows: Any) -> list[dict[str, Any]]:
    left_out = {"standing_reason"}
    found = [type(row).objects.filter(pk=row.pk).values().get() for row in rows]
    return [{name: value for name, value in one.items() if name not in left_out} for one in found]


# What the plans know


@pytest.mark.parametrize("plan", PLANS.values(), ids=lambda plan: plan.kind)
def test_every_foreign_key_is_on_one_of_the_lists(plan: Any) -> None:
    """Whoever adds one says here whether its rows move when two become one."""
    taught = [label for label in (*plan.moves, *plan.stays) if isinstance(field_of(label), models.ForeignKey)]
    assert sorted(taught) == sorted(references(plan.model))


def test_a_foreign_key_that_nobody_taught_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cases.Case.enterprise" in references(Enterprise)
    assert "experts.InstitutionHistory.pgh_obj" not in references(Institution)


def test_every_number_that_might_mean_a_row_is_moved_or_known_to_mean_something_else() -> None:
    soft = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if not issubclass(model, pghistory.models.Event)
        for field in model._meta.concrete_fields
        if not field.is_relation and (field.name.endswith("_ref") or field.name in {"subject", "subject_id"})
    }
    assert soft - SOFT == {"experts.Rating.enterprise_ref"}
    assert "experts.Rating.enterprise_ref" in OF_FIRMS.moves


@pytest.mark.parametrize("label", [label for plan in PLANS.values() for label in plan.moves])
def test_every_rule_of_uniqueness_on_what_moves_is_understood(label: str) -> None:
    assert isinstance(list(moving.uniques(field_of(label))), list)


# Institutions


def test_everything_moves_and_comes_back() -> None:
    user = make_user(Role.PROVIDER)
    kept, gone = make_institution(), make_institution(user, uscc="91510185MA6A000155", phone="+862880000000")
    credential, capability = make_credential(gone), make_capability(gone, make_item())
    absence = Absence.objects.create(institution=gone, begins_on=TODAY, ends_on=TODAY)
    rows = [credential, capability, absence, gone.memberships.get()]
    before = snapshot(kept, gone, *rows)
    record = merge(kept, gone)
    for row in rows:
        row.refresh_from_db()
        assert row.institution_id == kept.pk
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.uscc, kept.phone, gone.uscc, gone.standing) == ("91510185MA6A000155", "+862880000000", None, "merged")
    undo(record)
    assert snapshot(kept, gone, *rows) == before


def test_what_both_have_stays_where_it_is_and_is_remembered() -> None:
    user, item = make_user(Role.PROVIDER), make_item()
    kept, gone = make_institution(user), make_institution(user)
    mine, theirs = make_capability(kept, item), make_capability(gone, item)
    other = make_capability(gone, make_item())
    record = merge(kept, gone)
    assert set(kept.capabilities.all()) == {mine, other}
    assert record.left == {
        "experts.InstitutionMembership.institution": [InstitutionMembership.objects.get(institution=gone).pk],
        "directory.Capability.institution": [theirs.pk],
    }
    undo(record)
    assert Capability.objects.get(pk=other.pk).institution == gone


def test_without_the_look_for_the_like_the_database_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    item = make_item()
    kept, gone = make_institution(), make_institution()
    make_capability(kept, item)
    make_capability(gone, item)
    monkeypatch.setattr(moving, "uniques", lambda field: iter(()))
    with pytest.raises(Exception, match="capability_once"):
        merge(kept, gone)


def test_of_two_calendars_the_kept_one_counts() -> None:
    calendar = WorkCalendar.objects.create(code="X", name_zh="x", name_en="x")
    kept, gone = make_institution(), make_institution()
    for one in (kept, gone):
        ProviderCalendar.objects.create(institution=one, calendar=calendar)
    assert list(merge(kept, gone).left) == ["directory.ProviderCalendar.institution"]


def test_a_name_that_only_one_may_have_is_taken_over_and_given_back() -> None:
    kept, gone = make_institution(name_zh="旧名"), make_institution(name_zh="新名")
    record = merge(kept, gone, name_zh="gone")
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.name_zh, gone.name_zh) == ("新名", f"新名 #{gone.pk}")
    undo(record)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.name_zh, gone.name_zh) == ("旧名", "新名")


def test_what_differs_has_to_be_chosen() -> None:
    kept, gone = make_institution(phone="1"), make_institution(phone="2")
    with pytest.raises(ChoiceMissing):
        actions.merge(OF, kept.pk, gone.pk, {"phone": "x"}, by=make_user(Role.CURATOR), now=NOW, reason="x")
    assert {"name_zh", "name_en", "phone"} == {one.name for one in actions.differences(OF, kept, gone)}


def test_scores_are_reckoned_anew_both_ways() -> None:
    kept, gone = make_institution(), make_institution()
    for grade in (5, 5):
        make_rating(kept, grade=grade)
    make_rating(gone, grade=1)
    counts = lambda: dict(InstitutionScore.objects.filter(board="").values_list("institution", "n"))  # noqa: E731
    record = merge(kept, gone)
    assert counts() == {kept.pk: 3}
    undo(record)
    assert counts() == {kept.pk: 2, gone.pk: 1}


@pytest.mark.parametrize("fields", [{"kind": "centre"}, {"standing": "merged"}])
def test_neither_the_centre_nor_what_was_merged_is_merged(fields: dict[str, str]) -> None:
    with pytest.raises(CannotMerge):
        merge(make_institution(), make_institution(**fields))


def test_one_is_not_merged_with_itself() -> None:
    one = make_institution()
    with pytest.raises(CannotMerge):
        merge(one, one)


# Undoing


def test_after_thirty_days_it_is_too_late_and_once_is_enough() -> None:
    record = merge(make_institution(), make_institution())
    with pytest.raises(CannotUndo):
        undo(record, days=31)
    undo(record, days=30)
    with pytest.raises(CannotUndo):
        undo(record)


def test_what_has_changed_since_is_named_and_stays() -> None:
    kept, gone = make_institution(), make_institution(phone="+862880000000")
    credential = make_credential(gone)
    record = merge(kept, gone)
    Institution.objects.filter(pk=kept.pk).update(phone="+862880000001")
    type(credential).objects.filter(pk=credential.pk).update(institution=make_institution())
    with override("zh-hans"):
        with pytest.raises(CannotUndo) as refused:
            undo(record)
        assert [word in str(refused.value.detail) for word in ("资质", "电话")] == [True, True]
    gone.refresh_from_db()
    assert gone.standing == "merged"


def test_where_the_kept_one_was_merged_further_the_later_is_undone_first() -> None:
    first, second, third = make_institution(), make_institution(), make_institution()
    make_credential(third)
    inner = merge(second, third)
    outer = merge(first, second)
    with pytest.raises(CannotUndo):
        undo(inner)
    undo(outer)
    undo(inner)
    assert {one.standing for one in Institution.objects.all()} == {"active"}


EACH = pytest.mark.parametrize(("plan", "make"), [(OF, make_institution), (OF_FIRMS, make_enterprise)])


def stays(model: type[models.Model]) -> list[Any]:
    return [one.merged_into for one in model._default_manager.order_by("pk")]


@EACH
def test_each_merged_row_says_which_one_stays_however_often_that_is_merged(plan: Any, make: Callable[..., Any]) -> None:
    first, second, third = make(), make(), make()
    inner = merge(second, third, plan)
    outer = merge(first, second, plan)
    assert stays(plan.model) == [None, first, first]
    undo(outer)
    assert stays(plan.model) == [None, None, second]
    undo(inner)
    assert stays(plan.model) == [None, None, None]


@EACH
def test_what_was_merged_before_rows_said_so_is_filled_in_and_can_be_undone(
    plan: Any, make: Callable[..., Any]
) -> None:
    migration = import_module("services.twins.migrations.0002_say_where_the_merged_went")
    first, second, third = make(), make(), make()
    records = [merge(second, third, plan), merge(first, second, plan)]
    moved = [record.moved for record in records]
    migration.empty(apps, None)
    plan.model.objects.update(merged_into=None)
    migration.fill(apps, None)
    assert stays(plan.model) == [None, first, first]
    assert list(MergeRecord.objects.order_by("pk").values_list("moved", flat=True)) == moved
    undo(records[1])
    assert stays(plan.model) == [None, None, second]


def test_what_came_since_stays_with_the_kept_one() -> None:
    kept, gone = make_institution(), make_institution()
    record = merge(kept, gone)
    late = make_credential(kept)
    undo(record)
    late.refresh_from_db()
    assert late.institution == kept


# Enterprises


def test_cases_people_and_votes_of_an_enterprise_move_and_come_back() -> None:
    user = make_user()
    kept, gone = make_enterprise(state="provisional"), make_enterprise(user)
    case, institution = make_case(submitter=user, enterprise=gone), make_institution()
    for firm in (kept, gone):
        make_rating(institution, enterprise_ref=firm.pk)
    before = snapshot(kept, gone, case)
    score = lambda: InstitutionScore.objects.get(institution=institution, board="").n  # noqa: E731
    record = merge(kept, gone, OF_FIRMS, name="gone")
    case.refresh_from_db()
    kept.refresh_from_db()
    assert (case.enterprise, kept.state, kept.name) == (kept, "registered", gone.name)
    assert Membership.objects.get(user=user).enterprise == kept
    assert (score(), set(Rating.objects.values_list("enterprise_ref", flat=True))) == (1, {kept.pk})
    undo(record)
    assert (snapshot(kept, gone, case), score()) == (before, 2)


# Pairs


def test_a_merged_pair_and_an_undone_one_are_decided() -> None:
    kept, gone = make_institution(), make_institution()
    record = merge(kept, gone)
    assert Pair.objects.get().state == "merged"
    undo(record)
    assert Pair.objects.get().state == "distinct"
