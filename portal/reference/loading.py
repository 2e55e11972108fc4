"""Rows that come with the portal as files and belong to the curators once they have touched them."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Model

from portal.reference.models import Industry, Region
from portal.transactions import as_one

DATA = Path(__file__).parent / "data"
BATCH = 1000

Row = Mapping[str, Any]
Derive = Callable[[Row, Model | None], dict[str, Any]]


@dataclass(frozen=True)
class Loaded:
    """What became of the rows of one file."""

    what: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    edited: int = 0

    def __str__(self) -> str:
        return (
            f"{self.what}: {self.created} created, {self.updated} updated, "
            f"{self.unchanged} unchanged, {self.edited} left as edited here"
        )


def load() -> list[Loaded]:
    """Regions and industries."""
    return [follow(Region, _read("regions.csv")), follow(Industry, _read("industries.csv"))]


def _nothing(row: Row, existing: Model | None) -> dict[str, Any]:
    return {}


@as_one
def follow(model: type[Model], rows: Iterable[Row], *, derive: Derive = _nothing) -> Loaded:
    """Create what is missing and let untouched rows follow the file; a row edited since it was loaded stays as it is.

    Each row carries the hash of the source it was made from in ``source_hash``. Where the row still says what that
    source said, it may be replaced; otherwise somebody edited it, and their word counts.

    A model without that column keeps what it has; only missing rows are added.

    :param rows: values by column (``parent_id``, not ``parent``), each with ``code``.
    :param derive: further columns computed from a row and the existing one, if any; not part of the comparison.
    """
    existing: dict[str, Any] = {instance.pk: instance for instance in model._default_manager.all()}
    remembers = any(field.name == "source_hash" for field in model._meta.fields)
    new: list[Model] = []
    changed: list[Model] = []
    columns: set[str] = set()
    unchanged = edited = 0
    for row in rows:
        source = {"source_hash": fingerprint(row)} if remembers else {}
        instance = existing.get(row["code"])
        if instance is None:
            new.append(model(**row, **derive(row, None), **source))
        elif _says(instance, row) == fingerprint(row):
            unchanged += 1
        elif not remembers or _says(instance, row) != instance.source_hash:
            edited += 1
        else:
            values = {**row, **derive(row, instance), **source}
            columns |= values.keys()
            changed.append(_assigned(instance, values))
    model._default_manager.bulk_create(new, batch_size=BATCH)
    if changed:
        model._default_manager.bulk_update(changed, sorted(columns - {"code"}), batch_size=BATCH)
    if new or changed:
        _analyse(model)
    return Loaded(str(model._meta.verbose_name_plural), len(new), len(changed), unchanged, edited)


def _analyse(model: type[Model]) -> None:
    """So that the next query is planned for the rows that are there now, not for an empty table."""
    statement = f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}"
    with connection.cursor() as cursor:
        cursor.execute(statement)


def fingerprint(row: Row) -> str:
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _says(instance: Model, row: Row) -> str:
    """Fingerprint of what the stored row holds in the columns of the file."""
    return fingerprint({column: getattr(instance, column) for column in row})


def _assigned(instance: Model, values: Row) -> Model:
    for column, value in values.items():
        setattr(instance, column, value)
    return instance


def _read(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [_typed(row) for row in csv.DictReader(file)]


def _typed(row: dict[str, str]) -> Row:
    typed: dict[str, Any] = dict(row)
    typed["parent_id"] = typed.pop("parent") or None
    typed["level"] = int(row["level"])
    for column in ("valid_from", "valid_to"):
        if column in row:
            typed[column] = row[column] or None
    return typed
