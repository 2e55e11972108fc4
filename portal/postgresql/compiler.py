"""Inserts whose SQL is kept.

Rows of one table with the same columns have the same SQL. Django puts it together anew for each, and asks every column
how it is quoted, which placeholder it wants and how its value becomes one of PostgreSQL's. Here Django is asked once
for each shape of an insert, and a value that already is what the driver takes goes as it is. A test writes rows of
every model both ways and compares.
"""

from collections.abc import Hashable
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLUpdateCompiler,
)
from django.db.models import Field, Model

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]

MOST_ROWS = 32
"""Nobody waits for an insert of more; its SQL is not kept."""
TAKEN_AS_IT_IS: dict[type[Any], type] = {
    models.AutoField: int,
    models.BigAutoField: int,
    models.BigIntegerField: int,
    models.BooleanField: bool,
    models.CharField: str,
    models.DateField: date,
    models.DateTimeField: datetime,
    models.EmailField: str,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.SlugField: str,
    models.SmallIntegerField: int,
    models.TextField: str,
    models.URLField: str,
}
"""Which very type of value a column of this very class hands on unchanged, beside None."""
COLUMN = attrgetter("column")


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    def as_sql(self) -> Any:  # type: ignore[override]
        query: Any = self.query
        if query.raw or not query.fields or len(query.objs) > MOST_ROWS:
            return super().as_sql()
        names = (query.model, *map(COLUMN, query.fields))
        if names not in COLUMNS:
            COLUMNS[names] = Columns(query.fields)
        placed, params = self._values(COLUMNS[names])
        clash = (query.on_conflict, tuple(map(COLUMN, query.update_fields)), tuple(map(COLUMN, query.unique_fields)))
        shape = (names, len(query.objs), placed, clash, tuple(map(COLUMN, self.returning_fields or ())))
        if shape not in INSERTS:
            [(sql, said)] = super().as_sql()
            INSERTS[shape] = (sql, len(said) != len(params))
            return [(sql, said)]
        sql, by_column = INSERTS[shape]
        width = len(query.fields)
        return [(sql, tuple(params[at::width] for at in range(width)) if by_column else tuple(params))]

    def _values(self, columns: "Columns") -> tuple[tuple[tuple[int, str], ...], list[Any]]:
        """What stands for values that are not plain, each with its place, and what the driver gets."""
        placed: list[tuple[int, str]] = []
        params: list[Any] = []
        for row in self.query.objs:
            for field, plain, value in zip(columns.fields, columns.plain, columns.read(row), strict=True):
                if plain and (value is None or (type(value) is plain and getattr(value, "tzinfo", True))):
                    params.append(value)
                    continue
                placeholder: Any = getattr(field, "get_placeholder", None)
                prepared = self.prepare_value(field, value)
                sql, said = self.field_as_sql(field, placeholder, prepared)
                if sql != "%s" or hasattr(prepared, "as_sql"):
                    placed.append((len(params), sql))
                params += said
        return tuple(placed), params


class Columns:
    """What is the same for all rows of these columns. ``plain``: the very type of value that one hands on unchanged."""

    def __init__(self, fields: list[Any]) -> None:
        self.fields = fields
        self.plain = [TAKEN_AS_IT_IS.get(type(_bottom(field))) for field in fields]
        self.attributes = [attrgetter(field.attname) for field in fields]
        self.set_on_saving = [(at, field) for at, field in enumerate(fields) if _is_set_on_saving(field)]

    def read(self, row: Model) -> list[Any]:
        values = [of(row) for of in self.attributes]
        for at, field in self.set_on_saving:
            values[at] = field.pre_save(row, add=True)
        return values


def _is_set_on_saving(field: Any) -> bool:
    """Days and moments say so themselves."""
    if type(field) in (models.DateField, models.DateTimeField):
        return bool(field.auto_now or field.auto_now_add)
    return type(field).pre_save is not Field.pre_save


def _bottom(field: Any) -> Any:
    """Whose values a reference holds."""
    while type(field) in (models.ForeignKey, models.OneToOneField):
        field = field.target_field
    return field


COLUMNS: dict[Hashable, Columns] = {}
INSERTS: dict[Hashable, tuple[str, bool]] = {}
"""By shape the SQL, and whether it takes a list for each column instead of a value for each cell."""
