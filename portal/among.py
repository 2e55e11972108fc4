"""A column among the keys of a subquery, or of a list, as an array that is there before the rows are looked at.

``column IN (SELECT …)`` is joined to: beside an OR no index of the column can be used, and a list in an order of its
own is walked from its start. ``column = ANY(ARRAY(SELECT …))`` is a condition of an index. ``column IN (7)`` compares
with a small integer, which a GiST index of a key and a span knows nothing of; an array says what it holds.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, QuerySet, Value
from django.db.models.functions import Cast

KEYS = ArrayField(BigIntegerField())


class Among(Func):
    """``rows.filter(Among("enterprise_id", own.values("pk")))``: for few keys, and to keep rows, not to exclude them:
    rows without any key are neither among them nor not.
    """

    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, column: str, keys: QuerySet[Any, Any] | Iterable[int]) -> None:
        held = ArraySubquery(keys) if isinstance(keys, QuerySet) else Cast(Value(list(keys), KEYS), KEYS)
        super().__init__(column, held)
