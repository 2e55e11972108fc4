"""Questions whose SQL is put together once in the life of a process, and planned once for each connection; only their
values change.

Django writes the SQL of a queryset anew each time it is read, and PostgreSQL plans it anew: both cost more than the
answer to a small question. What every page asks is kept::

    @kept
    def unread_of(*, user: User) -> QuerySet[Notice]:
        return Notice.objects.filter(user=user, read_at=None)

    unread_of(user=request.user)  # a list

The function is called with stand-ins, never with values, so nobody's values can stay in what is kept; a user's stand-in
has a key and the role, by which another SQL is kept for each role, and nothing else. Whatever else decides about the
SQL is handed over by position: few values, such as a state or a flag. A question that does more with a value than hand
it on to the database cannot be kept, and says so when it is first asked. A list is one value, for ``Among``. A number
that no column can hold is left to Django, which knows that no row has it.
"""

from collections.abc import Callable, Hashable
from copy import copy
from datetime import UTC, date, datetime
from functools import update_wrapper
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connections
from django.db.models import BigIntegerField, Model, QuerySet
from django.db.transaction import TransactionManagementError
from psycopg2.extensions import AsIs

NUMBERS = count(1)
PREPARED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""By the driver's connection what it was taught."""
FIRST_INT = 9_100_000_000_000_000
WORD = "stands in for"


class CannotBeKept(Exception):
    """The SQL does not consist of what never changes and of the values as they were given."""


class NoColumnHolds(Exception):
    """The number is larger than PostgreSQL's largest: it would call the question wrong."""


class Kept:
    """A question that answers with a list; see the module."""

    def __init__(self, ask: Callable[..., QuerySet[Any]]) -> None:
        update_wrapper(self, ask)
        self.ask = ask
        self.statements: dict[Hashable, _Statement] = {}

    def __call__(self, *shape: Hashable, **values: Any) -> list[Any]:
        key = (shape, *((name, getattr(value, "role", type(value))) for name, value in values.items()))
        if key not in self.statements:
            stand_ins = {name: _stand_in(value, at) for at, (name, value) in enumerate(values.items())}
            self.statements[key] = _Statement(self.ask(*shape, **stand_ins), stand_ins)
        try:
            plain = {name: _plain(value) for name, value in values.items()}
        except NoColumnHolds:
            return list(self.ask(*shape, **values))
        return self.statements[key].read(plain)


def kept(ask: Callable[..., QuerySet[Any]]) -> Kept:
    return Kept(ask)


def brought(row: Model, name: str, rows: list[Any]) -> None:
    """Rows that a question of their own has read, where ``prefetch_related`` would have put them."""
    vars(row).setdefault("_prefetched_objects_cache", {})[name] = rows
    for each in rows:
        setattr(each, row._meta.get_field(name).remote_field.name, row)  # type: ignore[union-attr]


class _Statement:
    def __init__(self, rows: QuerySet[Any], stand_ins: dict[str, Any]) -> None:
        self.rows = rows
        self.compiler = rows.query.get_compiler(rows.db)
        self.sql, self.params = self.compiler.as_sql()
        self._keep_what_is_worked_out_anew()
        places = {_plain(one): name for name, one in stand_ins.items()}
        self.holes = {at: places[each] for at, each in enumerate(self.params) if _is_stand_in(each, places)}
        self.name = f"kept_{next(NUMBERS)}"
        self.prepare = f"PREPARE {self.name} AS {self.sql}"
        listed = f" ({', '.join(['%s'] * len(self.holes))})" if self.holes else ""
        self.call = f"EXECUTE {self.name}{listed}"

    def _keep_what_is_worked_out_anew(self) -> None:
        """For each reading: a query like this one, whose parts nobody changes, and how its columns become values."""
        query, compiler = self.rows.query, self.compiler
        columns = [column for column, *_rest in compiler.select[: compiler.col_count]]
        converters, composite = compiler.get_converters(columns), compiler.has_composite_fields(columns)
        query.chain = lambda *_, **__: copy(query)  # type: ignore[method-assign]
        compiler.get_converters = lambda _columns: converters
        compiler.has_composite_fields = lambda _columns: composite

    def read(self, values: dict[str, Any]) -> list[Any]:
        rows = self.rows.all()
        link = connections[rows.db]
        if rows.query.select_for_update and not link.in_atomic_block:
            raise TransactionManagementError("rows are locked until a transaction ends, and there is none")
        bound = copy(self.compiler)
        bound.using, bound.connection = rows.db, link
        params = tuple(values[self.holes[at]] if at in self.holes else each for at, each in enumerate(self.params))
        bound.as_sql = lambda *_, **__: (self.sql, params)
        rows.query.get_compiler = lambda *_, **__: bound  # type: ignore[method-assign]
        if link.queries_logged:
            return list(rows)
        with link.execute_wrapper(self._execute):
            return list(rows)

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """By its name where PostgreSQL knows it, which then need not plan it anew either. What is read beside it, such
        as a prefetch, and what somebody has added to, goes as it is.
        """
        if sql is not self.sql:
            return execute(sql, params, many, context)
        link = context["connection"]
        known = PREPARED.setdefault(link.connection, set())
        if self.name not in known:
            with link.wrap_database_errors, link.connection.cursor() as cursor:
                cursor.execute(self.prepare, self._numbered())
            known.add(self.name)
        return execute(self.call, [params[at] for at in self.holes], many, context)

    def _numbered(self) -> list[Any]:
        """``$1``, ``$2`` … in the holes; what never changes stands in the plan, as partial indexes want it."""
        numbers = {at: AsIs(f"${number}") for number, at in enumerate(self.holes, 1)}
        return [numbers.get(at, each) for at, each in enumerate(self.params)]


def _stand_in(value: Any, at: int) -> Any:
    """A value of the same kind that nobody can have; of a user nothing but key and role is there to be asked for."""
    if isinstance(value, AbstractBaseUser):
        return value.__class__.from_db("default", ["id", "role"], [FIRST_INT + at, value.role])  # type: ignore[attr-defined]
    if isinstance(value, str):
        return f"{WORD} {at}"
    if isinstance(value, int) and not isinstance(value, bool):
        return FIRST_INT + at
    if isinstance(value, datetime):
        return datetime(1, 1, 1 + at, tzinfo=UTC)
    if isinstance(value, date):
        return date(1, 1, 1 + at)
    if isinstance(value, list):
        return (f"{WORD} {at}",)  # a tuple can be looked up among the stand-ins, a list cannot
    raise CannotBeKept(f"nothing stands in for a {type(value).__name__}")


def _plain(value: Any) -> Any:
    """As the driver takes it: a choice is its word.

    :raises NoColumnHolds: there is no such number in any row.
    """
    if isinstance(value, int) and abs(value) > BigIntegerField.MAX_BIGINT:
        raise NoColumnHolds
    if isinstance(value, AbstractBaseUser):
        return value.pk
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _is_stand_in(param: Any, known: dict[Any, str]) -> bool:
    """:raises CannotBeKept: it is made of one."""
    if isinstance(param, Hashable) and param in known:
        return True
    made_of_one = (
        (isinstance(param, int) and param >= FIRST_INT)
        or (isinstance(param, str) and WORD in param)
        or (isinstance(param, date) and param.year == 1)
        or (isinstance(param, list | tuple) and any(_is_stand_in(each, {}) for each in param))
    )
    if made_of_one:
        raise CannotBeKept(f"a value was changed on its way: {param!r}")
    return False
