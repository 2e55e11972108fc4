"""The tables of a dossier as files for machines: each register and each child, with what leads from one to another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from enterprises.models import Enterprise
from portal.accounts.models import User
from services.boards import cells, exports
from services.boards.board import BoardApp, registered
from services.boards.child import Child
from services.boards.register import Register
from services.cases.models import Case
from services.dossier import content

PUT_AWAY = ("retired_at", "retired_why")


@dataclass(frozen=True)
class Sheet:
    """One table.

    :param path: of its files, without their ending.
    :param keys: foreign keys whose numbers it has as ``<key>_id``.
    :param line: a row in words, in the order of ``header``; ``record`` is the same for programs.
    :param file: the foreign key of an attachment.
    """

    path: str
    title: str
    model: type[Model]
    keys: Sequence[str]
    header: Sequence[str]
    rows: "QuerySet[Any]"
    line: Callable[[Any], list[Any]]
    record: Callable[[Any], dict[str, Any]]
    file: str


def of(enterprise: Enterprise, user: User) -> list[Sheet]:
    """Board by board; what was put away too, which says when and why."""
    found = []
    for app in registered().values():
        found += [_of_register(app, one, enterprise, user) for one in app.registers]
        found += [_of_child(app, one, enterprise, user) for one in app.children()]
    return found


def index(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """What each file holds, and to which other file its keys lead: none where they lead out of the dossier."""
    places: dict[type[Model], str] = {Case: "cases", **{one.model: one.path for one in sheets}}
    return [
        {
            "file": one.path,
            "title": one.title,
            "keys": {f"{key}_id": places.get(_target(one.model, key)) for key in one.keys},
        }
        for one in sheets
    ]


def attachments(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Any]]:
    """The folder and the attachment of each row that has one."""
    for one in sheets:
        if one.file:
            rows = one.rows.exclude(**{one.file: None}).select_related(one.file).order_by("pk")
            yield from ((one.path, getattr(row, one.file)) for row in rows)


def _of_register(app: BoardApp, register: Register[Any], enterprise: Enterprise, user: User) -> Sheet:
    named = list(dict.fromkeys([*register.form.base_fields, *register.columns, *PUT_AWAY]))
    return Sheet(
        path=f"{app.slug}/{register.slug}",
        title=str(register.title),
        model=register.model,
        keys=(),
        header=["id", *exports.header(register), *(register.label(name) for name in PUT_AWAY)],
        rows=content.rows(register, enterprise, user),
        line=lambda row: [
            row.pk,
            *register.values(row),
            *(cells.shown(row, name, plain=True) for name in PUT_AWAY),
        ],
        record=lambda row: {"id": row.pk, **{name: cells.value_of(row, name) for name in named}},
        file="paper",
    )


def _of_child(app: BoardApp, child: Child, enterprise: Enterprise, user: User) -> Sheet:
    return Sheet(
        path=f"{app.slug}/{child.slug}",
        title=str(child.title),
        model=child.model,
        keys=child.keys,
        header=child.header(),
        rows=child.joined(child.of(enterprise, user)),
        line=child.line,
        record=child.record,
        file=child.file,
    )


def _target(model: type[Model], key: str) -> type[Model]:
    target: type[Model] = model._meta.get_field(key).related_model  # type: ignore[assignment]
    return target
