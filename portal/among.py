"""A column among keys: those of a subquery as an array that is there before the rows are looked at, or a list as one
value, so that the question is the same however many they are.

``column IN (SELECT …)`` is joined to: beside an OR no index of the column can be used, and a list in an order of its
own is walked from its start. ``column = ANY(ARRAY(SELECT …))`` is a condition of an index.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func, QuerySet, Value


class Among(Func):
    """``rows.filter(Among("enterprise_id", own.values("pk")))``: for few keys, and to keep rows, not to exclude them:
    rows without any key are neither among them nor not.
    """

    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, column: str, keys: QuerySet[Any, Any] | Sequence[int] | Sequence[str]) -> None:
        super().__init__(column, ArraySubquery(keys) if isinstance(keys, QuerySet) else Value(keys))
