"""Make one of two, and two of one again. All of it in one transaction; what was done stands in the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.audit import actions as audit
from portal.refusals import Conflict, Unprocessable
from portal.transactions import as_one
from services.twins import moving
from services.twins.models import MergeRecord, Pair
from services.twins.plans import PLANS, Plan

KEPT, GONE = "kept", "gone"
Texts = dict[str, str | None]


class CannotMerge(Conflict):
    title = _("These two cannot be merged")
    detail = _(
        "One of them was merged or changed meanwhile, or is the centre's own desk. Please look at the list again."
    )


class ChoiceMissing(Unprocessable):
    detail = _("Where both say something different, choose which is right.")


class CannotUndo(Conflict):
    title = _("This merging cannot be undone")


@dataclass(frozen=True)
class Difference:
    """One column in which both say something, and not the same."""

    name: str
    label: str
    kept: Any
    gone: Any


def differences(plan: Plan, kept: Model, gone: Model) -> list[Difference]:
    """What somebody has to choose."""
    found = []
    for name in plan.columns:
        ours, theirs = _text(kept, name), _text(gone, name)
        if ours and theirs and ours != theirs:
            label = str(plan.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Difference(name, label, shown(kept, name), shown(gone, name)))
    return found


@as_one
def merge(
    plan: Plan, kept_pk: int, gone_pk: int, choices: Mapping[str, str], *, by: User, now: datetime, reason: str
) -> MergeRecord:
    """Everything of ``gone`` becomes that of ``kept``.

    :param choices: "kept" or "gone" for each column of :func:`differences`.
    :raises CannotMerge: one of them is not there to be merged.
    :raises ChoiceMissing: a column in which they differ was not chosen.
    """
    kept, gone = _two(plan, kept_pk, gone_pk)
    if any(choices.get(one.name) not in {KEPT, GONE} for one in differences(plan, kept, gone)):
        raise ChoiceMissing
    before = {KEPT: _texts(plan, kept), GONE: _texts(plan, gone)}
    moved, left = moving.move(plan, kept, gone)
    _join(plan, kept, gone, choices)
    plan.retire(gone, into=kept, by=by, now=now)
    plan.follow(kept, gone, now)
    record = MergeRecord.objects.create(
        kind=plan.kind,
        kept_ref=kept_pk,
        gone_ref=gone_pk,
        kept_name=str(kept)[:200],
        gone_name=(before[GONE][plan.columns[0]] or "")[:200],
        moved=moved,
        left=left,
        before=before,
        after={KEPT: _texts(plan, kept), GONE: _texts(plan, gone)},
        reason=reason,
        by=by,
        at=now,
    )
    _decide(plan, kept_pk, gone_pk, Pair.State.MERGED, by=by, now=now)
    audit.record(by, "merged", kept, {"gone": gone_pk, "moved": {label: len(keys) for label, keys in moved.items()}})
    return record


@as_one
def undo(record: MergeRecord, *, by: User, now: datetime, reason: str) -> MergeRecord:
    """Two again, as they were: what has come to the kept row since stays with it.

    :raises CannotUndo: more than thirty days have gone by, or something has changed since.
    """
    row = MergeRecord.objects.select_for_update(no_key=True).get(pk=record.pk)
    plan = PLANS[row.kind]  # type: ignore[index]
    if not row.may_be_undone(now):
        raise CannotUndo(_("It was undone already, or more than thirty days ago."))
    both = _locked(plan, row.kept_ref, row.gone_ref)
    kept, gone = both[row.kept_ref], both[row.gone_ref]
    _check_unchanged(plan, row, kept, gone)
    try:
        with transaction.atomic():
            moving.move_back(row.moved, gone)
            plan.restore(gone, by=by, now=now, reason=reason)
            for which, each in ((KEPT, kept), (GONE, gone)):
                _put_back(plan, each, row.before[which])
    except IntegrityError:
        raise CannotUndo(_("Something new stands where the old rows would go back to.")) from None
    plan.follow(kept, gone, now)
    row.undone_by, row.undone_at = by, now
    row.save(update_fields=["undone_by", "undone_at"])
    _decide(plan, row.kept_ref, row.gone_ref, Pair.State.DISTINCT, by=by, now=now)
    audit.record(by, "undid merging", kept, {"gone": row.gone_ref})
    return row


@as_one
def keep_apart(pair: Pair, *, by: User, now: datetime) -> None:
    """They are two: they are not shown again.

    :raises CannotMerge: somebody has decided already.
    """
    decided = Pair.objects.open().filter(pk=pair.pk)
    if not decided.update(state=Pair.State.DISTINCT, decided_by=by, decided_at=now):
        raise CannotMerge
    audit.record(by, "kept apart", f"{pair.kind}:{pair.first_ref}", {"other": pair.second_ref})


def _two(plan: Plan, kept: int, gone: int) -> tuple[Any, Any]:
    both = _locked(plan, kept, gone)
    there = set(plan.rows().filter(pk__in=both).values_list("pk", flat=True))
    if len(there) < 2:
        raise CannotMerge
    return both[kept], both[gone]


def _locked(plan: Plan, *keys: int) -> dict[int, Any]:
    rows = plan.model._base_manager.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _join(plan: Plan, kept: Any, gone: Any, choices: Mapping[str, str]) -> None:
    """The kept row takes what it lacks and what was chosen; what only one may have leaves the other first."""
    taken = [
        name
        for name in plan.columns
        if _text(gone, name)
        and (not _text(kept, name) or choices.get(name) == GONE)
        and _text(kept, name) != _text(gone, name)
    ]
    values = {name: _text(gone, name) for name in taken}
    freed = [name for name in taken if _field(plan, name).unique]
    for name in freed:
        field = _field(plan, name)
        setattr(gone, field.attname, None if field.null else f"{values[name]} #{gone.pk}"[: field.max_length or None])
    if freed:
        gone.save(update_fields=freed)
    for name in taken:
        _set(plan, kept, name, values[name])
    plan.derive(kept, gone)
    kept.save()


def _check_unchanged(plan: Plan, record: MergeRecord, kept: Any, gone: Any) -> None:
    changed: list[Any] = list(moving.gone_astray(record.moved, kept))
    for which, row in ((KEPT, kept), (GONE, gone)):
        now = _texts(plan, row)
        changed += [_field(plan, name).verbose_name for name in now if now[name] != record.after[which].get(name)]
    if changed:
        words = "、".join(dict.fromkeys(str(each) for each in changed))
        raise CannotUndo(_("Since then these have changed: %(what)s. Please part them by hand.") % {"what": words})


def _decide(plan: Plan, one: int, other: int, state: str, *, by: User, now: datetime) -> None:
    first, second = sorted((one, other))
    Pair.objects.update_or_create(
        kind=plan.kind,
        first_ref=first,
        second_ref=second,
        defaults={"state": state, "decided_by": by, "decided_at": now},
        create_defaults={"state": state, "decided_by": by, "decided_at": now, "found_at": now},
    )


def _texts(plan: Plan, row: Model) -> Texts:
    return {name: _text(row, name) for name in (*plan.columns, plan.state)}


def _text(row: Model, name: str) -> str | None:
    field: Any = row._meta.get_field(name)
    return None if getattr(row, field.attname) is None else str(field.value_to_string(row))


def shown(row: Any, name: str) -> Any:
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)


def _field(plan: Plan, name: str) -> Any:
    return plan.model._meta.get_field(name)


def _set(plan: Plan, row: Model, name: str, text: str | None) -> None:
    field = _field(plan, name)
    setattr(row, field.attname, None if text is None else getattr(field, "target_field", field).to_python(text))


def _put_back(plan: Plan, row: Any, texts: Texts) -> None:
    """All columns but a standing, which has a door of its own and went through it."""
    for name, text in texts.items():
        if name != "standing":
            _set(plan, row, name, text)
    plan.derive(row, row)
    row.save()
