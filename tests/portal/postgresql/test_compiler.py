"""Inserts whose SQL is kept: for every model the very statement and values that Django itself would send."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.backends.postgresql import compiler as django_compiler
from django.db.models import Model, Value
from django.db.models.constants import OnConflict
from django.db.models.functions import Upper
from django.db.models.sql import InsertQuery
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal import search
from portal.notices.models import Notice
from portal.postgresql import compiler
from portal.postgresql.compiler import MOST_ROWS, SQLInsertCompiler
from tests.factories import NOW, make_user

MODELS = sorted(
    (model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy),
    key=lambda model: model._meta.label,
)


@pytest.fixture(autouse=True)
def the_clock_stands(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def filled(model: type[Model], number: int) -> Model:
    """A row with a value in every column; every third column empty, each time others."""
    row = model()
    for at, field in enumerate(model._meta.concrete_fields):
        value = None if (at + number) % 3 == 0 and field.null else _value(field, number)
        setattr(row, field.attname, value)
    return row


def _value(field: Any, number: int) -> Any:
    while field.is_relation:
        field = field.target_field
    if isinstance(field, SearchVectorField):
        return search.vector((f"检测 {number}", "A"), "GB/T 19001")
    if isinstance(field, ArrayField):
        return [_value(field.base_field, number)] * number
    if field.choices:
        return field.choices[number % len(field.choices)][0]
    kinds: list[tuple[type[Any], Any]] = [
        (models.BooleanField, number % 2 == 0),
        (models.DateTimeField, datetime(2026, 1, number % 28 + 1, tzinfo=UTC)),
        (models.DateField, date(2026, 1, number % 28 + 1)),
        (models.TimeField, time(number % 24)),
        (models.DecimalField, number),
        (models.FloatField, number / 2),
        (models.IntegerField, number),
        (models.JSONField, {"number": number, "words": ["样品"]}),
        (models.UUIDField, f"00000000-0000-4000-8000-{number:012}"),
        (models.BinaryField, b"\x00\xff"),
        ((models.CharField, models.TextField), f"样品 {number}"),
    ]
    return next((value for kind, value in kinds if isinstance(field, kind)), None)


def said(kind: type[Any], rows: list[Model], **options: Any) -> tuple[str, tuple[Any, ...]]:
    model = type(rows[0])
    query = InsertQuery(model, **{name: value for name, value in options.items() if name != "returning"})
    query.insert_values(list(model._meta.concrete_fields), rows)
    made = kind(query, connection, None)
    made.returning_fields = options.get("returning")
    [(sql, params)] = made.as_sql()
    assert made.returning_params == ()
    return sql, tuple(_comparable(each) for each in params)


def _comparable(param: Any) -> Any:
    """JSON comes wrapped for the driver, in a list too where a column of several rows is sent at once."""
    return [_comparable(each) for each in param] if isinstance(param, list) else getattr(param, "adapted", param)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_row_of_every_model_is_written_as_django_writes_it(model: type[Model]) -> None:
    for number in (1, 2, 3, MOST_ROWS + 1):
        for returning in (None, [model._meta.pk]):
            rows = [filled(model, number + each) for each in range(number)]
            expected = said(django_compiler.SQLInsertCompiler, rows, returning=returning)
            for _first_and_kept in range(2):
                assert said(SQLInsertCompiler, rows, returning=returning) == expected


def notices(*texts: Any) -> list[Model]:
    return [Notice(key=f"n{at}", event=text, send_at=NOW, created_at=NOW) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    "rows",
    [
        notices(gettext_lazy("Home")),
        notices(Upper(Value("shouted"))),
        notices(7),
        notices("plain", Upper(Value("shouted"))),
        notices(Upper(Value("shouted")), "plain"),
        notices("plain", Value(5)),
        notices("plain", None, "plain"),
    ],
    ids=[
        *("lazy words", "an expression", "a number for a text", "expression last", "expression first"),
        *("a value as an expression", "nothing"),
    ],
)
def test_what_is_not_plain_is_made_plain_by_django(rows: list[Model]) -> None:
    said(SQLInsertCompiler, notices(*["plain"] * len(rows)))
    for _first_and_kept in range(2):
        assert said(SQLInsertCompiler, rows) == said(django_compiler.SQLInsertCompiler, rows)


def test_what_becomes_of_a_clash_is_part_of_the_shape() -> None:
    key = Notice._meta.get_field("key")
    for options in (
        {},
        {"on_conflict": OnConflict.IGNORE},
        {
            "on_conflict": OnConflict.UPDATE,
            "update_fields": [Notice._meta.get_field("event")],
            "unique_fields": [key],
        },
        {
            "on_conflict": OnConflict.UPDATE,
            "update_fields": [Notice._meta.get_field("path")],
            "unique_fields": [key],
        },
    ):
        for _first_and_kept in range(2):
            expected = said(django_compiler.SQLInsertCompiler, notices("a"), **options)
            assert said(SQLInsertCompiler, notices("a"), **options) == expected


def test_a_naive_moment_is_still_warned_about() -> None:
    rows: list[Model] = [Notice(key="n", send_at=datetime(2026, 1, 1))]  # noqa: DTZ001
    for _first_and_kept in range(2):
        with pytest.warns(RuntimeWarning, match="naive"):
            said(SQLInsertCompiler, rows)


def test_the_second_row_of_a_shape_asks_no_column_how_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twin: with nothing kept Django puts the statement together."""

    def never(*_args: Any) -> None:
        raise AssertionError("put together anew")

    said(SQLInsertCompiler, notices("first"))
    monkeypatch.setattr(django_compiler.SQLInsertCompiler, "assemble_as_sql", never)
    said(SQLInsertCompiler, notices("second"))
    monkeypatch.setattr(compiler, "INSERTS", {})
    with pytest.raises(AssertionError, match="anew"):
        said(SQLInsertCompiler, notices("third"))


def test_rows_come_back_with_their_keys_however_many_there_are() -> None:
    user = make_user()
    for number in (1, 2, 5, MOST_ROWS + 1):
        made = Notice.objects.bulk_create([Notice(key=f"{number}-{each}", user=user) for each in range(number)])
        assert [Notice.objects.get(pk=row.pk).key for row in made] == [row.key for row in made]
