"""The rows of others that follow when two become one, and those whose like is there already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BaseConstraint,
    CheckConstraint,
    Exists,
    F,
    Field,
    Model,
    OuterRef,
    Q,
    QuerySet,
    UniqueConstraint,
)
from django.db.models.lookups import IsNull
from django.utils.functional import Promise

from services.twins.plans import Plan, field_of


class NotTaught(Exception):
    """A rule of uniqueness that cannot be read off its columns: merging has to be taught."""


@dataclass(frozen=True)
class Part:
    """Of one relation: how many rows move, how many stay because the kept row has the same."""

    words: str | Promise
    moves: int
    stays: int


def preview(plan: Plan, kept: Model, gone: Model) -> list[Part]:
    """What a merging would move, relation by relation, without those that have nothing."""
    parts = []
    for label in plan.moves:
        field = field_of(label)
        every, clashing = _rows(field, gone).count(), _clashing(field, kept, gone).count()
        if every:
            parts.append(Part(words_of(label), every - clashing, clashing))
    return parts


def move(plan: Plan, kept: Model, gone: Model) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Point everything at the kept row that it does not have yet: primary keys of what was moved and what was left."""
    moved: dict[str, list[int]] = {}
    left: dict[str, list[int]] = {}
    for label in plan.moves:
        field = field_of(label)
        stay = list(_clashing(field, kept, gone).order_by("pk").values_list("pk", flat=True))
        go = list(_rows(field, gone).exclude(pk__in=stay).order_by("pk").values_list("pk", flat=True))
        _manager(field).filter(pk__in=go).update(**{field.attname: kept.pk})
        moved |= {label: go} if go else {}
        left |= {label: stay} if stay else {}
    return moved, left


def move_back(moved: dict[str, list[int]], gone: Model) -> None:
    for label, keys in moved.items():
        field = field_of(label)
        _manager(field).filter(pk__in=keys).update(**{field.attname: gone.pk})


def gone_astray(moved: dict[str, list[int]], kept: Model) -> Iterator[str | Promise]:
    """Relations of which some rows are no longer where the merging put them."""
    for label, keys in moved.items():
        field = field_of(label)
        if _rows(field, kept).filter(pk__in=keys).count() != len(keys):
            yield words_of(label)


def words_of(label: str) -> str | Promise:
    return field_of(label).model._meta.verbose_name_plural or label


def _manager(field: "Field[Any, Any]") -> Any:
    return field.model._base_manager


def _rows(field: "Field[Any, Any]", of: Model) -> QuerySet[Any]:
    return _manager(field).filter(**{field.attname: of.pk})


def _clashing(field: "Field[Any, Any]", kept: Model, gone: Model) -> QuerySet[Any]:
    """Rows of ``gone`` that a rule of uniqueness keeps from being the kept one's as well."""
    clash = Q(pk__in=[])
    for names, condition, nulls_are_equal in uniques(field):
        like = _rows(field, kept).filter(condition)
        for name in names:
            same = Q(**{name: OuterRef(name)})
            if nulls_are_equal:
                same |= Q(IsNull(F(name), True)) & Q(IsNull(OuterRef(name), True))  # noqa: FBT003
            like = like.filter(same)
        clash |= Q(Exists(like)) & condition
    return _rows(field, gone).filter(clash)


def uniques(field: "Field[Any, Any]") -> Iterator[tuple[list[str], Q, bool]]:
    """The rules that the column takes part in: its other columns, the condition, whether two nulls are the same.

    :raises NotTaught: one is made of expressions.
    """
    model = field.model._meta
    if field.unique:
        yield [], Q(), False
    for names in model.unique_together:
        if field.name in names:
            yield _others(field, names), Q(), False
    for rule in model.constraints:
        if field.name in f"{getattr(rule, 'expressions', '')} {getattr(rule, 'condition', '')}" and not _checks(rule):
            raise NotTaught(rule.name)
        if isinstance(rule, UniqueConstraint) and field.name in rule.fields:
            yield _others(field, rule.fields), rule.condition or Q(), rule.nulls_distinct is False


def _checks(rule: BaseConstraint) -> bool:
    """It looks at one row only."""
    return isinstance(rule, CheckConstraint)


def _others(field: "Field[Any, Any]", names: Sequence[str]) -> list[str]:
    return [name for name in names if name != field.name]
