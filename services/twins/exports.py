"""Pairs of institutions that may be one, and what was merged, for the curator to take along."""

from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from experts.models import Institution
from portal.tables.lists import Export, named, word
from services.twins.models import Kind, MergeRecord, Pair
from services.twins.wording import ALIKE_IN


def _pairs() -> QuerySet[Pair]:
    """With the names of both: merged ones too, which the manager leaves out."""
    rows = Pair.objects.filter(kind=Kind.INSTITUTION).select_related("decided_by")
    return rows.annotate(first=_name_of("first_ref"), second=_name_of("second_ref"))


def _name_of(key: str) -> Subquery:
    return Subquery(Institution._base_manager.filter(pk=OuterRef(key)).values("name_zh")[:1], output_field=CharField())


def _alike(row: Any) -> str:
    return "、".join(str(ALIKE_IN[name]) for name in row.alike)


LISTS: tuple[Export, ...] = (
    Export(
        "duplicates",
        _("Duplicates"),
        _pairs,
        (
            (_("First"), named("first")),
            (_("Second"), named("second")),
            (_("Alike in"), _alike),
            (_("State"), word("state")),
            (_("Found"), named("found_at")),
            (_("Decided by"), named("decided_by", "name")),
            (_("Decided"), named("decided_at")),
        ),
    ),
    Export(
        "merged",
        _("Merged institutions"),
        lambda: MergeRecord.objects.filter(kind=Kind.INSTITUTION).select_related("by", "undone_by"),
        (
            (_("Kept"), named("kept_name")),
            (_("Merged into it"), named("gone_name")),
            (_("Reason"), named("reason")),
            (_("By"), named("by", "name")),
            (_("When"), named("at")),
            (_("Undone by"), named("undone_by", "name")),
            (_("Undone"), named("undone_at")),
        ),
    ),
)
